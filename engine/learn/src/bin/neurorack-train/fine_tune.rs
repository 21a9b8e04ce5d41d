//! `neurorack-train fine-tune`.

use std::path::{Path, PathBuf};

use neurorack_engine::bank::ModelBank;
use neurorack_learn::data::Split;
use neurorack_learn::from_bank;
use neurorack_learn::plan::Plan;
use neurorack_learn::progress::Progress;

use crate::prepare::Source;
use crate::session::{FactorySets, HELD_OUT, Naming, Session, Tuning, run_folder};
use crate::{Outcome, bank_file};

/// Adapts a bank to your own recordings: 20 are enough, and 8 minutes on two cores.
///
/// The scores of your recordings with the old and the new bank are shown at the end, and those of a few that were held
/// out. The new bank's factory sets are your recordings, named after their files. Its card names the bank that it comes
/// from, and that bank's licence.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Bank to start from. [default: the factory bank]
    #[arg(long)]
    bank: Option<PathBuf>,
    /// Folder of recordings, or a store.
    #[arg(long)]
    data: PathBuf,
    #[command(flatten)]
    source: Source,
    /// Where the new bank goes.
    #[arg(short, long)]
    out: PathBuf,
    #[command(flatten)]
    tuning: Tuning,
    #[command(flatten)]
    sets: FactorySets,
    #[command(flatten)]
    naming: Naming,
}

/// A bank to adapt.
pub(crate) struct Base {
    bank: ModelBank,
    bytes: Vec<u8>,
}

impl Base {
    /// The bank named, else the factory bank.
    pub(crate) fn open(named: Option<&Path>) -> Result<Self, Box<dyn std::error::Error>> {
        let path = bank_file::or_factory(named)?;
        let bank = bank_file::read(&path)?;
        Ok(Self { bank, bytes: std::fs::read(&path)? })
    }
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let run = run_folder(&arguments.out);
    let base = Base::open(arguments.bank.as_deref())?;
    let store = arguments.source.store(&arguments.data, &run.join("store"), &mut Progress::default())?;
    let session = Session::new(&run, store, arguments.source.tiers.clone());
    adapt(&session, &base, &arguments.tuning, &arguments.sets, &arguments.naming, &arguments.out)
}

/// Trains on from the base, measures both on held-out recordings, and writes the new bank.
pub(crate) fn adapt(
    session: &Session,
    base: &Base,
    tuning: &Tuning,
    sets: &FactorySets,
    naming: &Naming,
    out: &Path,
) -> Outcome {
    let start = from_bank::network(&base.bytes)?;
    let (hash, frave) = (start.hash.clone(), start.frave.clone());
    let plan = Plan::fine_tune(session.part(Split::Train).len());
    let (network, state) = session.train(tuning, plan, Some(start))?;
    let sets = sets.choose(session)?;
    let card = base.bank.card();
    let command = format!(
        "neurorack-train fine-tune, {} steps from the bank {} {} (SHA-256 {hash}, licence {})",
        state.step, card.name, card.version, card.licence
    );
    let (bank, after) = session.measured_bank((&network, frave.as_ref(), &state), &sets, naming, command)?;
    let adapted = ModelBank::parse(&bank)?;
    let mut tables = Vec::new();
    for bank in [&base.bank, &adapted] {
        tables.push(session.score(bank, Split::Train)?);
    }
    session.print_scores("of your recordings", &[("before", tables[0].as_ref()), ("after", tables[1].as_ref())]);
    let before = session.score(&base.bank, Split::Test)?;
    session.print_scores(HELD_OUT, &[("before", before.as_ref()), ("after", after.as_ref())]);
    session.write_bank(out, &bank)?;
    println!("adapted from {} ({}): keep its terms when you publish yours", card.name, card.licence);
    Ok(())
}
