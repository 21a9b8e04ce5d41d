//! The training loop: batches of hits from the trigger on, Adam, a cosine schedule, checkpoints.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use burn::grad_clipping::GradientClippingConfig;
use burn::module::Module;
use burn::optim::{AdamConfig, GradientsParams};
use burn::tensor::activation::sigmoid;
use burn::tensor::{Device, Tensor};
use neurorack_engine::models::conditioning::{Conditioned, Normalisation};
use neurorack_engine::models::noise::Random;

use crate::carriers::{Carriers, harmonics};
use crate::checkpoint::{self, CheckpointError, State};
use crate::data::{DataSet, Hit, StoreError};
use crate::drive::drive;
use crate::loss::{SoundLoss, Weights};
use crate::sampling::{Balance, Sampler};
use crate::sinc_nsf::{CONTROL_HOP, Drive, Gains, NOISE_LOOP, SAMPLE_RATE_HZ, SincNsf, Size, synthesise};
use crate::watch::{Event, Step};

/// Weight of the penalty on sines that pose as noise.
const BANK_PENALTY: f32 = 0.5;
/// The noise bands' edges move every so many steps: their inverse transforms are dear and they move slowly.
const EDGE_INTERVAL: usize = 8;
/// Every so many steps a batch of long crops, so that tails are learned too.
const LONG_INTERVAL: usize = 3;
/// Shortest recording that fills a long crop to some use, in seconds.
const LONG_CLIP_S: f32 = 0.8;
const SHORT_HOPS: usize = 256;
const LONG_HOPS: usize = 640;

/// What a training run is told.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where checkpoints and the log go.
    pub folder: PathBuf,
    /// Steps in all, the ones before a resumption included.
    pub steps: usize,
    /// Hits a batch (long crops: a third).
    pub batch: usize,
    /// Peak learning rate.
    pub learning_rate: f64,
    /// Stop after this many seconds even so: the schedule then ends early, at its low end.
    pub seconds: Option<f64>,
    /// Sizes of the network.
    pub size: Size,
    /// Seed of weights and batches.
    pub seed: u64,
    /// Licence tiers trained on, for the record.
    pub tiers: Vec<String>,
    /// Steps between checkpoints.
    pub save_every: usize,
    /// Where the arithmetic runs.
    pub device: Device,
    /// Which recordings are drawn more often.
    pub balance: Balance,
    /// The network to go on from, and its normalisation; a new one from `size` and the recordings when left out.
    pub start: Option<(SincNsf, Normalisation)>,
    /// Somebody else sets it to end training early, with a checkpoint.
    pub stop: Arc<AtomicBool>,
}

/// Why training cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// The checkpoint cannot be written or read.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// A recording cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The checkpoint was made with other recordings.
    #[error("{run} holds a run on other recordings: give another folder with --run, or remove it to begin anew")]
    OtherData {
        /// The run's folder.
        run: PathBuf,
    },
}

