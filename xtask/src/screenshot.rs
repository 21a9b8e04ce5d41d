//! `cargo xtask screenshot`: the pictures of the page that the documents show.

use anyhow::Result;

use crate::browser::Session;
use crate::process;
use crate::workspace;

/// Take the pictures of the page that the documents show.
///
/// Starts the finished page in Chromium, strikes once and writes
/// docs/page.png; further widths and the dark theme go beside the results of
/// the browser tests.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

/// Runs `cargo xtask screenshot`.
pub(crate) fn run(_: &Args) -> Result<()> {
    let session = Session::start()?;
    process::run(session.node()?.arg("screenshot.mjs"))?;
    process::copy(&session.results().join("page-1440.png"), &workspace::root().join("docs/page.png"))?;
    println!("screenshot: docs/page.png; other widths are in {}", session.results().display());
    Ok(())
}
