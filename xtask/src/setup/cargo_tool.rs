//! Programs that cargo builds into our tools folder.

use anyhow::{Context, Result};

use crate::process;
use crate::workspace::{self, Family};

/// The version that a tool on the path reports: `name X.Y.Z` or `X.Y.Z` alone.
pub(super) fn installed_version(tool: &str) -> Result<Option<String>> {
    if process::find(&[tool])?.is_none() {
        return Ok(None);
    }
    let said = process::output(process::command(tool)?.arg("--version")).unwrap_or_default();
    Ok(version_in(&said))
}

/// The first word that begins with a digit.
fn version_in(said: &str) -> Option<String> {
    said.split_whitespace().find(|word| word.starts_with(|first: char| first.is_ascii_digit())).map(str::to_owned)
}

/// Makes sure that a tool of this series (`0.21.`) runs.
pub(super) fn ensure(package: &str, series: &str, flags: &[&str]) -> Result<()> {
    if installed_version(package)?.is_some_and(|version| version.starts_with(series)) {
        return Ok(());
    }
    install(package, &format!("^{series}0"), flags)
}

/// Builds a tool of this version, or range of versions.
pub(super) fn install(package: &str, version: &str, flags: &[&str]) -> Result<()> {
    println!("setup: building {package} {version} into your cache, once; this takes minutes");
    let mut command = process::cargo(Family::Host)?;
    command
        .args(["install", "--quiet", package, "--version", version, "--root"])
        .arg(workspace::tools()?)
        .args(flags)
        .env("CARGO_TARGET_DIR", workspace::cache()?.join("target/tools"));
    process::run(&mut command)
        .with_context(|| format!("{package} could not be built; it needs a network and a C compiler"))
}

#[cfg(test)]
mod tests {
    use super::version_in;

    #[test]
    fn a_version_is_found_with_and_without_a_name() {
        assert_eq!(version_in("cargo-zigbuild 0.24.1\n").as_deref(), Some("0.24.1"));
        assert_eq!(version_in("3.8.0\n").as_deref(), Some("3.8.0"));
        assert_eq!(version_in("nothing\n"), None);
    }
}
