//! What the commands share: a store, a run on it, and a bank at the end.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use neurorack_engine::bank::ModelBank;
use neurorack_engine::descriptors::DescriptorCurve;
use neurorack_learn::bank::{self, Label};
use neurorack_learn::checkpoint::State;
use neurorack_learn::data::{DataSet, Entry, Split, Store};
use neurorack_learn::device::Processor;
use neurorack_learn::evaluate::{self, Player, Scores, Wanted};
use neurorack_learn::factory::{self, Chosen};
use neurorack_learn::plan::Plan;
use neurorack_learn::progress::Progress;
use neurorack_learn::sampling::Balance;
use neurorack_learn::train::{self, Options, Start};
use neurorack_learn::watch::Watcher;
use neurorack_nets::frave::Frave;
use neurorack_nets::sinc_nsf::{SincNsf, Size};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use crate::{Interrupted, Outcome, bank_file};

/// What can go wrong: a sentence for people.
pub(crate) type Error = Box<dyn std::error::Error>;
/// A name, the curve, and the recording it was measured from.
pub(crate) type Sets = Vec<(String, DescriptorCurve, Entry)>;

/// What the test is taken on.
pub(crate) const HELD_OUT: &str = "recordings held out";
/// The scores that are shown; the bank's card has all of them. Less is better.
const SHOWN: [(&str, &str); 6] = [
    ("envelope_db", "loudness of the bands over time, dB"),
    ("texture_db", "noise and tone, dB"),
    ("sc", "spectral convergence"),
    ("log_l1", "logarithmic spectrum"),
    ("mrstft_50ms", "the first 50 ms"),
    ("onset_ms", "onset, ms"),
];

/// Recordings that are scored at a time: as many are in memory.
const SCORED_AT_A_TIME: usize = 64;
/// Which noise they are played with.
const DRAW: u64 = 1;
/// What is measured of them; single descriptors, which take longest, on some.
const WANTED: Wanted = Wanted { silence: true, responses: 8, shaped_noise: false };

/// How long and how to train; what is left out follows from the number of recordings.
#[derive(clap::Args)]
pub(crate) struct Tuning {
    /// End after so many minutes of training; the schedule fits itself to them.
    #[arg(long)]
    pub(crate) minutes: Option<f64>,
    /// Steps in all. [default: by the number of recordings]
    #[arg(long)]
    steps: Option<usize>,
    /// Recordings a step. [default: 10, less for very few recordings]
    #[arg(long)]
    batch: Option<usize>,
    /// Peak learning rate. [default: 0.002, when adapting a bank 0.0003]
    #[arg(long)]
    learning_rate: Option<f64>,
    /// Steps between checkpoints. [default: 250, when adapting a bank 100]
    #[arg(long)]
    save_every: Option<usize>,
    /// Which recordings are drawn more often.
    #[arg(long, default_value = "rarity")]
    balance: Balance,
    /// What trains.
    #[arg(long, default_value = "cpu")]
    device: Processor,
    /// Seed of weights and draws.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// A very small network, for tests.
    #[arg(long, hide = true)]
    tiny: bool,
}

/// Which recordings become the bank's factory sets.
#[derive(clap::Args)]
pub(crate) struct FactorySets {
    /// Factory list: a CSV file with the columns file (as in the store) and name. [default: recordings that differ most]
    #[arg(long)]
    factory: Option<PathBuf>,
    /// How many factory sets to choose without a list.
    #[arg(long, default_value_t = 24)]
    sets: usize,
}

/// What a bank is called and who may use it.
#[derive(clap::Args)]
pub(crate) struct Naming {
    /// Name of the bank in the instrument.
    #[arg(long, default_value = "My sounds")]
    name: String,
    /// Version of the bank.
    #[arg(long, default_value = "1")]
    bank_version: String,
    /// Licence of the bank, as an SPDX expression: yours to give as far as the recordings are.
    #[arg(long, default_value = "LicenseRef-own")]
    licence: String,
}

