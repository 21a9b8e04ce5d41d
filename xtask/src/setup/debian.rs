//! What makes Debian packages.

use anyhow::Result;

use super::cargo_tool;

const CARGO_DEB_SERIES: &str = "3.8.";

/// Makes sure that Debian packages can be made.
pub(crate) fn ensure() -> Result<()> {
    cargo_tool::ensure("cargo-deb", CARGO_DEB_SERIES, &["--no-default-features", "--locked"])
}
