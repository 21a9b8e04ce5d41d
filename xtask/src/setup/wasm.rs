//! What turns Rust into a page: the WASM target, wasm-bindgen and trunk.

use anyhow::{Context, Result};

use super::target;
use crate::process;
use crate::workspace::{self, Family};

const TARGET: &str = "wasm32-unknown-unknown";

/// Trunk's newer releases need a newer compiler than the pinned one.
const TRUNK_VERSION: &str = "0.21.";

/// Makes sure that the page can be built.
pub(crate) fn ensure() -> Result<()> {
    target::ensure(TARGET)?;
    ensure_wasm_bindgen()?;
    ensure_trunk()
}

/// The tool must have exactly the version of the library in `Cargo.lock`.
fn ensure_wasm_bindgen() -> Result<()> {
    let wanted = locked_version("wasm-bindgen")?;
    if installed_version("wasm-bindgen")?.as_deref() == Some(&wanted) {
        return Ok(());
    }
    // Its lock file is too old for this compiler, hence not `--locked`.
    install("wasm-bindgen-cli", &wanted, &[])
}

fn ensure_trunk() -> Result<()> {
    if installed_version("trunk")?.is_some_and(|version| version.starts_with(TRUNK_VERSION)) {
        return Ok(());
    }
    install("trunk", &format!("^{TRUNK_VERSION}0"), &["--locked"])
}

/// The version that a tool on the path reports, `name X.Y.Z` in its words.
fn installed_version(tool: &str) -> Result<Option<String>> {
    if process::find(&[tool])?.is_none() {
        return Ok(None);
    }
    let said = process::output(process::command(tool)?.arg("--version")).unwrap_or_default();
    Ok(said.split_whitespace().nth(1).map(str::to_owned))
}

fn install(package: &str, version: &str, flags: &[&str]) -> Result<()> {
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

/// The version of a library in `Cargo.lock`.
fn locked_version(library: &str) -> Result<String> {
    let path = workspace::root().join("Cargo.lock");
    let lock = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let name = format!("name = \"{library}\"");
    lock.lines()
        .skip_while(|line| *line != name)
        .nth(1)
        .and_then(|line| line.strip_prefix("version = \"")?.strip_suffix('"'))
        .map(str::to_owned)
        .with_context(|| format!("Cargo.lock names no version of {library}"))
}

#[cfg(test)]
mod tests {
    use super::locked_version;

    #[test]
    fn the_lock_file_names_the_version_of_wasm_bindgen() {
        let version = locked_version("wasm-bindgen").unwrap();
        assert!(version.starts_with("0.2."), "{version}");
    }

    #[test]
    fn an_unknown_library_has_no_version() {
        assert!(locked_version("no-such-library").is_err());
    }
}
