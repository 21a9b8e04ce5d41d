//! The training loop: batches of hits from the trigger on, Adam, a cosine schedule, checkpoints.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use burn::grad_clipping::GradientClippingConfig;
use burn::module::Module;
use burn::optim::{AdamConfig, GradientsParams, ModuleOptimizer};
use burn::tensor::activation::sigmoid;
use burn::tensor::{Device, Tensor};
use neurorack_engine::ScaledCurve;
use neurorack_engine::models::conditioning::Normalisation;
use neurorack_engine::models::noise::Random;

use crate::batch::{self, Batches, Question, Recipe};
use crate::carriers::{Carriers, LONGEST_HOPS, harmonics};
use crate::checkpoint::{self, CheckpointError, State};
use crate::data::{DataSet, Hit, StoreError};
use crate::loss::{ALL_WINDOWS, Shares, SoundLoss, Weights};
use crate::sampling::Balance;
use crate::watch::{Event, Step};
use neurorack_nets::drive::{Asking, drive};
use neurorack_nets::frave::Frave;
use neurorack_nets::sinc_nsf::{CONTROL_HOP, Drive, Gains, NOISE_LOOP, SAMPLE_RATE_HZ, SincNsf, Size, synthesise};

/// Weight of the penalty on sines that pose as noise.
const BANK_PENALTY: f32 = 0.5;
/// The noise bands' edges move every so many steps: their inverse transforms are dear and they move slowly.
const EDGE_INTERVAL: usize = 16;
/// Every so many steps a batch of long crops, so that tails are learned too.
const LONG_INTERVAL: usize = 3;
const SHORT_HOPS: usize = 256;

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
    /// The bank to go on from; a new network from `size` and the recordings when left out.
    pub start: Option<Start>,
    /// Somebody else sets it to end training early, with a checkpoint.
    pub stop: Arc<AtomicBool>,
}

/// A bank's network, from [`from_bank`](crate::from_bank::network).
#[derive(Debug, Clone)]
pub struct Start {
    /// The network.
    pub network: SincNsf,
    /// What makes the timbres that it plays; it stays as it is.
    pub frave: Option<Frave>,
    /// What its inputs are normalised with; it stays.
    pub normalisation: Normalisation,
    /// SHA-256 of the bank's file, in hexadecimal digits.
    pub hash: String,
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
    #[error("{run} holds a run on other recordings: give another folder, or remove this one to begin anew")]
    OtherRecordings {
        /// The run's folder.
        run: PathBuf,
    },
    /// The checkpoint came from another bank.
    #[error("{run} holds a run that started from another bank: give another folder, or remove this one to begin anew")]
    OtherBank {
        /// The run's folder.
        run: PathBuf,
    },
    /// The network's sound is no sound any more.
    #[error(
        "the loss of step {step} is not a number: the last checkpoint stands; give a lower --learning-rate to go on"
    )]
    Diverged {
        /// The step that could not be taken.
        step: usize,
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
    let (mut network, mut optimiser, mut state) = begin(options, train, &device)?;
    let size = network.size();
    report(Event::Begin { step: state.step, recordings: train.len(), parameters: network.num_params() });

    let normalisation = state.normalisation();
    let loss = SoundLoss::new(SAMPLE_RATE_HZ, Weights::default(), normalisation.std);
    let mut carriers = Carriers::new(&network, &device);

    let frave = options.start.as_ref().and_then(|start| start.frave.as_ref());
    let batches = Batches::new(train, options.balance, normalisation.std, frave.is_some());
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
        let recipe = recipe(options.batch, step, frave.is_some());
        let hops = recipe.hops;
        let mut batch = batches.batch(options.seed ^ ((step as u64) << 20), recipe, &loss)?;
        if let Some(frave) = frave {
            batch.free(frave, &normalisation, &mut random);
        }
        let asked: Vec<Asking<'_>> = batch.asked.iter().map(Question::asking).collect();
        let (driven, f0_hz) = drive(&asked, &batch.gains, hops + 1, &normalisation, &device);
        let gains = network.gains(&driven);
        let trainable = step % EDGE_INTERVAL == 0 && !recipe.long;
        let noise = if trainable {
            let offset = random.below((NOISE_LOOP - hops * CONTROL_HOP) as u32) as usize;
            carriers.noise_trainable(&network, hops, offset)
        } else {
            let offsets: Vec<usize> = (0..size.noise).map(|_| random.below(NOISE_LOOP as u32) as usize).collect();
            carriers.noise(hops, &offsets, &device)
        };
        let own = harmonics(&f0_hz, size.harmonics, &device);
        let sounds = synthesise(&gains, noise, carriers.sines(hops), carriers.strike(), own);
        let (distance, surrogate) = loss.surrogate(&batch.targets, sounds, &some_windows(&mut random));
        if !distance.is_finite() {
            return Err(TrainError::Diverged { step });
        }
        let total = surrogate + bank_penalty(&gains, &driven) * BANK_PENALTY;
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
            state.validation_loss = validate(&network, frave, &carriers, valid, &normalisation, &loss, &device)?;
            checkpoint::save(&folder, &state, &network, &optimiser)?;
            report(Event::Checkpoint { network: &network, frave, state: &state });
        }
    }
    if state.step > first {
        state.validation_loss = validate(&network, frave, &carriers, valid, &normalisation, &loss, &device)?;
        checkpoint::save(&folder, &state, &network, &optimiser)?;
        report(Event::Checkpoint { network: &network, frave, state: &state });
    }
    Ok((network, state))
}

