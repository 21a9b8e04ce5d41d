//! `cargo xtask setup`: the tools that the other commands need.
//!
//! What fits is used as it is; what is missing is installed, the project's
//! own tools into the user's cache and system packages by the system's
//! package manager, where this user may use it.

use anyhow::Result;

use crate::companion::Elsewhere;

pub(crate) mod browser;
mod cargo_tool;
pub(crate) mod debian;
pub(crate) mod deny;
pub(crate) mod emulator;
pub(crate) mod kicad;
pub(crate) mod node;
pub(crate) mod portable;
mod sysroot;
pub(crate) mod system;
pub(crate) mod target;
pub(crate) mod wasm;

/// Check the tools and install what is missing.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only what `play` and `dist` need: no Chromium, no test packages
    #[arg(long)]
    play_only: bool,
}

/// Runs `cargo xtask setup`.
pub(crate) fn run(args: &Args) -> Result<()> {
    wasm::ensure()?;
    if !args.play_only {
        system::ensure_audio_headers()?;
        let chromium = browser::ensure_chromium()?;
        browser::ensure_packages()?;
        println!("setup: browser tests use {}", chromium.display());
        if let Err(error) = Elsewhere::prepare() {
            println!("setup: the tests of the program for the Jetsons will be skipped: {error:#}");
        }
    }
    println!("setup: everything needed is here");
    Ok(())
}
