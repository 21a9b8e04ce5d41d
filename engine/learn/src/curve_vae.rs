//! The variational autoencoder of whole descriptor curves, in burn; the engine runs the same numbers without it.
//!
//! After Kingma and Welling, "Auto-encoding variational Bayes", ICLR 2014. A curve is an
//! [`Outline`](neurorack_engine::models::curve_vae::Outline) of 8 channels of 128 points and 2 scalars. Each channel is
//! projected on a small basis that starts as cosines; dense layers do the rest.
//!
//! Shapes: `B` hits, `V` values of an outline ([`VALUES`]), `Z` latent dimensions ([`LATENT`]).

pub mod batch;
pub mod command;
pub mod export;
pub mod map;
pub mod scores;
pub mod train;

use burn::module::{Module, Param};
use burn::nn::{Dropout, Linear, LinearConfig};
use burn::tensor::activation::silu;
use burn::tensor::{Device, Distribution, Tensor, TensorData};
use neurorack_engine::models::curve_vae::{CHANNELS, LATENT, POINTS, SCALARS, VALUES};

/// Sizes of the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Basis curves of a channel.
    pub basis: usize,
    /// Width of the hidden layers beside the basis.
    pub outer: usize,
    /// Width of the hidden layers beside the latent point.
    pub inner: usize,
}

impl Default for Size {
    fn default() -> Self {
        Self { basis: 24, outer: 224, inner: 160 }
    }
}

/// The network; see the module's description.
#[derive(Module, Debug)]
pub struct CurveVae {
    /// Points to weights of the basis, `[CHANNELS, POINTS, basis]`.
    pub encoder_basis: Param<Tensor<3>>,
    /// Basis weights and scalars to the outer width.
    pub encoder_0: Linear,
    /// Outer to inner width.
    pub encoder_1: Linear,
    /// Inner width to means and log variances, `2 Z`.
    pub encoder_2: Linear,
    /// Latent point to the inner width.
    pub decoder_0: Linear,
    /// Inner to outer width.
    pub decoder_1: Linear,
    /// Outer width to basis weights and scalars.
    pub decoder_2: Linear,
    /// Weights of the basis to points, `[CHANNELS, basis, POINTS]`.
    pub decoder_basis: Param<Tensor<3>>,
    /// Added to the points, `[CHANNELS, 1, POINTS]`.
    pub decoder_offset: Param<Tensor<3>>,
}

impl CurveVae {
    /// A fresh network; call `device.seed` before for a reproducible one.
    pub fn new(size: Size, device: &Device) -> Self {
        let linear = |inputs, outputs| LinearConfig::new(inputs, outputs).init(device);
        let features = CHANNELS * size.basis + SCALARS;
        let cosines = cosine_basis(size.basis);
        let per_channel = |values: &[f32], rows: usize, columns: usize| {
            let all = TensorData::new(values.repeat(CHANNELS), [CHANNELS, rows, columns]);
            Param::from_data(all, device)
        };
        let turned: Vec<f32> =
            (0..POINTS).flat_map(|point| cosines.iter().skip(point).step_by(POINTS).copied()).collect();
        Self {
            encoder_basis: per_channel(&turned, POINTS, size.basis),
            encoder_0: linear(features, size.outer),
            encoder_1: linear(size.outer, size.inner),
            encoder_2: linear(size.inner, 2 * LATENT),
            decoder_0: linear(LATENT, size.inner),
            decoder_1: linear(size.inner, size.outer),
            decoder_2: linear(size.outer, features),
            decoder_basis: per_channel(&cosines, size.basis, POINTS),
            decoder_offset: per_channel(&[0.0; POINTS], 1, POINTS),
        }
    }

    /// Mean and log variance of the posterior, both `[B, Z]`, of normalised outlines `[B, V]`.
    pub fn encode(&self, outlines: Tensor<2>) -> (Tensor<2>, Tensor<2>) {
        self.encode_dropping(outlines, None)
    }

