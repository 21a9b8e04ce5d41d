//! What the frames say to every sample: the smoothed condition and the cut-off.

use super::weights::{ConditionLayer, TAPS, Weights};
use super::{F0, FRAME_SAMPLES, FRAME_VALUES, Frame, WIDTH};
use crate::stream::math::tanh;

/// Samples over which the condition is averaged, twice.
const SMOOTHING: usize = 512;

/// Samples over which the cut-off is averaged.
const CUTOFF_SMOOTHING: usize = 2_048;

/// The frames as the rest of the network sees them.
pub(super) struct Conditions {
    /// The condition at frame rate, `[T, 64]`.
    pub(super) condition: Vec<f32>,
    /// The context of every filter block, `[T, 64, 512]`: each frame's samples lie together.
    pub(super) context: Vec<f32>,
    /// Cut-off of the mixing filters as a fraction of the Nyquist frequency, a number a sample.
    pub(super) cutoff: Vec<f32>,
}

impl Conditions {
    pub(super) fn new(weights: &Weights, frames: &[Frame]) -> Self {
        let normalised: Vec<f32> = frames
            .iter()
            .flat_map(|frame| {
                frame.iter().zip(&weights.mean).zip(&weights.std).map(|((x, mean), std)| (x - mean) / std)
            })
            .collect();
        let condition = weights.condition.iter().fold(normalised.clone(), |signal, layer| layer.forward(&signal));

        let mut context = vec![0.0; frames.len() * WIDTH * FRAME_SAMPLES];
        for channel in 0..WIDTH - 1 {
            let smooth = smooth(&repeat(condition.iter().skip(channel).step_by(WIDTH)));
            write_channel(&mut context, channel, &smooth);
        }
        let pitch = smooth(&repeat(normalised.iter().skip(F0).step_by(FRAME_VALUES)));
        write_channel(&mut context, WIDTH - 1, &pitch);

        let mut cutoff = smooth(&repeat(condition.iter().skip(WIDTH - 1).step_by(WIDTH)));
        for (frame, cutoff) in frames.iter().zip(cutoff.chunks_exact_mut(FRAME_SAMPLES)) {
            let voiced = if frame[F0] > 0.0 { 0.4 } else { 0.0 };
            cutoff.iter_mut().for_each(|cutoff| *cutoff = *cutoff * 0.2 + voiced + 0.3);
        }
        Self { condition, context, cutoff: moving_average(&cutoff, CUTOFF_SMOOTHING) }
    }
}

impl ConditionLayer {
    /// `[T, inputs]` to `[T, 64]`.
    fn forward(&self, signal: &[f32]) -> Vec<f32> {
        let frames = signal.len() / self.inputs;
        let mut out = Vec::with_capacity(frames * WIDTH);
        for frame in 0..frames {
            for (weights, &bias) in self.weight.chunks_exact(self.inputs * TAPS).zip(&self.bias) {
                let mut sum = bias;
                for (tap, now) in (0..TAPS).map(|tap| (tap, (frame + tap).wrapping_sub(1))) {
                    if let Some(now) = signal.get(now.wrapping_mul(self.inputs)..).filter(|_| now < frames) {
                        let weights = weights.iter().skip(tap).step_by(TAPS);
                        sum += now.iter().zip(weights).map(|(x, weight)| x * weight).sum::<f32>();
                    }
                }
                out.push(tanh(sum));
            }
        }
        out
    }
}

/// One channel of every frame, for each of the frame's samples.
fn repeat<'a>(frames: impl Iterator<Item = &'a f32>) -> Vec<f32> {
    frames.flat_map(|&value| std::iter::repeat_n(value, FRAME_SAMPLES)).collect()
}

fn write_channel(context: &mut [f32], channel: usize, samples: &[f32]) {
    let frames = context.chunks_exact_mut(WIDTH * FRAME_SAMPLES).zip(samples.chunks_exact(FRAME_SAMPLES));
    for (frame, samples) in frames {
        frame[channel * FRAME_SAMPLES..][..FRAME_SAMPLES].copy_from_slice(samples);
    }
}

fn smooth(signal: &[f32]) -> Vec<f32> {
    moving_average(&moving_average(signal, SMOOTHING), SMOOTHING)
}

/// Average over `window` samples, `window / 2 - 1` of them in the past; beyond its ends the signal keeps its first and last
/// value.
fn moving_average(signal: &[f32], window: usize) -> Vec<f32> {
    let Some(last) = signal.len().checked_sub(1) else { return Vec::new() };
    let at = |place: usize| f64::from(signal[place.saturating_sub(window / 2 - 1).min(last)]);
    let mut sum: f64 = (0..window).map(at).sum();
    (0..signal.len())
        .map(|sample| {
            let average = sum / window as f64;
            sum += at(sample + window) - at(sample);
            average as f32
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_average_looks_one_sample_further_ahead_than_behind() {
        let mut impulse = [0.0; 20];
        impulse[10] = 4.0;
        let average = moving_average(&impulse, 4);
        let heard: Vec<usize> = (0..20).filter(|&sample| average[sample] != 0.0).collect();
        assert_eq!(heard, [8, 9, 10, 11]);
        assert_eq!(moving_average(&[3.0; 5], 2_048), [3.0; 5], "shorter than the window");
    }
}
