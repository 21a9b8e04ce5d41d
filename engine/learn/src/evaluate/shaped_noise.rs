//! An anchor for the figures: noise in the recording's own shape.
//!
//! It has the recording's smoothed spectrogram and luck of its own. It is no bound: an answer that is partly no noise, or
//! quieter noise, may score lower.

use neurorack_engine::models::noise::Random;
use realfft::RealFftPlanner;
use realfft::num_complex::Complex32;

/// Hann window and hop of the spectrogram, in samples at 44.1 kHz: 46 and 6 ms.
const WINDOW: usize = 2_048;
const HOP: usize = 256;
/// Frames and bins to each side over which its power is averaged.
const REACH: usize = 2;
const SEED: u64 = 1;

/// Noise with the smoothed spectrogram of `samples`, as long as they are.
pub(super) fn shaped_noise(samples: &[f32]) -> Vec<f32> {
    let mut planner = RealFftPlanner::<f32>::new();
    let (forward, backward) = (planner.plan_fft_forward(WINDOW), planner.plan_fft_inverse(WINDOW));
    let turn = std::f32::consts::TAU / WINDOW as f32;
    let window: Vec<f32> = (0..WINDOW).map(|n| 0.5 - 0.5 * (turn * n as f32).cos()).collect();
    let frames = samples.len() / HOP + 1;
    let start = |frame: usize| (frame * HOP) as isize - (WINDOW / 2) as isize;
    let analyse = |sound: &[f32]| -> Vec<Vec<Complex32>> {
        (0..frames)
            .map(|frame| {
                let at = |n: usize| usize::try_from(start(frame) + n as isize).ok().and_then(|t| sound.get(t));
                let mut input: Vec<f32> =
                    window.iter().enumerate().map(|(n, window)| window * at(n).copied().unwrap_or(0.0)).collect();
                let mut bins = forward.make_output_vec();
                forward.process(&mut input, &mut bins).expect("buffers come from the plan");
                bins
            })
            .collect()
    };
    let powers: Vec<Vec<f32>> =
        analyse(samples).iter().map(|bins| bins.iter().map(|bin| bin.norm_sqr()).collect()).collect();
    let mut random = Random::new(SEED);
    let white: Vec<f32> = (0..samples.len()).map(|_| random.below(1 << 24) as f32 / (1 << 23) as f32 - 1.0).collect();
    // The mean power of a bin of uniform noise: a third of the window's energy.
    let unit = (window.iter().map(|w| w * w).sum::<f32>() / 3.0).sqrt();

    let mut sound = vec![0.0f32; samples.len()];
    let mut weight = vec![0.0f32; samples.len()];
    for (frame, mut bins) in analyse(&white).into_iter().enumerate() {
        for (bin, value) in bins.iter_mut().enumerate() {
            *value *= smoothed(&powers, frame, bin).sqrt() / unit;
        }
        bins[0].im = 0.0;
        bins[WINDOW / 2].im = 0.0;
        let mut output = backward.make_output_vec();
        backward.process(&mut bins, &mut output).expect("buffers come from the plan");
        for (n, (value, window)) in output.iter().zip(&window).enumerate() {
            if let Some(at) = usize::try_from(start(frame) + n as isize).ok().filter(|at| *at < sound.len()) {
                sound[at] += value * window / WINDOW as f32;
                weight[at] += window * window;
            }
        }
    }
    sound.iter_mut().zip(weight).for_each(|(sample, weight)| *sample /= weight.max(1e-6));
    sound
}

/// Mean power around a point of the spectrogram; its edges go on.
fn smoothed(powers: &[Vec<f32>], frame: usize, bin: usize) -> f32 {
    let around = |index: usize, count: usize| {
        (0..=2 * REACH).map(move |step| (index + step).saturating_sub(REACH).min(count - 1))
    };
    let (frames, bins) = (powers.len(), powers[0].len());
    let sum: f32 = around(frame, frames).flat_map(|f| around(bin, bins).map(move |b| powers[f][b])).sum();
    sum / (2 * REACH + 1).pow(2) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_noise_is_as_loud_as_the_recording_and_decays_with_it() {
        let mut random = Random::new(9);
        let recording: Vec<f32> = (0..30_000)
            .map(|n| (random.below(1 << 24) as f32 / (1 << 23) as f32 - 1.0) * (-(n as f32) / 6_000.0).exp())
            .collect();
        let noise = shaped_noise(&recording);
        let rms = |sound: &[f32]| (sound.iter().map(|x| x * x).sum::<f32>() / sound.len() as f32).sqrt();
        for part in [3_000..9_000, 15_000..24_000] {
            let ratio = rms(&noise[part.clone()]) / rms(&recording[part.clone()]);
            assert!((0.9..1.1).contains(&ratio), "{part:?}: {ratio}");
        }
        let product: f32 = noise.iter().zip(&recording).map(|(a, b)| a * b).sum();
        let both = rms(&noise) * rms(&recording) * noise.len() as f32;
        assert!((product / both).abs() < 0.1, "it is another noise: {}", product / both);
    }
}
