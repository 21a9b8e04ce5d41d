//! Where things are: the clone, the user's cache, and the build folders in it.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The root of the clone, the folder with the workspace's `Cargo.toml`.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the workspace")
}

/// The folder in the user's cache that holds tools and build output.
pub(crate) fn cache() -> Result<PathBuf> {
    let base =
        dirs::cache_dir().context("this system names no cache folder: set HOME (or XDG_CACHE_HOME) and run again")?;
    Ok(base.join("neurorack"))
}

/// Where installed tools live; their binaries are in `bin` below it.
pub(crate) fn tools() -> Result<PathBuf> {
    Ok(cache()?.join("tools"))
}

/// A family of crates that builds into a folder of its own, so that one
/// family neither waits for another's lock nor rebuilds its dependencies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    /// Everything that runs on this machine and does not need burn.
    Host,
    /// The networks in burn.
    Learn,
    /// What runs in the browser.
    Wasm,
    /// What renders on graphics cards in the browser: burn once more.
    Gpu,
    /// What runs in the module.
    Firmware,
    /// The companion for other and older Linux machines.
    Portable,
    /// What reads foreign bytes, with the fuzzer's counters.
    Fuzz,
}

impl Family {
    /// The cargo target folder: `CARGO_TARGET_DIR` as it is, when set.
    pub(crate) fn target_dir(self) -> Result<PathBuf> {
        if let Some(dir) = std::env::var_os("CARGO_TARGET_DIR") {
            return Ok(root().join(dir));
        }
        let name = match self {
            Self::Host => "host",
            Self::Learn => "learn",
            Self::Wasm => "wasm",
            Self::Gpu => "gpu",
            Self::Firmware => "firmware",
            Self::Portable => "portable",
            Self::Fuzz => "fuzz",
        };
        Ok(cache()?.join("target").join(name))
    }
}
