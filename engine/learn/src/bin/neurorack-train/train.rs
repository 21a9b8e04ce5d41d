//! `neurorack-train train`.

use std::path::PathBuf;

use neurorack_learn::data::Split;
use neurorack_learn::plan::Plan;
use neurorack_learn::progress::Progress;

use crate::Outcome;
use crate::prepare::Source;
use crate::session::{Session, Tuning};

/// Trains a new network, or goes on with one that was interrupted.
///
/// The run's folder holds checkpoints, loss.csv, loss.svg and, in validation/, held-out recordings beside what the
/// instrument plays. After Ctrl-C, a crash or a power cut the same command goes on where the last checkpoint stands.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Folder of recordings, or a store.
    #[arg(long)]
    data: PathBuf,
    #[command(flatten)]
    source: Source,
    /// Folder of the run; one that is there goes on.
    #[arg(long, default_value = "run")]
    run: PathBuf,
    #[command(flatten)]
    tuning: Tuning,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let store = arguments.source.store(&arguments.data, &arguments.run.join("store"), &mut Progress::default())?;
    let plan = Plan::from_scratch(store.part(Split::Train).len());
    let session = Session::new(&arguments.run, store, arguments.source.tiers.clone());
    session.train(&arguments.tuning, plan, None)?;
    println!("{}: trained; `neurorack-train export` writes it as a bank", arguments.run.display());
    Ok(())
}
