//! The training loop of the latent: minutes on one core.

use burn::grad_clipping::GradientClippingConfig;
use burn::module::{Module, Param};
use burn::nn::{Linear, LinearConfig};
use burn::optim::{AdamConfig, GradientsParams};
use burn::tensor::{Device, Distribution, Tensor, TensorData};
use neurorack_engine::descriptors::Timbre;
use neurorack_engine::models::frave::{COURSE, DECODED, EXPECTED_WIDTH, LATENT, WIDTH};
use neurorack_engine::models::noise::Random;
use neurorack_nets::frave::{Frave, run, unexpected};
use neurorack_nets::sinc_nsf::{matrix, values};

use super::examples::{Example, Examples, GUESSED, moments};
use super::turn::turn;
use crate::sampling::{cumulate, draw};

/// Examples a step.
const BATCH: usize = 192;
/// What the discriminator guesses: centre and course.
const TARGETS: usize = GUESSED + COURSE;
/// Width of the discriminator.
const CRITIC: usize = 128;
/// Steps of what is expected of the descriptors alone, for each of the autoencoder.
const EXPECTED_STEPS: usize = 3;
/// Steps at the end in which the encoder stands still: of what is expected, then of the decoder.
const LAST_STEPS: usize = 600;
/// Steps of the discriminator for each of the autoencoder.
const CRITIC_STEPS: usize = 2;
/// Share of the training in which the fader's weight rises.
const RISE: f64 = 0.25;
/// Steps over which the learning rate rises.
const WARM_UP: f64 = 100.0;

/// What is left out, to see what it is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Variant {
    /// The decoder is told the descriptors, and the latent is freed of them.
    #[default]
    Freed,
    /// The decoder is told the descriptors; the latent may say them too.
    Conditioned,
    /// The decoder knows the latent alone.
    Plain,
}

/// What a training run is told.
#[derive(Debug, Clone)]
pub struct Options {
    /// Steps of the autoencoder.
    pub steps: usize,
    /// Peak learning rate.
    pub rate: f64,
    /// Weight of the divergence from the prior, in squared errors a nat.
    pub beta: f64,
    /// Weight of what the discriminator guesses, in squared errors.
    pub fader: f64,
    /// Weight of the dependence of latent and descriptors, in squared errors.
    pub independence: f64,
    /// What is trained.
    pub variant: Variant,
    /// Seed of weights and draws.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { steps: 2_000, rate: 2e-3, beta: 0.15, fader: 0.0, independence: 0.0, variant: Variant::Freed, seed: 1 }
    }
}

/// A trained latent.
#[derive(Debug, Clone)]
pub struct Trained {
    /// The network, on the plain CPU device.
    pub frave: Frave,
    /// What was trained.
    pub variant: Variant,
}

/// What there is while training.
#[derive(Module, Debug)]
struct Coder {
    frave: Frave,
    /// Log variances of the posterior.
    log_variance: Linear,
}

/// The discriminator.
#[derive(Module, Debug)]
struct Critic {
    layers: [Linear; 3],
}

/// What the encoder says on average of sounds whose descriptors have a centre.
#[derive(Module, Debug)]
struct Expected {
    layers: [Linear; 3],
}

impl Expected {
    /// Towards what the encoder says now.
    fn gradients(&self, coder: &Coder, timbres: Tensor<2>) -> GradientsParams {
        let said = coder.frave.encoder[2].forward(coder.frave.hidden(timbres.clone())).detach();
        // Negative log likelihood of a Gaussian, but for a constant.
        let expected = self.answer(centres(timbres));
        let spread = expected.clone().narrow(1, LATENT, LATENT);
        let error = unexpected(said, expected).powi_scalar(2).mean() * 0.5 + spread.mean();
        GradientsParams::from_grads(error.backward(), self)
    }

    fn answer(&self, centres: Tensor<2>) -> Tensor<2> {
        run(&self.layers, centres)
    }
}

