//! `cargo xtask audit`: what is built in and tested with: its licences, where it comes from, and its known weaknesses.

use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::process;
use crate::setup;
use crate::workspace::{self, Family};

/// The workspaces, each with a lock file of its own.
const WORKSPACES: [&str; 3] = ["Cargo.toml", "hardware/firmware/Cargo.toml", "tests/fuzz/Cargo.toml"];

/// Folders whose scripts take packages from npm. None of them is published.
const SCRIPTS: [&str; 2] = ["tests/browser", "hardware/emulator"];

/// Check licences, sources and known weaknesses of everything that is built in or tested with.
///
/// What is allowed says deny.toml. The lists of known weaknesses come from
/// the network: RustSec's by git, npm's by its registry.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Leave out the known weaknesses, whose lists come from the network
    #[arg(long)]
    no_advisories: bool,
}

/// Runs `cargo xtask audit`.
pub(crate) fn run(args: &Args) -> Result<()> {
    setup::deny::ensure()?;
    let mut found = Vec::new();
    for workspace in WORKSPACES {
        println!("audit: {workspace}, licences and sources");
        if !deny(workspace, &["licenses", "bans", "sources"])? {
            found.push(format!("{workspace} has what deny.toml does not allow"));
        }
    }
    if !args.no_advisories {
        for workspace in WORKSPACES {
            println!("audit: {workspace}, known weaknesses");
            if !deny(workspace, &["advisories"])? {
                found.push(format!("{workspace} has known weaknesses, or their list could not be fetched"));
            }
        }
        for folder in SCRIPTS {
            println!("audit: {folder}, known weaknesses");
            if let Err(error) = npm(folder) {
                found.push(format!("{folder}: {error:#}"));
            }
        }
    }
    if !found.is_empty() {
        bail!("{}", found.join("\n       "));
    }
    println!("audit: nothing found");
    Ok(())
}

/// Runs cargo-deny on one workspace; returns whether it found nothing.
fn deny(manifest: &str, checks: &[&str]) -> Result<bool> {
    let mut command = process::command("cargo-deny")?;
    command.args(["--manifest-path", manifest, "--all-features", "--locked", "--config"]);
    command.arg(workspace::root().join("deny.toml")).args(["check", "--hide-inclusion-graph"]);
    command.args(checks).env("CARGO_TARGET_DIR", Family::Host.target_dir()?);
    process::watch(&mut command, |_| {})
}

/// Asks npm about the packages that a folder pins, and what those need, in a folder of its own: the clone gets no lock file.
fn npm(folder: &str) -> Result<()> {
    setup::node::ensure_node()?;
    let copy = tempfile::tempdir().context("no folder for npm's lock file")?;
    process::copy(&workspace::root().join(folder).join("package.json"), &copy.path().join("package.json"))?;
    let npm = |words: &[&str]| process::run(process::command("npm")?.args(words).current_dir(Path::new(copy.path())));
    npm(&["install", "--package-lock-only", "--no-audit", "--no-fund", "--silent"])?;
    npm(&["audit"]).context("npm found known weaknesses, or its registry gives no list of them")
}
