//! Packages of the operating system.

use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use crate::process;

/// A package under the names that the package managers give it; empty where
/// a system needs none.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Package {
    pub(crate) apt: &'static [&'static str],
    pub(crate) dnf: &'static [&'static str],
    pub(crate) pacman: &'static [&'static str],
    pub(crate) brew: &'static [&'static str],
}

/// Headers of ALSA and JACK, against which the companion's audio output is built on Linux.
const AUDIO_HEADERS: Package = Package {
    apt: &["libasound2-dev", "libjack-jackd2-dev", "pkg-config"],
    dnf: &["alsa-lib-devel", "pipewire-jack-audio-connection-kit-devel", "pkgconf-pkg-config"],
    pacman: &["alsa-lib", "jack2", "pkgconf"],
    brew: &[],
};

/// Makes sure that the companion's audio output links.
pub(crate) fn ensure_audio_headers() -> Result<()> {
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    let found =
        Command::new("pkg-config").args(["--exists", "alsa", "jack"]).status().is_ok_and(|status| status.success());
    if found {
        return Ok(());
    }
    install("the headers of ALSA and JACK for the companion", &AUDIO_HEADERS)
}

/// A JACK server, whose dummy driver is the device that tests pull away.
const JACK_SERVER: Package =
    Package { apt: &["jackd2"], dnf: &["jack-audio-connection-kit"], pacman: &["jack2"], brew: &[] };

/// Makes sure that there is a JACK server for tests. Where there is none and none can be had, this says so: what needs it is left out.
pub(crate) fn try_jack_server() {
    if !cfg!(target_os = "linux") || process::find(&["jackd"]).is_ok_and(|found| found.is_some()) {
        return;
    }
    if let Err(error) = install("a JACK server for tests", &JACK_SERVER) {
        println!("SKIPPED: tests of a device that goes away, and those of the firmware play to nowhere ({error:#})");
    }
}

/// What compiles the fuzzer's library.
const CPP_COMPILER: Package = Package { apt: &["g++"], dnf: &["gcc-c++"], pacman: &["gcc"], brew: &[] };

/// Makes sure that there is a C++ compiler.
pub(crate) fn ensure_cpp_compiler() -> Result<()> {
    if process::find(&["c++", "g++", "clang++"])?.is_some() {
        return Ok(());
    }
    install("a C++ compiler for the fuzzer", &CPP_COMPILER)
}

/// Installs a package, or says what a person has to install.
pub(crate) fn install(what: &str, package: &Package) -> Result<()> {
    let managers: [(&str, &[&str], &[&str]); 4] = [
        ("apt-get", &["install", "-y", "--no-install-recommends"], package.apt),
        ("dnf", &["install", "-y"], package.dnf),
        ("pacman", &["-S", "--noconfirm", "--needed"], package.pacman),
        ("brew", &["install"], package.brew),
    ];
    let Some((manager, verb, names)) = managers
        .into_iter()
        .find(|(manager, _, names)| !names.is_empty() && process::find(&[manager]).is_ok_and(|found| found.is_some()))
    else {
        bail!("{what}: missing, and no package manager known here; install it and run again");
    };
    let by_hand = format!("{manager} {} {}", verb.join(" "), names.join(" "));
    let Some(prefix) = privilege(manager) else {
        bail!("{what}: missing, and this user may not install it; run `sudo {by_hand}` and try again");
    };

    println!("setup: installing {what} ({by_hand})");
    if manager == "apt-get" {
        // Fresh images carry no package lists; stale lists are no reason to stop.
        let _ = process::run(&mut privileged(&prefix, manager, &["update", "-qq"]));
    }
    let words: Vec<&str> = verb.iter().chain(names).copied().collect();
    process::run(&mut privileged(&prefix, manager, &words))
        .map_err(|error| error.context(format!("{what}: could not be installed; try `{by_hand}` by hand")))
}

/// Runs Debian's package manager with the rights it needs, or says that this user has none.
pub(crate) fn apt(words: &[&str]) -> Result<()> {
    let Some(prefix) = privilege("apt-get") else {
        bail!("this user may not install packages; run `sudo apt-get {}` and try again", words.join(" "));
    };
    process::run(&mut privileged(&prefix, "apt-get", words))
}

/// The words before the package manager that give it the rights it needs, or
/// nothing when this user has no such rights without a password.
fn privilege(manager: &str) -> Option<Vec<&'static str>> {
    if manager == "brew" {
        return Some(Vec::new());
    }
    let succeeds = |program: &str, args: &[&str]| {
        Command::new(program)
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .output()
            .is_ok_and(|output| output.status.success() && (args != ["-u"] || output.stdout.starts_with(b"0\n")))
    };
    if succeeds("id", &["-u"]) {
        Some(Vec::new())
    } else if succeeds("sudo", &["-n", "true"]) {
        Some(vec!["sudo", "-n"])
    } else {
        None
    }
}

fn privileged(prefix: &[&str], manager: &str, words: &[&str]) -> Command {
    let mut all = prefix.iter().copied().chain([manager]).chain(words.iter().copied());
    let mut command = Command::new(all.next().unwrap_or(manager));
    command.args(all).env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
    command
}