impl Critic {
    fn new(device: &Device) -> Self {
        let linear = |inputs, outputs| LinearConfig::new(inputs, outputs).init(device);
        Self { layers: [linear(LATENT, CRITIC), linear(CRITIC, CRITIC), linear(CRITIC, TARGETS)] }
    }

    fn guess(&self, places: Tensor<2>) -> Tensor<2> {
        run(&self.layers, places)
    }
}

/// One step's examples, `[B, …]`.
struct Batch {
    timbres: Tensor<2>,
    courses: Tensor<2>,
    answers: Tensor<2>,
    weights: Tensor<2>,
    targets: Tensor<2>,
}

/// Trains on the examples; `report` is told a line now and then.
pub fn train(options: &Options, examples: &Examples, mut report: impl FnMut(&str)) -> Trained {
    let device = Device::flex().autodiff();
    device.seed(options.seed);
    let mut random = Random::new(options.seed);
    let scale = moments(examples.hits.iter().map(|example| example.timbre));
    let guessed = moments(examples.hits.iter().map(targets));
    let mut coder = Coder { frave: Frave::new(&device), log_variance: LinearConfig::new(WIDTH, LATENT).init(&device) };
    let mut critic = Critic::new(&device);
    let adam = || AdamConfig::new().with_beta_2(0.99).with_grad_clipping(Some(GradientClippingConfig::Norm(5.0)));
    let (mut coder_adam, mut critic_adam, mut expected_adam) = (adam().init(), adam().init(), adam().init());
    let mut expected = Expected { layers: coder.frave.expected.clone() };
    let sums = cumulate(&examples.weights);
    let told = options.variant != Variant::Plain;
    let mut draw = || -> Batch {
        let drawn: Vec<&Example> = (0..BATCH).map(|_| &examples.hits[draw(&sums, &mut random)]).collect();
        batch(&drawn, &scale, &guessed, told, &device)
    };
    for step in 0..options.steps {
        let progress = step as f64 / options.steps as f64;
        let rate = schedule(options.rate, step, progress);
        if options.variant == Variant::Freed {
            for _ in 0..EXPECTED_STEPS {
                let gradients = expected.gradients(&coder, draw().timbres);
                expected = expected_adam.step(rate.max(0.5 * options.rate), expected, gradients);
            }
        }
        if options.variant == Variant::Freed && options.fader > 0.0 {
            for _ in 0..CRITIC_STEPS {
                let batch = draw();
                // What is played is the mean: the discriminator sees it without the posterior's noise.
                let place = mean_of(&coder, &expected, batch.timbres, options.variant).0;
                let error = (critic.guess(place.detach()) - batch.targets).powi_scalar(2).mean();
                let gradients = GradientsParams::from_grads(error.backward(), &critic);
                critic = critic_adam.step(rate.max(0.5 * options.rate), critic, gradients);
            }
        }
        let batch = draw();
        let (mean, place, divergence) = posterior(&coder, &expected, batch.timbres, options.variant);
        let decoded = coder.frave.decode(place, batch.courses);
        let error = ((decoded - batch.answers).powi_scalar(2) * batch.weights).sum() / BATCH as f64;
        let mut loss = error.clone() + divergence.sum() * (options.beta / BATCH as f64);
        let mut left = 0.0;
        if options.variant == Variant::Freed {
            let rising = (progress / RISE).min(1.0);
            if options.independence > 0.0 {
                let tie = dependence(mean.clone(), batch.targets.narrow(1, 0, GUESSED));
                left = f64::from(values(tie.clone().detach())[0]);
                loss = loss + tie * (options.independence * rising);
            }
            if options.fader > 0.0 {
                loss = loss + critic.guess(mean).powi_scalar(2).mean() * (options.fader * rising);
            }
        }
        let gradients = GradientsParams::from_grads(loss.backward(), &coder);
        coder = coder_adam.step(rate, coder, gradients);
        if step % 250 == 0 {
            let error = values(error.detach())[0];
            report(&format!("step {step:5}  error {error:7.3}  dependence {left:.3}"));
        }
    }
    if options.variant == Variant::Freed {
        let steps = LAST_STEPS.min(options.steps);
        for step in 0..steps {
            let gradients = expected.gradients(&coder, draw().timbres);
            expected = expected_adam.step(last_rate(options.rate, step, steps), expected, gradients);
        }
        let still = coder.clone();
        for step in 0..steps {
            let batch = draw();
            let (_, place, _) = posterior(&still, &expected, batch.timbres, options.variant);
            let decoded = coder.frave.decode(place.detach(), batch.courses);
            let error = ((decoded - batch.answers).powi_scalar(2) * batch.weights).sum() / BATCH as f64;
            let gradients = GradientsParams::from_grads(error.backward(), &coder);
            coder = coder_adam.step(0.3 * last_rate(options.rate, step, steps), coder, gradients);
        }
    }
    let mut frave = coder.frave.valid();
    frave.expected = expected.valid().layers;
    if options.variant != Variant::Freed {
        take_nothing_off(&mut frave);
    }
    take_up_scale(&mut frave, &scale);
    let watched: Vec<&Example> = examples.hits.iter().step_by((examples.hits.len() / 1_000).max(1)).collect();
    Trained { frave: turn(frave, &watched, told), variant: options.variant }
}

