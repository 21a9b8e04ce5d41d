//! Training the autoencoder: minutes on one core.

use std::time::Instant;

use burn::grad_clipping::GradientClippingConfig;
use burn::module::Module;
use burn::nn::DropoutConfig;
use burn::optim::{AdamWConfig, GradientsParams};
use burn::tensor::{Device, Tensor};
use neurorack_engine::models::curve_vae::{Outline, OutlineNormalisation};
use neurorack_engine::models::noise::Random;

use super::batch::{Batch, mix, vary};
use super::{CurveVae, Size, outlines};
use crate::sampling::{cumulate, draw};
use neurorack_nets::sinc_nsf::values;

/// Outlines a step.
const BATCH: usize = 64;
/// Peak learning rate.
const RATE: f64 = 2e-3;
/// Steps over which the learning rate rises.
const WARM_UP: f64 = 200.0;
/// Seconds between progress lines.
const REPORT_SECONDS: f64 = 5.0;
/// Smoothing of the loss in progress lines.
const RECENT: f64 = 0.98;

/// What a training run is told.
#[derive(Debug, Clone)]
pub struct Options {
    /// Sizes of the network.
    pub size: Size,
    /// How long it may take, in seconds; the schedule fits itself to it.
    pub seconds: f64,
    /// Most steps; the schedule fits itself to them as well.
    pub steps: usize,
    /// Weight of the divergence from the prior.
    pub beta: f64,
    /// Share of the examples that are mixed from two hits.
    pub mixed: f32,
    /// Share of the hidden values that a step drops.
    pub dropout: f64,
    /// Weight decay.
    pub decay: f32,
    /// Seed of weights, batches and draws.
    pub seed: u64,
}

impl Default for Options {
    /// What suits the shipped recordings: more steps fit them better and others worse.
    fn default() -> Self {
        Self {
            size: Size::default(),
            seconds: 480.0,
            steps: 4_000,
            beta: 0.004,
            mixed: 0.5,
            dropout: 0.2,
            decay: 1e-2,
            seed: 1,
        }
    }
}

/// A trained network and how it went.
#[derive(Debug, Clone)]
pub struct Trained {
    /// The network, on the plain CPU device.
    pub network: CurveVae,
    /// Steps done.
    pub steps: usize,
    /// Reconstruction loss on the outlines that were watched, through posterior means.
    pub validation_loss: f32,
}

/// Trains on `train`, each drawn by its weight, and watches `valid`.
pub fn train(
    options: &Options,
    train: &[Outline],
    weights: &[f64],
    valid: &[Outline],
    normalisation: &OutlineNormalisation,
    mut report: impl FnMut(&str),
) -> Trained {
    let device = Device::flex().autodiff();
    device.seed(options.seed);
    let mut random = Random::new(options.seed);
    let mut network = CurveVae::new(options.size, &device);
    let dropout = DropoutConfig::new(options.dropout).init();
    report(&format!("{} parameters, {} curves", network.num_params(), train.len()));
    let mut optimiser = AdamWConfig::new()
        .with_beta_2(0.99)
        .with_epsilon(1e-8)
        .with_weight_decay(options.decay)
        .with_grad_clipping(Some(GradientClippingConfig::Norm(1.0)))
        .init();
    let watched = Batch::of(valid, normalisation);
    let ladder = cumulate(weights);

    let started = Instant::now();
    let mut step = 0;
    let mut said = 0.0;
    let mut recent: Option<f64> = None;
    loop {
        let elapsed = started.elapsed().as_secs_f64();
        let progress = (elapsed / options.seconds).max(step as f64 / options.steps as f64);
        if progress >= 1.0 {
            break;
        }
        let mut batch = Batch::default();
        for _ in 0..BATCH {
            let mut outline = vary(&train[draw(&ladder, &mut random)], &mut random);
            let mut uniform = || random.below(1 << 24) as f32 / (1 << 24) as f32;
            if uniform() < options.mixed {
                let part = uniform();
                outline = mix(&outline, &train[draw(&ladder, &mut random)], part);
            }
            batch.push(&outline, normalisation);
        }
        let target = outlines(batch.values, &device);
        let (decoded, divergence) = network.forward(target.clone(), &dropout);
        let error = ((decoded - target).powi_scalar(2) * outlines(batch.costs, &device)).sum() / BATCH as f64;
        let loss = error.clone() + divergence.sum() * (options.beta / BATCH as f64);
        let gradients = GradientsParams::from_grads(loss.backward(), &network);
        network = optimiser.step(schedule(step, progress), network, gradients);
        step += 1;

        let error = f64::from(error.into_scalar::<f32>());
        recent = Some(recent.map_or(error, |mean| RECENT * mean + (1.0 - RECENT) * error));
        if elapsed - said > REPORT_SECONDS {
            said = elapsed;
            let loss = reconstruction(&network.valid(), &watched);
            let left = elapsed * (1.0 / progress.max(1e-6) - 1.0);
            let (percent, minutes) = (100.0 * progress, (left / 60.0) as u64);
            report(&format!(
                "step {step:6}  {percent:3.0} %  {minutes}:{:02.0} left  loss {:.4}  validation {loss:.4}",
                (left % 60.0).floor(),
                recent.unwrap_or_default(),
            ));
        }
    }
    let network = network.valid();
    let validation_loss = reconstruction(&network, &watched);
    Trained { network, steps: step, validation_loss }
}

/// Weighted squared error of a batch through posterior means, a hit.
fn reconstruction(network: &CurveVae, batch: &Batch) -> f32 {
    let device = Device::flex();
    let target = outlines(batch.values.clone(), &device);
    let count = target.dims()[0];
    let (mean, _) = network.encode(target.clone());
    let error: Tensor<1> =
        ((network.decode(mean) - target).powi_scalar(2) * outlines(batch.costs.clone(), &device)).sum();
    values(error)[0] / count as f32
}

/// Linear warm-up, then a half cosine down to 1 %.
fn schedule(step: usize, progress: f64) -> f64 {
    let warm = ((step + 1) as f64 / WARM_UP).min(1.0);
    RATE * warm * (0.01 + 0.99 * 0.5 * (1.0 + (std::f64::consts::PI * progress).cos()))
}
