//! The training loop of the latent: minutes on one core.

use burn::grad_clipping::GradientClippingConfig;
use burn::module::{Module, Param};
use burn::nn::{Linear, LinearConfig};
use burn::optim::{AdamConfig, AdamWConfig, GradientsParams};
use burn::tensor::{Device, Distribution, Tensor, TensorData};
use neurorack_engine::descriptors::Timbre;
use neurorack_engine::models::frave::{COURSE, DECODED, EXPECTED_WIDTH, LATENT, WIDTH};
use neurorack_engine::models::noise::Random;
use neurorack_nets::frave::{Frave, hidden, run};
use neurorack_nets::sinc_nsf::{matrix, values};

use super::examples::{Example, Examples, GUESSED, moments};
use super::turn::{parts, turn};
use crate::sampling::{cumulate, draw};

/// Examples a step.
const BATCH: usize = 192;
/// Width of the discriminator.
const CRITIC: usize = 128;
/// Steps of the discriminator for each of the autoencoder.
const CRITIC_STEPS: usize = 3;
/// Learning rate of the discriminator and of what is expected.
const SIDE_RATE: f64 = 2e-3;
/// Steps of what is expected of the descriptors alone, and how often it is looked at on the validation examples.
const EXPECTED_STEPS: usize = 1_500;
const LOOK: usize = 50;
/// Decay of its weights, and deviation of the noise on the centres that it is told: both against learning by heart.
const EXPECTED_DECAY: f32 = 0.3;
const EXPECTED_NOISE: f64 = 0.05;
/// Steps at the end in which the encoder stands still and the decoder learns what is played, means.
const LAST_STEPS: usize = 600;
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
    /// Weight of what the discriminator guesses right, in squared errors for each descriptor that it knows.
    pub fader: f64,
    /// What is trained.
    pub variant: Variant,
    /// Seed of weights and draws.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { steps: 5_000, rate: 2e-3, beta: 0.15, fader: 1.0, variant: Variant::Freed, seed: 1 }
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

/// A discriminator that guesses the centre of each descriptor from a place.
#[derive(Module, Debug)]
struct Critic {
    layers: [Linear; 3],
}

impl Critic {
    fn new(device: &Device) -> Self {
        let linear = |inputs, outputs| LinearConfig::new(inputs, outputs).init(device);
        Self { layers: [linear(LATENT, CRITIC), linear(CRITIC, CRITIC), linear(CRITIC, GUESSED)] }
    }

    /// Towards what can be told of these places.
    fn gradients(&self, places: Tensor<2>, centres: Tensor<2>) -> GradientsParams {
        let error = (run(&self.layers, places) - centres).powi_scalar(2).mean();
        GradientsParams::from_grads(error.backward(), self)
    }

    /// How much it knows: the sum over the descriptors of the squared correlation of guess and truth, where it is above zero. A
    /// guess that is wrong teaches the encoder nothing.
    fn knows(&self, places: Tensor<2>, centres: Tensor<2>) -> Tensor<1> {
        let guessed = run(&self.layers, places);
        let guessed = guessed.clone() - guessed.mean_dim(0);
        let centres = centres.clone() - centres.mean_dim(0);
        let product = |a: &Tensor<2>, b: &Tensor<2>| (a.clone() * b.clone()).sum_dim(0);
        let sizes = (product(&guessed, &guessed) * product(&centres, &centres)).sqrt() + 1e-6;
        (product(&guessed, &centres) / sizes).clamp_min(0.0).powi_scalar(2).sum()
    }
}

/// What a timbre is on average under these descriptors, learned once.
#[derive(Module, Debug)]
struct Expected {
    layers: [Linear; 3],
}

/// All examples as they are learned from, `[N, …]`: z-scores but for answers, courses and weights.
struct Table {
    timbres: Vec<f32>,
    centres: Vec<f32>,
    courses: Vec<f32>,
    answers: Vec<f32>,
    weights: Vec<f32>,
}

impl Table {
    fn of(examples: &[Example], [mean, std]: &[[f32; Timbre::COUNT]; 2], told: bool) -> Self {
        let mut table = Self { timbres: vec![], centres: vec![], courses: vec![], answers: vec![], weights: vec![] };
        for example in examples {
            let scaled: Vec<f32> =
                example.timbre.iter().zip(mean).zip(std).map(|((value, mean), std)| (value - mean) / std).collect();
            table.timbres.extend(&scaled[..DECODED]);
            table.centres.extend(&scaled[DECODED..]);
            table.courses.extend(example.told(told));
            table.answers.extend(&example.timbre[..DECODED]);
            table.weights.extend(example.weights());
        }
        table
    }

    fn rows(values: &[f32], width: usize, drawn: &[usize], device: &Device) -> Tensor<2> {
        let rows = drawn.iter().flat_map(|&row| &values[row * width..(row + 1) * width]).copied().collect();
        matrix(rows, drawn.len(), width, device)
    }
}

