//! The harmonic source: sines at the multiples of the pitch and a little noise, summed by a learned layer.

use super::weights::Weights;
use super::{Draws, F0, FRAME_SAMPLES, Frame, HARMONICS, SAMPLE_RATE_HZ, SINE_AMPLITUDE, UNVOICED_NOISE, VOICED_NOISE};
use crate::stream::math::{sine, tanh};

/// Phases of the source's sines in turns from 0 to 1, `[17, L]` row-major, `L = 512 * frames`.
///
/// They are summed in double precision: in single precision they drift audibly within a second, and graphics cards have no
/// other. So hosts compute them here and send them there.
#[must_use]
pub fn harmonic_cycles(frames: &[Frame], initial_phase_cycles: &[f32; HARMONICS]) -> Vec<f32> {
    let mut cycles = Vec::with_capacity(HARMONICS * FRAME_SAMPLES * frames.len());
    for (index, &initial) in initial_phase_cycles.iter().enumerate() {
        let multiple = (index + 1) as f32;
        let mut phase = f64::from(initial);
        for frame in frames {
            // The published network takes these steps in single precision.
            let advance = (frame[F0] * multiple / SAMPLE_RATE_HZ as f32).rem_euclid(1.0);
            for _ in 0..FRAME_SAMPLES {
                phase += f64::from(advance);
                phase -= libm::floor(phase);
                cycles.push(phase as f32);
            }
        }
    }
    cycles
}

/// The source, one number a sample.
pub(super) fn harmonic_source(weights: &Weights, frames: &[Frame], draws: &Draws) -> Vec<f32> {
    let samples = frames.len() * FRAME_SAMPLES;
    let cycles = harmonic_cycles(frames, &draws.initial_phase_cycles);
    let mut sum = vec![weights.source_bias; samples];
    for (k, (&weight, cycles)) in weights.source_weight.iter().zip(cycles.chunks_exact(samples.max(1))).enumerate() {
        let noise = draws.sine(k).chunks_exact(FRAME_SAMPLES);
        let pieces = sum.chunks_exact_mut(FRAME_SAMPLES).zip(cycles.chunks_exact(FRAME_SAMPLES)).zip(noise);
        for (((sum, cycles), noise), frame) in pieces.zip(frames) {
            let [amplitude, noise_gain] =
                if frame[F0] > 0.0 { [SINE_AMPLITUDE, VOICED_NOISE] } else { [0.0, UNVOICED_NOISE] };
            for ((sum, &cycles), &noise) in sum.iter_mut().zip(cycles).zip(noise) {
                // A phase of 1, which rounding may give, saturates one step short of it.
                let phase = (cycles * 4_294_967_296.0) as u32;
                *sum += weight * (amplitude * sine(phase) + noise * noise_gain);
            }
        }
    }
    sum.iter_mut().for_each(|sample| *sample = tanh(*sample));
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phases_of_a_long_sound_do_not_drift() {
        let frames = vec![[0.1, 0.1, 1_000.0, 0.1, 500.0, 1_000.0, 440.0]; 172];
        let cycles = harmonic_cycles(&frames, &[0.0; HARMONICS]);
        let samples = frames.len() * FRAME_SAMPLES;
        for k in [1, 17] {
            let step = f64::from((440.0f32 * k as f32 / 22_050.0).fract());
            let exact = (step * samples as f64).fract();
            let difference = (f64::from(cycles[k * samples - 1]) - exact).abs();
            assert!(difference.min(1.0 - difference) < 1e-6, "harmonic {k} is {difference} turns away");
        }
    }
}
