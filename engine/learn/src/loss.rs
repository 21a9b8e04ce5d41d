//! How far a sound is from its target: spectra at several resolutions, the onset, mel bands and texture.
//!
//! Multi-resolution STFT loss after Yamamoto, Song and Kim, "Parallel WaveGAN", ICASSP 2020: spectral convergence
//! plus L1 of log magnitudes. Added: the same L1 on the first 58 ms with short windows, log-mel L1, and the texture
//! distance (how much log magnitudes move from frame to frame, band by band), which tells noise from a comb of sines.
//!
//! The gradient with respect to the samples is analytic and computed here beside the loss, with a plain FFT library:
//! several times faster than recording a dozen STFTs in the graph. [`surrogate`] hands it back to burn.

use burn::tensor::{Tensor, TensorData};
use rayon::prelude::*;

use crate::loss::spectrum::Stft;

mod spectrum;
mod terms;

/// Weights of the terms.
#[derive(Debug, Clone, Copy)]
pub struct Weights {
    /// L1 of log magnitudes within the first [`ONSET_S`].
    pub onset: f32,
    /// Log-mel L1.
    pub mel: f32,
    /// Texture distance.
    pub texture: f32,
}

impl Default for Weights {
    fn default() -> Self {
        Self { onset: 0.5, mel: 0.5, texture: 0.15 }
    }
}

/// Length of the onset that counts extra, in seconds.
pub const ONSET_S: f32 = 0.058;
const WINDOWS: [usize; 6] = [128, 256, 512, 1024, 2048, 4096];
const ONSET_WINDOWS: [usize; 3] = [128, 256, 512];
const MEL_WINDOWS: [usize; 2] = [512, 2048];
const TEXTURE_WINDOWS: [usize; 2] = [512, 1024];

/// Plans and tables for sounds of one sample rate.
pub struct SoundLoss {
    weights: Weights,
    transforms: Vec<Stft>,
    mel: Vec<terms::Bands>,
    erb: Vec<terms::Bands>,
    onset_samples: usize,
}

impl SoundLoss {
    /// Tables for `sample_rate_hz`.
    pub fn new(sample_rate_hz: f32, weights: Weights) -> Self {
        Self {
            weights,
            transforms: WINDOWS.iter().map(|&n| Stft::new(n)).collect(),
            mel: WINDOWS.iter().map(|&n| terms::Bands::mel(n, 80, sample_rate_hz)).collect(),
            erb: WINDOWS.iter().map(|&n| terms::Bands::erb(n, 24, sample_rate_hz)).collect(),
            onset_samples: (ONSET_S * sample_rate_hz) as usize,
        }
    }

    /// Loss of one sound, and its gradient with respect to every sample of `sound`.
    pub fn evaluate(&self, target: &[f32], sound: &[f32]) -> (f32, Vec<f32>) {
        let mut total = 0.0;
        let mut gradient = vec![0.0f32; sound.len()];
        for (index, stft) in self.transforms.iter().enumerate() {
            let n = WINDOWS[index];
            let x = stft.magnitudes(target);
            let (y, phases) = stft.analyse(sound);
            let mut slope = vec![0.0f32; y.len()];
            let share = 1.0 / WINDOWS.len() as f32;
            total += terms::convergence(&x, &y, share, &mut slope);
            total += terms::log_l1(&x, &y, share, &mut slope);
            if ONSET_WINDOWS.contains(&n) {
                let frames = (self.onset_samples / stft.hop() + 1).min(y.len() / stft.bins());
                let part = ..frames * stft.bins();
                let share = self.weights.onset / ONSET_WINDOWS.len() as f32;
                total += terms::log_l1(&x[part], &y[part], share, &mut slope[part]);
                total += terms::convergence(&x[part], &y[part], share, &mut slope[part]);
            }
            if MEL_WINDOWS.contains(&n) {
                let share = self.weights.mel / MEL_WINDOWS.len() as f32;
                total += self.mel[index].log_l1(&x, &y, share, &mut slope);
            }
            if TEXTURE_WINDOWS.contains(&n) {
                let share = self.weights.texture / TEXTURE_WINDOWS.len() as f32;
                total += self.erb[index].texture(&x, &y, share, &mut slope);
            }
            stft.add_gradient(&slope, &phases, &mut gradient);
        }
        (total, gradient)
    }

    /// Mean loss of a batch and a scalar whose gradient in burn's graph is that loss's gradient.
    ///
    /// `sounds` is `[B, T]`; `targets` holds B slices of T samples. The scalar's own value has no meaning.
    pub fn surrogate(&self, targets: &[Vec<f32>], sounds: Tensor<2>) -> (f32, Tensor<1>) {
        let [batch, length] = sounds.dims();
        let samples = crate::sinc_nsf::values(sounds.clone().detach());
        let results: Vec<_> = targets
            .par_iter()
            .zip(samples.par_chunks(length))
            .map(|(target, sound)| self.evaluate(target, sound))
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

    #[test]
    fn gradient_agrees_with_finite_differences() {
        let loss = SoundLoss::new(44_100.0, Weights::default());
        let target = noise(1, 6_000, 1_500.0);
        let sound = noise(2, 6_000, 1_200.0);
        let (_, gradient) = loss.evaluate(&target, &sound);
        // Along the gradient itself: the sum of squares, where single samples drown in f32 rounding.
        let norm = gradient.iter().map(|g| f64::from(*g).powi(2)).sum::<f64>();
        // Larger steps cross the kinks of the absolute values.
        let step = 1e-4 / norm.sqrt();
        let moved = |sign: f64| -> Vec<f32> {
            sound.iter().zip(&gradient).map(|(s, g)| (f64::from(*s) + sign * step * f64::from(*g)) as f32).collect()
        };
        let rise = f64::from(loss.evaluate(&target, &moved(1.0)).0 - loss.evaluate(&target, &moved(-1.0)).0);
        let measured = rise / (2.0 * step);
        assert!((measured / norm - 1.0).abs() < 0.02, "measured {measured}, analytic {norm}");
    }

    #[test]
    fn a_sound_has_no_distance_from_itself() {
        let loss = SoundLoss::new(44_100.0, Weights::default());
        let sound = noise(3, 5_000, 1_000.0);
        assert!(loss.evaluate(&sound, &sound).0.abs() < 1e-4);
    }
}
