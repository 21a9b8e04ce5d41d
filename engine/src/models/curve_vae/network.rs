//! The two halves of the autoencoder: dense layers on a basis of curves.
//!
//! Encoder: each channel's 128 points → `B` weights of its basis; all weights and the two scalars → dense, SiLU → dense,
//! SiLU → dense, the 8 means. Decoder: the same backwards.

use super::outline::{CHANNELS, POINTS, SCALARS, VALUES};
use crate::bank::{BankError, Tensors};
use crate::stream::linear::{LANES, Lanes, Linear, pack, padded};
use crate::stream::math::sigmoid;

/// Numbers of a latent point.
pub const LATENT: usize = 8;

/// Most basis curves of a channel.
const MAX_BASIS: usize = POINTS;

/// Widest hidden layer.
const MAX_WIDTH: usize = 1024;

/// One dense layer that owns its weights.
#[derive(Debug, Clone)]
struct Dense {
    weight: Vec<Lanes>,
    bias: Vec<Lanes>,
    inputs: usize,
    outputs: usize,
}

impl Dense {
    /// From a row-major `[outputs][inputs]` matrix and a bias for each output.
    fn new(matrix: &[f32], bias: &[f32]) -> Self {
        let outputs = bias.len();
        let inputs = matrix.len() / outputs;
        let groups = padded(outputs) / LANES;
        let mut weight = vec![[0.0; LANES]; groups * inputs];
        pack(matrix, inputs, &mut weight);
        let mut packed_bias = vec![[0.0; LANES]; groups];
        packed_bias.as_flattened_mut()[..outputs].copy_from_slice(bias);
        Self { weight, bias: packed_bias, inputs, outputs }
    }

    fn forward(&self, input: &[f32]) -> Vec<f32> {
        debug_assert_eq!(input.len(), self.inputs);
        let mut output = vec![0.0; padded(self.outputs)];
        Linear::new(&self.weight, &self.bias).forward(input, &mut output);
        output.truncate(self.outputs);
        output
    }

    /// [`forward`](Self::forward), then SiLU: `x · sigmoid(x)`.
    fn forward_silu(&self, input: &[f32]) -> Vec<f32> {
        let mut output = self.forward(input);
        output.iter_mut().for_each(|x| *x *= sigmoid(*x));
        output
    }
}

/// From a normalised outline ([`VALUES`] numbers) to a latent point.
#[derive(Debug, Clone)]
pub(super) struct Encoder {
    /// 128 points → basis, one a channel.
    basis: Vec<Dense>,
    hidden: [Dense; 2],
    mean: Dense,
}

impl Encoder {
    /// Reads the tensors `encoder.…`.
    pub(super) fn read(tensors: &Tensors<'_>) -> Result<Self, BankError> {
        let size = Size::read(tensors)?;
        let matrices = tensors.values("encoder.basis", &[CHANNELS * size.basis, POINTS])?;
        let basis = matrices.chunks_exact(size.basis * POINTS).map(|matrix| Dense::new(matrix, &vec![0.0; size.basis]));
        Ok(Self {
            basis: basis.collect(),
            hidden: [
                dense(tensors, "encoder.0", size.features(), size.outer)?,
                dense(tensors, "encoder.1", size.outer, size.inner)?,
            ],
            mean: dense(tensors, "encoder.2", size.inner, LATENT)?,
        })
    }

    pub(super) fn forward(&self, values: &[f32]) -> [f32; LATENT] {
        let (points, scalars) = values.split_at(CHANNELS * POINTS);
        let mut features: Vec<f32> =
            self.basis.iter().zip(points.chunks_exact(POINTS)).flat_map(|(layer, x)| layer.forward(x)).collect();
        features.extend_from_slice(scalars);
        let hidden = self.hidden.iter().fold(features, |x, layer| layer.forward_silu(&x));
        let mean = self.mean.forward(&hidden);
        std::array::from_fn(|dimension| mean[dimension])
    }
}

/// From a latent point to a normalised outline.
#[derive(Debug, Clone)]
pub(super) struct Decoder {
    hidden: [Dense; 2],
    features: Dense,
    /// Basis → 128 points, one a channel.
    basis: Vec<Dense>,
}

impl Decoder {
    /// Reads the tensors `decoder.…`.
    pub(super) fn read(tensors: &Tensors<'_>) -> Result<Self, BankError> {
        let size = Size::read(tensors)?;
        let matrices = tensors.values("decoder.basis", &[CHANNELS * POINTS, size.basis])?;
        let offsets = tensors.values("decoder.offset", &[CHANNELS, POINTS])?;
        let basis = matrices.chunks_exact(POINTS * size.basis).zip(offsets.chunks_exact(POINTS));
        Ok(Self {
            hidden: [
                dense(tensors, "decoder.0", LATENT, size.inner)?,
                dense(tensors, "decoder.1", size.inner, size.outer)?,
            ],
            features: dense(tensors, "decoder.2", size.outer, size.features())?,
            basis: basis.map(|(matrix, offset)| Dense::new(matrix, offset)).collect(),
        })
    }

    pub(super) fn forward(&self, latent: &[f32; LATENT]) -> Vec<f32> {
        let hidden = self.hidden.iter().fold(latent.to_vec(), |x, layer| layer.forward_silu(&x));
        let features = self.features.forward(&hidden);
        let (weights, scalars) = features.split_at(features.len() - SCALARS);
        let count = weights.len() / CHANNELS;
        let mut values = Vec::with_capacity(VALUES);
        for (layer, weights) in self.basis.iter().zip(weights.chunks_exact(count)) {
            values.extend(layer.forward(weights));
        }
        values.extend_from_slice(scalars);
        values
    }
}

/// Sizes that the file chooses.
#[derive(Debug, Clone, Copy)]
struct Size {
    /// Basis curves of a channel.
    basis: usize,
    /// Width of the hidden layer beside the basis.
    outer: usize,
    /// Width of the hidden layer beside the latent point.
    inner: usize,
}

impl Size {
    fn read(tensors: &Tensors<'_>) -> Result<Self, BankError> {
        let [_, basis] = tensors.matrix_shape("decoder.basis", CHANNELS * MAX_BASIS)?;
        let outer = tensors.vector_length("encoder.0.bias", MAX_WIDTH)?;
        let inner = tensors.vector_length("encoder.1.bias", MAX_WIDTH)?;
        Ok(Self { basis, outer, inner })
    }

    fn features(self) -> usize {
        CHANNELS * self.basis + SCALARS
    }
}

fn dense(tensors: &Tensors<'_>, name: &str, inputs: usize, outputs: usize) -> Result<Dense, BankError> {
    let weight = tensors.values(&format!("{name}.weight"), &[outputs, inputs])?;
    let bias = tensors.values(&format!("{name}.bias"), &[outputs])?;
    Ok(Dense::new(&weight, &bias))
}
