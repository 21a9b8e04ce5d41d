//! Lists of what is built in (software bills of materials, CycloneDX), one for each thing that is published.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::page;
use crate::process;
use crate::setup;
use crate::workspace;

/// What is published: the list's name, the crate, its workspace and the target that it is built for.
const LISTS: [(&str, &str, &str, &str); 6] = [
    ("page.cdx.json", "web", "Cargo.toml", page::TARGET),
    ("engine.cdx.json", "worklet/abi", "Cargo.toml", page::TARGET),
    ("decoder.cdx.json", "web/decoder", "Cargo.toml", page::TARGET),
    ("gpu.cdx.json", "web/gpu", "Cargo.toml", page::TARGET),
    ("companion.cdx.json", "companion", "Cargo.toml", "aarch64-unknown-linux-gnu"),
    ("firmware.cdx.json", "hardware/firmware", "hardware/firmware/Cargo.toml", "thumbv6m-none-eabi"),
];

/// What cargo-cyclonedx calls the lists that it leaves beside the manifest of every crate.
const LEFT: &str = "components-of-a-release";

/// The lists, each with its name.
pub(crate) fn all() -> Result<Vec<(&'static str, String)>> {
    setup::deny::ensure_component_lists()?;
    LISTS.iter().map(|&(name, folder, workspace, target)| Ok((name, list(folder, workspace, target)?))).collect()
}

fn list(folder: &str, workspace: &str, target: &str) -> Result<String> {
    let mut command = process::command("cargo-cyclonedx")?;
    command.args(["cyclonedx", "--manifest-path", workspace, "--format", "json", "--spec-version", "1.5"]);
    command.args(["--target", target, "--override-filename", LEFT, "-qq"]);
    // Its time is the commit's, and it has no number of its own: the same commit gives the same list.
    let time = process::output(process::command("git")?.args(["log", "-1", "--format=%ct"]))?;
    let listed = process::run(command.env("SOURCE_DATE_EPOCH", time.trim()));
    let path = workspace::root().join(folder).join(LEFT).with_extension("json");
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()));
    for path in left()? {
        std::fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
    }
    listed?;
    // Where the clone lies is nobody's business.
    Ok(text?.replace(&format!("file://{}", workspace::root().display()), "file:///neurorack"))
}

/// Every list that was left in the clone: there is one beside the manifest of each crate.
fn left() -> Result<Vec<PathBuf>> {
    let mut command = process::command("git")?;
    command.args(["ls-files", "--others", "--", &format!("*{LEFT}.json")]);
    let found = process::output(&mut command)?;
    Ok(found.lines().map(|path| workspace::root().join(path)).collect())
}
