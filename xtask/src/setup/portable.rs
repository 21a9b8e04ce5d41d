//! What builds the companion for other and older Linux machines: zig as the linker, which knows the symbols of each glibc.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::system::{self, Package};
use super::{cargo_tool, sysroot, target};
use crate::companion::Processor;
use crate::process;
use crate::workspace;

const ZIGBUILD_SERIES: &str = "0.24.";

/// The zig that is fetched where there is none.
const ZIG_VERSION: &str = "0.13.0";

const PIP: Package = Package {
    apt: &["python3", "python3-pip"],
    dnf: &["python3", "python3-pip"],
    pacman: &["python", "python-pip"],
    brew: &["python"],
};

/// Where the tools are.
#[derive(Debug)]
pub(crate) struct Toolchain {
    /// The zig program.
    pub(crate) zig: PathBuf,
    /// The libraries of the machines that are built for.
    pub(crate) sysroot: PathBuf,
}

/// Makes sure that the companion can be built for a processor.
pub(crate) fn ensure(processor: Processor) -> Result<Toolchain> {
    system::ensure_audio_headers()?;
    target::ensure(processor.target())?;
    let sysroot = sysroot::ensure(processor)?;
    let zig = ensure_zig()?;
    cargo_tool::ensure("cargo-zigbuild", ZIGBUILD_SERIES, &["--no-default-features", "--locked"])?;
    Ok(Toolchain { zig, sysroot })
}

/// The zig of this system, else ours.
fn ensure_zig() -> Result<PathBuf> {
    if let Some(zig) = process::find(&["zig"])?.filter(|zig| runs(zig)) {
        return Ok(zig);
    }
    let folder = workspace::tools()?.join(format!("zig-{ZIG_VERSION}"));
    let zig = folder.join("ziglang").join(format!("zig{}", std::env::consts::EXE_SUFFIX));
    if runs(&zig) {
        return Ok(zig);
    }
    let pip = || {
        process::command("python3").map(|mut python| {
            python.args(["-m", "pip"]);
            python
        })
    };
    if process::output(pip()?.arg("--version")).is_err() {
        system::install("pip, which fetches zig", &PIP)?;
    }
    println!("setup: fetching zig {ZIG_VERSION} into your cache, once");
    process::run(
        pip()?
            .args(["install", "--quiet", "--disable-pip-version-check", "--no-deps", "--upgrade", "--target"])
            .arg(&folder)
            .arg(format!("ziglang=={ZIG_VERSION}"))
            .env("PIP_ROOT_USER_ACTION", "ignore"),
    )
    .with_context(|| {
        format!("zig {ZIG_VERSION} could not be fetched; this needs a network, else install zig yourself")
    })?;
    anyhow::ensure!(runs(&zig), "zig was fetched but does not run here; install zig yourself");
    Ok(zig)
}

fn runs(zig: &Path) -> bool {
    zig.is_file() && process::command(zig).and_then(|mut zig| process::output(zig.arg("version"))).is_ok()
}
