//! The trained parameters under their published tensor names.

use super::{HARMONICS, WIDTH};
use crate::bank::{BankError, Tensors};
use crate::descriptors::Descriptors;

/// Numbers in a frame of input.
pub const FRAME_VALUES: usize = Descriptors::COUNT;

/// Blocks of the harmonic branch, in series, and dilated convolutions of each.
const HARMONIC_BLOCKS: usize = 5;
const HARMONIC_CONVOLUTIONS: usize = 10;

/// Dilated convolutions of the noise branch's only block.
const NOISE_CONVOLUTIONS: usize = 5;

/// Taps of every convolution.
pub(super) const TAPS: usize = 3;

/// Channels between a block's hidden signal and its one output.
pub(super) const NARROW: usize = 16;

/// Least deviation of a descriptor in the training data: below, a frame would be divided by next to nothing.
const LEAST_STD: f32 = 1e-6;

/// A tensor of the network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TensorShape {
    /// Its published name.
    pub name: String,
    /// Its axes, outermost first; a single number has none.
    pub shape: Vec<usize>,
}

/// Every tensor of the network: all of these and no others.
#[must_use]
pub fn tensor_shapes() -> Vec<TensorShape> {
    let mut tensors = Vec::new();
    // Nothing can fail here: no tensor is read.
    let _: Result<Weights, ()> = Weights::build(&mut |name: &str, shape: &[usize]| {
        tensors.push(TensorShape { name: name.to_owned(), shape: shape.to_vec() });
        Ok(vec![1.0; shape.iter().product()])
    });
    tensors
}

/// A layer of the condition: `tanh` of a convolution over three frames, zeros beyond the ends.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ConditionLayer {
    pub(super) inputs: usize,
    /// `[64, inputs, 3]`.
    pub(super) weight: Vec<f32>,
    pub(super) bias: Vec<f32>,
}

/// A neural filter: a signal is widened to 64 channels, convolved with growing dilation, narrowed again, and added to what
/// came in.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct FilterBlock {
    /// `[64]`.
    pub(super) widen: Vec<f32>,
    /// `[64, 64, 3]` each, dilation `2^i` for the `i`-th.
    pub(super) dilated: Vec<Vec<f32>>,
    /// Gain of the hidden signal before it is narrowed.
    pub(super) scale: f32,
    /// `[16, 64]` and `[16]`.
    pub(super) narrow: [Vec<f32>; 2],
}

/// All parameters of the network, 708,614 numbers. Every value is finite, every shape is as published.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    pub(super) mean: Vec<f32>,
    pub(super) std: Vec<f32>,
    pub(super) condition: [ConditionLayer; 3],
    /// How the source sines sum to one signal.
    pub(super) source_weight: Vec<f32>,
    pub(super) source_bias: f32,
    pub(super) harmonic: Vec<FilterBlock>,
    pub(super) noise: FilterBlock,
}

impl Weights {
    pub(crate) fn read(tensors: &Tensors<'_>) -> Result<Self, BankError> {
        let weights = Self::build(&mut |name: &str, shape: &[usize]| tensors.values(name, shape))?;
        match weights.std.iter().find(|std| **std < LEAST_STD) {
            None => Ok(weights),
            Some(std) => {
                Err(BankError::Value { name: "input_std".into(), reason: format!("{std} is less than {LEAST_STD:e}") })
            }
        }
    }

    /// Asks for every tensor by published name and shape.
    ///
    /// # Errors
    /// What `values` refuses with. It gives as many numbers as the shape says.
    pub fn build<E>(values: &mut impl FnMut(&str, &[usize]) -> Result<Vec<f32>, E>) -> Result<Self, E> {
        Ok(Self {
            mean: values("input_mean", &[FRAME_VALUES])?,
            std: values("input_std", &[FRAME_VALUES])?,
            condition: [
                condition_layer(values, 0, FRAME_VALUES)?,
                condition_layer(values, 1, WIDTH)?,
                condition_layer(values, 2, WIDTH)?,
            ],
            source_weight: values("m_source.l_linear.weight", &[1, HARMONICS])?,
            source_bias: values("m_source.l_linear.bias", &[1])?[0],
            harmonic: (0..HARMONIC_BLOCKS)
                .map(|block| filter_block(values, &format!("l_har_blocks.{block}"), HARMONIC_CONVOLUTIONS))
                .collect::<Result<_, E>>()?,
            noise: filter_block(values, "l_noi_blocks.0", NOISE_CONVOLUTIONS)?,
        })
    }
}

fn condition_layer<E>(
    values: &mut impl FnMut(&str, &[usize]) -> Result<Vec<f32>, E>,
    index: usize,
    inputs: usize,
) -> Result<ConditionLayer, E> {
    let name = format!("m_cond.l_conv1ds.{index}");
    Ok(ConditionLayer {
        inputs,
        weight: values(&format!("{name}.weight"), &[WIDTH, inputs, TAPS])?,
        bias: values(&format!("{name}.bias"), &[WIDTH])?,
    })
}

fn filter_block<E>(
    values: &mut impl FnMut(&str, &[usize]) -> Result<Vec<f32>, E>,
    name: &str,
    convolutions: usize,
) -> Result<FilterBlock, E> {
    let name = format!("m_filter.{name}");
    Ok(FilterBlock {
        widen: values(&format!("{name}.l_ff_1.weight"), &[WIDTH, 1])?,
        dilated: (0..convolutions)
            .map(|layer| values(&format!("{name}.l_convs.{layer}.weight"), &[WIDTH, WIDTH, TAPS]))
            .collect::<Result<_, E>>()?,
        scale: values(&format!("{name}.scale"), &[])?[0],
        narrow: [
            values(&format!("{name}.l_ff_2.weight"), &[NARROW, WIDTH])?,
            values(&format!("{name}.l_ff_3.weight"), &[1, NARROW])?,
        ],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_network_has_its_published_size() {
        let numbers: usize = tensor_shapes().iter().map(|tensor| tensor.shape.iter().product::<usize>()).sum();
        // 708,594 that are trained, the seven means and deviations, and the six gains.
        assert_eq!(numbers, 708_594 + 14 + 6);
    }
}
