//! What renders sounds on graphics cards: the largest part of the page, built apart from it and fetched when it is wanted.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::compress::{self, is_newer};
use crate::page::TARGET;
use crate::process;
use crate::workspace::Family;

pub(crate) const PACKAGE: &str = "neurorack-gpu";
const PROFILE: &str = "gpu";

/// What its files are called beside the page, as `gpu.js` asks for them.
const NAME: &str = "gpu-glue";

/// Builds it and returns the folder with its files.
pub(crate) fn build() -> Result<PathBuf> {
    println!("page: compiling {PACKAGE} (some minutes where it is new)");
    let mut build = process::cargo(Family::Gpu)?;
    build.args(["build", "--target", TARGET, "--profile", PROFILE, "--package", PACKAGE]);
    process::run(&mut build)?;
    let target = Family::Gpu.target_dir()?;
    let module = target.join(TARGET).join(PROFILE).join(PACKAGE.replace('-', "_")).with_extension("wasm");
    let folder = target.join("page");
    if is_newer(&module, &folder.join(format!("{NAME}_bg.wasm"))) {
        let mut bind = process::command("wasm-bindgen")?;
        bind.args(["--target", "no-modules", "--no-typescript"]).args(["--out-name", NAME, "--out-dir"]);
        // Quiet: it misses a section that tells nothing here.
        process::output(bind.arg(&folder).arg(&module))?;
    }
    Ok(folder)
}

/// Whether a file of the page is one of its two: they are large, and a page plays without them.
pub(crate) fn is_of_it(name: &str) -> bool {
    name.starts_with(NAME)
}

/// Copies its files into a page, compressed too where they are to be published: that takes half a minute once.
pub(crate) fn copy_into(dist: &Path, compressed: bool) -> Result<()> {
    let folder = build()?;
    if compressed {
        compress::write(&folder)?;
    }
    for ending in [".js", "_bg.wasm"] {
        let name = format!("{NAME}{ending}");
        process::copy(&folder.join(&name), &dist.join(&name))?;
        let small = format!("{name}.{}", compress::ENDING);
        if compressed && folder.join(&small).exists() {
            process::copy(&folder.join(&small), &dist.join(&small))?;
        }
    }
    Ok(())
}
