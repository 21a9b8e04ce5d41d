//! What becomes of a training run's events: progress, the loss curve, sounds to listen to and their spectrograms.

use std::path::{Path, PathBuf};

use crate::bank::{self, Label};
use crate::checkpoint::State;
use crate::data::{DataSet, Hit, StoreError};
use crate::evaluate::Player;
use crate::factory;
use crate::history::{History, Moment};
use crate::progress::{Progress, duration};
use crate::sheet::{self, Pair};
use neurorack_engine::bank::ModelBank;
use neurorack_nets::frave::Frave;
use neurorack_nets::sinc_nsf::SincNsf;

/// Steps that one moment of the history averages.
const STEPS_A_MOMENT: usize = 10;
/// Recordings that are played at checkpoints.
const PREVIEWS: usize = 4;
/// Folder of the sounds below the run's folder.
const FOLDER: &str = "validation";

/// What happens in training.
#[derive(Debug)]
pub enum Event<'a> {
    /// Training begins, or goes on where a checkpoint stands.
    Begin {
        /// Steps that are done already.
        step: usize,
        /// Recordings to train on.
        recordings: usize,
        /// Numbers to train.
        parameters: usize,
    },
    /// A step is done.
    Step(Step),
    /// The network has been measured and saved.
    Checkpoint {
        /// The network as it is saved.
        network: &'a SincNsf,
        /// What makes the timbres that it plays, in banks of kind `frave`.
        frave: Option<&'a Frave>,
        /// What is saved with it.
        state: &'a State,
    },
}

/// A step of training.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// Steps done.
    pub step: usize,
    /// Steps in all.
    pub steps: usize,
    /// Loss of this step's batch.
    pub loss: f32,
    /// Learning rate.
    pub rate: f64,
    /// Mean seconds a step, in this session.
    pub seconds_a_step: f64,
    /// Seconds until training ends.
    pub seconds_left: f64,
}

/// Shows and keeps what happens in a run's folder.
pub struct Watcher {
    folder: PathBuf,
    progress: Progress,
    previews: Vec<(String, Hit)>,
    history: Option<History>,
    losses: Vec<f32>,
    last: Option<Step>,
    trouble: Option<String>,
}

impl Watcher {
    /// A watcher that writes to `folder` and plays some hits of `valid` at checkpoints.
    ///
    /// # Errors
    /// When a hit cannot be read.
    pub fn new(folder: &Path, valid: &DataSet, progress: Progress) -> Result<Self, StoreError> {
        let chosen = factory::select(valid, PREVIEWS)?;
        let names = factory::names(chosen.iter().map(|&index| &*valid.entry(index).file));
        let mut previews = Vec::with_capacity(chosen.len());
        for (name, index) in names.into_iter().zip(chosen) {
            previews.push((name, valid.hit(index)?.into_owned()));
        }
        let folder = folder.to_path_buf();
        Ok(Self { folder, progress, previews, history: None, losses: Vec::new(), last: None, trouble: None })
    }

