//! What the compiler builds for.

use std::path::Path;

use anyhow::Result;

use crate::process;

/// Makes sure that the compiler can build for a target.
pub(crate) fn ensure(name: &str) -> Result<()> {
    if process::find(&["rustup"])?.is_none() {
        // A distribution's compiler: its own package manager brings the target.
        let sysroot = process::output(process::command("rustc")?.args(["--print", "sysroot"]))?;
        let target = Path::new(sysroot.trim()).join("lib/rustlib").join(name);
        anyhow::ensure!(
            target.is_dir(),
            "the compiler has no {name} target, and there is no rustup to add it; \
             install rustup (https://rustup.rs) or your system's package for that target"
        );
        return Ok(());
    }
    let installed = process::output(process::command("rustup")?.args(["target", "list", "--installed"]))?;
    if installed.lines().any(|target| target == name) {
        return Ok(());
    }
    println!("setup: adding the {name} target");
    process::run(process::command("rustup")?.args(["target", "add", name]))
}
