//! A causal dilated convolution of 64 channels by 64, three taps: nearly all of the network's work.

use super::weights::TAPS;
use super::{FRAME_SAMPLES, WIDTH};
use crate::stream::math::tanh;

/// Outputs that are summed together: so many sums a vector stay in registers.
const OUTPUTS: usize = 4;

/// Products that make up one output sample.
const PRODUCTS: usize = WIDTH * TAPS;

/// Samples that are summed together where vectors are 128 bits wide, and where they are wider.
const NARROW_LANES: usize = 8;
#[cfg(target_arch = "x86_64")]
const WIDE_LANES: usize = 16;

/// One layer, and the samples before the coming frame that it will look at.
pub(super) struct Convolution {
    dilation: usize,
    /// For each group of four outputs the products in the order channel, tap; the four weights lie together.
    weights: Vec<Vec<[f32; OUTPUTS]>>,
    /// `[64, 2 * dilation + 512]`.
    past: Vec<f32>,
}

impl Convolution {
    /// From a weight `[64, 64, 3]`; all is silence before the first frame.
    pub(super) fn new(weight: &[f32], dilation: usize) -> Self {
        let weights = weight
            .chunks_exact(OUTPUTS * PRODUCTS)
            .map(|group| (0..PRODUCTS).map(|k| std::array::from_fn(|output| group[output * PRODUCTS + k])).collect())
            .collect();
        Self { dilation, weights, past: vec![0.0; WIDTH * (2 * dilation + FRAME_SAMPLES)] }
    }

    /// `hidden += tanh(convolution of hidden) + context` for the next frame; both `[64, 512]`.
    pub(super) fn forward(&mut self, hidden: &mut [f32], context: &[f32]) {
        let before = 2 * self.dilation;
        for (past, hidden) in self.past.chunks_exact_mut(before + FRAME_SAMPLES).zip(hidden.chunks_exact(FRAME_SAMPLES))
        {
            past.copy_within(FRAME_SAMPLES.., 0);
            past[before..].copy_from_slice(hidden);
        }
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has AVX2.
            unsafe { self.add_wide(hidden, context) };
            return;
        }
        self.add::<NARROW_LANES>(hidden, context);
    }

    /// The same for wider vectors. Products are not fused with their sums, so that it gives the same samples.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn add_wide(&self, hidden: &mut [f32], context: &[f32]) {
        self.add::<WIDE_LANES>(hidden, context);
    }

    #[inline(always)]
    fn add<const LANES: usize>(&self, hidden: &mut [f32], context: &[f32]) {
        let row = 2 * self.dilation + FRAME_SAMPLES;
        // What one tile of samples looks at, close together: far apart it would fall out of the cache.
        let mut seen = vec![[0.0; LANES]; PRODUCTS];
        for tile in (0..FRAME_SAMPLES).step_by(LANES) {
            for (seen, past) in seen.as_chunks_mut::<TAPS>().0.iter_mut().zip(self.past.chunks_exact(row)) {
                for (tap, seen) in seen.iter_mut().enumerate() {
                    seen.copy_from_slice(&past[tile + tap * self.dilation..][..LANES]);
                }
            }
            for (group, weights) in self.weights.iter().enumerate() {
                let sums = sums(weights, &seen);
                for (output, sums) in sums.iter().enumerate() {
                    let place = (group * OUTPUTS + output) * FRAME_SAMPLES + tile;
                    let samples = hidden[place..][..LANES].iter_mut().zip(&context[place..][..LANES]);
                    for ((hidden, context), &sum) in samples.zip(sums) {
                        *hidden = *hidden + tanh(sum) + context;
                    }
                }
            }
        }
    }
}

/// Slices, not arrays: a compiler that knows how many products there are unrolls all of them, for minutes.
#[inline(always)]
fn sums<const LANES: usize>(weights: &[[f32; OUTPUTS]], seen: &[[f32; LANES]]) -> [[f32; LANES]; OUTPUTS] {
    let mut sums = [[0.0; LANES]; OUTPUTS];
    for (weights, seen) in weights.iter().zip(seen) {
        for (sums, weight) in sums.iter_mut().zip(weights) {
            for (sum, x) in sums.iter_mut().zip(seen) {
                *sum += weight * x;
            }
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::noise::bin_noise;

    fn random(band: u32, count: usize) -> Vec<f32> {
        (0..count as u32).map(|k| bin_noise(1, band, k)[0]).collect()
    }

    /// The definition, written without regard to speed.
    fn defined(weight: &[f32], dilation: usize, signal: &[Vec<f32>], output: usize, sample: usize) -> f32 {
        let mut sum = 0.0;
        for (input, signal) in signal.iter().enumerate() {
            for tap in 0..TAPS {
                if let Some(at) = sample.checked_sub((TAPS - 1 - tap) * dilation) {
                    sum += weight[(output * WIDTH + input) * TAPS + tap] * signal[at];
                }
            }
        }
        sum
    }

    #[test]
    fn frame_by_frame_is_the_whole_convolution() {
        let weight: Vec<f32> = random(0, WIDTH * PRODUCTS).iter().map(|x| 0.02 * x).collect();
        let signal: Vec<Vec<f32>> = (0..WIDTH).map(|channel| random(1 + channel as u32, 3 * FRAME_SAMPLES)).collect();
        for dilation in [1, 64, 512] {
            let mut layer = Convolution::new(&weight, dilation);
            let context = vec![0.25; WIDTH * FRAME_SAMPLES];
            for frame in 0..3 {
                let mut hidden: Vec<f32> =
                    signal.iter().flat_map(|row| row[frame * FRAME_SAMPLES..][..FRAME_SAMPLES].to_vec()).collect();
                layer.forward(&mut hidden, &context);
                for (output, place) in [(0, 0), (5, 17), (63, 511), (30, 300)] {
                    let sample = frame * FRAME_SAMPLES + place;
                    let expected =
                        signal[output][sample] + defined(&weight, dilation, &signal, output, sample).tanh() + 0.25;
                    let heard = hidden[output * FRAME_SAMPLES + place];
                    assert!((heard - expected).abs() < 1e-5, "dilation {dilation}, output {output}, sample {sample}");
                }
            }
        }
    }

    #[cfg(target_arch = "x86_64")]
    #[test]
    fn wide_and_narrow_vectors_give_the_same_samples() {
        if !is_x86_feature_detected!("avx2") {
            return;
        }
        let weight: Vec<f32> = random(0, WIDTH * PRODUCTS).iter().map(|x| 0.1 * x).collect();
        let mut layer = Convolution::new(&weight, 4);
        layer.past = random(2, layer.past.len());
        let context = random(3, WIDTH * FRAME_SAMPLES);
        let [mut narrow, mut wide] = [(); 2].map(|()| random(4, WIDTH * FRAME_SAMPLES));
        layer.add::<NARROW_LANES>(&mut narrow, &context);
        // SAFETY: the processor has AVX2.
        unsafe { layer.add_wide(&mut wide, &context) };
        assert_eq!(narrow, wide);
    }
}