/// Where training stands: a checkpoint, a bank, or a fresh network.
fn begin(options: &Options, train: &DataSet, device: &Device) -> Result<(SincNsf, ModuleOptimizer, State), TrainError> {
    let optimiser = AdamConfig::new()
        .with_beta_1(0.9)
        .with_beta_2(0.99)
        .with_epsilon(1e-8)
        .with_grad_clipping(Some(GradientClippingConfig::Norm(2.0)))
        .init();
    let folder = options.folder.join("checkpoint");
    let base = options.start.as_ref().map(|start| start.hash.clone());
    if let Some(state) = checkpoint::state(&folder)? {
        let run = options.folder.clone();
        if state.data_set_hash != train.fingerprint() {
            return Err(TrainError::OtherRecordings { run });
        }
        if state.base != base {
            return Err(TrainError::OtherBank { run });
        }
        let network = checkpoint::load_network(&folder, SincNsf::new(state.size, device))?;
        return Ok((network, checkpoint::load_optimiser(&folder, optimiser)?, state));
    }
    let (network, normalisation) = match &options.start {
        Some(start) => (start.network.clone().train().fork(device), start.normalisation),
        None => (SincNsf::new(options.size, device), train.normalisation()?),
    };
    let state = State {
        step: 0,
        size: network.size(),
        mean: normalisation.mean,
        std: normalisation.std,
        data_set_hash: train.fingerprint(),
        recordings: train.len(),
        tiers: options.tiers.clone(),
        base,
        validation_loss: f32::NAN,
        seconds: 0.0,
    };
    Ok((network, optimiser, state))
}

/// The network of the checkpoint below `folder`.
pub fn load(folder: &Path) -> Result<Option<(SincNsf, State)>, CheckpointError> {
    let folder = folder.join("checkpoint");
    let Some(state) = checkpoint::state(&folder)? else { return Ok(None) };
    let network = checkpoint::load_network(&folder, SincNsf::new(state.size, &Device::flex()))?;
    Ok(Some((network, state)))
}