/// Trains on `train`, watching `valid`; resumes where the folder's checkpoint stands.
pub fn train(
    options: &Options,
    train: &DataSet,
    valid: &DataSet,
    mut report: impl FnMut(Event<'_>),
) -> Result<(SincNsf, State), TrainError> {
    let device = options.device.clone().autodiff();
    device.seed(options.seed);
    let folder = options.folder.join("checkpoint");
    let saved = checkpoint::state(&folder)?;
    let given = options.start.as_ref().map_or(options.size, |(network, _)| network.size());
    let size = saved.as_ref().map_or(given, |state| state.size);
    let mut network = match &options.start {
        Some((network, _)) => network.clone().train().fork(&device),
        None => SincNsf::new(size, &device),
    };
    let mut optimiser = AdamConfig::new()
        .with_beta_1(0.9)
        .with_beta_2(0.99)
        .with_epsilon(1e-8)
        .with_grad_clipping(Some(GradientClippingConfig::Norm(2.0)))
        .init();
    let mut state = match saved {
        Some(state) => {
            network = checkpoint::load_network(&folder, network)?;
            optimiser = checkpoint::load_optimiser(&folder, optimiser)?;
            if state.data_set_hash != train.fingerprint() {
                return Err(TrainError::OtherData { run: options.folder.clone() });
            }
            state
        }
        None => {
            let normalisation = match &options.start {
                Some((_, normalisation)) => *normalisation,
                None => train.normalisation()?,
            };
            State {
                step: 0,
                size,
                mean: normalisation.mean,
                std: normalisation.std,
                data_set_hash: train.fingerprint(),
                recordings: train.len(),
                tiers: options.tiers.clone(),
                validation_loss: f32::NAN,
                seconds: 0.0,
            }
        }
    };
    report(Event::Begin { step: state.step, recordings: train.len(), parameters: network.num_params() });

    let normalisation = state.normalisation();
    let loss = SoundLoss::new(SAMPLE_RATE_HZ, Weights::default());
    let mut carriers = Carriers::new(&network, &device);
    let sampler = Sampler::new(train, options.balance, LONG_CLIP_S);
    let started = Instant::now();
    let (first, before) = (state.step, state.seconds);
    while state.step < options.steps {
        let step = state.step;
        let elapsed = before + started.elapsed().as_secs_f64();
        let progress = match options.seconds {
            Some(limit) => (elapsed / limit).max(step as f64 / options.steps as f64),
            None => step as f64 / options.steps as f64,
        };
        if progress >= 1.0 || options.stop.load(Ordering::Relaxed) {
            break;
        }
        let mut random = Random::new(options.seed ^ ((step as u64) << 20));
        let long = step % LONG_INTERVAL == LONG_INTERVAL - 1;
        let (hops, count) = if long { (LONG_HOPS, options.batch.div_ceil(3)) } else { (SHORT_HOPS, options.batch) };
        let batch = Batch::draw(train, &sampler, &mut random, count, hops, long)?;
        let trainable = step % EDGE_INTERVAL == 0 && !long;

        let (driven, f0_hz) = drive(&batch.curves(), &batch.gains, hops + 1, &normalisation, &device);
        let gains = network.gains(&driven);
        let shared = if trainable {
            let offset = random.below((NOISE_LOOP - hops * CONTROL_HOP) as u32) as usize;
            carriers.shared_trainable(&network, hops, offset)
        } else {
            let offsets: Vec<usize> = (0..size.noise).map(|_| random.below(NOISE_LOOP as u32) as usize).collect();
            carriers.shared(hops, &offsets, &device)
        };
        let own = harmonics(&f0_hz, size.harmonics, &device);
        let sounds = synthesise(&gains, shared, own);
        let (distance, surrogate) = loss.surrogate(&batch.targets, sounds);
        let total = surrogate + bank_penalty(&gains, &driven, &normalisation) * BANK_PENALTY;
        let gradients = GradientsParams::from_grads(total.backward(), &network);
        let rate = schedule(options.learning_rate, step, progress);
        network = optimiser.step(rate, network, gradients);
        if trainable {
            carriers.refresh(&network);
        }
        state.step += 1;
        state.seconds = before + started.elapsed().as_secs_f64();

        let seconds_a_step = started.elapsed().as_secs_f64() / (state.step - first) as f64;
        let by_steps = seconds_a_step * (options.steps - state.step) as f64;
        let seconds_left = options.seconds.map_or(by_steps, |limit| by_steps.min(limit - state.seconds).max(0.0));
        let (step, steps) = (state.step, options.steps);
        report(Event::Step(Step { step, steps, loss: distance, rate, seconds_a_step, seconds_left }));
        if state.step % options.save_every == 0 && state.step < options.steps {
            state.validation_loss = validate(&network, &carriers, valid, &normalisation, &loss, &device)?;
            checkpoint::save(&folder, &state, &network, &optimiser)?;
            report(Event::Checkpoint { network: &network, state: &state });
        }
    }
    if state.step > first {
        state.validation_loss = validate(&network, &carriers, valid, &normalisation, &loss, &device)?;
        checkpoint::save(&folder, &state, &network, &optimiser)?;
        report(Event::Checkpoint { network: &network, state: &state });
    }
    Ok((network, state))
}

/// The network of the checkpoint below `folder`.
pub fn load(folder: &Path) -> Result<Option<(SincNsf, State)>, CheckpointError> {
    let folder = folder.join("checkpoint");
    let Some(state) = checkpoint::state(&folder)? else { return Ok(None) };
    let network = checkpoint::load_network(&folder, SincNsf::new(state.size, &Device::flex()))?;
    Ok(Some((network, state)))
}

/// Linear warm-up over 100 steps, then a half cosine down to 1 %.
fn schedule(peak: f64, step: usize, progress: f64) -> f64 {
    let warm = ((step + 1) as f64 / 100.0).min(1.0);
    peak * warm * (0.01 + 0.99 * 0.5 * (1.0 + (std::f64::consts::PI * progress).cos()))
}

/// Share of the sine bank in the amplitude of frames that are noisy by their flatness; scalar.
fn bank_penalty(gains: &Gains, drive: &Drive, normalisation: &Normalisation) -> Tensor<1> {
    let power = |gain: &Tensor<3>| gain.clone().powi_scalar(2).sum_dim(2);
    let bank = power(&gains.sines) * 0.5;
    let noise = power(&gains.noise);
    let share = (bank.clone() / (bank + noise + 1e-9) + 1e-6).sqrt();
    let flatness = drive.descriptors.clone().narrow(2, 3, 1) * normalisation.std[3] + normalisation.mean[3];
    let noisy = sigmoid((flatness + 2.3) / 0.4);
    let active = drive.rms.clone().greater_elem(1e-3).float().unsqueeze_dim::<3>(2);
    let count = active.clone().sum().clamp_min(1.0);
    (share * noisy * active).sum() / count
}

fn validate(
    network: &SincNsf,
    carriers: &Carriers,
    set: &DataSet,
    normalisation: &Normalisation,
    loss: &SoundLoss,
    device: &Device,
) -> Result<f32, StoreError> {
    const HOPS: usize = 512;
    let network = network.valid();
    let device = device.clone().inner();
    let mut mean = Mean::default();
    let offsets = vec![0; network.size().noise];
    let indices: Vec<usize> = (0..set.len().min(48)).collect();
    for group in indices.chunks(8) {
        let hits: Vec<Cow<'_, Hit>> = group.iter().map(|&index| set.hit(index)).collect::<Result<_, _>>()?;
        let curves: Vec<&[Conditioned]> = hits.iter().map(|hit| hit.scaled.as_slice()).collect();
        let (driven, f0_hz) = drive(&curves, &vec![1.0; hits.len()], HOPS + 1, normalisation, &device);
        let gains = network.gains(&driven);
        let own = harmonics(&f0_hz, network.size().harmonics, &device);
        let sounds = synthesise(&gains, carriers.shared(HOPS, &offsets, &device), own);
        let samples = crate::sinc_nsf::values(sounds);
        for (hit, sound) in hits.iter().zip(samples.chunks(HOPS * CONTROL_HOP)) {
            mean.add(loss.evaluate(&crop(&hit.samples, HOPS, 1.0), sound).0);
        }
    }
    Ok(mean.value())
}

fn crop(samples: &[f32], hops: usize, gain: f32) -> Vec<f32> {
    let mut crop: Vec<f32> = samples.iter().take(hops * CONTROL_HOP).map(|x| x * gain).collect();
    crop.resize(hops * CONTROL_HOP, 0.0);
    crop
}

struct Batch<'a> {
    hits: Vec<Cow<'a, Hit>>,
    gains: Vec<f32>,
    targets: Vec<Vec<f32>>,
}

