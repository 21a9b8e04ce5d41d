//! Recordings that were never made: played at another speed, through another filter, one on top of another.
//!
//! The data lean to snares, toms and wood. Slower playing turns a tom into a boom, filters loosen the tie between a
//! spectrum's details and its descriptors, and layers are what cinematic hits are made of.

use neurorack_engine::descriptors::{DescriptorCurve, analyse};
use neurorack_engine::models::noise::Random;

use neurorack_nets::sinc_nsf::SAMPLE_RATE_HZ;

/// Longest sound that is kept, in samples: the longest curve.
const LONGEST: usize = 4 * 44_100;

/// A number from `low` to `high`.
pub(crate) fn between(random: &mut Random, low: f32, high: f32) -> f32 {
    low + (high - low) * random.below(1 << 24) as f32 / (1 << 24) as f32
}

/// Whether something of this probability happens.
pub(crate) fn chance(random: &mut Random, probability: f32) -> bool {
    between(random, 0.0, 1.0) < probability
}

/// A variation of a recording, and its descriptors; with `layer` sometimes on top of that one. `None` if nothing is left.
pub(crate) fn vary(samples: &[f32], layer: &[f32], random: &mut Random) -> Option<(Vec<f32>, DescriptorCurve)> {
    let mut varied = match chance(random, 0.7) {
        true => at_speed(samples, between(random, -1.0, 0.5).exp2()),
        false => samples.to_vec(),
    };
    if chance(random, 0.25) {
        let layer = at_speed(layer, between(random, -1.0, 0.3).exp2());
        let gain = between(random, 0.2, 1.0);
        varied.resize(varied.len().max(layer.len()), 0.0);
        varied.iter_mut().zip(&layer).for_each(|(sample, other)| *sample += gain * other);
    }
    if chance(random, 0.6) {
        for _ in 0..3 {
            let centre_hz = between(random, 80f32.log2(), 9_000f32.log2()).exp2();
            let gain_db = between(random, -12.0, 12.0);
            Peak::new(centre_hz, between(random, 0.4, 1.5), gain_db).filter(&mut varied);
        }
    }
    if chance(random, 0.25) {
        // Damped: the hand on the skin, or a shorter room.
        let per_sample = (-1.0 / (between(random, 0.05, 0.6) * SAMPLE_RATE_HZ)).exp();
        let mut level = 1.0;
        varied.iter_mut().for_each(|sample| {
            *sample *= level;
            level *= per_sample;
        });
    }
    let peak = |sound: &[f32]| sound.iter().fold(1e-6f32, |peak, sample| peak.max(sample.abs()));
    let gain = peak(samples) / peak(&varied);
    varied.iter_mut().for_each(|sample| *sample *= gain);
    let curve = analyse(&varied).ok()?;
    Some((varied, curve))
}

/// The sound `speed` times as fast and as high, by cubic Hermite interpolation.
fn at_speed(samples: &[f32], speed: f32) -> Vec<f32> {
    let length = ((samples.len() as f32 / speed) as usize).clamp(1, LONGEST);
    let at = |index: isize| usize::try_from(index).ok().and_then(|i| samples.get(i)).copied().unwrap_or(0.0);
    (0..length)
        .map(|k| {
            let place = k as f64 * f64::from(speed);
            let index = place as isize;
            let t = (place - index as f64) as f32;
            let [a, b, c, d] = [-1, 0, 1, 2].map(|step| at(index + step));
            let (slope_b, slope_c) = (0.5 * (c - a), 0.5 * (d - b));
            let bend = 3.0 * (c - b) - 2.0 * slope_b - slope_c;
            let twist = 2.0 * (b - c) + slope_b + slope_c;
            b + t * (slope_b + t * (bend + t * twist))
        })
        .collect()
}

/// A peaking filter (Bristow-Johnson, "Cookbook formulae for audio equalizer biquad filter coefficients").
struct Peak {
    b: [f32; 3],
    a: [f32; 2],
}

impl Peak {
    fn new(centre_hz: f32, quality: f32, gain_db: f32) -> Self {
        let amplitude = 10f32.powf(gain_db / 40.0);
        let angle = std::f32::consts::TAU * centre_hz / SAMPLE_RATE_HZ;
        let alpha = angle.sin() / (2.0 * quality);
        let scale = 1.0 / (1.0 + alpha / amplitude);
        let cosine = -2.0 * angle.cos() * scale;
        Self {
            b: [(1.0 + alpha * amplitude) * scale, cosine, (1.0 - alpha * amplitude) * scale],
            a: [cosine, (1.0 - alpha / amplitude) * scale],
        }
    }

    fn filter(&self, samples: &mut [f32]) {
        let mut state = [0.0f32; 2];
        for sample in samples {
            let input = *sample;
            let output = self.b[0] * input + state[0];
            state = [self.b[1] * input - self.a[0] * output + state[1], self.b[2] * input - self.a[1] * output];
            *sample = output;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sine(frequency_hz: f32) -> Vec<f32> {
        (0..8_000).map(|i| (std::f32::consts::TAU * frequency_hz * i as f32 / SAMPLE_RATE_HZ).sin()).collect()
    }

    fn rms(sound: &[f32]) -> f32 {
        (sound.iter().map(|x| x * x).sum::<f32>() / sound.len() as f32).sqrt()
    }

    #[test]
    fn half_the_speed_is_an_octave_lower_and_twice_as_long() {
        let slow = at_speed(&sine(1_000.0), 0.5);
        assert_eq!(slow.len(), 16_000);
        let difference: Vec<f32> = slow[..7_900].iter().zip(sine(500.0)).map(|(a, b)| a - b).collect();
        assert!(rms(&difference) < 1e-3, "{}", rms(&difference));
    }

    #[test]
    fn a_peak_lifts_its_centre_and_leaves_the_rest() {
        let gain = |frequency_hz: f32| {
            let mut sound = sine(frequency_hz);
            Peak::new(1_000.0, 1.0, 6.0).filter(&mut sound);
            20.0 * (rms(&sound[2_000..]) / rms(&sine(frequency_hz)[2_000..])).log10()
        };
        assert!((gain(1_000.0) - 6.0).abs() < 0.1 && gain(40.0).abs() < 0.1, "{} and {}", gain(1_000.0), gain(40.0));
    }

    #[test]
    fn a_variation_keeps_the_peak() {
        let mut random = Random::new(3);
        for _ in 0..20 {
            let (varied, _) = vary(&sine(300.0), &sine(90.0), &mut random).expect("something is left");
            let peak = varied.iter().fold(0.0f32, |peak, x| peak.max(x.abs()));
            assert!((peak - 1.0).abs() < 1e-2, "{peak}");
        }
    }
}
