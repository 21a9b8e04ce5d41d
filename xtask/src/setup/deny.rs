//! cargo-deny and cargo-cyclonedx: what looks at the crates that are built in.

use anyhow::Result;

use super::cargo_tool;
use crate::process;

/// Makes sure that licences can be checked.
pub(crate) fn ensure() -> Result<()> {
    cargo_tool::ensure("cargo-deny", "0.20.", &["--locked"])
}

/// Makes sure that the lists of components can be written.
pub(crate) fn ensure_component_lists() -> Result<()> {
    // It names its version only as a subcommand of cargo.
    if process::find(&["cargo-cyclonedx"])?.is_some() {
        return Ok(());
    }
    cargo_tool::install("cargo-cyclonedx", "^0.5.9", &["--locked"])
}
