//! Every random number of one hit.

use super::{FRAME_SAMPLES, HARMONICS, UNVOICED_NOISE};
use crate::models::noise::{Random, bin_noise};

/// Band of [`bin_noise`] that the noise branch's source is drawn from; the sines take the bands below.
const SOURCE_BAND: u32 = HARMONICS as u32;

/// Every random number that the network needs for `L` samples: the same seed gives the same hit in the engine, in burn and on
/// a graphics card, and a longer hit begins with the numbers of a shorter one.
#[derive(Debug, Clone, PartialEq)]
pub struct Draws {
    /// Phases that the sines start from, in turns; the fundamental's is 0.
    pub initial_phase_cycles: [f32; HARMONICS],
    /// Standard normal noise for each sine, `[17, L]` row-major, before its voicing-dependent gain.
    pub sines: Vec<f32>,
    /// The noise branch's source, `L` samples at its final gain (standard deviation 0.1 / 3).
    pub source: Vec<f32>,
}

impl Draws {
    /// The numbers of this seed for so many frames.
    #[must_use]
    pub fn new(seed: u64, frames: usize) -> Self {
        let samples = frames * FRAME_SAMPLES;
        let mut random = Random::new(seed);
        let mut initial_phase_cycles = [0.0; HARMONICS];
        for phase in &mut initial_phase_cycles[1..] {
            *phase = (random.next_u64() >> 40) as f32 / (1u32 << 24) as f32;
        }
        let sines = (0..HARMONICS as u32).flat_map(|band| normal(seed, band, samples)).collect();
        let source = normal(seed, SOURCE_BAND, samples).map(|value| UNVOICED_NOISE * value).collect();
        Self { initial_phase_cycles, sines, source }
    }

    /// Samples that there are numbers for.
    #[must_use]
    pub fn samples(&self) -> usize {
        self.source.len()
    }

    /// Noise of sine `k`.
    pub(super) fn sine(&self, k: usize) -> &[f32] {
        let samples = self.samples();
        &self.sines[k * samples..][..samples]
    }
}

/// An even number of standard normal values.
fn normal(seed: u64, band: u32, samples: usize) -> impl Iterator<Item = f32> {
    (0..samples as u32 / 2).flat_map(move |pair| bin_noise(seed, band, pair))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_longer_hit_begins_with_the_numbers_of_a_shorter_one() {
        let [short, long] = [2, 5].map(|frames| Draws::new(3, frames));
        assert_eq!(short.initial_phase_cycles, long.initial_phase_cycles);
        assert_eq!(short.source, long.source[..short.samples()]);
        for sine in 0..HARMONICS {
            assert_eq!(short.sine(sine), &long.sine(sine)[..short.samples()], "sine {sine}");
        }
        assert_ne!(short, Draws::new(4, 2), "another seed");
    }

    #[test]
    fn draws_have_their_stated_distributions() {
        let draws = Draws::new(9, 40);
        let deviation = |values: &[f32]| {
            (values.iter().map(|&x| f64::from(x).powi(2)).sum::<f64>() / values.len() as f64).sqrt() as f32
        };
        assert!((deviation(&draws.sines) - 1.0).abs() < 0.01);
        assert!((deviation(&draws.source) / UNVOICED_NOISE - 1.0).abs() < 0.03);
        assert_eq!(draws.initial_phase_cycles[0], 0.0);
        assert!(draws.initial_phase_cycles.iter().all(|phase| (0.0..1.0).contains(phase)));
    }
}