    fn encode_dropping(&self, outlines: Tensor<2>, dropout: Option<&Dropout>) -> (Tensor<2>, Tensor<2>) {
        let drop = |x: Tensor<2>| match dropout {
            Some(dropout) => dropout.forward(x),
            None => x,
        };
        let [batch, _] = outlines.dims();
        let points = outlines.clone().narrow(1, 0, CHANNELS * POINTS).reshape([batch, CHANNELS, POINTS]);
        let weights = points.swap_dims(0, 1).matmul(self.encoder_basis.val());
        let basis = weights.dims()[2];
        let weights = weights.swap_dims(0, 1).reshape([batch, CHANNELS * basis]);
        let scalars = outlines.narrow(1, CHANNELS * POINTS, SCALARS);
        let x = drop(silu(self.encoder_0.forward(Tensor::cat(vec![weights, scalars], 1))));
        let x = drop(silu(self.encoder_1.forward(x)));
        let x = self.encoder_2.forward(x);
        // A log variance beyond these is of no use and its exponential of no good.
        (x.clone().narrow(1, 0, LATENT), x.narrow(1, LATENT, LATENT).clamp(-12.0, 4.0))
    }

    /// Normalised outlines `[B, V]` of latent points `[B, Z]`.
    pub fn decode(&self, points: Tensor<2>) -> Tensor<2> {
        self.decode_dropping(points, None)
    }

    fn decode_dropping(&self, points: Tensor<2>, dropout: Option<&Dropout>) -> Tensor<2> {
        let [batch, _] = points.dims();
        let x = silu(self.decoder_0.forward(points));
        let x = silu(self.decoder_1.forward(x));
        let x = match dropout {
            Some(dropout) => dropout.forward(x),
            None => x,
        };
        let x = self.decoder_2.forward(x);
        let basis = self.decoder_basis.val().dims()[1];
        let scalars = x.clone().narrow(1, CHANNELS * basis, SCALARS);
        let weights = x.narrow(1, 0, CHANNELS * basis).reshape([batch, CHANNELS, basis]);
        let curves = weights.swap_dims(0, 1).matmul(self.decoder_basis.val()) + self.decoder_offset.val();
        let curves = curves.swap_dims(0, 1).reshape([batch, CHANNELS * POINTS]);
        Tensor::cat(vec![curves, scalars], 1)
    }

    /// Reconstructions `[B, V]` through a draw from the posterior, and the divergence from the prior of each dimension
    /// `[B, Z]`, in nats, with `dropout` on the hidden layers. For training.
    pub fn forward(&self, outlines: Tensor<2>, dropout: &Dropout) -> (Tensor<2>, Tensor<2>) {
        let (mean, log_variance) = self.encode_dropping(outlines, Some(dropout));
        let noise = Tensor::random(mean.dims(), Distribution::Normal(0.0, 1.0), &mean.device());
        let draw = mean.clone() + (log_variance.clone() * 0.5).exp() * noise;
        let divergence = (mean.powi_scalar(2) + log_variance.clone().exp() - log_variance - 1.0) * 0.5;
        (self.decode_dropping(draw, Some(dropout)), divergence)
    }
}

/// The lowest cosines (DCT-II) as rows of `[basis, POINTS]`, each of length 1.
fn cosine_basis(basis: usize) -> Vec<f32> {
    let row = |order: usize| {
        let height = if order == 0 { 1.0 } else { 2f64.sqrt() } / (POINTS as f64).sqrt();
        let angle = std::f64::consts::PI * order as f64 / POINTS as f64;
        (0..POINTS).map(move |point| (height * (angle * (point as f64 + 0.5)).cos()) as f32)
    };
    (0..basis).flat_map(row).collect()
}

/// A constant tensor of these rows, `[rows.len(), N]`.
fn rows<const N: usize>(rows: &[[f32; N]], device: &Device) -> Tensor<2> {
    Tensor::from_data(TensorData::new(rows.as_flattened().to_vec(), [rows.len(), N]), device)
}

/// A constant tensor of outlines in a row, `[values.len() / V, V]`.
fn outlines(values: Vec<f32>, device: &Device) -> Tensor<2> {
    let count = values.len() / VALUES;
    Tensor::from_data(TensorData::new(values, [count, VALUES]), device)
}
