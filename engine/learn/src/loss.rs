//! How far a sound is from its target: spectra at several resolutions, the onset, mel bands and texture.
//!
//! Multi-resolution STFT loss after Yamamoto, Song and Kim, "Parallel WaveGAN", ICASSP 2020: spectral convergence
//! plus L1 of log magnitudes. Added: the same on the first 58 ms with short windows, log-mel L1, its like with power
//! averaged over time (the shape without the luck of noise), the texture distance (how much log magnitudes move from
//! frame to frame, band by band), which tells noise from a comb of sines, and the descriptor cycle ([`control`]).
//!
//! The gradient with respect to the samples is analytic and computed here beside the loss, with a plain FFT library:
//! several times faster than recording a dozen STFTs in the graph. [`surrogate`] hands it back to burn.

use burn::tensor::{Tensor, TensorData};
use neurorack_engine::descriptors::Descriptors;
use rayon::prelude::*;

use crate::loss::control::ControlLoss;
pub use crate::loss::control::{Asked, between};
use crate::loss::spectrum::Stft;

mod control;
mod spectrum;
mod terms;

/// Weights of the terms beside the multi-resolution distance, whose weight is 1.
#[derive(Debug, Clone, Copy)]
pub struct Weights {
    /// Spectral distance within the first [`ONSET_S`].
    pub onset: f32,
    /// Log-mel L1.
    pub mel: f32,
    /// Log-mel L1 of power averaged over 58 ms.
    pub envelope: f32,
    /// Texture distance.
    pub texture: f32,
    /// Descriptor cycle of a recording's own curve.
    pub control: f32,
    /// Descriptor cycle of a curve that was edited, which has no recording.
    pub edited: f32,
}

impl Default for Weights {
    fn default() -> Self {
        Self { onset: 1.5, mel: 0.5, envelope: 0.5, texture: 0.25, control: 0.3, edited: 2.0 }
    }
}

/// Length of the onset that counts extra, in seconds.
pub const ONSET_S: f32 = 0.058;
/// Window of the descriptors, in samples.
pub const CONTROL_WINDOW: usize = 2048;
const WINDOWS: [usize; 6] = [128, 256, 512, 1024, 2048, 4096];
const ONSET_WINDOWS: [usize; 3] = [128, 256, 512];
const MEL_WINDOWS: [usize; 2] = [512, 2048];
const TEXTURE_WINDOWS: [usize; 2] = [512, 1024];
/// Frames to each side over which the envelope's power is averaged.
const ENVELOPE_REACH: usize = 2;
/// Bins above this count for [`HIGH_SHARE`] only, in hertz: half of all bins, and the least of what is heard.
const HIGH_HZ: f32 = 11_025.0;
const HIGH_SHARE: f32 = 0.4;

/// How much each window counts. A step of training that takes a few of them at random, with their weights raised, costs
/// less and has the same mean gradient.
pub type Shares = [f32; WINDOWS.len()];

/// Every window counts alike.
pub const ALL_WINDOWS: Shares = [1.0; WINDOWS.len()];

/// What a sound is compared with.
#[derive(Debug, Clone)]
pub struct Target {
    /// The recording; `None` for an edited curve.
    pub samples: Option<Vec<f32>>,
    /// What is asked every quarter of [`CONTROL_WINDOW`].
    pub asked: Vec<Asked>,
    /// How much each descriptor counts.
    pub weights: [f32; Descriptors::COUNT],
}

/// Plans and tables for sounds of one sample rate.
pub struct SoundLoss {
    weights: Weights,
    transforms: Vec<Stft>,
    balance: Vec<Vec<f32>>,
    mel: Vec<terms::Bands>,
    erb: Vec<terms::Bands>,
    control: ControlLoss,
    onset_samples: usize,
}

impl SoundLoss {
    /// Tables for `sample_rate_hz`; `deviation` are the standard deviations of the transformed descriptors.
    pub fn new(sample_rate_hz: f32, weights: Weights, deviation: [f32; Descriptors::COUNT]) -> Self {
        let balance = |size: usize| {
            let share = |k: usize| if k as f32 * sample_rate_hz / size as f32 > HIGH_HZ { HIGH_SHARE } else { 1.0 };
            (0..=size / 2).map(share).collect()
        };
        Self {
            weights,
            transforms: WINDOWS.iter().map(|&n| Stft::new(n)).collect(),
            balance: WINDOWS.iter().map(|&n| balance(n)).collect(),
            mel: WINDOWS.iter().map(|&n| terms::Bands::mel(n, 80, sample_rate_hz)).collect(),
            erb: WINDOWS.iter().map(|&n| terms::Bands::erb(n, 24, sample_rate_hz)).collect(),
            control: ControlLoss::new(CONTROL_WINDOW, sample_rate_hz, deviation),
            onset_samples: (ONSET_S * sample_rate_hz) as usize,
        }
    }