/// Trains on the examples, `valid` stops what is expected; `report` is told a line now and then.
pub fn train(options: &Options, examples: &Examples, valid: &[Example], mut report: impl FnMut(&str)) -> Trained {
    let device = Device::flex().autodiff();
    device.seed(options.seed);
    let mut random = Random::new(options.seed);
    let scale = moments(examples.hits.iter().map(|example| example.timbre));
    let told = options.variant != Variant::Plain;
    let freed = options.variant == Variant::Freed;
    let mut table = Table::of(&examples.hits, &scale, told);
    let mut coder = Coder { frave: Frave::new(&device), log_variance: LinearConfig::new(WIDTH, LATENT).init(&device) };
    let mut expected = Expected { layers: coder.frave.expected.clone() };
    if freed {
        let watched = Table::of(valid, &scale, told);
        expected = expect(expected, &table, &watched, &mut random, &mut report);
        take_off(&expected.valid(), &mut table);
    }

    let mut critic = Critic::new(&device);
    let adam = || AdamConfig::new().with_beta_2(0.99).with_grad_clipping(Some(GradientClippingConfig::Norm(5.0)));
    let (mut coder_adam, mut critic_adam) = (adam().init(), AdamWConfig::new().with_weight_decay(1e-3).init());
    let sums = cumulate(&examples.weights);
    let mut draw = || -> Vec<usize> { (0..BATCH).map(|_| draw(&sums, &mut random)).collect() };
    let error = |coder: &Coder, place: Tensor<2>, drawn: &[usize]| {
        let rows = |values: &[f32], width| Table::rows(values, width, drawn, &device);
        let decoded = coder.frave.decode(place, rows(&table.courses, COURSE));
        let squares = (decoded - rows(&table.answers, DECODED)).powi_scalar(2);
        (squares * rows(&table.weights, DECODED)).sum() / BATCH as f64
    };
    let timbres = |drawn: &[usize]| Table::rows(&table.timbres, DECODED, drawn, &device);
    let centres = |drawn: &[usize]| Table::rows(&table.centres, GUESSED, drawn, &device);
    for step in 0..options.steps {
        let progress = step as f64 / options.steps as f64;
        let rate = schedule(options.rate, step, progress);
        if freed && options.fader > 0.0 {
            let still = coder.valid();
            for _ in 0..CRITIC_STEPS {
                let drawn = draw();
                // What is played is the mean: the discriminator sees it without the posterior's noise.
                let plain = Table::rows(&table.timbres, DECODED, &drawn, &Device::flex());
                let place = matrix(values(run(&still.frave.encoder, plain)), BATCH, LATENT, &device);
                let gradients = critic.gradients(place, centres(&drawn));
                critic = critic_adam.step(SIDE_RATE, critic, gradients);
            }
        }
        let drawn = draw();
        let (mean, place, divergence) = posterior(&coder, timbres(&drawn));
        let decoded = error(&coder, place, &drawn);
        let mut loss = decoded.clone() + divergence.sum() * (options.beta / BATCH as f64);
        let mut known = 0.0;
        if freed && options.fader > 0.0 {
            let knows = critic.knows(mean, centres(&drawn));
            known = values(knows.clone().detach())[0];
            loss = loss + knows * (options.fader * (progress / RISE).min(1.0));
        }
        let gradients = GradientsParams::from_grads(loss.backward(), &coder);
        coder = coder_adam.step(rate, coder, gradients);
        if step % 250 == 0 {
            let error = values(decoded.detach())[0];
            report(&format!("step {step:5}  error {error:7.3}  known of seven {known:.3}"));
        }
    }
    let still = coder.clone();
    let steps = LAST_STEPS.min(options.steps);
    for step in 0..steps {
        let drawn = draw();
        let (mean, ..) = posterior(&still, timbres(&drawn));
        let gradients = GradientsParams::from_grads(error(&coder, mean.detach(), &drawn).backward(), &coder);
        coder = coder_adam.step(0.3 * last_rate(options.rate, step, steps), coder, gradients);
    }
    let mut frave = coder.frave.valid();
    frave.expected = expected.valid().layers;
    if !freed {
        expect_the_mean(&mut frave.expected[2]);
    }
    take_up_scale(&mut frave, &scale);
    let watched: Vec<&Example> = examples.hits.iter().step_by((examples.hits.len() / 1_000).max(1)).collect();
    Trained { frave: turn(frave, &watched, told), variant: options.variant }
}

