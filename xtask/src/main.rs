//! The project's commands: `cargo xtask play | test | bench | dist | screenshot | firmware | hardware |
//! module | companion | fuzz | audit | release | setup`, one a file.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod archive;
mod audit;
mod bench;
mod browser;
mod companion;
mod compress;
mod dist;
mod firmware;
mod fuzz;
mod gpu;
mod hardware;
mod module;
mod offline;
mod page;
mod play;
mod policy;
mod process;
mod release;
mod sbom;
mod screenshot;
mod server;
mod setup;
mod tally;
mod test;
mod workspace;

#[cfg(test)]
mod readme;

/// Build, play, test and measure Neurorack.
///
/// Each command first checks the tools it needs and installs what is missing
/// into your user cache. Build output goes there too, not into the clone,
/// unless CARGO_TARGET_DIR says otherwise.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Build the page, serve it on this machine and open it in a browser
    Play(play::Args),
    /// Run every check and test: format, lints, Rust, network, browser
    Test(test::Args),
    /// Measure what a voice costs, natively and in Chromium, against the V1 network
    Bench(bench::Args),
    /// Write the finished page into a folder for any static host
    Dist(dist::Args),
    /// Take the pictures of the page that the documents show
    Screenshot(screenshot::Args),
    /// Build the module's firmware, or test it on a simulated chip
    Firmware(firmware::Args),
    /// Check the module's board and faceplate, or make their files anew
    Hardware(hardware::Args),
    /// Run a module without hardware
    Module(module::Args),
    /// Build the companion, also for a Jetson and as a Debian package
    Companion(companion::Args),
    /// Fuzz everything that reads foreign bytes
    Fuzz(fuzz::Args),
    /// Check licences, sources and known weaknesses of everything that is built in or tested with
    Audit(audit::Args),
    /// Make everything that is published, in one folder
    Release(release::Args),
    /// Check the tools and install what is missing, nothing else
    Setup(setup::Args),
}

fn main() -> ExitCode {
    let done = |()| ExitCode::SUCCESS;
    let result = match Cli::parse().command {
        Command::Play(args) => play::run(&args).map(done),
        Command::Test(args) => test::run(&args),
        Command::Bench(args) => bench::run(&args).map(done),
        Command::Dist(args) => dist::run(&args).map(done),
        Command::Screenshot(args) => screenshot::run(&args).map(done),
        Command::Firmware(args) => firmware::run(&args).map(done),
        Command::Hardware(args) => hardware::run(&args).map(done),
        Command::Module(args) => module::run(&args).map(done),
        Command::Companion(args) => companion::run(&args).map(done),
        Command::Fuzz(args) => fuzz::run(&args).map(done),
        Command::Audit(args) => audit::run(&args).map(done),
        Command::Release(args) => release::run(&args).map(done),
        Command::Setup(args) => setup::run(&args).map(done),
    };
    result.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}
