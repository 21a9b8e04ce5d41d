//! The companion as a Debian package; what is in it says `companion/Cargo.toml`.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use super::{PACKAGE, Processor};
use crate::process;
use crate::setup;
use crate::workspace::Family;

/// Files without which the package is of no use, seen from the root.
const CONTENTS: [&str; 6] = [
    "usr/bin/neurorack",
    "usr/share/neurorack/banks/impacts.safetensors",
    "usr/share/neurorack/banks/frave-impacts.safetensors",
    "usr/share/neurorack/banks/frave-metal.safetensors",
    "usr/share/neurorack/banks/impacts-map.safetensors",
    "lib/udev/rules.d/60-neurorack.rules",
];

/// Makes the package of a program that was built, and looks into it where the tools for that are here. Returns its path.
pub(super) fn make(processor: Processor, program: &Path) -> Result<PathBuf> {
    setup::debian::ensure()?;
    let folder = Family::Portable.target_dir()?.join("debian");
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    ensure!(program.is_file(), "{} is missing", program.display());
    let mut command = process::cargo(Family::Portable)?;
    command.args(["deb", "--no-build", "--no-strip", "--quiet", "--package", PACKAGE, "--target", processor.target()]);
    let said = process::output(command.arg("--output").arg(&folder))?;
    let package = said.lines().last().map(Path::new).filter(|path| path.is_file());
    let package = package.with_context(|| format!("cargo deb names no package: {said}"))?;
    if process::find(&["dpkg-deb"])?.is_some() {
        let contents = process::output(process::command("dpkg-deb")?.arg("--contents").arg(package))?;
        for file in CONTENTS {
            ensure!(contents.contains(file), "the package lacks {file}:\n{contents}");
        }
        let architecture = process::output(process::command("dpkg-deb")?.arg("-f").arg(package).arg("Architecture"))?;
        ensure!(architecture.trim() == processor.debian(), "the package is for {}", architecture.trim());
    }
    let size = std::fs::metadata(package)?.len();
    println!("companion: {:.1} MiB, {}", size as f64 / f64::from(1 << 20), package.display());
    println!(
        "companion: `sudo apt install ./{}` installs it",
        package.file_name().unwrap_or_default().to_string_lossy()
    );
    Ok(package.to_owned())
}
