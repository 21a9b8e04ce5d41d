//! The libraries of another machine, against which the companion links and with which it runs under an emulator.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::companion::Processor;
use crate::process;
use crate::workspace;

/// Packages that make up such a folder; the sound library has another name in newer releases.
const PACKAGES: [&[&str]; 4] = [&["libasound2-dev"], &["libasound2t64", "libasound2"], &["libc6"], &["libgcc-s1"]];

/// Finds or fetches the folder.
///
/// Debian's packages are read with package lists of their own and unpacked
/// into the user's cache: what is installed on this system stays as it is.
pub(super) fn ensure(processor: Processor) -> Result<PathBuf> {
    let variable = processor.sysroot_variable();
    if let Some(named) = std::env::var_os(variable).filter(|path| !path.is_empty()) {
        let named = PathBuf::from(named);
        if let Some(missing) = missing(&named, processor) {
            bail!("{variable} names {}, which has no {missing}", named.display());
        }
        return Ok(named);
    }
    let folder = workspace::cache()?.join("sysroot").join(processor.debian());
    if missing(&folder, processor).is_none() {
        return Ok(folder);
    }
    let by_hand = || {
        format!(
            "give a folder with {} packages libasound2-dev, libasound2, libc6 and libgcc-s1 unpacked in it, or the root of a \
             Jetson's system, as {variable}",
            processor.debian(),
        )
    };
    if process::find(&["apt-get"])?.is_none() || process::find(&["dpkg-deb"])?.is_none() {
        bail!(
            "the libraries of {} Linux: this system has no apt-get to fetch them with; {}",
            processor.name(),
            by_hand()
        );
    }
    println!("setup: fetching the {} libraries into your cache, once", processor.debian());
    fetch(&folder, processor).with_context(|| {
        format!(
            "the libraries of {} Linux could not be fetched; this needs a network, else {}",
            processor.name(),
            by_hand()
        )
    })?;
    Ok(folder)
}

/// The first file that is needed and is not there.
fn missing(folder: &Path, processor: Processor) -> Option<String> {
    let libraries = format!("usr/lib/{}", processor.multiarch());
    let needed =
        [format!("{libraries}/libasound.so"), format!("{libraries}/pkgconfig/alsa.pc"), processor.loader().to_owned()];
    needed.into_iter().find(|file| !folder.join(file).exists())
}

fn fetch(folder: &Path, processor: Processor) -> Result<()> {
    let state = folder.with_extension("apt");
    let (packages, unpacked) = (state.join("packages"), state.join("root"));
    if state.exists() {
        // What an interrupted run left.
        std::fs::remove_dir_all(&state).with_context(|| format!("cannot empty {}", state.display()))?;
    }
    for dir in [&packages, &unpacked, &state.join("lists/partial"), &state.join("cache/archives/partial")] {
        std::fs::create_dir_all(dir).with_context(|| format!("cannot make {}", dir.display()))?;
    }
    std::fs::write(state.join("status"), "").with_context(|| format!("cannot write into {}", state.display()))?;

    // Other sources of this system may have nothing for that processor: what counts is whether the packages come.
    let _ = process::run(apt(&state, processor)?.args(["update", "-qq"]));
    for names in PACKAGES {
        let fetched = names.iter().any(|name| {
            let download = apt(&state, processor)
                .and_then(|mut apt| process::output(apt.current_dir(&packages).args(["download", "-qq", name])));
            download.is_ok()
        });
        ensure!(fetched, "this system's package sources have no {} for {}", names.join(" or "), processor.debian(),);
    }
    for entry in std::fs::read_dir(&packages)? {
        process::run(process::command("dpkg-deb")?.arg("-x").arg(entry?.path()).arg(&unpacked))?;
    }
    join_folders(&unpacked)?;
    if let Some(missing) = missing(&unpacked, processor) {
        bail!("the packages hold no {missing}");
    }
    if folder.exists() {
        std::fs::remove_dir_all(folder).with_context(|| format!("cannot replace {}", folder.display()))?;
    }
    std::fs::rename(&unpacked, folder).with_context(|| format!("cannot make {}", folder.display()))?;
    std::fs::remove_dir_all(&state).with_context(|| format!("cannot remove {}", state.display()))
}

/// `apt-get` for another processor, with a state of its own.
fn apt(state: &Path, processor: Processor) -> Result<Command> {
    let architecture = processor.debian();
    let mut command = process::command("apt-get")?;
    command.env("DEBIAN_FRONTEND", "noninteractive");
    for option in [
        format!("Dir::State={}", state.display()),
        format!("Dir::State::lists={}", state.join("lists").display()),
        format!("Dir::State::status={}", state.join("status").display()),
        format!("Dir::Cache={}", state.join("cache").display()),
        format!("APT::Architecture={architecture}"),
        format!("APT::Architectures={architecture}"),
        "APT::Sandbox::User=root".to_owned(),
        "Acquire::Languages=none".to_owned(),
        "Debug::NoLocking=1".to_owned(),
    ] {
        command.arg("-o").arg(option);
    }
    Ok(command)
}

/// Newer packages hold everything below `usr`, where a link of the system leads; programs still ask for `lib`.
#[cfg(unix)]
fn join_folders(root: &Path) -> Result<()> {
    for name in ["lib", "lib64"] {
        let (link, inside) = (root.join(name), Path::new("usr").join(name));
        if !link.exists() && root.join(&inside).exists() {
            std::os::unix::fs::symlink(&inside, &link).with_context(|| format!("cannot make {}", link.display()))?;
        }
    }
    Ok(())
}

#[cfg(not(unix))]
fn join_folders(_root: &Path) -> Result<()> {
    bail!("packages of Debian can be unpacked on Linux only")
}
