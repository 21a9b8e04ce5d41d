//! Multi-resolution spectral distances.
//!
//! R. Yamamoto, E. Song and J.-M. Kim, "Parallel WaveGAN", ICASSP 2020: spectral convergence and the mean logarithmic
//! difference of magnitudes. Here over five windows with a hop of a quarter of each.

use super::mean;
use super::stft::Spectrogram;

/// Windows in samples.
const WINDOWS: [usize; 5] = [2_048, 1_024, 512, 256, 128];

/// Least magnitude under the logarithm: the root of the 1e-7 that is usual for powers.
const MAGNITUDE_FLOOR: f64 = 3.162_277_660_168_379_5e-4;

/// Least level in decibels below a full-scale sine: silence shall not dominate the distance.
const LEVEL_FLOOR_DB: f64 = -80.0;

/// Distances between magnitude spectrograms, each the mean over the windows; 0 for equal sounds.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct SpectralDistance {
    /// Norm of the difference over the norm of the reference.
    pub convergence: f64,
    /// Mean absolute difference of natural logarithms, in nepers.
    pub log_l1: f64,
    /// Mean absolute difference of levels floored at -80 dB of a full-scale sine, in decibels.
    pub log_l1_db80: f64,
}

/// Distance of two sounds of the same length and rate.
pub fn spectral_distance(reference: &[f32], test: &[f32]) -> SpectralDistance {
    distance_over(&WINDOWS, reference, test)
}

/// The same over other windows, at least one.
pub(super) fn distance_over(windows: &[usize], reference: &[f32], test: &[f32]) -> SpectralDistance {
    let each: Vec<_> = windows.iter().map(|&window| at_window(reference, test, window)).collect();
    let over_windows = |value: fn(&SpectralDistance) -> f64| each.iter().map(value).sum::<f64>() / each.len() as f64;
    SpectralDistance {
        convergence: over_windows(|distance| distance.convergence),
        log_l1: over_windows(|distance| distance.log_l1),
        log_l1_db80: over_windows(|distance| distance.log_l1_db80),
    }
}

fn at_window(reference: &[f32], test: &[f32], window: usize) -> SpectralDistance {
    let [reference, test] = [reference, test].map(|sound| Spectrogram::new(sound, window, window / 4));
    let pairs = || reference.all().iter().copied().zip(test.all().iter().copied());
    let difference: f64 = pairs().map(|(a, b)| (a - b).powi(2)).sum();
    let energy: f64 = reference.all().iter().map(|magnitude| magnitude * magnitude).sum();
    let nepers = |magnitude: f64| magnitude.max(MAGNITUDE_FLOOR).ln();
    // A periodic Hann window sums to half its length, and a sine shares its amplitude between two bins.
    let full_scale = window as f64 / 4.0;
    let decibels = |magnitude: f64| (20.0 * (magnitude / full_scale).log10()).max(LEVEL_FLOOR_DB);
    SpectralDistance {
        convergence: difference.sqrt() / energy.sqrt().max(1e-12),
        log_l1: mean(pairs().map(|(a, b)| (nepers(a) - nepers(b)).abs())).unwrap_or(0.0),
        log_l1_db80: mean(pairs().map(|(a, b)| (decibels(a) - decibels(b)).abs())).unwrap_or(0.0),
    }
}