impl Naming {
    pub(crate) fn label(&self, command: String, scores: BTreeMap<String, f64>) -> Label {
        Label {
            name: self.name.clone(),
            version: self.bank_version.clone(),
            licence: self.licence.clone(),
            commit: commit(),
            command,
            licences: BTreeMap::new(),
            scores,
            held_out: BTreeMap::new(),
        }
    }
}

impl FactorySets {
    /// The sets of the list, or those chosen by their descriptors from the training recordings.
    pub(crate) fn choose(&self, session: &Session) -> Result<Sets, Error> {
        let train = session.part(Split::Train);
        let chosen = match &self.factory {
            Some(list) => factory::listed(list, &train)?,
            None => {
                let chosen = factory::select(&train, self.sets.clamp(1, 256))?;
                let names = factory::names(chosen.iter().map(|&index| &*train.entry(index).file));
                names.into_iter().zip(chosen).map(|(name, index)| Chosen { name, index, author: None }).collect()
            }
        };
        let mut sets = Sets::new();
        for Chosen { name, index, author } in chosen {
            let entry = train.entry(index).clone();
            let author = author.unwrap_or_else(|| entry.author.clone());
            sets.push((name, train.curve(index)?.into_owned(), Entry { author, ..entry }));
        }
        Ok(sets)
    }
}

/// A run on a store.
pub(crate) struct Session {
    run: PathBuf,
    store: Arc<Store>,
    tiers: Vec<String>,
}

impl Session {
    pub(crate) fn new(run: &Path, store: Arc<Store>, tiers: Vec<String>) -> Self {
        Self { run: run.to_path_buf(), store, tiers }
    }

    pub(crate) fn part(&self, split: Split) -> DataSet {
        self.store.part(split)
    }

    /// How many training recordings are under each licence.
    pub(crate) fn licences(&self) -> BTreeMap<String, u32> {
        let train = self.part(Split::Train);
        let mut licences = BTreeMap::new();
        for index in 0..train.len() {
            let licence = train.entry(index).licence.trim();
            let licence = if licence.is_empty() { "not stated" } else { licence };
            *licences.entry(licence.to_owned()).or_default() += 1;
        }
        licences
    }

