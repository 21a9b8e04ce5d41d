//! What waits to be sent: when it is full the oldest goes, and is counted.

use heapless::Deque;
use neurorack_protocol::{CV_INPUTS, Calibration, Checklist, Cv, Edge, Frame, Health, Info, Message, Refusal};

/// What a module says. Messages hold pixels too, which only hosts send: without their place this is a fifth of the size, and
/// copied a thousand times a second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum News {
    /// [`Message::Cv`]
    Cv(Cv),
    /// [`Message::Edge`]
    Edge(Edge),
    /// [`Message::Raw`]
    Raw([u16; CV_INPUTS]),
    /// [`Message::Health`]
    Health(Health),
    /// [`Message::Info`]
    Info(Info),
    /// [`Message::Pong`]
    Pong(u32),
    /// [`Message::CalibrationState`]: the calibration in use, and whether it is kept.
    Calibration(Calibration, bool),
    /// [`Message::Refused`]
    Refused(Refusal),
    /// [`Message::Checklist`]
    Checklist(Checklist),
}

impl From<News> for Message {
    fn from(news: News) -> Self {
        match news {
            News::Cv(cv) => Self::Cv(cv),
            News::Edge(edge) => Self::Edge(edge),
            News::Raw(codes) => Self::Raw(codes),
            News::Health(health) => Self::Health(health),
            News::Info(info) => Self::Info(info),
            News::Pong(number) => Self::Pong(number),
            News::Calibration(calibration, kept) => Self::CalibrationState { calibration, kept },
            News::Refused(refusal) => Self::Refused(refusal),
            News::Checklist(list) => Self::Checklist(list),
        }
    }
}

/// News with its place in the stream.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Note {
    seq: u16,
    time_us: u32,
    news: News,
}

impl Note {
    /// As it travels.
    #[must_use]
    pub fn frame(self) -> Frame {
        Frame { seq: self.seq, time_us: self.time_us, message: self.news.into() }
    }
}

/// Notes between what is measured and a port that may stall.
///
/// Numbers are given here, before anything is dropped: the host sees what it lost.
#[derive(Debug, Clone)]
pub struct Outbox<const N: usize> {
    notes: Deque<Note, N>,
    seq: u16,
    dropped: u32,
}

impl<const N: usize> Default for Outbox<N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const N: usize> Outbox<N> {
    /// An empty one.
    #[must_use]
    pub const fn new() -> Self {
        Self { notes: Deque::new(), seq: 0, dropped: 0 }
    }

    /// Adds what is told of the moment `time_us`.
    pub fn push(&mut self, news: News, time_us: u32) {
        if self.notes.is_full() {
            self.notes.pop_front();
            self.dropped = self.dropped.saturating_add(1);
        }
        let seq = self.seq;
        self.seq = seq.wrapping_add(1);
        // There is room now.
        let _ = self.notes.push_back(Note { seq, time_us, news });
    }

    /// The oldest that waits.
    pub fn pop(&mut self) -> Option<Note> {
        self.notes.pop_front()
    }

    /// Whether nothing waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.notes.is_empty()
    }

    /// Forgets what waits: the one it was for is gone.
    pub fn clear(&mut self) {
        self.notes.clear();
    }

    /// Notes that were dropped so far.
    #[must_use]
    pub fn dropped(&self) -> u32 {
        self.dropped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_stay_and_the_gap_in_their_numbers_is_what_was_dropped() {
        let mut outbox = Outbox::<4>::new();
        for k in 0..10 {
            outbox.push(News::Pong(k), k);
        }
        assert_eq!(outbox.dropped(), 6);
        let left: std::vec::Vec<(u16, u32)> =
            core::iter::from_fn(|| outbox.pop()).map(|note| (note.frame().seq, note.frame().time_us)).collect();
        assert_eq!(left, [(6, 6), (7, 7), (8, 8), (9, 9)]);
        outbox.push(News::Pong(0), 0);
        outbox.clear();
        assert!(outbox.is_empty());
    }

    #[test]
    fn a_note_is_small() {
        assert!(size_of::<Note>() * 3 < size_of::<Frame>(), "{} and {}", size_of::<Note>(), size_of::<Frame>());
    }
}
