//! The same over MIDI, for hosts that have no serial port.
//!
//! CV 1 to CV 4 are pitch bend on channels 1 to 4 (14 bits that change together, 0.8 mV each), gates are notes 60 and 61 on
//! channel 16, encoder and push are controllers 20 and 21 there. All else travels as a frame in System Exclusive: manufacturer
//! 7D (for experiments), then the frame of [`Frame`] before stuffing, seven bytes in eight.

use crate::frame::{Frame, MAX_FRAME_BYTES, NoFrame};
use crate::{CV_INPUTS, GATES};
use heapless::Vec;

/// Most bytes of a message: every seven bytes of a frame are eight, with what begins and ends it.
pub const MAX_SYSEX_BYTES: usize = MAX_FRAME_BYTES + MAX_FRAME_BYTES.div_ceil(7) + 3;

const NOTE_OFF: u8 = 0x80;
const NOTE_ON: u8 = 0x90;
const CONTROL: u8 = 0xB0;
const BEND: u8 = 0xE0;
const SYSEX: u8 = 0xF0;
const SYSEX_END: u8 = 0xF7;
const MANUFACTURER: u8 = 0x7D;

/// The channel of gates and encoder, counted from 0.
const PANEL_CHANNEL: u8 = 15;

/// The note of Gate 1; Gate 2 has the next.
const FIRST_NOTE: u8 = 60;

const ENCODER: u8 = 20;
const BUTTON: u8 = 21;

/// A turn of no detents; more is clockwise.
const NO_TURN: u8 = 64;

/// What a module says over MIDI.
#[derive(Debug, Clone, PartialEq)]
pub enum MidiMessage {
    /// A voltage in steps of 0.2 mV; over MIDI only every fourth.
    Cv {
        /// Which input, 0 to 3.
        input: u8,
        /// Calibrated.
        steps: i16,
    },
    /// A gate rose or fell.
    Gate {
        /// Which: 0 or 1.
        gate: u8,
        /// Whether it rose.
        high: bool,
    },
    /// The encoder was turned by so many detents, clockwise positive, at most 63 either way.
    Turn(i8),
    /// The encoder was pushed or let go.
    Push(bool),
    /// Anything else.
    Frame(Frame),
}

/// Bytes of a message.
pub type MidiBytes = Vec<u8, MAX_SYSEX_BYTES>;

impl MidiMessage {
    /// As it travels.
    #[must_use]
    pub fn to_bytes(&self) -> MidiBytes {
        match self {
            &Self::Cv { input, steps } => {
                let bend = (i32::from(steps) >> 2) + 8_192;
                short([BEND | (input % CV_INPUTS as u8), (bend & 0x7F) as u8, (bend >> 7) as u8])
            }
            &Self::Gate { gate, high } => {
                let (status, velocity) = if high { (NOTE_ON, 127) } else { (NOTE_OFF, 0) };
                short([status | PANEL_CHANNEL, FIRST_NOTE + gate % GATES as u8, velocity])
            }
            &Self::Turn(detents) => {
                let value = i16::from(NO_TURN) + i16::from(detents.clamp(-63, 63));
                short([CONTROL | PANEL_CHANNEL, ENCODER, value as u8])
            }
            &Self::Push(pushed) => short([CONTROL | PANEL_CHANNEL, BUTTON, if pushed { 127 } else { 0 }]),
            Self::Frame(frame) => sysex(&frame.to_plain()),
        }
    }

    /// Reads one whole MIDI message; `None` where it is none of the module's.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let (&status, data) = bytes.split_first()?;
        if status == SYSEX {
            return Some(Self::Frame(Frame::read_plain(&from_sysex(data)?).ok()?));
        }
        let &[first, second] = data else { return None };
        if first > 0x7F || second > 0x7F {
            return None;
        }
        let (kind, channel) = (status & 0xF0, status & 0x0F);
        match (kind, channel) {
            (BEND, 0..=3) => {
                let bend = i32::from(first) | (i32::from(second) << 7);
                Some(Self::Cv { input: channel, steps: ((bend - 8_192) * 4) as i16 })
            }
            (NOTE_ON | NOTE_OFF, PANEL_CHANNEL) => {
                let gate = first.checked_sub(FIRST_NOTE).filter(|&gate| usize::from(gate) < GATES)?;
                // A note that is struck with nothing is let go.
                Some(Self::Gate { gate, high: kind == NOTE_ON && second > 0 })
            }
            // No module says 0: as much the other way is 127.
            (CONTROL, PANEL_CHANNEL) if first == ENCODER => Some(Self::Turn((second as i8 - NO_TURN as i8).max(-63))),
            (CONTROL, PANEL_CHANNEL) if first == BUTTON => Some(Self::Push(second >= 64)),
            _ => None,
        }
    }
}

