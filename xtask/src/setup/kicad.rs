//! What checks the module's board: KiCad 9, whose Python comes with it, ngspice, and a reader of gerbers.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::system::{self, Package};
use crate::process;
use crate::workspace;

const NGSPICE: Package = Package { apt: &["ngspice"], dnf: &["ngspice"], pacman: &["ngspice"], brew: &["ngspice"] };

const KICAD: Package = Package { apt: &["kicad"], dnf: &["kicad"], pacman: &["kicad"], brew: &[] };

const GERBONARA: &str = "gerbonara==1.5.0";

/// Debian 12 has KiCad 6; its backports have 9.
const BACKPORTS_FILE: &str = "/etc/apt/sources.list.d/neurorack-backports.sources";

/// Installs what is missing. What cannot be had is said: the checks leave out what needs it, and count it.
pub(crate) fn try_ensure() {
    let has_ngspice = process::find(&["ngspice"]).is_ok_and(|found| found.is_some());
    let ngspice = if has_ngspice { Ok(()) } else { system::install("ngspice for the board's simulation", &NGSPICE) };
    let kicad = if has_kicad() { Ok(()) } else { install_kicad() };
    let reader = if gerber_reader().is_some() { Ok(()) } else { install_gerber_reader() };
    for error in [ngspice, kicad, reader].into_iter().filter_map(Result::err) {
        println!("setup: {error:#}");
    }
}

/// The Python that reads gerbers, where it was installed.
pub(crate) fn gerber_reader() -> Option<PathBuf> {
    let python = workspace::tools().ok()?.join("gerber/bin/python");
    python.is_file().then_some(python)
}

/// Gerbonara reads gerbers and shares nothing with KiCad.
fn install_gerber_reader() -> Result<()> {
    let place = workspace::tools()?.join("gerber");
    let made = process::output(process::command("python3")?.args(["-m", "venv"]).arg(&place)).and_then(|_| {
        process::output(process::command(place.join("bin/pip"))?.args(["install", "--quiet", GERBONARA]))
    });
    if let Err(error) = made {
        // Half an installation would be taken for a whole one.
        let _ = std::fs::remove_dir_all(&place);
        return Err(error.context(format!("{GERBONARA}, which reads the gerbers again, could not be installed")));
    }
    Ok(())
}

/// Whether KiCad 9 is here.
fn has_kicad() -> bool {
    Command::new("kicad-cli").arg("version").output().is_ok_and(|output| output.stdout.starts_with(b"9."))
}

fn install_kicad() -> Result<()> {
    let system = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    if !system.lines().any(|line| line == "VERSION_CODENAME=bookworm") {
        system::install("KiCad 9 for the board's rules", &KICAD)?;
    } else if !Path::new("/etc/apt/sources.list.d/backports.sources").exists() {
        let by_hand = "KiCad 9 is missing, and Debian's backports could not be added: as root, add the suite bookworm-backports and run \
                       `apt-get install -t bookworm-backports kicad`";
        let sources = backports(&mirror().context(by_hand)?);
        std::fs::write(BACKPORTS_FILE, sources).context(by_hand)?;
        system::apt(&["update", "-qq"])?;
    }
    if !has_kicad() {
        system::apt(&["install", "-y", "--no-install-recommends", "-t", "bookworm-backports", "kicad"])?;
    }
    if !has_kicad() {
        bail!("what the package manager calls KiCad is not KiCad 9: see https://www.kicad.org/download/");
    }
    Ok(())
}

/// Where this machine has its Debian from.
fn mirror() -> Option<String> {
    let folder = std::fs::read_dir("/etc/apt/sources.list.d").into_iter().flatten().flatten().map(|entry| entry.path());
    let files = folder.chain([PathBuf::from("/etc/apt/sources.list")]);
    files.filter_map(|file| std::fs::read_to_string(file).ok()).find_map(|text| first_mirror(&text))
}

/// The first address of Debian's own archive in a list of sources, of either form.
fn first_mirror(sources: &str) -> Option<String> {
    let lines = sources.lines().filter(|line| !line.trim_start().starts_with('#'));
    let address = |word: &&str| word.starts_with("http") && word.trim_end_matches('/').ends_with("/debian");
    lines.flat_map(str::split_whitespace).find(address).map(ToOwned::to_owned)
}

fn backports(mirror: &str) -> String {
    format!(
        "Types: deb\nURIs: {mirror}\nSuites: bookworm-backports\nComponents: main\n\
         Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n"
    )
}

/// The Python that knows KiCad: the system's own, or any where there is no KiCad.
pub(crate) fn python() -> Result<Command> {
    let own = Path::new("/usr/bin/python3");
    let program = if own.exists() { Some(own.to_path_buf()) } else { process::find(&["python3"])? };
    let Some(program) = program else {
        bail!("the board's tools are written in Python: install python3 and run again");
    };
    process::command(program)
}

#[cfg(test)]
mod tests {
    use super::first_mirror;

    #[test]
    fn the_mirror_is_the_one_that_this_machine_uses() {
        let one_line = "# deb http://old.example/debian bookworm main\ndeb [arch=amd64] http://mirror.example/debian/ bookworm main\n";
        assert_eq!(first_mirror(one_line).as_deref(), Some("http://mirror.example/debian/"));
        let stanza = "Types: deb\nURIs: https://mirror.example/debian\nSuites: bookworm\n";
        assert_eq!(first_mirror(stanza).as_deref(), Some("https://mirror.example/debian"));
        assert_eq!(first_mirror("deb http://mirror.example/debian-security bookworm-security main"), None);
    }
}