    /// What a recording asks for every quarter of [`CONTROL_WINDOW`], given its pitch at these times.
    pub fn asked(&self, samples: &[f32], f0_hz: impl Iterator<Item = f32>) -> Vec<Asked> {
        let index = WINDOWS.iter().position(|&n| n == CONTROL_WINDOW).expect("the window is one of them");
        self.control.measure(&self.transforms[index].magnitudes(samples), f0_hz)
    }

    /// Loss of one sound, and its gradient with respect to every sample of `sound`.
    pub fn evaluate(&self, target: &Target, sound: &[f32], shares: &Shares) -> (f32, Vec<f32>) {
        let mut total = 0.0;
        let mut gradient = vec![0.0f32; sound.len()];
        for (index, stft) in self.transforms.iter().enumerate() {
            let n = WINDOWS[index];
            let compared = target.samples.as_deref().filter(|_| shares[index] > 0.0);
            if compared.is_none() && n != CONTROL_WINDOW {
                continue;
            }
            let (y, phases) = stft.analyse(sound);
            let mut slope = vec![0.0f32; y.len()];
            if let Some(samples) = compared {
                let x = stft.magnitudes(samples);
                total += self.spectral(index, &x, &y, shares[index], &mut slope);
            }
            if n == CONTROL_WINDOW {
                let share = if target.samples.is_some() { self.weights.control } else { self.weights.edited };
                total += self.control.distance(&target.asked, &target.weights, &y, share, &mut slope);
            }
            stft.add_gradient(&slope, &phases, &mut gradient);
        }
        (total, gradient)
    }

    /// The terms of one window that compare with a recording's magnitudes.
    fn spectral(&self, index: usize, x: &[f32], y: &[f32], raise: f32, slope: &mut [f32]) -> f32 {
        let n = WINDOWS[index];
        let (weights, balance) = (&self.weights, &self.balance[index]);
        let share = raise / WINDOWS.len() as f32;
        let mut total = terms::convergence(x, y, share, slope);
        total += terms::log_l1(x, y, balance, share, slope);
        if ONSET_WINDOWS.contains(&n) {
            let stft = &self.transforms[index];
            let frames = (self.onset_samples / stft.hop() + 1).min(y.len() / stft.bins());
            let part = ..frames * stft.bins();
            let share = raise * weights.onset / ONSET_WINDOWS.len() as f32;
            total += terms::log_l1(&x[part], &y[part], balance, share, &mut slope[part]);
            // Convergence alone pulls noise 2 dB down, which would take the punch out of the attack.
            total += terms::convergence(&x[part], &y[part], 0.5 * share, &mut slope[part]);
        }
        if MEL_WINDOWS.contains(&n) {
            let share = raise * weights.mel / MEL_WINDOWS.len() as f32;
            total += self.mel[index].log_l1(x, y, share, slope);
        }
        if TEXTURE_WINDOWS.contains(&n) {
            let share = raise * weights.texture / TEXTURE_WINDOWS.len() as f32;
            total += self.erb[index].texture(x, y, share, slope);
        }
        if n == CONTROL_WINDOW {
            total += self.mel[index].envelope(x, y, ENVELOPE_REACH, raise * weights.envelope, slope);
        }
        total
    }

    /// Mean loss of a batch and a scalar whose gradient in burn's graph is that loss's gradient.
    ///
    /// `sounds` is `[B, T]`; a target's recording has T samples. The scalar's own value has no meaning.
    pub fn surrogate(&self, targets: &[Target], sounds: Tensor<2>, shares: &Shares) -> (f32, Tensor<1>) {
        let [batch, length] = sounds.dims();
        let samples = neurorack_nets::sinc_nsf::values(sounds.clone().detach());
        let results: Vec<_> = targets
            .par_iter()
            .zip(samples.par_chunks(length))
            .map(|(target, sound)| self.evaluate(target, sound, shares))
            .collect();
        let loss = results.iter().map(|(loss, _)| loss).sum::<f32>() / batch as f32;
        let slopes: Vec<f32> = results.into_iter().flat_map(|(_, g)| g).map(|g| g / batch as f32).collect();
        let slopes = Tensor::<2>::from_data(TensorData::new(slopes, [batch, length]), &sounds.device());
        (loss, (sounds * slopes).sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(seed: u32, length: usize, decay: f32) -> Vec<f32> {
        let mut state = seed;
        (0..length)
            .map(|i| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state as f32 / u32::MAX as f32 - 0.5) * (-(i as f32) / decay).exp()
            })
            .collect()
    }