    /// Trains, from `start` if given; Ctrl-C ends it with a checkpoint and an error.
    pub(crate) fn train(&self, tuning: &Tuning, plan: Plan, start: Option<Start>) -> Result<(SincNsf, State), Error> {
        let stop = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
            // The second time it is meant at once; the last checkpoint stands.
            flag::register_conditional_shutdown(signal, crate::INTERRUPTED.into(), Arc::clone(&stop))?;
            flag::register(signal, Arc::clone(&stop))?;
        }
        // Somebody who says how many steps wants all of them.
        let default_minutes = plan.minutes.filter(|_| tuning.steps.is_none());
        let options = Options {
            folder: self.run.clone(),
            steps: tuning.steps.unwrap_or(plan.steps),
            batch: tuning.batch.unwrap_or(plan.batch).max(1),
            learning_rate: tuning.learning_rate.unwrap_or(plan.learning_rate),
            seconds: tuning.minutes.or(default_minutes).map(|minutes| 60.0 * minutes),
            size: if tuning.tiny { TINY } else { Size::default() },
            seed: tuning.seed,
            tiers: self.tiers.clone(),
            save_every: tuning.save_every.unwrap_or(plan.save_every).max(1),
            device: tuning.device.device()?,
            balance: tuning.balance,
            start,
            stop: Arc::clone(&stop),
        };
        let (training, valid) = (self.part(Split::Train), self.part(Split::Valid));
        let mut watcher = Watcher::new(&self.run, &valid, Progress::default())?;
        let (network, state) = train::train(&options, &training, &valid, |event| watcher.take(event))?;
        if stop.load(Ordering::Relaxed) {
            return Err(Interrupted { step: state.step }.into());
        }
        Ok((network, state))
    }

    /// Scores of a bank on one split, a few recordings in memory at a time; `None` where the split is empty.
    pub(crate) fn score(&self, bank: &ModelBank, split: Split) -> Result<Option<Scores>, Error> {
        let set = self.part(split);
        let player = Player::new(bank, DRAW);
        let mut measured = Vec::new();
        let mut progress = Progress::default();
        progress.begin("measuring", set.len());
        let indices: Vec<usize> = (0..set.len()).collect();
        for group in indices.chunks(SCORED_AT_A_TIME) {
            let mut hits = Vec::with_capacity(group.len());
            for &index in group {
                hits.push(set.hit(index)?.into_owned());
            }
            measured.extend(evaluate::measure_all(&player, &hits, WANTED, || ()));
            progress.at(measured.len(), "recordings");
        }
        Ok((!measured.is_empty()).then(|| evaluate::summarise(&measured)))
    }

    /// The bank's bytes with its scores on the held-out recordings in its card, and these scores.
    pub(crate) fn measured_bank(
        &self,
        (network, frave, state): (&SincNsf, Option<&Frave>, &State),
        sets: &Sets,
        naming: &Naming,
        command: String,
    ) -> Result<(Vec<u8>, Option<Scores>), Error> {
        let mut label = Label { licences: self.licences(), ..naming.label(command, BTreeMap::new()) };
        let unmeasured = ModelBank::parse(&bank::export(network, frave, state, sets, &label))?;
        let scores = self.score(&unmeasured, Split::Test)?;
        label.scores = scores.as_ref().map(|scores| scores.figures.clone()).unwrap_or_default();
        let sets = bank::fitted(&unmeasured, sets.clone());
        Ok((bank::export(network, frave, state, &sets, &label), scores))
    }

    /// A table of scores on `what`, one column each.
    pub(crate) fn print_scores(&self, what: &str, columns: &[(&str, Option<&Scores>)]) {
        let Some((_, Some(first))) = columns.first() else {
            println!("no usable recording is among the {what}: from six recordings on, some are held out");
            return;
        };
        let titles: String = columns.iter().map(|(title, _)| format!("{title:>10}")).collect();
        println!("{:<40}{titles}", format!("{} {what}", first.recordings));
        for (name, meaning) in SHOWN {
            let values = columns.iter().map(|(_, scores)| {
                let value = scores.and_then(|scores| scores.figures.get(name));
                value.map_or(" ".repeat(10), |value| format!("{value:10.3}"))
            });
            println!("  {meaning:<38}{}", values.collect::<String>());
        }
    }

    /// Writes the bank and says what it is.
    pub(crate) fn write_bank(&self, out: &Path, bytes: &[u8]) -> Outcome {
        let error = bank_file::write(out, bytes)?;
        let bank = ModelBank::parse(bytes)?;
        println!(
            "{}: {} KiB, {} factory sets, licence {}; the engine plays the test hit to {error:.1e}",
            out.display(),
            bytes.len().div_ceil(1024),
            bank.factory().len(),
            bank.card().licence
        );
        Ok(())
    }
}

/// Where the run for a bank lies: beside it.
pub(crate) fn run_folder(bank: &Path) -> PathBuf {
    let mut name = bank.as_os_str().to_owned();
    name.push(".run");
    name.into()
}

/// Sizes for tests: they learn little, but in seconds.
const TINY: Size = Size { width: 16, noise: 6, harmonics: 4, sines: 16 };

/// The commit that the code stands on, or nothing where the code is not there.
pub(crate) fn commit() -> String {
    std::process::Command::new("git")
        .args(["-C", env!("CARGO_MANIFEST_DIR"), "describe", "--always", "--dirty"])
        .output()
        .ok()
        .filter(|output| output.status.success())
        .map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
        .unwrap_or_default()
}
