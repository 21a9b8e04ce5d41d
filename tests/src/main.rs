//! What the browser is told and must answer, made natively: the same
//! messages, the expected samples, and the cost of both.

use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, Subcommand};

mod bench;
#[cfg(target_os = "linux")]
mod confined;
mod messages;
mod player;
mod proof;
mod reference;
mod scene;
mod storm;
mod take;

/// Stops the program where something allocates that may not; in builds with debug assertions.
#[cfg(debug_assertions)]
#[global_allocator]
static ALLOCATOR: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;

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
    /// Write random playing as scripts, for `proof` and for the browser
    Storm {
        /// The folder with the shipped banks
        banks: PathBuf,
        /// The folder to write to
        folder: PathBuf,
        /// How many scripts
        parts: u64,
        /// Blocks of each
        blocks: u32,
    },
    /// Play these scripts on a thread that may neither allocate nor ask anything of the system
    #[cfg(target_os = "linux")]
    Confined {
        /// The folder that `storm` wrote
        folder: PathBuf,
    },
    /// Play these scripts natively and time every block; prints one line of JSON
    Proof {
        /// The folder that `storm` wrote
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
        Command::Storm { banks, folder, parts, blocks } => storm::write(&banks, &folder, parts, blocks),
        #[cfg(target_os = "linux")]
        Command::Confined { folder } => confined::run(&folder),
        Command::Proof { folder } => proof::run(&folder),
        Command::Bench { bank, seconds } => bench::run(&bank, seconds),
    }
}
