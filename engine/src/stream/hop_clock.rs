//! When control frames fall between the samples of any rate, in exact integers.

use crate::descriptors::ANALYSIS_RATE_HZ;

/// Samples between two control frames at [`ANALYSIS_RATE_HZ`]. At other rates the time stays, not the count.
pub const CONTROL_HOP: u32 = 128;

/// Walks over the control hops of one hit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HopClock {
    sample_rate_hz: u32,
    /// Time from the control frame to the next sample, in units of `1 / (ANALYSIS_RATE_HZ · sample_rate_hz)` seconds.
    lead: u64,
    /// Samples since the trigger.
    elapsed: u64,
}

/// One control hop's place among the samples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hop {
    /// Samples from the trigger to the hop's first sample.
    pub elapsed: u64,
    /// Samples that lie in the hop: at the control frame or after it, and before the next.
    pub samples: usize,
    /// Seconds from the control frame to the first sample, below one sample.
    pub first_s: f64,
    /// Part of the hop that has passed at the first sample.
    pub ramp_start: f64,
    /// Part of the hop that passes with each sample.
    pub ramp_step: f64,
}

impl HopClock {
    /// A clock at the trigger: control frame 0 falls on sample 0.
    #[must_use]
    pub fn new(sample_rate_hz: u32) -> Self {
        Self { sample_rate_hz, lead: 0, elapsed: 0 }
    }

    /// Most samples a hop can hold at this rate.
    #[must_use]
    pub fn longest_hop(sample_rate_hz: u32) -> usize {
        (u64::from(CONTROL_HOP) * u64::from(sample_rate_hz)).div_ceil(u64::from(ANALYSIS_RATE_HZ)) as usize
    }

    /// Seconds between control frames.
    pub const HOP_S: f64 = CONTROL_HOP as f64 / ANALYSIS_RATE_HZ as f64;

    /// The next hop. Real-time safe.
    pub fn advance(&mut self) -> Hop {
        let rate = u64::from(self.sample_rate_hz);
        let sample = u64::from(ANALYSIS_RATE_HZ);
        let length = u64::from(CONTROL_HOP) * rate;
        let samples = length.saturating_sub(self.lead).div_ceil(sample);
        let hop = Hop {
            elapsed: self.elapsed,
            samples: samples as usize,
            first_s: self.lead as f64 / (sample as f64 * rate as f64),
            ramp_start: self.lead as f64 / length as f64,
            ramp_step: sample as f64 / length as f64,
        };
        self.lead = self.lead + samples * sample - length;
        self.elapsed += samples;
        hop
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hops_keep_time_at_every_rate() {
        for rate in [8_000, 44_100, 48_000, 88_200, 96_000, 192_000, 384_000] {
            let mut clock = HopClock::new(rate);
            for frame in 0..2_000u64 {
                let hop = clock.advance();
                let first = (frame * 128 * u64::from(rate)).div_ceil(44_100);
                assert_eq!(hop.elapsed, first, "{rate} Hz, frame {frame}");
                assert!(hop.samples <= HopClock::longest_hop(rate), "{rate} Hz, frame {frame}");
                let time = frame as f64 * HopClock::HOP_S + hop.first_s;
                assert!((time - first as f64 / f64::from(rate)).abs() < 1e-9, "{rate} Hz, frame {frame}");
            }
        }
    }
}