impl<'a> Batch<'a> {
    fn draw(
        set: &'a DataSet,
        sampler: &Sampler,
        random: &mut Random,
        count: usize,
        hops: usize,
        long: bool,
    ) -> Result<Self, StoreError> {
        let mut batch = Self { hits: Vec::new(), gains: Vec::new(), targets: Vec::new() };
        for _ in 0..count {
            let hit = set.hit(sampler.draw(random, long))?;
            let uniform = f64::from(random.below(1 << 24)) / f64::from(1 << 24);
            let gain = 10f64.powf((-9.0 + 12.0 * uniform) / 20.0) as f32;
            batch.targets.push(crop(&hit.samples, hops, gain));
            batch.gains.push(gain);
            batch.hits.push(hit);
        }
        Ok(batch)
    }

    fn curves(&self) -> Vec<&[Conditioned]> {
        self.hits.iter().map(|hit| hit.scaled.as_slice()).collect()
    }
}

#[derive(Default)]
struct Mean {
    sum: f64,
    count: usize,
}

impl Mean {
    fn add(&mut self, value: f32) {
        self.sum += f64::from(value);
        self.count += 1;
    }

    /// Not a number of nothing.
    fn value(&self) -> f32 {
        (self.sum / self.count as f64) as f32
    }
}
