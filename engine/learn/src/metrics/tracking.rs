//! How well a rendered sound follows requested descriptors.

use neurorack_engine::descriptors::{AnalysisConfig, Descriptors, describe};

use super::pitch::{Pitch, pitches};
use super::stft::mirrored;
use super::{RATE_HZ, mean};

/// Window of every descriptor, in samples: 93 ms.
pub(super) const WINDOW: usize = 2_048;

/// Samples between frames: 23 ms.
pub(super) const HOP: usize = 512;

/// A frame whose reference is louder than this, -60 dB of full scale, is active.
const ACTIVE_RMS: f32 = 1e-3;

/// Fewer active frames than this say nothing.
const LEAST_ACTIVE_FRAMES: usize = 9;

/// A pitch this far off in octaves, 50 cents, is still the asked one.
const SAME_PITCH_OCTAVES: f64 = 50.0 / 1_200.0;

type Frame = [f32; Descriptors::COUNT];

/// Descriptor by descriptor, in the order of [`Descriptors::NAMES`], how the test's curve follows the reference's.
///
/// Frames are centred every 512 samples and the sound is mirrored at its ends (held, for zero crossings), as in librosa
/// 0.8; so is the pitch, unlike the engine's own.
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
    /// Mean absolute difference over active frames, in standard deviations of the reference's curve; `None` also where that
    /// never changes.
    pub active_error: [Option<f64>; Descriptors::COUNT],
    /// How many active frames of the reference have a pitch: their YIN difference has a trough below .1.
    pub voiced_frames: usize,
    /// In how many of those the test's pitch is within 50 cents.
    pub same_pitch_frames: usize,
}

impl Tracking {
    /// Compares the descriptors of two sounds of the same length at [`RATE_HZ`].
    pub(super) fn measure(reference: &[f32], test: &[f32]) -> Self {
        let pitch = (pitches(reference), pitches(test));
        let frames: Vec<_> = curve(reference, &pitch.0).into_iter().zip(curve(test, &pitch.1)).collect();
        let voiced = pitch.0.iter().zip(&pitch.1).zip(&frames);
        let voiced = voiced.filter(|((pitch, _), (frame, _))| pitch.voiced && frame[0] > ACTIVE_RMS);
        let octaves: Vec<f64> = voiced.map(|((asked, heard), _)| (heard.hz / asked.hz).log2().abs()).collect();
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
            voiced_frames: octaves.len(),
            same_pitch_frames: octaves.iter().filter(|&&octaves| octaves <= SAME_PITCH_OCTAVES).count(),
        }
    }
}

/// `sound.len() / HOP` frames.
fn curve(sound: &[f32], pitches: &[Pitch]) -> Vec<Frame> {
    // The engine's pitch is replaced, so it may be measured over the shortest window.
    let config = AnalysisConfig { sample_rate_hz: RATE_HZ as f32, window: WINDOW, pitch_window: 8, hop: HOP };
    let held = describe(sound, config);
    // Frames of the padded sound that lie wholly within it are never padded with zeros.
    let whole = describe(&mirrored(sound, WINDOW / 2), config).into_iter().skip(WINDOW / 2 / HOP);
    let frames = whole.zip(held).zip(pitches);
    let frame = |((whole, held), pitch): ((Descriptors, Descriptors), &Pitch)| Descriptors {
        zcr: held.zcr,
        f0_hz: pitch.hz as f32,
        ..whole
    };
    frames.map(|parts| frame(parts).to_array()).collect()
}

/// Pearson's correlation of pairs.
pub(crate) fn correlation(pairs: &[(f64, f64)]) -> Option<f64> {
    let (mean_a, mean_b) = (mean(pairs.iter().map(|pair| pair.0))?, mean(pairs.iter().map(|pair| pair.1))?);
    let sum = |product: fn(f64, f64) -> f64| pairs.iter().map(|&(a, b)| product(a - mean_a, b - mean_b)).sum::<f64>();
    let scale = (sum(|a, _| a * a) * sum(|_, b| b * b)).sqrt();
    (scale > 0.0).then(|| sum(|a, b| a * b) / scale)
}

/// Mean absolute difference of pairs over the standard deviation of the first; `None` where the first never changes.
fn relative_error(pairs: &[(f64, f64)]) -> Option<f64> {
    let centre = mean(pairs.iter().map(|pair| pair.0))?;
    let variance = mean(pairs.iter().map(|pair| (pair.0 - centre).powi(2)))?;
    // Descriptors have 32 bits: what varies less than their rounding does not vary.
    let varies = variance.sqrt() > 1e-6 * centre.abs();
    Some(mean(pairs.iter().map(|pair| (pair.0 - pair.1).abs()))? / variance.sqrt()).filter(|_| varies)
}
