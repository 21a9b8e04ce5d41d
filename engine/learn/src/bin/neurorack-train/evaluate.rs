//! `neurorack-train evaluate`.

use std::path::PathBuf;

use neurorack_learn::data::{self, Split};
use neurorack_learn::evaluate;

use crate::{Outcome, bank_file};

/// Measures a bank on recordings that it has never seen.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Folder of recordings.
    #[arg(long)]
    data: PathBuf,
    /// Licence tiers to measure on, comma-separated; all when left out.
    #[arg(long, value_delimiter = ',')]
    tiers: Vec<String>,
    /// Part of the data.
    #[arg(long, default_value = "test")]
    split: Split,
    /// The bank.
    #[arg(long)]
    bank: PathBuf,
    /// Print the means as JSON, as the card takes them.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let bank = bank_file::read(&arguments.bank)?;
    let entries = data::list(&arguments.data, &arguments.tiers)?;
    let (hits, skipped) = data::load(&arguments.data, &entries, arguments.split)?;
    let scores = evaluate::summarise(&evaluate::compare_all(&bank, &hits));
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&scores.mean)?);
        return Ok(());
    }
    for why in &skipped {
        println!("skipped {why}");
    }
    println!("{} recordings", scores.recordings);
    for (name, value) in &scores.mean {
        println!("{name:<14} {value:.4}");
    }
    Ok(())
}