/// Learns what a timbre is on average under its descriptors. The best look at the validation examples counts.
fn expect(
    mut expected: Expected,
    table: &Table,
    watched: &Table,
    random: &mut Random,
    report: &mut impl FnMut(&str),
) -> Expected {
    let (device, plain) = (Device::flex().autodiff(), Device::flex());
    let mut adam = AdamWConfig::new().with_weight_decay(EXPECTED_DECAY).init();
    let rows = table.centres.len() / GUESSED;
    let every: Vec<usize> = (0..watched.centres.len() / GUESSED).collect();
    let mut best = (f32::INFINITY, expected.clone());
    for step in 1..=EXPECTED_STEPS {
        let drawn: Vec<usize> = (0..BATCH).map(|_| random.below(rows as u32) as usize).collect();
        let centres = Table::rows(&table.centres, GUESSED, &drawn, &device);
        let noise = Tensor::random(centres.dims(), Distribution::Normal(0.0, EXPECTED_NOISE), &device);
        let said = Table::rows(&table.timbres, DECODED, &drawn, &device);
        let error = (run(&expected.layers, centres + noise) - said).powi_scalar(2).mean();
        let gradients = GradientsParams::from_grads(error.backward(), &expected);
        expected = adam.step(SIDE_RATE, expected, gradients);
        if step % LOOK == 0 && !every.is_empty() {
            let centres = Table::rows(&watched.centres, GUESSED, &every, &plain);
            let said = Table::rows(&watched.timbres, DECODED, &every, &plain);
            let error = values((run(&expected.valid().layers, centres) - said).powi_scalar(2).mean())[0];
            if error < best.0 {
                best = (error, expected.clone());
            }
        }
    }
    if every.is_empty() {
        return expected;
    }
    report(&format!("descriptors alone leave {:.3} of the variance of held-out timbres", best.0));
    best.1
}

/// Takes what is expected off the timbres.
fn take_off(expected: &Expected, table: &mut Table) {
    let rows = table.centres.len() / GUESSED;
    let said = values(run(&expected.layers, matrix(table.centres.clone(), rows, GUESSED, &Device::flex())));
    table.timbres.iter_mut().zip(said).for_each(|(timbre, said)| *timbre -= said);
}

/// Mean of the posterior and a draw from it, both `[B, Z]`, and the divergence from the prior of each dimension `[B, Z]`, in nats.
fn posterior(coder: &Coder, unexpected: Tensor<2>) -> (Tensor<2>, Tensor<2>, Tensor<2>) {
    let hidden = hidden(&coder.frave.encoder, unexpected);
    let mean = coder.frave.encoder[2].forward(hidden.clone());
    let log_variance = coder.log_variance.forward(hidden).clamp(-10.0, 3.0);
    let noise = Tensor::random(mean.dims(), Distribution::Normal(0.0, 1.0), &mean.device());
    let place = mean.clone() + (log_variance.clone() * 0.5).exp() * noise;
    let divergence = (mean.clone().powi_scalar(2) + log_variance.clone().exp() - log_variance - 1.0) * 0.5;
    (mean, place, divergence)
}

/// Lets the layers take and expect timbres as they are, and not as z-scores.
fn take_up_scale(frave: &mut Frave, [mean, std]: &[[f32; Timbre::COUNT]; 2]) {
    unscale(&mut frave.encoder[0], &[0.0; DECODED], &std[..DECODED]);
    unscale(&mut frave.expected[0], &mean[DECODED..], &std[DECODED..]);
    let device = Device::flex();
    let layer = &mut frave.expected[2];
    let (weight, bias) = parts(layer);
    let scaled: Vec<f32> =
        weight.chunks_exact(DECODED).flat_map(|row| row.iter().zip(std).map(|(weight, std)| weight * std)).collect();
    let bias: Vec<f32> = bias.iter().zip(mean).zip(std).map(|((bias, mean), std)| bias * std + mean).collect();
    layer.weight = Param::from_data(TensorData::new(scaled, [EXPECTED_WIDTH, DECODED]), &device);
    layer.bias = Some(Param::from_data(bias.as_slice(), &device));
}

/// Lets a last layer expect the mean, zero as a z-score, of all.
fn expect_the_mean(layer: &mut Linear) {
    let device = Device::flex();
    layer.weight =
        Param::from_data(TensorData::new(vec![0.0f32; EXPECTED_WIDTH * DECODED], [EXPECTED_WIDTH, DECODED]), &device);
    layer.bias = Some(Param::from_data([0.0f32; DECODED].as_slice(), &device));
}

fn unscale(layer: &mut Linear, mean: &[f32], std: &[f32]) {
    let device = Device::flex();
    let (weight, mut bias) = parts(layer);
    let outputs = bias.len();
    let mut scaled = Vec::with_capacity(weight.len());
    for ((row, mean), std) in weight.chunks_exact(outputs).zip(mean).zip(std) {
        for (weight, bias) in row.iter().zip(&mut bias) {
            scaled.push(weight / std);
            *bias -= weight * mean / std;
        }
    }
    layer.weight = Param::from_data(TensorData::new(scaled, [mean.len(), outputs]), &device);
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
