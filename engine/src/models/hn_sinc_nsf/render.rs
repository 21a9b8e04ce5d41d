//! The whole network: from frames and draws to a sound.

use super::block::RunningBlock;
use super::condition::Conditions;
use super::mixing::mix;
use super::source::harmonic_source;
use super::{Draws, FRAME_SAMPLES, Frame, WIDTH, Weights};

/// A sound with the signals that a check wants to see.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// Condition at frame rate, `[T, 64]` row-major.
    pub condition: Vec<f32>,
    /// Context of every filter block, `[T, 64, 512]` row-major: the samples of each frame lie together.
    pub context: Vec<f32>,
    /// Cut-off of the mixing filters as a fraction of the Nyquist frequency, one a sample.
    pub cutoff: Vec<f32>,
    /// The harmonic source, one number a sample.
    pub harmonic_source: Vec<f32>,
    /// The sound: 512 samples a frame at 22,050 Hz.
    pub audio: Vec<f32>,
}

/// The sound of these frames: 512 samples each at 22,050 Hz. Every sample is finite.
///
/// Works for about a second of one core for each second of sound and takes 0.3 MB of memory a frame: not for audio threads.
///
/// # Panics
/// When `draws` are for another number of frames.
#[must_use]
pub fn render(weights: &Weights, frames: &[Frame], draws: &Draws) -> Vec<f32> {
    trace(weights, frames, draws).audio
}

/// The same with the signals on the way.
///
/// # Panics
/// When `draws` are for another number of frames.
#[must_use]
pub fn trace(weights: &Weights, frames: &[Frame], draws: &Draws) -> Trace {
    assert_eq!(draws.samples(), frames.len() * FRAME_SAMPLES, "as many draws as the frames have samples");
    let Conditions { condition, context, cutoff } = Conditions::new(weights, frames);
    let harmonic_source = harmonic_source(weights, frames, draws);

    let mut harmonic = harmonic_source.clone();
    let mut noise = draws.source.clone();
    let mut harmonic_blocks: Vec<_> = weights.harmonic.iter().map(RunningBlock::new).collect();
    let mut noise_block = RunningBlock::new(&weights.noise);
    let branches = harmonic.chunks_exact_mut(FRAME_SAMPLES).zip(noise.chunks_exact_mut(FRAME_SAMPLES));
    for ((harmonic, noise), context) in branches.zip(context.chunks_exact(WIDTH * FRAME_SAMPLES)) {
        for block in &mut harmonic_blocks {
            block.filter(harmonic, context);
        }
        noise_block.filter(noise, context);
    }
    let mut audio = mix(&harmonic, &noise, &cutoff);
    // Weights and frames of any size are taken: what overflows on the way is silence.
    audio.iter_mut().filter(|sample| !sample.is_finite()).for_each(|sample| *sample = 0.0);
    Trace { condition, context, cutoff, harmonic_source, audio }
}
