//! `neurorack-train export`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use neurorack_learn::bank;
use neurorack_learn::progress::Progress;
use neurorack_learn::train;

use crate::Outcome;
use crate::prepare::Source;
use crate::session::{FactorySets, Naming, Session};

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
    /// Where the bank goes.
    #[arg(short, long)]
    out: PathBuf,
    #[command(flatten)]
    naming: Naming,
    /// Scores to write into the card: a JSON object of numbers, as `evaluate --json` writes it.
    #[arg(long)]
    scores: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let (network, state) = train::load(&arguments.run)?
        .ok_or_else(|| format!("{} holds no checkpoint: train first", arguments.run.display()))?;
    let scores: BTreeMap<String, f64> = match &arguments.scores {
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|why| format!("{}: {why}", path.display()))?;
            serde_json::from_str(&text).map_err(|why| format!("{}: {why}", path.display()))?
        }
        None => BTreeMap::new(),
    };
    let mut source = arguments.source.clone();
    if source.tiers.is_empty() {
        source.tiers.clone_from(&state.tiers);
    }
    let store = source.store(&arguments.data, &arguments.run.join("store"), &mut Progress::default())?;
    let session = Session::new(&arguments.run, store, state.tiers.clone());
    let command =
        format!("neurorack-train train --data impacts --tiers {} --steps {}", state.tiers.join(","), state.step);
    let sets = arguments.sets.choose(&session)?;
    let label = arguments.naming.label(command, scores);
    session.write_bank(&arguments.out, &bank::export(&network, &state, &sets, &label))
}
