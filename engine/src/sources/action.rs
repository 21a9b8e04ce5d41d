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

impl Action {
    /// Whether both move the same control, so that only the later one counts.
    fn is_replaced_by(&self, later: &Self) -> bool {
        match (self, later) {
            (Self::Lane { lane, .. }, Self::Lane { lane: same, .. }) => lane == same,
            (Self::Pad { .. }, Self::Pad { .. })
            | (Self::Wheel { .. }, Self::Wheel { .. })
            | (Self::Bend { .. }, Self::Bend { .. })
            | (Self::Jacks { .. }, Self::Jacks { .. }) => true,
            _ => false,
        }
    }
}

/// Actions in the order of their samples; those of one sample in the order they came.
#[derive(Debug)]
pub(super) struct ActionQueue {
    /// The first `length` wait, each with its samples from the start of the coming block.
    waiting: [(u32, Action); Self::CAPACITY],
    length: usize,
    /// Whether something was lost: a gate may wait for a release that never comes.
    lost: bool,
}

impl Default for ActionQueue {
    fn default() -> Self {
        Self { waiting: [(0, Action::ReleaseAll); Self::CAPACITY], length: 0, lost: false }
    }
}

impl ActionQueue {
    /// Actions that may wait.
    pub(super) const CAPACITY: usize = 256;

    /// Takes an action up. A position that is followed at the same sample by another of the same control was never taken: after a
    /// pause, in which a module told its voltages a thousand times a second, what has to be in order finds room. Returns whether
    /// there was room. Real-time safe.
    pub(super) fn push(&mut self, at: u32, action: Action) -> bool {
        let before = self.waiting[..self.length].partition_point(|waiting| waiting.0 <= at);
        if let Some((sample, last)) = self.waiting[..before].last_mut()
            && *sample == at
            && last.is_replaced_by(&action)
        {
            *last = action;
            return true;
        }
        if self.length == Self::CAPACITY {
            self.lose();
            return false;
        }
        self.waiting[self.length] = (at, action);
        self.length += 1;
        self.waiting[before..self.length].rotate_right(1);
        true
    }

    /// Something did not find its way here. Once all that waits is done, every pad and key goes up: no gate hangs.
    pub(super) fn lose(&mut self) {
        self.lost = true;
    }

    /// The sample of the first action.
    pub(super) fn next_at(&self) -> Option<u32> {
        self.waiting[..self.length].first().map(|waiting| waiting.0)
    }

    /// Takes the first action if it happens at `sample` or before. Real-time safe.
    pub(super) fn pop_at(&mut self, sample: u32) -> Option<Action> {
        if self.length == 0 && std::mem::take(&mut self.lost) {
            return Some(Action::ReleaseAll);
        }
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
        // What was refused may have been a release.
        let taken = std::iter::from_fn(|| queue.pop_at(50)).collect::<Vec<_>>();
        assert_eq!((taken.len(), taken.last()), (ActionQueue::CAPACITY + 1, Some(&Action::ReleaseAll)));
        assert_eq!(queue.pop_at(u32::MAX), None);
    }

    #[test]
    fn of_positions_at_one_sample_the_last_is_taken_and_gates_between_them_keep_their_order() {
        let mut queue = ActionQueue::default();
        let jacks = |volts| Action::Jacks { volts: [Some(volts), None, None, None] };
        let press = Action::Press { gate: GateInput::Gate1, velocity: 1.0 };
        for volts in 0..2_000u16 {
            assert!(queue.push(0, jacks(volts.into())));
        }
        assert!(queue.push(0, press));
        for volts in 0..2_000u16 {
            assert!(queue.push(0, jacks((volts + 1).into())));
        }
        assert!(queue.push(1, jacks(-5.0)));
        assert_eq!([(); 3].map(|()| queue.pop_at(0)), [Some(jacks(1_999.0)), Some(press), Some(jacks(2_000.0))]);
        assert_eq!((queue.pop_at(0), queue.pop_at(1)), (None, Some(jacks(-5.0))));
        // Another lane is another control.
        for lane in 0..4 {
            assert!(queue.push(0, Action::Lane { lane, value: 0.5 }));
        }
        assert!((0..4).all(|lane| queue.pop_at(0) == Some(Action::Lane { lane, value: 0.5 })));
    }
}
