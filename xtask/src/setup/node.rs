//! Node and the packages that a folder of scripts pins.

use anyhow::{Context, Result, bail};

use super::system::{self, Package};
use crate::process;
use crate::workspace;

const NODE: Package =
    Package { apt: &["nodejs", "npm"], dnf: &["nodejs", "npm"], pacman: &["nodejs", "npm"], brew: &["node"] };

/// The oldest Node whose test runner has what the tests use.
const OLDEST_NODE: u32 = 18;

/// Makes sure that Node runs and that the packages pinned in a folder of the
/// clone lie there.
pub(crate) fn ensure_packages(folder: &str) -> Result<()> {
    ensure_node()?;
    let dir = workspace::root().join(folder);
    let wanted = json(&dir.join("package.json"))?["dependencies"].take();
    let wanted = wanted.as_object().with_context(|| format!("{folder}/package.json names no dependencies"))?;
    let is_here = |name: &str, version: &serde_json::Value| {
        json(&dir.join("node_modules").join(name).join("package.json"))
            .is_ok_and(|package| package["version"] == *version)
    };
    if wanted.iter().all(|(name, version)| is_here(name, version)) {
        return Ok(());
    }
    let names = wanted.keys().map(String::as_str).collect::<Vec<_>>().join(" and ");
    println!("setup: fetching {names} for {folder}");
    process::run(process::command("npm")?.current_dir(&dir).args([
        "install",
        "--no-package-lock",
        "--no-audit",
        "--no-fund",
        "--silent",
    ]))
    .with_context(|| format!("{names} could not be fetched; this needs a network"))
}

/// Makes sure that Node and npm run.
pub(crate) fn ensure_node() -> Result<()> {
    if process::find(&["node"])?.is_none() || process::find(&["npm"])?.is_none() {
        system::install("Node for the tests", &NODE)?;
    }
    let version = process::output(process::command("node")?.arg("--version"))?;
    let major = version.trim().trim_start_matches('v').split('.').next();
    match major.and_then(|major| major.parse::<u32>().ok()) {
        Some(major) if major >= OLDEST_NODE => Ok(()),
        _ => bail!("Node {} is too old for the tests; install Node {OLDEST_NODE} or newer", version.trim()),
    }
}

fn json(path: &std::path::Path) -> Result<serde_json::Value> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is not JSON", path.display()))
}
