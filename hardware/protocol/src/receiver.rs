//! Bytes become frames again, whatever happened to them on the way.

use crate::frame::{Frame, MAX_FRAME_BYTES, NoFrame};

/// Collects bytes until a zero, and hands out what they are.
///
/// Damage costs the frames that it touches and no more: the next zero begins anew.
#[derive(Debug, Clone)]
pub struct Receiver {
    /// What came since the last zero.
    bytes: [u8; MAX_FRAME_BYTES],
    length: usize,
    /// Whether more came than a frame can be: all up to the next zero is damage.
    overlong: bool,
    reception: Reception,
}

/// What was received so far; counters stay at their highest value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reception {
    /// Frames that were understood.
    pub frames: u32,
    /// Pieces between zeros that were not what was sent.
    pub damaged: u32,
    /// Frames of a kind that this version does not know.
    pub unknown: u32,
    /// Frames that arrived whole and make no sense.
    pub malformed: u32,
    /// Code of the last of these.
    pub last_malformed: Option<u8>,
}

impl Default for Receiver {
    fn default() -> Self {
        Self::new()
    }
}

impl Receiver {
    /// One that has received nothing.
    #[must_use]
    pub fn new() -> Self {
        Self { bytes: [0; MAX_FRAME_BYTES], length: 0, overlong: false, reception: Reception::default() }
    }

    /// Takes what came, in pieces of any length, and calls `take` for each frame in it.
    pub fn receive(&mut self, bytes: &[u8], mut take: impl FnMut(Frame)) {
        for &byte in bytes {
            if let Some(frame) = self.receive_byte(byte) {
                take(frame);
            }
        }
    }

    /// Takes one byte; returns the frame that it ends.
    pub fn receive_byte(&mut self, byte: u8) -> Option<Frame> {
        if byte != 0 {
            match self.bytes.get_mut(self.length) {
                Some(place) => {
                    *place = byte;
                    self.length += 1;
                }
                None => self.overlong = true,
            }
            return None;
        }
        let length = core::mem::take(&mut self.length);
        if core::mem::take(&mut self.overlong) {
            count(&mut self.reception.damaged);
            return None;
        }
        // Zeros in a row are no damage: a sender may begin with one to end what was there before.
        let stuffed = self.bytes.get_mut(..length).filter(|stuffed| !stuffed.is_empty())?;
        let counter = match Frame::read(stuffed) {
            Ok(frame) => {
                count(&mut self.reception.frames);
                return Some(frame);
            }
            Err(NoFrame::Damaged) => &mut self.reception.damaged,
            Err(NoFrame::Unknown) => &mut self.reception.unknown,
            Err(NoFrame::Malformed(code)) => {
                self.reception.last_malformed = Some(code);
                &mut self.reception.malformed
            }
        };
        count(counter);
        None
    }

    /// What was received so far.
    #[must_use]
    pub fn reception(&self) -> Reception {
        self.reception
    }
}

fn count(counter: &mut u32) {
    *counter = counter.saturating_add(1);
}
