//! How fast the encoder is turned, and what this makes of a detent.

/// Detents that follow each other within this time are fast, in milliseconds: two turns a second.
const FAST_MS: u32 = 24;

/// And within this time brisk: one turn in two seconds.
const BRISK_MS: u32 = 80;

/// Detents of a fast turn that go through a whole range: one turn of the knob.
const FAST_DETENTS: usize = 24;

/// The encoder's pace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pace {
    /// Milliseconds since the last detent.
    since_ms: u32,
}

impl Pace {
    /// At rest.
    pub(crate) const REST: Self = Self { since_ms: u32::MAX };

    /// Lets time pass.
    pub(crate) fn tick(&mut self, ms: u32) {
        self.since_ms = self.since_ms.saturating_add(ms);
    }

    /// How many of `positions` a turn by `detents` moves: fast turns go through long ranges in about one turn of the knob,
    /// slow ones move by single steps.
    pub(crate) fn steps(&mut self, detents: i8, positions: usize) -> i32 {
        let apart_ms = self.since_ms / u32::from(detents.unsigned_abs().max(1));
        self.since_ms = 0;
        let fast = (positions / FAST_DETENTS).max(1);
        let factor = if apart_ms <= FAST_MS {
            fast
        } else if apart_ms <= BRISK_MS {
            fast.isqrt()
        } else {
            1
        };
        i32::from(detents).saturating_mul(i32::try_from(factor).unwrap_or(i32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(ms: u32, positions: usize) -> i32 {
        let mut pace = Pace::REST;
        pace.steps(1, positions);
        pace.tick(ms);
        pace.steps(1, positions)
    }

    #[test]
    fn slow_turns_move_by_one_step_and_fast_turns_through_the_range() {
        assert_eq!(after(200, 10_000), 1, "slow");
        assert_eq!(after(50, 10_000), 20, "brisk");
        assert_eq!(after(10, 10_000), 416, "fast");
        assert_eq!(after(10, 8), 1, "a short range is never skipped over");
    }

    #[test]
    fn several_detents_at_once_are_fast_turning() {
        let mut pace = Pace::REST;
        pace.steps(1, 101);
        pace.tick(60);
        assert_eq!(pace.steps(-4, 101), -16);
    }
}