    const DEVIATION: [f32; 7] = [0.8, 1.5, 1.3, 1.0, 1.0, 1.2, 1.2];

    fn target(loss: &SoundLoss, samples: &[f32], edited: bool) -> Target {
        let mut asked = loss.asked(samples, std::iter::repeat(300.0));
        if edited {
            asked.iter_mut().for_each(|frame| frame.descriptors.iter_mut().for_each(|value| *value *= 1.3));
        }
        Target { samples: (!edited).then(|| samples.to_vec()), asked, weights: [1.0; 7] }
    }

    fn hum(length: usize) -> Vec<f32> {
        (0..length).map(|i| 0.3 * (i as f32 * 0.0427).sin() * (-(i as f32) / 3_000.0).exp()).collect()
    }

    fn assert_gradient(weights: Weights, edited: bool) {
        let loss = SoundLoss::new(44_100.0, weights, DEVIATION);
        let recording: Vec<f32> = noise(1, 6_000, 1_500.0).iter().zip(hum(6_000)).map(|(a, b)| 0.3 * a + b).collect();
        let target = target(&loss, &recording, edited);
        let sound: Vec<f32> = noise(2, 6_000, 1_200.0).iter().zip(hum(6_000)).map(|(a, b)| a + 0.2 * b).collect();
        let (_, gradient) = loss.evaluate(&target, &sound, &ALL_WINDOWS);
        // Along the gradient itself: the sum of squares, where single samples drown in f32 rounding.
        let norm = gradient.iter().map(|g| f64::from(*g).powi(2)).sum::<f64>();
        // Larger steps cross the kinks of the absolute values.
        let step = 1e-4 / norm.sqrt();
        let moved = |sign: f64| -> Vec<f32> {
            sound.iter().zip(&gradient).map(|(s, g)| (f64::from(*s) + sign * step * f64::from(*g)) as f32).collect()
        };
        let value = |sound: &[f32]| f64::from(loss.evaluate(&target, sound, &ALL_WINDOWS).0);
        let measured = (value(&moved(1.0)) - value(&moved(-1.0))) / (2.0 * step);
        assert!((measured / norm - 1.0).abs() < 0.03, "measured {measured}, analytic {norm}");
    }

    #[test]
    fn gradient_agrees_with_finite_differences() {
        assert_gradient(Weights::default(), false);
    }

    #[test]
    fn the_gradient_of_edited_curves_agrees_with_finite_differences() {
        assert_gradient(Weights::default(), true);
    }

    #[test]
    fn a_sound_has_no_distance_from_itself() {
        let loss = SoundLoss::new(44_100.0, Weights::default(), DEVIATION);
        let sound = noise(3, 5_000, 1_000.0);
        let distance = loss.evaluate(&target(&loss, &sound, false), &sound, &ALL_WINDOWS).0;
        assert!(distance.abs() < 2e-3, "{distance}");
    }

    #[test]
    fn every_descriptor_that_is_missed_costs() {
        let loss = SoundLoss::new(44_100.0, Weights::default(), DEVIATION);
        let sound: Vec<f32> = noise(3, 12_000, 4_000.0).iter().zip(hum(12_000)).map(|(a, b)| 0.02 * a + b).collect();
        for index in 0..7 {
            let mut target = target(&loss, &sound, true);
            target.asked = loss.asked(&sound, std::iter::repeat(300.0));
            let exact = loss.evaluate(&target, &sound, &ALL_WINDOWS).0;
            target.asked.iter_mut().for_each(|frame| frame.descriptors[index] *= 1.6);
            let missed = loss.evaluate(&target, &sound, &ALL_WINDOWS).0;
            assert!(missed > exact + 0.01, "{}: {exact} to {missed}", Descriptors::NAMES[index]);
        }
    }
}
