//! How far the descriptors can be told from the latent: probes that are trained on it.

use burn::module::Module;
use burn::nn::{Linear, LinearConfig};
use burn::optim::{AdamWConfig, GradientsParams};
use burn::tensor::activation::silu;
use burn::tensor::{Device, Tensor};
use neurorack_engine::descriptors::{Descriptors, Timbre};
use neurorack_engine::models::frave::{COURSE, DECODED, LATENT};
use neurorack_engine::models::noise::Random;
use neurorack_nets::frave::Frave;
use neurorack_nets::sinc_nsf::{matrix, values};

use super::examples::{Example, GUESSED, moments};

const WIDTH: usize = 64;
const BATCH: usize = 256;
const STEPS: usize = 1_500;
/// Steps between looks at the examples that training is watched with; the best look counts.
const LOOK: usize = 100;

/// Shares of variance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Predictability {
    /// R² of each descriptor's centre on recordings that the probe has not seen, in [`Descriptors`]' order: 0 where nothing
    /// can be told, 1 where everything can.
    pub r2: [f64; Descriptors::COUNT],
    /// Root of the mean squared error of the decoded levels on those recordings, weighted as they are heard, in decibels.
    pub level_db: f64,
}

/// A multilayer perceptron.
#[derive(Module, Debug)]
struct Probe {
    layers: [Linear; 3],
}

impl Probe {
    fn answer(&self, places: Tensor<2>) -> Tensor<2> {
        let x = silu(self.layers[0].forward(places));
        let x = silu(self.layers[1].forward(x));
        self.layers[2].forward(x)
    }
}

/// Trains a probe on `train`, stops it by `valid`, and asks it on `test`. `told` is whether the decoder is told the course.
pub fn predictability(frave: &Frave, [train, valid, test]: [&[Example]; 3], told: bool, seed: u64) -> Predictability {
    let device = Device::flex().autodiff();
    device.seed(seed);
    let plain = Device::flex();
    let scale = moments(train.iter().map(centre));
    let rows = |part: &[Example]| {
        let timbres = part.iter().flat_map(|example| example.timbre).collect();
        let places = values(frave.encode(matrix(timbres, part.len(), Timbre::COUNT, &plain)));
        let centres: Vec<f32> = part
            .iter()
            .flat_map(|example| {
                let centre = centre(example);
                std::array::from_fn::<f32, GUESSED, _>(|i| (centre[i] - scale[0][i]) / scale[1][i])
            })
            .collect();
        (places, centres)
    };
    let (places, centres) = rows(train);
    let watched = rows(valid);
    let asked = rows(test);
    let linear = |inputs, outputs| LinearConfig::new(inputs, outputs).init(&device);
    let mut probe = Probe { layers: [linear(LATENT, WIDTH), linear(WIDTH, WIDTH), linear(WIDTH, GUESSED)] };
    let mut adam = AdamWConfig::new().with_weight_decay(1e-3).init();
    let mut random = Random::new(seed);
    let mut best = (f64::NEG_INFINITY, [0.0; GUESSED]);
    for step in 0..STEPS {
        let drawn: Vec<usize> = (0..BATCH).map(|_| random.below(train.len() as u32) as usize).collect();
        let take = |values: &[f32], width: usize| {
            let rows = drawn.iter().flat_map(|&row| values[row * width..(row + 1) * width].to_vec());
            matrix(rows.collect(), BATCH, width, &device)
        };
        let error = (probe.answer(take(&places, LATENT)) - take(&centres, GUESSED)).powi_scalar(2).mean();
        let gradients = GradientsParams::from_grads(error.backward(), &probe);
        probe = adam.step(2e-3, probe, gradients);
        if (step + 1) % LOOK == 0 {
            let told = probe.valid();
            let seen = mean(&explained(&told, &watched));
            if seen > best.0 {
                best = (seen, explained(&told, &asked));
            }
        }
    }
    Predictability { r2: best.1, level_db: level_db(frave, test, told) }
}

fn centre(example: &Example) -> [f32; GUESSED] {
    std::array::from_fn(|index| example.centre()[index])
}

/// R² of each column.
fn explained(probe: &Probe, (places, centres): &(Vec<f32>, Vec<f32>)) -> [f64; GUESSED] {
    let rows = places.len() / LATENT;
    let answers = values(probe.answer(matrix(places.clone(), rows, LATENT, &Device::flex())));
    std::array::from_fn(|column| {
        let pairs = || {
            let column = |values: &'_ [f32]| values.iter().skip(column).step_by(GUESSED).copied().collect::<Vec<f32>>();
            column(&answers).into_iter().zip(column(centres)).map(|(a, c)| (f64::from(a), f64::from(c)))
        };
        let mean = pairs().map(|(_, centre)| centre).sum::<f64>() / rows as f64;
        let left: f64 = pairs().map(|(answer, centre)| (centre - answer).powi(2)).sum();
        let all: f64 = pairs().map(|(_, centre)| (centre - mean).powi(2)).sum();
        1.0 - left / all.max(1e-9)
    })
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// How far decoded levels are from those of the examples.
fn level_db(frave: &Frave, examples: &[Example], told: bool) -> f64 {
    let device = Device::flex();
    let rows = examples.len();
    let timbres = examples.iter().flat_map(|example| example.timbre).collect();
    let courses = examples.iter().flat_map(|example| example.told(told)).collect();
    let places = frave.encode(matrix(timbres, rows, Timbre::COUNT, &device));
    let decoded = values(frave.decode(places, matrix(courses, rows, COURSE, &device)));
    let levels = Timbre::MOMENTS * Timbre::BANDS;
    let (mut sum, mut count) = (0.0, 0.0);
    for (decoded, example) in decoded.chunks_exact(DECODED).zip(examples) {
        for ((decoded, level), weight) in decoded.iter().zip(&example.timbre).zip(example.weights()).take(levels) {
            sum += f64::from(weight * (decoded - level).powi(2));
            count += f64::from(weight);
        }
    }
    15.0 * (sum / f64::max(count, 1e-9)).sqrt()
}