fn short(bytes: [u8; 3]) -> MidiBytes {
    Vec::from_slice(&bytes).unwrap_or_default()
}

fn sysex(plain: &[u8]) -> MidiBytes {
    let mut bytes = Vec::new();
    // `MAX_SYSEX_BYTES` has room for the longest frame.
    let mut put = |byte: u8| _ = bytes.push(byte);
    put(SYSEX);
    put(MANUFACTURER);
    for seven in plain.chunks(7) {
        // The uppermost bits come first, that of the first byte lowest.
        put(seven.iter().enumerate().map(|(bit, byte)| (byte >> 7) << bit).sum());
        seven.iter().for_each(|byte| put(byte & 0x7F));
    }
    put(SYSEX_END);
    bytes
}

/// The code of a System Exclusive message of ours that arrived whole and makes no sense.
#[must_use]
pub fn malformed(bytes: &[u8]) -> Option<u8> {
    match Frame::read_plain(&from_sysex(bytes.strip_prefix(&[SYSEX])?)?) {
        Err(NoFrame::Malformed(code)) => Some(code),
        _ => None,
    }
}

/// The bytes in what follows F0.
fn from_sysex(data: &[u8]) -> Option<Vec<u8, MAX_FRAME_BYTES>> {
    let (&end, data) = data.split_last()?;
    let (&manufacturer, data) = data.split_first()?;
    if end != SYSEX_END || manufacturer != MANUFACTURER {
        return None;
    }
    let mut plain: Vec<u8, MAX_FRAME_BYTES> = Vec::new();
    for eight in data.chunks(8) {
        let (&upper, seven) = eight.split_first()?;
        for (bit, &byte) in seven.iter().enumerate() {
            plain.push((byte & 0x7F) | (((upper >> bit) & 1) << 7)).ok()?;
        }
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Message;

    #[test]
    fn bytes_are_those_of_the_protocol() {
        let cases: [(MidiMessage, &[u8]); 7] = [
            (MidiMessage::Cv { input: 0, steps: 0 }, &[0xE0, 0x00, 0x40]),
            (MidiMessage::Cv { input: 3, steps: 25_000 }, &[0xE3, 0x6A, 0x70]),
            (MidiMessage::Cv { input: 2, steps: i16::MIN }, &[0xE2, 0x00, 0x00]),
            (MidiMessage::Gate { gate: 0, high: true }, &[0x9F, 60, 127]),
            (MidiMessage::Gate { gate: 1, high: false }, &[0x8F, 61, 0]),
            (MidiMessage::Turn(-3), &[0xBF, 20, 61]),
            (MidiMessage::Push(true), &[0xBF, 21, 127]),
        ];
        for (message, bytes) in cases {
            assert_eq!(message.to_bytes(), bytes, "{message:?}");
            assert_eq!(MidiMessage::read(bytes), Some(message));
        }
        let frame = Frame { seq: 0x1234, time_us: 0x89AB_CDEF, message: Message::Led(true) };
        let bytes = MidiMessage::Frame(frame.clone()).to_bytes();
        assert_eq!(bytes[..10], [0xF0, 0x7D, 0x78, 0x11, 0x34, 0x12, 0x6F, 0x4D, 0x2B, 0x09], "{bytes:02X?}");
        assert!(bytes[1..bytes.len() - 1].iter().all(|&byte| byte < 0x80));
        assert_eq!(MidiMessage::read(&bytes), Some(MidiMessage::Frame(frame)));
    }

    #[test]
    fn every_turn_that_is_read_can_be_said_again() {
        for value in 0..=127 {
            let turn = MidiMessage::read(&[0xBF, 20, value]).expect("a turn");
            assert_eq!(MidiMessage::read(&turn.to_bytes()), Some(turn), "{value}");
        }
    }

    #[test]
    fn what_other_devices_say_is_not_the_modules() {
        for bytes in [
            &[][..],
            &[0x90, 60, 127],
            &[0x9F, 62, 127],
            &[0xE4, 0, 64],
            &[0xBF, 22, 1],
            &[0xF8],
            &[0xE0, 0],
            &[0xE0, 0x80, 0],
            &[0xF0, 0x7E, 0x7F, 0x06, 0x01, 0xF7],
            &[0xF0, 0x7D, 0xF7],
            &[0xF0, 0xF7],
            &[0xF0, 0x7D, 0, 1, 2],
        ] {
            assert_eq!(MidiMessage::read(bytes), None, "{bytes:02X?}");
        }
    }
}
