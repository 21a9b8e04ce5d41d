//! Trains a bank from a folder of one-shots.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use neurorack_engine::bank::ModelBank;
use neurorack_learn::bank::{self, Label};
use neurorack_learn::data::{self, Split};
use neurorack_learn::sinc_nsf::Size;
use neurorack_learn::train;
use neurorack_learn::{evaluate, hn_sinc_nsf, sheet};

/// From a folder of impact recordings to a Neurorack bank.
#[derive(Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Train (or go on training) a network; checkpoints go to --run.
    Train(TrainArguments),
    /// Write the network of --run as a bank with its model card, factory sets and golden hit.
    Export(ExportArguments),
    /// Measure a bank on recordings it has never seen.
    Evaluate(evaluate::command::Arguments),
    /// Draw spectrograms of held-out recordings beside the bank's answers.
    Sheet(sheet::command::Arguments),
    /// Time one second of the original Neurorack's network on one core.
    BenchV1(BenchArguments),
}

#[derive(clap::Args)]
struct BenchArguments {
    /// Seconds of audio to make.
    #[arg(long, default_value_t = 1.0)]
    seconds: f32,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args)]
struct TrainArguments {
    /// Folder of recordings, with a manifest.csv (columns file, split, category, licence …) or without.
    #[arg(long)]
    data: PathBuf,
    /// Licence tiers (first folder of the manifest's paths) to train on, comma-separated; all when left out.
    #[arg(long, value_delimiter = ',')]
    tiers: Vec<String>,
    /// Folder for checkpoints; an existing run in it goes on.
    #[arg(long, default_value = "run")]
    run: PathBuf,
    /// Steps in all.
    #[arg(long, default_value_t = 8_000)]
    steps: usize,
    /// Hits a batch.
    #[arg(long, default_value_t = 10)]
    batch: usize,
    /// Peak learning rate.
    #[arg(long, default_value_t = 2e-3)]
    learning_rate: f64,
    /// End after so many minutes, the schedule shortened to fit.
    #[arg(long)]
    minutes: Option<f64>,
    /// Seed of weights and batches.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Steps between checkpoints.
    #[arg(long, default_value_t = 250)]
    save_every: usize,
}

#[derive(clap::Args)]
struct ExportArguments {
    /// Folder of recordings that the network was trained on.
    #[arg(long)]
    data: PathBuf,
    /// Folder with the run's checkpoint.
    #[arg(long, default_value = "run")]
    run: PathBuf,
    /// Factory list: CSV with the columns file (as in the manifest) and name.
    #[arg(long)]
    factory: PathBuf,
    /// Where the bank goes.
    #[arg(short, long)]
    out: PathBuf,
    /// Name of the bank in the instrument.
    #[arg(long, default_value = "Impacts")]
    name: String,
    /// Version of the bank.
    #[arg(long, default_value = "1")]
    bank_version: String,
    /// Licence of the bank, as an SPDX expression.
    #[arg(long, default_value = "CC-BY-4.0")]
    licence: String,
    /// Scores to write into the card: a JSON object of numbers, as `evaluate --json` writes it.
    #[arg(long)]
    scores: Option<PathBuf>,
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Train(arguments) => run_training(&arguments),
        Command::Export(arguments) => run_export(&arguments),
        Command::Evaluate(arguments) => arguments.run(),
        Command::Sheet(arguments) => arguments.run(),
        Command::BenchV1(arguments) => run_benchmark(&arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn run_training(arguments: &TrainArguments) -> Outcome {
    let entries = data::list(&arguments.data, &arguments.tiers)?;
    println!("reading recordings");
    let (hits, skipped) = data::load(&arguments.data, &entries, Split::Train)?;
    let (valid, more) = data::load(&arguments.data, &entries, Split::Valid)?;
    for why in skipped.iter().chain(&more) {
        println!("skipped {why}");
    }
    let options = train::Options {
        folder: arguments.run.clone(),
        steps: arguments.steps,
        batch: arguments.batch,
        learning_rate: arguments.learning_rate,
        seconds: arguments.minutes.map(|minutes| 60.0 * minutes),
        size: Size::default(),
        seed: arguments.seed,
        tiers: arguments.tiers.clone(),
        save_every: arguments.save_every,
    };
    train::train(&options, &hits, &valid, |line| println!("{line}"))?;
    Ok(())
}

fn run_export(arguments: &ExportArguments) -> Outcome {
    let (network, state) = train::load(&arguments.run)?
        .ok_or_else(|| format!("{} holds no checkpoint: train first", arguments.run.display()))?;
    let entries = data::list(&arguments.data, &state.tiers)?;
    let (hits, _) = data::load(&arguments.data, &entries, Split::Train)?;
    let factory: Vec<_> = bank::factory(&arguments.factory, &hits)?
        .into_iter()
        .map(|(name, hit)| (name, hit.curve.clone(), hit.entry.clone()))
        .collect();
    let scores = match &arguments.scores {
        Some(path) => serde_json::from_str(&std::fs::read_to_string(path)?)?,
        None => Default::default(),
    };
    let label = Label {
        name: arguments.name.clone(),
        version: arguments.bank_version.clone(),
        licence: arguments.licence.clone(),
        commit: commit(),
        command: format!(
            "neurorack-train train --data impacts --tiers {} --steps {}",
            state.tiers.join(","),
            state.step
        ),
        scores,
    };
    let bytes = bank::export(&network, &state, &factory, &label);
    let error = ModelBank::parse(&bytes)?.verify()?;
    std::fs::write(&arguments.out, &bytes)?;
    println!(
        "{}: {} bytes, {} factory sets; the engine plays the golden hit to {error:.1e}",
        arguments.out.display(),
        bytes.len(),
        factory.len()
    );
    Ok(())
}

fn run_benchmark(arguments: &BenchArguments) -> Outcome {
    let result = hn_sinc_nsf::benchmark(arguments.seconds)?;
    if arguments.json {
        let seconds_per_second = result.load();
        println!("{}", serde_json::json!({ "result": result, "seconds_per_second": seconds_per_second }));
    } else {
        println!("{:.2} seconds of one core for a second of audio", result.load());
    }
    Ok(())
}

/// The commit that the working tree stands on, or nothing outside a checkout.
fn commit() -> String {
    std::process::Command::new("git")
        .args(["describe", "--always", "--dirty"])
        .output()
        .ok()
        .filter(|output| output.status.success())
        .map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
        .unwrap_or_default()
}
