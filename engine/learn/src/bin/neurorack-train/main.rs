//! `neurorack-train`: from a folder of recordings to a bank.

mod all;
mod bank_file;
mod bench_v1;
mod export;
mod fine_tune;
mod import_neurorack;
mod prepare;
mod session;
mod train;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use neurorack_learn::{curve_vae, evaluate, frave, sheet};

/// Makes a Neurorack bank from a folder of recordings of impacts.
///
/// In one go: `neurorack-train all FOLDER -o my.safetensors`. Step by step: prepare, train, export, evaluate.
#[derive(Parser)]
#[command(name = "neurorack-train", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// Each command's help is the description of its arguments.
#[derive(Subcommand)]
enum Command {
    All(all::Arguments),
    FineTune(fine_tune::Arguments),
    Prepare(prepare::Arguments),
    Train(train::Arguments),
    Export(export::Arguments),
    /// Measure a bank on recordings that it has never seen.
    Evaluate(evaluate::command::Arguments),
    Sheet(sheet::command::Arguments),
    Map(curve_vae::command::MapArguments),
    Free(frave::command::FreeArguments),
    Swap(frave::command::SwapArguments),
    ImportNeurorack(import_neurorack::Arguments),
    BenchV1(bench_v1::Arguments),
}

/// What a command ends with; errors are sentences for people.
type Outcome = Result<(), Box<dyn std::error::Error>>;

/// Training was asked to stop (Ctrl-C) and has saved where it stands.
#[derive(Debug, thiserror::Error)]
#[error("stopped at step {step}, everything is saved: give the same command again to go on")]
struct Interrupted {
    step: usize,
}

/// What shells expect of a program ended by Ctrl-C.
const INTERRUPTED: u8 = 130;

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::All(arguments) => all::run(&arguments),
        Command::FineTune(arguments) => fine_tune::run(&arguments),
        Command::Prepare(arguments) => prepare::run(&arguments),
        Command::Train(arguments) => train::run(&arguments),
        Command::Export(arguments) => export::run(&arguments),
        Command::Evaluate(arguments) => arguments.run(),
        Command::Sheet(arguments) => arguments.run(),
        Command::Free(arguments) => arguments.run(session::commit()),
        Command::Swap(arguments) => arguments.run(),
        Command::Map(arguments) => curve_vae::command::run(&arguments, session::commit()),
        Command::ImportNeurorack(arguments) => import_neurorack::run(&arguments),
        Command::BenchV1(arguments) => bench_v1::run(&arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => match why.downcast_ref::<Interrupted>() {
            Some(interrupted) => {
                eprintln!("{interrupted}");
                ExitCode::from(INTERRUPTED)
            }
            None => {
                eprintln!("error: {why}");
                ExitCode::FAILURE
            }
        },
    }
}
