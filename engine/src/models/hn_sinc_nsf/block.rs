//! One neural filter on its way through a hit, frame by frame.

use super::convolution::Convolution;
use super::weights::{FilterBlock, NARROW};
use super::{FRAME_SAMPLES, WIDTH};
use crate::stream::math::tanh;

/// A filter block and what it remembers of the frames before.
pub(super) struct RunningBlock<'a> {
    weights: &'a FilterBlock,
    layers: Vec<Convolution>,
    /// `[64, 512]`.
    hidden: Vec<f32>,
}

impl<'a> RunningBlock<'a> {
    /// A block before its first frame.
    pub(super) fn new(weights: &'a FilterBlock) -> Self {
        let layers = weights.dilated.iter().enumerate().map(|(i, weight)| Convolution::new(weight, 1 << i)).collect();
        Self { weights, layers, hidden: vec![0.0; WIDTH * FRAME_SAMPLES] }
    }

    /// Filters the next frame's 512 samples in place; context `[64, 512]`.
    pub(super) fn filter(&mut self, signal: &mut [f32], context: &[f32]) {
        for (hidden, weight) in self.hidden.chunks_exact_mut(FRAME_SAMPLES).zip(&self.weights.widen) {
            for (hidden, x) in hidden.iter_mut().zip(&*signal) {
                *hidden = tanh(weight * x);
            }
        }
        for layer in &mut self.layers {
            layer.forward(&mut self.hidden, context);
        }
        let [to_16, to_1] = &self.weights.narrow;
        let mut out = [0.0; FRAME_SAMPLES];
        for output in 0..NARROW {
            let mut sums = [0.0; FRAME_SAMPLES];
            let weights = &to_16[output * WIDTH..][..WIDTH];
            for (hidden, weight) in self.hidden.chunks_exact(FRAME_SAMPLES).zip(weights) {
                for (sum, hidden) in sums.iter_mut().zip(hidden) {
                    *sum += weight * (hidden * self.weights.scale);
                }
            }
            for (out, sum) in out.iter_mut().zip(sums) {
                *out += to_1[output] * tanh(sum);
            }
        }
        for (signal, out) in signal.iter_mut().zip(out) {
            *signal += tanh(out);
        }
    }
}
