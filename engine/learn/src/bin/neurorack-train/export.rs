//! `neurorack-train export`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use neurorack_engine::ModelBank;
use neurorack_engine::bank::Provenance;
use neurorack_learn::bank::{self, Label};
use neurorack_learn::checkpoint::State;
use neurorack_learn::from_bank;
use neurorack_learn::mix;
use neurorack_learn::progress::Progress;
use neurorack_learn::train;

use crate::Outcome;
use crate::prepare::Source;
use crate::session::{Error, FactorySets, Naming, Session, Sets};

/// Writes the network of a run as a bank with its model card, factory sets and test hits.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Folder of recordings (or store) that the network was trained on.
    #[arg(long)]
    data: PathBuf,
    #[command(flatten)]
    source: Source,
    /// Folder of the run.
    #[arg(long, default_value = "run")]
    run: PathBuf,
    #[command(flatten)]
    sets: FactorySets,
    /// The bank that the run started from, where it is of kind frave (its latent goes into the new one) or for --part.
    #[arg(long, value_name = "BANK")]
    base: Option<PathBuf>,
    /// How far the weights go from those of --base to those of the run, 0 to 1: less keeps more of what the base can do, and 0
    /// is the base with these factory sets.
    #[arg(long, value_name = "PART", default_value_t = 1.0, value_parser = part)]
    part: f32,
    /// Where the bank goes.
    #[arg(short, long)]
    out: PathBuf,
    #[command(flatten)]
    naming: Naming,
    /// Scores to write into the card: a JSON object of numbers, as `evaluate --json` writes it.
    #[arg(long)]
    scores: Option<PathBuf>,
    /// Scores on other recordings, with a name for them: NAME=FILE.json. May be given more than once.
    #[arg(long, value_name = "NAME=FILE")]
    held_out: Vec<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let (mut network, mut state) = train::load(&arguments.run)?
        .ok_or_else(|| format!("{} holds no checkpoint: train first", arguments.run.display()))?;
    let mut untouched = None;
    let frave = match &arguments.base {
        None if arguments.part < 1.0 => return Err("--part mixes with the bank of --base: give that too".into()),
        None => None,
        Some(path) => {
            let bytes = std::fs::read(path).map_err(|why| format!("{}: {why}", path.display()))?;
            let start = from_bank::network(&bytes)?;
            if state.base.as_deref() != Some(&*start.hash) {
                return Err(format!("{} is not the bank that this run started from", path.display()).into());
            }
            if arguments.part < 1.0 {
                network = mix::between(&start.network, &network, arguments.part);
            }
            if arguments.part == 0.0 {
                untouched = Some(ModelBank::parse(&bytes)?.card().provenance.clone());
            }
            start.frave
        }
    };
    let scores = arguments.scores.as_deref().map_or_else(|| Ok(BTreeMap::new()), read_scores)?;
    let mut held_out = BTreeMap::new();
    for given in &arguments.held_out {
        let (name, path) = given.split_once('=').ok_or_else(|| format!("{given}: give NAME=FILE.json"))?;
        held_out.insert(name.to_owned(), read_scores(path.as_ref())?);
    }
    let mut source = arguments.source.clone();
    if source.tiers.is_empty() {
        source.tiers.clone_from(&state.tiers);
    }
    let store = source.store(&arguments.data, &arguments.run.join("store"), &mut Progress::default())?;
    let session = Session::new(&arguments.run, store, state.tiers.clone());
    let tiers = state.tiers.join(",");
    let mixed = if arguments.part < 1.0 { format!(", {} of the way", arguments.part) } else { String::new() };
    let command = match &state.base {
        None => format!("neurorack-train train --data impacts --tiers {tiers} --steps {}", state.step),
        Some(hash) => format!(
            "neurorack-train fine-tune --data impacts --tiers {tiers} --steps {}, from the bank with SHA-256 {hash}{mixed}",
            state.step
        ),
    };
    let sets = arguments.sets.choose(&session)?;
    let mut label = Label { licences: session.licences(), held_out, ..arguments.naming.label(command, scores) };
    // Nothing of the run is in it: what the base says of its training goes on being true.
    if let Some(Provenance { data_set_hash, recordings, licences, commit, command, steps }) = untouched {
        label = Label { licences, commit, command, ..label };
        state = State { data_set_hash, recordings: recordings as usize, step: steps as usize, ..state };
    }
    let export = |sets: &Sets| bank::export(&network, frave.as_ref(), &state, sets, &label);
    let sets = bank::fitted(&ModelBank::parse(&export(&sets))?, sets);
    session.write_bank(&arguments.out, &export(&sets))
}

fn part(text: &str) -> Result<f32, String> {
    let part = text.parse().ok().filter(|part| (0.0..=1.0).contains(part));
    part.ok_or_else(|| format!("{text}: give a number from 0 (the base) to 1 (the run)"))
}

/// Figures as `evaluate --json` prints them.
fn read_scores(path: &Path) -> Result<BTreeMap<String, f64>, Error> {
    let text = std::fs::read_to_string(path).map_err(|why| format!("{}: {why}", path.display()))?;
    Ok(serde_json::from_str(&text).map_err(|why| format!("{}: {why}", path.display()))?)
}