/// Everything that the discriminator guesses of an example.
fn targets(example: &Example) -> [f32; TARGETS] {
    let mut targets = [0.0; TARGETS];
    targets[..GUESSED].copy_from_slice(example.centre());
    targets[GUESSED..].copy_from_slice(&example.course);
    targets
}

fn batch(
    drawn: &[&Example],
    scale: &[[f32; Timbre::COUNT]; 2],
    guessed: &[[f32; TARGETS]; 2],
    told: bool,
    device: &Device,
) -> Batch {
    let rows = drawn.len();
    let scaled = |values: &[f32], scale: &[&[f32]; 2]| -> Vec<f32> {
        values.iter().zip(scale[0]).zip(scale[1]).map(|((value, mean), std)| (value - mean) / std).collect()
    };
    let timbres = drawn.iter().flat_map(|example| scaled(&example.timbre, &[&scale[0], &scale[1]])).collect();
    let wanted = drawn.iter().flat_map(|example| scaled(&targets(example), &[&guessed[0], &guessed[1]])).collect();
    let courses = drawn.iter().flat_map(|example| example.told(told)).collect();
    Batch {
        timbres: matrix(timbres, rows, Timbre::COUNT, device),
        courses: matrix(courses, rows, COURSE, device),
        answers: matrix(
            drawn.iter().flat_map(|example| example.timbre[..DECODED].to_vec()).collect(),
            rows,
            DECODED,
            device,
        ),
        weights: matrix(drawn.iter().flat_map(|example| example.weights()).collect(), rows, DECODED, device),
        targets: matrix(wanted, rows, TARGETS, device),
    }
}

/// Mean of the posterior and a draw from it, both `[B, Z]`, and the divergence from the prior of each dimension `[B, Z]`, in nats.
fn posterior(
    coder: &Coder,
    expected: &Expected,
    timbres: Tensor<2>,
    variant: Variant,
) -> (Tensor<2>, Tensor<2>, Tensor<2>) {
    let (mean, hidden) = mean_of(coder, expected, timbres, variant);
    let log_variance = coder.log_variance.forward(hidden).clamp(-10.0, 3.0);
    let noise = Tensor::random(mean.dims(), Distribution::Normal(0.0, 1.0), &mean.device());
    let place = mean.clone() + (log_variance.clone() * 0.5).exp() * noise;
    let divergence = (mean.clone().powi_scalar(2) + log_variance.clone().exp() - log_variance - 1.0) * 0.5;
    (mean, place, divergence)
}

/// Mean of the posterior `[B, Z]`, and what the encoder's last layer sees.
fn mean_of(coder: &Coder, expected: &Expected, timbres: Tensor<2>, variant: Variant) -> (Tensor<2>, Tensor<2>) {
    let hidden = coder.frave.hidden(timbres.clone());
    let said = coder.frave.encoder[2].forward(hidden.clone());
    let mean = match variant {
        Variant::Freed => unexpected(said, expected.answer(centres(timbres)).detach()),
        Variant::Conditioned | Variant::Plain => said,
    };
    (mean, hidden)
}

