//! How much of a flood gets through: a burst at once, then no more than a steady rate.

/// A bucket that fills with time; each message takes one from it.
#[derive(Debug, Clone, Copy)]
pub struct Allowance {
    most: f64,
    per_ms: f64,
    left: f64,
    at_ms: f64,
}

impl Allowance {
    /// Lets `burst` messages through at once, and `per_s` a second in the long run.
    #[must_use]
    pub fn new(burst: u32, per_s: u32) -> Self {
        let most = f64::from(burst);
        Self { most, per_ms: f64::from(per_s) / 1_000.0, left: most, at_ms: 0.0 }
    }

    /// Whether one more may pass now, on a clock in milliseconds.
    pub fn take(&mut self, now_ms: f64) -> bool {
        let passed_ms = (now_ms - self.at_ms).max(0.0);
        self.at_ms = self.at_ms.max(now_ms);
        self.left = (self.left + passed_ms * self.per_ms).min(self.most);
        let passes = self.left >= 1.0;
        self.left -= f64::from(u8::from(passes));
        passes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_chord_passes_and_a_flood_does_not() {
        let mut allowance = Allowance::new(24, 200);
        let passed = |allowance: &mut Allowance, at_ms| (0..5_000).filter(|_| allowance.take(at_ms)).count();
        assert_eq!(passed(&mut allowance, 1_000.0), 24);
        assert_eq!(passed(&mut allowance, 1_000.0), 0);
        assert_eq!(passed(&mut allowance, 1_050.0), 10, "ten more in a twentieth of a second");
    }

    proptest! {
        #[test]
        fn no_stretch_of_time_lets_more_through_than_burst_and_rate(gaps in proptest::collection::vec(0.0..20.0f64, 1..400)) {
            let mut allowance = Allowance::new(24, 200);
            let (mut now_ms, mut passed) = (0.0, 0.0);
            for gap in gaps {
                now_ms += gap;
                passed += f64::from(u8::from(allowance.take(now_ms)));
                prop_assert!(passed <= 24.0 + 0.2 * now_ms + 1e-6, "{passed} in {now_ms} ms");
            }
        }
    }
}
