//! The page as a folder of files: Trunk's output with the engine beside it.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::compress;
use crate::gpu;
use crate::offline;
use crate::policy;
use crate::process;
use crate::setup;
use crate::workspace::{self, Family};

pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// What audio thread and workers run beside the modules.
const SCRIPTS: [&str; 7] = [
    "worklet/banker.js",
    "worklet/processor.js",
    "worklet/recorder.js",
    "worklet/renderer.js",
    "web/decoder/decoder.js",
    "web/gpu/gpu.js",
    "web/gpu/ring.js",
];

/// What runs there: the crates, and what they are called beside the page.
const MODULES: [(&str, &str); 2] = [("neurorack-abi", "engine.wasm"), ("neurorack-decoder", "decoder.wasm")];

/// How much time the compiler spends on the page itself. The engine that
/// runs in the audio thread is always built in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effort {
    /// Quick to rebuild.
    Quick,
    /// Small and fast, as it is published and tested.
    Full,
}

/// Builds the page and returns its folder.
pub(crate) fn build(effort: Effort) -> Result<PathBuf> {
    let name = match effort {
        Effort::Quick => "quick",
        Effort::Full => "full",
    };
    let dist = Family::Wasm.target_dir()?.join("page").join(name);
    build_into(&dist, effort)?;
    Ok(dist)
}

/// Builds the page into `dist`, replacing what was there.
pub(crate) fn build_into(dist: &Path, effort: Effort) -> Result<()> {
    setup::wasm::ensure()?;
    let page_profile = match effort {
        Effort::Quick => "dev",
        Effort::Full => "wasm",
    };
    compile(&MODULES.map(|(package, _)| package), "wasm")?;
    // Trunk works offline and finds the page compiled: cargo itself fetches
    // what is missing and shows the compiler's words as they are. Alone, since
    // beside modules its crates are compiled for both, and Trunk's build is
    // another one.
    compile(&["neurorack-web"], page_profile)?;
    let mut trunk = process::command("trunk")?;
    trunk
        .args(["build", "--offline", "--skip-version-check", "--log", "warn"])
        .args(["--public-url", "./", "--dist"])
        .arg(dist)
        .env("CARGO_TARGET_DIR", Family::Wasm.target_dir()?)
        // Trunk takes this variable as a switch and stops at values such as "1".
        .env_remove("NO_COLOR");
    if effort == Effort::Full {
        // index.html names the same profile for it.
        trunk.arg("--release");
    }
    process::run(&mut trunk)?;

    let built = Family::Wasm.target_dir()?.join(TARGET).join("wasm");
    for (package, name) in MODULES {
        process::copy(&built.join(package.replace('-', "_")).with_extension("wasm"), &dist.join(name))?;
    }
    for script in SCRIPTS {
        let script = workspace::root().join(script);
        process::copy(&script, &dist.join(script.file_name().context("a script has a name")?))?;
    }
    gpu::copy_into(dist, effort == Effort::Full)?;
    copy_banks(&dist.join("banks"))?;
    policy::write(dist)?;
    offline::write(dist)?;
    match effort {
        Effort::Quick => Ok(()),
        Effort::Full => compress::write(dist),
    }
}

/// Compiles crates for the browser.
fn compile(packages: &[&str], profile: &str) -> Result<()> {
    println!("page: compiling {}", packages.join(" and "));
    let mut build = process::cargo(Family::Wasm)?;
    build.args(["build", "--target", TARGET, "--profile", profile]);
    for package in packages {
        build.args(["--package", package]);
    }
    process::run(&mut build)
}

fn copy_banks(to: &Path) -> Result<()> {
    let from = workspace::root().join("static/banks");
    let entries = std::fs::read_dir(&from).with_context(|| format!("cannot read {}", from.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|kind| kind == "safetensors")
            && let Some(name) = path.file_name()
        {
            process::copy(&path, &to.join(name))?;
        }
    }
    Ok(())
}