/// The centres of the descriptors in timbres `[B, T]`: `[B, 7]`.
fn centres(timbres: Tensor<2>) -> Tensor<2> {
    timbres.narrow(1, DECODED, GUESSED)
}

/// How much columns of `[B, N]` and of `[B, M]` depend on each other: 0 for not at all, 1 at most. Centred kernel alignment,
/// the Hilbert-Schmidt independence criterion relative to its bounds (Gretton et al., ALT 2005; Cortes et al., JMLR 2012).
fn dependence(a: Tensor<2>, b: Tensor<2>) -> Tensor<1> {
    let (a, b) = (kernel(a), kernel(b));
    let product = |x: &Tensor<2>, y: &Tensor<2>| (x.clone() * y.clone()).sum();
    product(&a, &b) / ((product(&a, &a) * product(&b, &b)).sqrt() + 1e-9)
}

/// Gaussian kernel of the rows of `[B, N]`, centred: `[B, B]`. Its width is the mean distance of the rows.
fn kernel(rows: Tensor<2>) -> Tensor<2> {
    let squares = rows.clone().powi_scalar(2).sum_dim(1);
    let distances = squares.clone() + squares.transpose() - rows.clone().matmul(rows.transpose()) * 2.0;
    let distances = distances.clamp_min(0.0);
    let width = distances.clone().detach().mean().reshape([1, 1]);
    let kernel = (distances.neg() / (width + 1e-9)).exp();
    let kernel = kernel.clone() - kernel.mean_dim(0);
    kernel.clone() - kernel.mean_dim(1)
}

/// Lets the first layers take timbres as they are, and not as z-scores.
fn take_up_scale(frave: &mut Frave, [mean, std]: &[[f32; Timbre::COUNT]; 2]) {
    unscale(&mut frave.encoder[0], mean, std);
    unscale(&mut frave.expected[0], &mean[DECODED..], &std[DECODED..]);
}

/// Lets the last layer of what is expected answer zero.
fn take_nothing_off(frave: &mut Frave) {
    let device = Device::flex();
    let layer = &mut frave.expected[2];
    layer.weight = Param::from_data(
        TensorData::new(vec![0.0f32; 2 * EXPECTED_WIDTH * LATENT], [EXPECTED_WIDTH, 2 * LATENT]),
        &device,
    );
    layer.bias = Some(Param::from_data([0.0f32; 2 * LATENT].as_slice(), &device));
}

fn unscale(layer: &mut Linear, mean: &[f32], std: &[f32]) {
    let device = Device::flex();
    let [inputs, outputs] = layer.weight.val().dims();
    let weight = values(layer.weight.val());
    let mut bias = layer.bias.as_ref().map_or_else(|| vec![0.0; outputs], |bias| values(bias.val()));
    let mut scaled = Vec::with_capacity(weight.len());
    for ((row, mean), std) in weight.chunks_exact(outputs).zip(mean).zip(std) {
        for (weight, bias) in row.iter().zip(&mut bias) {
            scaled.push(weight / std);
            *bias -= weight * mean / std;
        }
    }
    layer.weight = Param::from_data(TensorData::new(scaled, [inputs, outputs]), &device);
    layer.bias = Some(Param::from_data(bias.as_slice(), &device));
}

/// Linear warm-up, then a half cosine down to 1 %.
fn schedule(peak: f64, step: usize, progress: f64) -> f64 {
    let warm = ((step + 1) as f64 / WARM_UP).min(1.0);
    peak * warm * (0.01 + 0.99 * 0.5 * (1.0 + (std::f64::consts::PI * progress).cos()))
}

/// From half the peak to 1 % of it.
fn last_rate(peak: f64, step: usize, steps: usize) -> f64 {
    peak * (0.01 + 0.49 * (1.0 - step as f64 / steps as f64))
}
