//! What the browser tests need: Chromium, Node and its packages.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use super::system::{self, Package};
use crate::process;
use crate::workspace;

/// `NEURORACK_CHROMIUM` overrides the search.
const CHROMIUM_VARIABLE: &str = "NEURORACK_CHROMIUM";

const CHROMIUM_NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

const CHROMIUM: Package =
    Package { apt: &["chromium"], dnf: &["chromium"], pacman: &["chromium"], brew: &["chromium"] };

const NODE: Package =
    Package { apt: &["nodejs", "npm"], dnf: &["nodejs", "npm"], pacman: &["nodejs", "npm"], brew: &["node"] };

/// The oldest Node whose test runner has what the tests use.
const OLDEST_NODE: u32 = 18;

/// Finds Chromium, or installs it, and returns its executable.
pub(crate) fn ensure_chromium() -> Result<PathBuf> {
    if let Some(found) = chromium()? {
        return Ok(found);
    }
    system::install("Chromium for the browser tests", &CHROMIUM)?;
    chromium()?.with_context(|| {
        format!("Chromium was installed but is not on PATH; set {CHROMIUM_VARIABLE} to its executable")
    })
}

/// Makes sure that Node runs and that the pinned packages lie beside the
/// tests.
pub(crate) fn ensure_packages() -> Result<()> {
    ensure_node()?;
    let dir = workspace::root().join("tests/browser");
    let wanted = json(&dir.join("package.json"))?["dependencies"].take();
    let wanted = wanted.as_object().context("tests/browser/package.json names no dependencies")?;
    let is_here = |name: &str, version: &serde_json::Value| {
        json(&dir.join("node_modules").join(name).join("package.json"))
            .is_ok_and(|package| package["version"] == *version)
    };
    if wanted.iter().all(|(name, version)| is_here(name, version)) {
        return Ok(());
    }
    let names = wanted.keys().map(String::as_str).collect::<Vec<_>>().join(" and ");
    println!("setup: fetching {names} for the browser tests");
    process::run(process::command("npm")?.current_dir(&dir).args([
        "install",
        "--no-package-lock",
        "--no-audit",
        "--no-fund",
        "--silent",
    ]))
    .with_context(|| format!("{names} could not be fetched; this needs a network"))
}

fn ensure_node() -> Result<()> {
    if process::find(&["node"])?.is_none() || process::find(&["npm"])?.is_none() {
        system::install("Node for the browser tests", &NODE)?;
    }
    let version = process::output(process::command("node")?.arg("--version"))?;
    let major = version.trim().trim_start_matches('v').split('.').next();
    match major.and_then(|major| major.parse::<u32>().ok()) {
        Some(major) if major >= OLDEST_NODE => Ok(()),
        _ => bail!("Node {} is too old for the browser tests; install Node {OLDEST_NODE} or newer", version.trim()),
    }
}

/// The first Chromium that starts: a name alone may be a stub that only
/// advises to install another package.
fn chromium() -> Result<Option<PathBuf>> {
    let candidates = match std::env::var_os(CHROMIUM_VARIABLE) {
        Some(path) => vec![PathBuf::from(path)],
        None => {
            let mut found = Vec::new();
            for name in CHROMIUM_NAMES {
                found.extend(process::find(&[name])?);
            }
            found.extend(
                [
                    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
                    "/Applications/Chromium.app/Contents/MacOS/Chromium",
                ]
                .map(PathBuf::from)
                .into_iter()
                .filter(|path| path.is_file()),
            );
            found
        }
    };
    for candidate in candidates {
        if process::output(process::command(&candidate)?.arg("--version")).is_ok() {
            return Ok(Some(candidate));
        }
    }
    Ok(None)
}

fn json(path: &std::path::Path) -> Result<serde_json::Value> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is not JSON", path.display()))
}
