//! An envelope of attack and decay, in closed form of the samples since its strike.

use crate::stream::math;

/// An envelope between 0 and 1.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Envelope {
    /// Samples since the strike; `None` before the first one.
    elapsed: Option<u32>,
    /// Level at the strike.
    base: f32,
}

impl Envelope {
    /// Below this level the envelope is over: 0.5 mV.
    const SILENCE: f32 = 1e-4;

    /// Rises from the level where it is, so that a strike into the tail makes no step. Real-time safe.
    pub(super) fn strike(&mut self, attack_samples: f32, decay_samples: f32) {
        self.base = self.level(attack_samples, decay_samples);
        self.elapsed = Some(0);
    }

    /// Lets samples pass. Real-time safe.
    pub(super) fn advance(&mut self, samples: u32) {
        self.elapsed = self.elapsed.map(|elapsed| elapsed.saturating_add(samples));
    }

    /// The level at the coming sample: linear up to 1 in the attack, then down to a hundredth in each decay.
    /// Real-time safe.
    pub(super) fn level(&self, attack_samples: f32, decay_samples: f32) -> f32 {
        let Some(elapsed) = self.elapsed else { return 0.0 };
        let elapsed = elapsed as f32;
        if elapsed < attack_samples {
            return self.base + (1.0 - self.base) * elapsed / attack_samples;
        }
        let level = math::exp2((attack_samples - elapsed) / decay_samples.max(1.0) * std::f32::consts::LOG2_10 * 2.0);
        if level > Self::SILENCE { level } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attack_and_decay_take_their_times() {
        let mut envelope = Envelope::default();
        assert_eq!(envelope.level(480.0, 4_800.0), 0.0, "before the first strike");
        envelope.strike(480.0, 4_800.0);
        let mut now = 0;
        for (sample, level) in [(0, 0.0), (240, 0.5), (480, 1.0), (2_880, 0.1), (5_280, 0.01), (20_000, 0.0)] {
            envelope.advance(sample - now);
            now = sample;
            let found = envelope.level(480.0, 4_800.0);
            assert!((found - level).abs() < 1e-5, "at sample {sample}: {found} instead of {level}");
        }
    }

    #[test]
    fn a_strike_into_the_tail_makes_no_step() {
        let mut envelope = Envelope::default();
        envelope.strike(0.0, 1_000.0);
        envelope.advance(300);
        let before = envelope.level(100.0, 1_000.0);
        envelope.strike(100.0, 1_000.0);
        assert_eq!(envelope.level(100.0, 1_000.0), before);
        envelope.advance(100);
        assert_eq!(envelope.level(100.0, 1_000.0), 1.0);
    }
}
