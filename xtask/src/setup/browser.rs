//! What the browser tests need: Chromium and Node's packages.

use std::path::PathBuf;

use anyhow::{Context, Result};

use super::node;
use super::system::{self, Package};
use crate::process;

/// `NEURORACK_CHROMIUM` overrides the search.
const CHROMIUM_VARIABLE: &str = "NEURORACK_CHROMIUM";

const CHROMIUM_NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

const CHROMIUM: Package =
    Package { apt: &["chromium"], dnf: &["chromium"], pacman: &["chromium"], brew: &["chromium"] };

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
    node::ensure_packages("tests/browser")
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
