//! What hands, keys and MIDI do, at exact samples, and the queue in which it waits.

use super::GateInput;

/// Something that reaches the rack from outside.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Action {
    /// A pad or key goes down: the gate strikes, whatever its cables do, and stays high.
    Press {
        /// Which gate.
        gate: GateInput,
        /// Strength, 0 to 1.
        velocity: f32,
    },
    /// A pad or key goes up; the gate falls with the last one, unless a cable holds it.
    Release {
        /// Which gate.
        gate: GateInput,
    },
    /// All pads and keys go up.
    ReleaseAll,
    /// The XY pad moves to this place, -1 to 1 each.
    Pad {
        /// From left to right.
        x: f32,
        /// From bottom to top.
        y: f32,
    },
    /// A learned MIDI controller moves.
    Lane {
        /// Which of the four lanes, 0 to 3; others are ignored.
        lane: u8,
        /// Its position, 0 to 1.
        value: f32,
    },
    /// The modulation wheel moves.
    Wheel {
        /// Its position, 0 to 1.
        value: f32,
    },
    /// The pitch bend moves: what sounds and what comes glides to so many semitones, -24 to 24.
    Bend {
        /// Semitones.
        semitones: f32,
    },
    /// What a module's jacks for CV 1 to CV 4 read: the volts of each that has a plug. They add to knob and cables.
    Jacks {
        /// Volts, -5 to 5; nothing without a plug.
        volts: [Option<f32>; 4],
    },
    /// A hand holds the XY pad, or lets it go: while it is held, a recorded gesture gives way to it.
    HoldPad {
        /// Whether it is held.
        held: bool,
    },
    /// The clock starts from the beginning (MIDI start).
    Start,
    /// The clock stops (MIDI stop).
    Stop,
    /// The clock goes on from where it stopped (MIDI continue).
    Continue,
    /// A pulse of MIDI clock, 24 to a quarter note.
    Pulse,
}

/// Actions in the order of their samples; those of one sample in the order they came.
#[derive(Debug)]
pub(super) struct ActionQueue {
    /// The first `length` wait, each with its samples from the start of the coming block.
    waiting: [(u32, Action); Self::CAPACITY],
    length: usize,
}

impl Default for ActionQueue {
    fn default() -> Self {
        Self { waiting: [(0, Action::ReleaseAll); Self::CAPACITY], length: 0 }
    }
}

impl ActionQueue {
    /// Actions that may wait.
    pub(super) const CAPACITY: usize = 256;

    /// Takes an action up. Returns whether there was room. Real-time safe.
    pub(super) fn push(&mut self, at: u32, action: Action) -> bool {
        if self.length == Self::CAPACITY {
            return false;
        }
        let before = self.waiting[..self.length].partition_point(|waiting| waiting.0 <= at);
        self.waiting[self.length] = (at, action);
        self.length += 1;
        self.waiting[before..self.length].rotate_right(1);
        true
    }

    /// The sample of the first action.
    pub(super) fn next_at(&self) -> Option<u32> {
        self.waiting[..self.length].first().map(|waiting| waiting.0)
    }

    /// Takes the first action if it happens at `sample` or before. Real-time safe.
    pub(super) fn pop_at(&mut self, sample: u32) -> Option<Action> {
        let (_, action) = *self.waiting[..self.length].first().filter(|waiting| waiting.0 <= sample)?;
        self.waiting[..self.length].rotate_left(1);
        self.length -= 1;
        Some(action)
    }

    /// Lets time pass. Real-time safe.
    pub(super) fn pass(&mut self, samples: u32) {
        for (at, _) in &mut self.waiting[..self.length] {
            *at = at.saturating_sub(samples);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_come_in_the_order_of_their_samples_and_a_full_queue_refuses() {
        let mut queue = ActionQueue::default();
        let lane = |lane| Action::Lane { lane, value: 0.5 };
        for (at, action) in [(9, lane(0)), (3, lane(1)), (9, lane(2)), (200, lane(3))] {
            assert!(queue.push(at, action));
        }
        assert_eq!((queue.pop_at(2), queue.pop_at(3)), (None, Some(lane(1))));
        assert_eq!((queue.pop_at(9), queue.pop_at(9)), (Some(lane(0)), Some(lane(2))));
        queue.pass(150);
        assert_eq!(queue.next_at(), Some(50));
        assert!((1..ActionQueue::CAPACITY).all(|_| queue.push(0, Action::Pulse)));
        assert!(!queue.push(0, Action::Pulse));
    }
}
