//! Does a sound follow descriptors that belong to another sound?
//!
//! After the protocol of Devis et al. (ICASSP 2023): of a held-out recording one to four descriptors are replaced by those of
//! another, the hit is played, and what was asked is compared with what is measured.

use neurorack_engine::ModelBank;
use neurorack_engine::descriptors::{AnalysisConfig, DescriptorCurve, Descriptors, describe};
use neurorack_engine::models::conditioning::{Conditioned, F0, RELIABILITY, scale};
use neurorack_engine::models::noise::Random;
use rayon::prelude::*;

use crate::batch::exchange;
use crate::data::Hit;
use crate::evaluate::Player;
use crate::metrics::correlation;

/// Most descriptors that are taken from another recording.
pub const MOST: usize = 4;

/// Frames asked to be louder than this, -60 dB of full scale, count; of pitch, those whose pitch can be trusted so far.
const ACTIVE_RMS: f32 = 1e-3;
const TRUSTED: f32 = 0.5;

/// Pearson's r of what is asked and what is measured.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Following {
    /// Over the active frames of all hits, in the network's scales (logarithms), for each descriptor.
    pub r: [f64; Descriptors::COUNT],
    /// The same over those hits alone in which the descriptor came from another recording; not a number where none did.
    pub swapped: [f64; Descriptors::COUNT],
}

impl Following {
    /// The mean over all descriptors.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.r.iter().sum::<f64>() / self.r.len() as f64
    }

    /// The mean over descriptors that were swapped.
    #[must_use]
    pub fn mean_swapped(&self) -> f64 {
        let known: Vec<f64> = self.swapped.iter().copied().filter(|r| r.is_finite()).collect();
        known.iter().sum::<f64>() / known.len() as f64
    }
}

/// What is asked and measured in the active frames of a hit, and which descriptors were swapped.
struct Played {
    pairs: [Vec<(f64, f64)>; Descriptors::COUNT],
    swapped: Vec<usize>,
}

/// How the bank follows with none to [`MOST`] descriptors swapped; the same `seed` draws the same.
#[must_use]
pub fn measure(bank: &ModelBank, hits: &[Hit], seed: u64) -> [Following; MOST + 1] {
    let player = Player::as_measured(bank, seed);
    std::array::from_fn(|count| {
        let played: Vec<Played> =
            hits.par_iter().enumerate().map(|(index, hit)| play(&player, hits, index, hit, count, seed)).collect();
        following(&played)
    })
}

fn play(player: &Player, hits: &[Hit], index: usize, hit: &Hit, count: usize, seed: u64) -> Played {
    let mut random = Random::new(seed ^ ((index * (MOST + 1) + count) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let other = &hits[random.below(hits.len() as u32) as usize];
    let (curve, swapped) = exchange(&hit.curve, &other.curve, count, &mut random);
    let sound = player.render_curve(hit, &curve, hit.samples.len());
    let mut pairs: [Vec<(f64, f64)>; Descriptors::COUNT] = Default::default();
    if let Ok(measured) = DescriptorCurve::new(describe(&sound, AnalysisConfig::default())) {
        let measured: Vec<Conditioned> = scale(&measured);
        let frames = curve.frames().iter().zip(scale(&curve)).zip(measured);
        for ((_, asked), measured) in frames.filter(|((frame, _), _)| frame.rms > ACTIVE_RMS) {
            for (channel, pairs) in pairs.iter_mut().enumerate() {
                if channel != F0 || asked[RELIABILITY] > TRUSTED {
                    pairs.push((f64::from(asked[channel]), f64::from(measured[channel])));
                }
            }
        }
    }
    Played { pairs, swapped }
}

fn following(played: &[Played]) -> Following {
    let r = |keep: &dyn Fn(&Played, usize) -> bool| {
        std::array::from_fn(|channel| {
            let kept = played.iter().filter(|played| keep(played, channel));
            let pairs: Vec<_> = kept.flat_map(|played| played.pairs[channel].iter().copied()).collect();
            correlation(&pairs).unwrap_or(f64::NAN)
        })
    };
    Following { r: r(&|_, _| true), swapped: r(&|played, channel| played.swapped.contains(&channel)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn correlation_is_pearsons() {
        let rising = [(1.0, 2.0), (2.0, 4.1), (3.0, 5.9)];
        assert!(correlation(&rising).is_some_and(|r| r > 0.99));
        let falling = rising.map(|(a, b)| (a, -b));
        assert!(correlation(&falling).is_some_and(|r| r < -0.99));
        assert!(correlation(&[]).is_none());
    }

    #[test]
    fn only_swapped_hits_count_as_swapped() {
        let hit = |sign: f64, swapped: Vec<usize>| {
            let pairs = std::array::from_fn(|_| vec![(0.0, 0.0), (1.0, sign), (2.0, 2.0 * sign)]);
            Played { pairs, swapped }
        };
        let found = following(&[hit(1.0, vec![]), hit(-1.0, vec![2])]);
        assert!((found.swapped[2] + 1.0).abs() < 1e-9 && found.swapped[0].is_nan());
        assert!(found.r[2].abs() < 1e-9 && (found.mean_swapped() + 1.0).abs() < 1e-9);
    }
}