/// What a step sees: half recordings, the rest curves without one; every third step fewer and longer hits.
fn recipe(batch: usize, step: usize, freed: bool) -> Recipe {
    if step % LONG_INTERVAL == LONG_INTERVAL - 1 {
        return Recipe {
            recordings: (batch * 2).div_ceil(5),
            edited: 0,
            swapped: 0,
            morphed: 0,
            hops: LONGEST_HOPS,
            long: true,
        };
    }
    let (mut edited, morphed) = (batch * 5 / 12, batch / 12);
    let recordings = batch - edited - morphed;
    let swapped = if freed { edited / 2 } else { 0 };
    edited -= swapped;
    Recipe { recordings, edited, swapped, morphed, hops: SHORT_HOPS, long: false }
}

/// The descriptors' window and two others at random, which then count for the rest.
fn some_windows(random: &mut Random) -> Shares {
    const OTHERS: [usize; 5] = [0, 1, 2, 3, 5];
    let mut shares = [0.0, 0.0, 0.0, 0.0, 1.0, 0.0];
    let first = random.below(5) as usize;
    let second = (first + 1 + random.below(4) as usize) % 5;
    for index in [first, second] {
        shares[OTHERS[index]] = 2.5;
    }
    shares
}

/// Linear warm-up over 100 steps, then a half cosine down to 1 %.
fn schedule(peak: f64, step: usize, progress: f64) -> f64 {
    let warm = ((step + 1) as f64 / 100.0).min(1.0);
    peak * warm * (0.01 + 0.99 * 0.5 * (1.0 + (std::f64::consts::PI * progress).cos()))
}

/// Share of the sine bank in the amplitude of frames that are noisy by their flatness; scalar.
fn bank_penalty(gains: &Gains, drive: &Drive) -> Tensor<1> {
    let power = |gain: &Tensor<3>| gain.clone().powi_scalar(2).sum_dim(2);
    let bank = power(&gains.sines) * 0.5;
    let noise = power(&gains.noise);
    let share = (bank.clone() / (bank + noise + 1e-9) + 1e-6).sqrt();
    let noisy = sigmoid((drive.flatness.clone().unsqueeze_dim::<3>(2) + 2.3) / 0.4);
    let active = drive.rms.clone().greater_elem(1e-3).float().unsqueeze_dim::<3>(2);
    let count = active.clone().sum().clamp_min(1.0);
    (share * noisy * active).sum() / count
}

fn validate(
    network: &SincNsf,
    frave: Option<&Frave>,
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
    let offsets: Vec<usize> = (0..network.size().noise).map(|band| band * 977).collect();
    let indices: Vec<usize> = (0..set.len().min(48)).collect();
    for group in indices.chunks(8) {
        let hits: Vec<Cow<'_, Hit>> = group.iter().map(|&index| set.hit(index)).collect::<Result<_, _>>()?;
        let timbres: Vec<_> = match frave {
            Some(frave) => {
                let curves: Vec<_> = hits.iter().map(|hit| ScaledCurve::from(&hit.curve)).collect();
                frave.heard(&curves, normalisation).into_iter().map(Some).collect()
            }
            None => hits.iter().map(|hit| hit.curve.moved_timbre()).collect(),
        };
        let asked: Vec<Asking<'_>> = hits
            .iter()
            .zip(&timbres)
            .map(|(hit, timbre)| Asking { curve: &hit.scaled, timbre: timbre.as_ref() })
            .collect();
        let (driven, f0_hz) = drive(&asked, &vec![1.0; hits.len()], HOPS + 1, normalisation, &device);
        let gains = network.gains(&driven);
        let own = harmonics(&f0_hz, network.size().harmonics, &device);
        let noise = carriers.noise(HOPS, &offsets, &device);
        let sounds = synthesise(&gains, noise, carriers.sines(HOPS).inner(), carriers.strike().inner(), own);
        let samples = neurorack_nets::sinc_nsf::values(sounds);
        for (hit, sound) in hits.iter().zip(samples.chunks(HOPS * CONTROL_HOP)) {
            mean.add(loss.evaluate(&batch::own(loss, hit, HOPS * CONTROL_HOP), sound, &ALL_WINDOWS).0);
        }
    }
    Ok(mean.value())
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
