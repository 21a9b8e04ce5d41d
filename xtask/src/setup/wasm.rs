//! What turns Rust into a page: the WASM target, wasm-bindgen and trunk.

use anyhow::{Context, Result};

use super::{cargo_tool, target};
use crate::workspace;

const TARGET: &str = "wasm32-unknown-unknown";

/// Trunk's newer releases need a newer compiler than the pinned one.
const TRUNK_SERIES: &str = "0.21.";

/// Makes sure that the page can be built.
pub(crate) fn ensure() -> Result<()> {
    target::ensure(TARGET)?;
    ensure_wasm_bindgen()?;
    cargo_tool::ensure("trunk", TRUNK_SERIES, &["--locked"])
}

/// The tool must have exactly the version of the library in `Cargo.lock`.
fn ensure_wasm_bindgen() -> Result<()> {
    let wanted = locked_version("wasm-bindgen")?;
    if cargo_tool::installed_version("wasm-bindgen")?.as_deref() == Some(&wanted) {
        return Ok(());
    }
    // Its lock file is too old for this compiler, hence not `--locked`.
    cargo_tool::install("wasm-bindgen-cli", &wanted, &[])
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
