//! What waits to be sent: when it is full the oldest goes, and is counted.

use heapless::Deque;
use neurorack_protocol::{Frame, Message};

/// Frames between what is measured and a port that may stall.
///
/// Numbers are given here, before anything is dropped: the host sees what it lost.
#[derive(Debug, Clone)]
pub struct Outbox<const N: usize> {
    frames: Deque<Frame, N>,
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
        Self { frames: Deque::new(), seq: 0, dropped: 0 }
    }

    /// Adds what is told of the moment `time_us`.
    pub fn push(&mut self, message: Message, time_us: u32) {
        if self.frames.is_full() {
            self.frames.pop_front();
            self.dropped = self.dropped.saturating_add(1);
        }
        let seq = self.seq;
        self.seq = seq.wrapping_add(1);
        // There is room now.
        drop(self.frames.push_back(Frame { seq, time_us, message }));
    }

    /// The oldest that waits.
    pub fn pop(&mut self) -> Option<Frame> {
        self.frames.pop_front()
    }

    /// Whether nothing waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    /// Forgets what waits: the one it was for is gone.
    pub fn clear(&mut self) {
        self.frames.clear();
    }

    /// Frames that were dropped so far.
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
            outbox.push(Message::Ping(k), k);
        }
        assert_eq!(outbox.dropped(), 6);
        let left: std::vec::Vec<(u16, u32)> =
            core::iter::from_fn(|| outbox.pop()).map(|frame| (frame.seq, frame.time_us)).collect();
        assert_eq!(left, [(6, 6), (7, 7), (8, 8), (9, 9)]);
        outbox.push(Message::Ping(0), 0);
        outbox.clear();
        assert!(outbox.is_empty());
    }
}
