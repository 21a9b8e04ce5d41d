//! What the browser is told and must answer, made natively: the same
//! messages, the expected samples, and the cost of both.

use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, Subcommand};

mod bench;
mod messages;
mod scene;
mod take;

/// The native half of the browser tests; `cargo xtask` calls it.
#[derive(Debug, Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write the engine's messages and the samples that they must give
    Messages {
        /// A bank, as the page loads it
        bank: PathBuf,
        /// The folder to write to
        folder: PathBuf,
    },
    /// Time the engine natively; prints one line of JSON for each figure
    Bench {
        /// A bank, as the page loads it
        bank: PathBuf,
        /// Seconds of audio for each figure
        seconds: u32,
    },
}

fn main() -> Result<()> {
    match Cli::parse().command {
        Command::Messages { bank, folder } => {
            messages::write(&bank, &folder)?;
            take::write(&folder)
        }
        Command::Bench { bank, seconds } => bench::run(&bank, seconds),
    }
}
