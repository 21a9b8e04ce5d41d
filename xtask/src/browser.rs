//! Node scripts that drive the served page in Chromium.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::page::{self, Effort};
use crate::process;
use crate::server;
use crate::setup;
use crate::workspace::{self, Family};

/// The finished page, served, with everything that drives it.
#[derive(Debug)]
pub(crate) struct Session {
    chromium: PathBuf,
    companion: PathBuf,
    dist: PathBuf,
    events: PathBuf,
    results: PathBuf,
    url: String,
}

impl Session {
    /// Installs what is missing, builds the finished page and serves it.
    pub(crate) fn start() -> Result<Self> {
        let chromium = setup::browser::ensure_chromium()?;
        setup::browser::ensure_packages()?;
        let dist = page::build(Effort::Full)?;
        let results = Family::Wasm.target_dir()?.join("browser");
        std::fs::create_dir_all(&results).with_context(|| format!("cannot make {}", results.display()))?;
        let events = write_events(&results)?;
        let companion = build_companion()?;
        let url = server::serve_tapped(&dist)?.url();
        Ok(Self { chromium, companion, dist, events, results, url })
    }

    /// Where the scripts leave pictures and sounds to look at.
    pub(crate) fn results(&self) -> &Path {
        &self.results
    }

    /// A Node command in `tests/browser` that knows this session.
    pub(crate) fn node(&self) -> Result<Command> {
        let mut node = process::command("node")?;
        node.current_dir(workspace::root().join("tests/browser"))
            .env("NEURORACK_CHROMIUM", &self.chromium)
            .env("NEURORACK_COMPANION", &self.companion)
            .env("NEURORACK_DIST", &self.dist)
            .env("NEURORACK_EVENTS", &self.events)
            .env("NEURORACK_RESULTS", &self.results)
            .env("NEURORACK_URL", &self.url);
        Ok(node)
    }
}

/// Builds `neurorack`, whose renders the page's are compared with; returns its path.
fn build_companion() -> Result<PathBuf> {
    process::run(process::cargo(Family::Host)?.args(["build", "--quiet", "--package", "neurorack-companion"]))
        .context("`neurorack` could not be built")?;
    Ok(Family::Host.target_dir()?.join("debug").join(format!("neurorack{}", std::env::consts::EXE_SUFFIX)))
}

/// Writes the engine's messages and the native renders that the browser's
/// are compared with; returns their folder.
fn write_events(results: &Path) -> Result<PathBuf> {
    let events = results.join("engine");
    process::run(
        process::cargo(Family::Host)?
            .args(["run", "--quiet", "--package", "neurorack-e2e", "--", "messages"])
            .arg(workspace::root().join("static/banks/impacts.safetensors"))
            .arg(&events),
    )
    .context("the engine's test messages could not be written")?;
    Ok(events)
}
