//! How well a rendered sound follows requested descriptors.

use neurorack_engine::descriptors::{AnalysisConfig, Descriptors, describe};

use super::stft::mirrored;
use super::{RATE_HZ, mean};

/// Window of every descriptor, in samples: 93 ms.
const WINDOW: usize = 2_048;

/// Samples between frames: 23 ms.
const HOP: usize = 512;

/// A frame whose reference is louder than this, -60 dB of full scale, is active.
const ACTIVE_RMS: f32 = 1e-3;

/// Fewer active frames than this say nothing.
const LEAST_ACTIVE_FRAMES: usize = 9;

type Frame = [f32; Descriptors::COUNT];

/// Descriptor by descriptor, in the order of [`Descriptors::NAMES`], how the test's curve follows the reference's.
///
/// Frames are centred every 512 samples and the sound is mirrored at its ends (held, for zero crossings), as in librosa
/// 0.8. The pitch is the engine's own, which is librosa 0.11's.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Tracking {
    /// How many frames there are.
    pub frames: usize,
    /// How many of them are active: the reference is louder than -60 dB of full scale.
    pub active_frames: usize,
    /// Pearson's correlation over all frames; `None` for a curve that never changes.
    pub correlation: [Option<f64>; Descriptors::COUNT],
    /// Pearson's correlation over active frames; `None` also with fewer than nine of them.
    pub active_correlation: [Option<f64>; Descriptors::COUNT],
    /// Mean absolute difference over active frames, in standard deviations of the reference's curve.
    pub active_error: [Option<f64>; Descriptors::COUNT],
}

impl Tracking {
    /// Compares the descriptors of two sounds of the same length at [`RATE_HZ`].
    pub(super) fn measure(reference: &[f32], test: &[f32]) -> Self {
        let frames: Vec<_> = curve(reference).into_iter().zip(curve(test)).collect();
        let active: Vec<_> = frames.iter().copied().filter(|(reference, _)| reference[0] > ACTIVE_RMS).collect();
        let channel = |frames: &[(Frame, Frame)], index: usize| -> Vec<(f64, f64)> {
            frames.iter().map(|(reference, test)| (f64::from(reference[index]), f64::from(test[index]))).collect()
        };
        let enough = active.len() >= LEAST_ACTIVE_FRAMES;
        let index: [usize; Descriptors::COUNT] = std::array::from_fn(|index| index);
        Self {
            frames: frames.len(),
            active_frames: active.len(),
            correlation: index.map(|index| correlation(&channel(&frames, index))),
            active_correlation: index.map(|index| correlation(&channel(&active, index)).filter(|_| enough)),
            active_error: index.map(|index| relative_error(&channel(&active, index)).filter(|_| enough)),
        }
    }
}

/// `sound.len() / HOP` frames.
fn curve(sound: &[f32]) -> Vec<Frame> {
    let config = AnalysisConfig { sample_rate_hz: RATE_HZ as f32, window: WINDOW, pitch_window: WINDOW, hop: HOP };
    let held = describe(sound, config);
    // Frames of the padded sound that lie wholly within it are never padded with zeros.
    let whole = describe(&mirrored(sound, WINDOW / 2), config).into_iter().skip(WINDOW / 2 / HOP);
    let frames = whole.zip(held).take(sound.len() / HOP);
    frames.map(|(whole, held)| Descriptors { zcr: held.zcr, ..whole }.to_array()).collect()
}

/// Pearson's correlation of pairs.
fn correlation(pairs: &[(f64, f64)]) -> Option<f64> {
    let (mean_a, mean_b) = (mean(pairs.iter().map(|pair| pair.0))?, mean(pairs.iter().map(|pair| pair.1))?);
    let sum = |product: fn(f64, f64) -> f64| pairs.iter().map(|&(a, b)| product(a - mean_a, b - mean_b)).sum::<f64>();
    let scale = (sum(|a, _| a * a) * sum(|_, b| b * b)).sqrt();
    (scale > 0.0).then(|| sum(|a, b| a * b) / scale)
}

/// Mean absolute difference of pairs over the standard deviation of the first.
fn relative_error(pairs: &[(f64, f64)]) -> Option<f64> {
    let centre = mean(pairs.iter().map(|pair| pair.0))?;
    let variance = mean(pairs.iter().map(|pair| (pair.0 - centre).powi(2)))?;
    Some(mean(pairs.iter().map(|pair| (pair.0 - pair.1).abs()))? / variance.sqrt().max(1e-12))
}