    /// Takes an event. What cannot be written is said once; training goes on.
    pub fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Begin { step, recordings, parameters } => self.begin(step, recordings, parameters),
            Event::Step(step) => self.step(step),
            Event::Checkpoint { network, frave, state } => self.checkpoint(network, frave, state),
        }
    }

    fn begin(&mut self, step: usize, recordings: usize, parameters: usize) {
        let start = if step == 0 { "training".to_owned() } else { format!("resuming at step {step}") };
        self.progress.line(&format!("{start}: {parameters} parameters, {recordings} recordings"));
        match History::open(&self.folder, step) {
            Ok(history) => self.history = Some(history),
            Err(why) => self.complain(&why),
        }
    }

    fn step(&mut self, step: Step) {
        if self.losses.len() == STEPS_A_MOMENT {
            self.note_moment(None);
        }
        self.losses.push(step.loss);
        self.last = Some(step);
        let Step { step, steps, loss, seconds_a_step, seconds_left, .. } = step;
        let left = duration(seconds_left);
        self.progress
            .status(&format!("step {step} of {steps}, loss {loss:.3}, {seconds_a_step:.2} s a step, {left} left"));
    }

    fn checkpoint(&mut self, network: &SincNsf, frave: Option<&Frave>, state: &State) {
        let loss = state.validation_loss;
        let held_out =
            if loss.is_finite() { format!(", loss on held-out recordings {loss:.4}") } else { String::new() };
        self.progress.line(&format!("step {}: saved{held_out}", state.step));
        self.note_moment(loss.is_finite().then_some(loss));
        let drawn = self.history.as_ref().map_or(Ok(()), History::draw);
        let played = self.play(network, frave, state);
        if let Err(why) = drawn.and(played) {
            self.complain(&why);
        }
    }

    /// Adds the mean of the losses since the last moment, if there was a step since.
    fn note_moment(&mut self, validation_loss: Option<f32>) {
        let (Some(step), Some(history)) = (self.last.take(), &mut self.history) else { return };
        let loss = self.losses.iter().sum::<f32>() / self.losses.len().max(1) as f32;
        self.losses.clear();
        let Step { step, rate, seconds_a_step, .. } = step;
        if let Err(why) = history.add(Moment { step, loss, rate, seconds_a_step, validation_loss }) {
            self.complain(&why);
        }
    }

    /// Writes what the instrument would play with this network, beside the recordings.
    fn play(&self, network: &SincNsf, frave: Option<&Frave>, state: &State) -> std::io::Result<()> {
        if self.previews.is_empty() {
            return Ok(());
        }
        let sets: Vec<_> =
            self.previews.iter().map(|(name, hit)| (name.clone(), hit.curve.clone(), hit.entry.clone())).collect();
        let bytes = bank::export(network, frave, state, &sets, &preview_label());
        let bank = ModelBank::parse(&bytes).map_err(std::io::Error::other)?;
        let player = Player::new(&bank, 1);
        let mut pairs = Vec::with_capacity(self.previews.len());
        for (name, hit) in &self.previews {
            let folder = self.folder.join(FOLDER).join(name);
            std::fs::create_dir_all(&folder)?;
            let recording = folder.join("recording.wav");
            if !recording.exists() {
                write_wav(&recording, &hit.samples)?;
            }
            let sound = player.render(&player.asked(hit));
            write_wav(&folder.join(format!("step-{:06}.wav", state.step)), &sound)?;
            let title = [name.clone(), format!("step {}", state.step)];
            pairs.push(Pair { title, recording: hit.samples.clone(), ours: sound });
        }
        sheet::write(&self.folder.join(FOLDER).join(format!("step-{:06}.png", state.step)), &pairs)
    }

    fn complain(&mut self, why: &std::io::Error) {
        let text = format!("{}: {why}; training goes on without it", self.folder.display());
        if self.trouble.as_ref() != Some(&text) {
            self.progress.line(&text);
            self.trouble = Some(text);
        }
    }
}

/// A preview's bank is never written.
fn preview_label() -> Label {
    Label {
        name: "Preview".to_owned(),
        version: String::new(),
        licence: String::new(),
        commit: String::new(),
        command: String::new(),
        licences: Default::default(),
        scores: Default::default(),
        held_out: Default::default(),
    }
}

/// Writes mono 44.1 kHz sound with 16 bits; samples beyond full scale are clipped.
fn write_wav(path: &Path, samples: &[f32]) -> std::io::Result<()> {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: neurorack_nets::sinc_nsf::SAMPLE_RATE_HZ as u32,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut file = hound::WavWriter::create(path, spec).map_err(std::io::Error::other)?;
    for sample in samples {
        let value = (sample.clamp(-1.0, 1.0) * f32::from(i16::MAX)).round() as i16;
        file.write_sample(value).map_err(std::io::Error::other)?;
    }
    file.finalize().map_err(std::io::Error::other)
}
