//! `neurorack-train all`.

use std::path::PathBuf;

use neurorack_learn::data::Split;
use neurorack_learn::plan::{ENOUGH_FOR_SCRATCH, Plan};
use neurorack_learn::progress::Progress;

use crate::Outcome;
use crate::fine_tune::{self, Base};
use crate::prepare::Source;
use crate::session::{FactorySets, HELD_OUT, Naming, Session, Tuning, run_folder};

/// Does everything: reads a folder of recordings, trains, measures and writes a bank.
///
/// Fewer than 200 recordings adapt the factory bank, in about 8 minutes; more train a network of their own, which takes
/// hours on two cores. --minutes sets the time. The run's folder, BANK with the ending .run, holds checkpoints,
/// loss curves and sounds to listen to; after an interruption the same command goes on.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Folder of recordings: WAV, FLAC, OGG or MP3, in folders below it too.
    folder: PathBuf,
    /// Where the bank goes.
    #[arg(short, long, value_name = "BANK")]
    out: PathBuf,
    /// Train a network of their own even for few recordings.
    #[arg(long)]
    from_scratch: bool,
    /// Bank to adapt. [default: the factory bank]
    #[arg(long, conflicts_with = "from_scratch")]
    bank: Option<PathBuf>,
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    tuning: Tuning,
    #[command(flatten)]
    sets: FactorySets,
    #[command(flatten)]
    naming: Naming,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let run = run_folder(&arguments.out);
    let store = arguments.source.store(&arguments.folder, &run.join("store"), &mut Progress::default())?;
    let session = Session::new(&run, store, arguments.source.tiers.clone());
    let recordings = session.part(Split::Train).len();
    let adapts = arguments.bank.is_some() || recordings < ENOUGH_FOR_SCRATCH;
    if adapts && !arguments.from_scratch {
        let base = Base::open(arguments.bank.as_deref())?;
        return fine_tune::adapt(
            &session,
            &base,
            &arguments.tuning,
            &arguments.sets,
            &arguments.naming,
            &arguments.out,
        );
    }
    let (network, state) = session.train(&arguments.tuning, Plan::from_scratch(recordings), None)?;
    let sets = arguments.sets.choose(&session)?;
    let command = format!("neurorack-train all, {} steps", state.step);
    let (bank, scores) = session.measured_bank((&network, None, &state), &sets, &arguments.naming, command)?;
    session.print_scores(HELD_OUT, &[("score", scores.as_ref())]);
    session.write_bank(&arguments.out, &bank)
}
