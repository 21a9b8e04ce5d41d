//! `cargo xtask release`: everything that is published, in one folder.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use sha2::{Digest, Sha256};

use crate::archive;
use crate::companion::{self, Processor};
use crate::dist;
use crate::firmware;
use crate::page::{self, Effort};
use crate::policy;
use crate::process;
use crate::sbom;
use crate::workspace;

/// The list of all other files with their hashes, as `sha256sum --check` reads it.
const SUMS: &str = "SHA256SUMS";

/// What goes into an archive beside its own files.
const LICENCES: [&str; 2] = ["LICENSE-MIT", "LICENSE-APACHE"];

/// Who builds the module: what a fab house takes, and what a person reads.
const BOARD: [&str; 12] = [
    "fab/neurorack.zip",
    "fab/faceplate.zip",
    "fab/faceplate.svg",
    "fab/bom.csv",
    "fab/positions.csv",
    "pictures/assembly-front.svg",
    "pictures/assembly-back.svg",
    "README.md",
    "BUILD.md",
    "CALIBRATION.md",
    "WIRING.md",
    "LICENCE-CERN-OHL-P-2.0.txt",
];

/// Make everything that is published: page, packages, firmware, hardware, banks, component list, checksums.
///
/// The version is the workspace's, and CHANGELOG.md must have a part about
/// it. The same commit gives the same archives, except for what compilers
/// do differently on other machines.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Where to write; what an earlier run left there is replaced
    #[arg(short, long, default_value = "release")]
    output: PathBuf,
    /// Leave out the Debian packages, which need a cross compiler
    #[arg(long)]
    no_packages: bool,
    /// Also from a clone with changes that are not committed
    #[arg(long)]
    allow_dirty: bool,
}

/// Runs `cargo xtask release`.
pub(crate) fn run(args: &Args) -> Result<()> {
    let version = env!("CARGO_PKG_VERSION");
    if !args.allow_dirty {
        let changed = process::output(process::command("git")?.args(["status", "--porcelain"]))?;
        ensure!(changed.trim().is_empty(), "commit or stash these changes first, or give --allow-dirty:\n{changed}");
    }
    let changes = changes(&read("CHANGELOG.md")?, version)?;
    let output = empty(&args.output)?;
    let name = |what: &str| output.join(format!("neurorack-{version}-{what}"));

    let folder = output.join("web");
    page::build_into(&folder, Effort::Full)?;
    fs::write(folder.join("_headers"), headers()).context("cannot write _headers")?;
    for licence in LICENCES {
        process::copy(&workspace::root().join(licence), &folder.join(licence))?;
    }
    let files = dist::walk(&folder)?.into_iter().map(|entry| entry.path()).collect::<Vec<_>>();
    pack_below(&name("web.zip"), &folder, &files, "neurorack")?;

    if !args.no_packages {
        for processor in Processor::ALL {
            let package = companion::package(processor)?;
            process::copy(&package, &output.join(package.file_name().context("a package has a name")?))?;
        }
    }

    let [elf, uf2] = firmware::files()?;
    process::copy(&elf, &name("firmware.elf"))?;
    process::copy(&uf2, &name("firmware.uf2"))?;

    let board = workspace::root().join("hardware/board");
    pack_below(&name("hardware.zip"), &board, &BOARD.map(|file| board.join(file)), "neurorack-hardware")?;

    let banks = workspace::root().join("static/banks");
    let files = dist::walk(&banks)?.into_iter().map(|entry| entry.path()).collect::<Vec<_>>();
    pack_below(&name("banks.zip"), &banks, &files, "neurorack-banks")?;

    for (file, components) in sbom::all()? {
        fs::write(name(file), components).with_context(|| format!("cannot write {file}"))?;
    }
    fs::write(output.join("CHANGES.md"), changes).context("cannot write CHANGES.md")?;
    sums(&output)?;
    report(&output)
}

/// Makes an empty folder, where there is none or one of an earlier release.
fn empty(folder: &Path) -> Result<PathBuf> {
    let folder = std::path::absolute(folder).with_context(|| format!("{} is no folder name", folder.display()))?;
    if fs::read_dir(&folder).is_ok_and(|mut entries| entries.next().is_some()) {
        if !folder.join(SUMS).is_file() && !folder.join("web/engine.wasm").is_file() {
            bail!(
                "{} holds other files, which would be deleted; choose an empty folder with --output",
                folder.display()
            );
        }
        fs::remove_dir_all(&folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}

fn read(file: &str) -> Result<String> {
    fs::read_to_string(workspace::root().join(file)).with_context(|| format!("cannot read {file}"))
}

/// What the change log says about a version, with its heading.
fn changes(log: &str, version: &str) -> Result<String> {
    let is_heading = |line: &&str| line.starts_with("## ");
    let part: Vec<&str> = log
        .lines()
        .skip_while(|line| !(is_heading(line) && line.split_whitespace().nth(1) == Some(version)))
        .enumerate()
        .take_while(|(index, line)| *index == 0 || !is_heading(line))
        .map(|(_, line)| line)
        .collect();
    ensure!(
        part.iter().skip(1).any(|line| !line.trim().is_empty()),
        "CHANGELOG.md says nothing of {version}: write a part with the heading `## {version}`"
    );
    Ok(part.join("\n").trim_end().to_owned() + "\n")
}

/// What hosts that read such a file send: the headers of `cargo xtask play`. Others serve the page without.
fn headers() -> String {
    let line = |(name, value): (&str, &str)| format!("  {name}: {value}\n");
    let everywhere = policy::HEADERS.map(line).concat();
    let [of_pages, of_scripts] = [policy::OF_PAGES, policy::OF_SCRIPTS].map(|policy| line((policy::HEADER, policy)));
    format!("/*\n{everywhere}{of_pages}/*.js\n{of_scripts}")
}

/// Writes files below `root` into a ZIP archive, in a folder of that name, in the order of their names and without times: the same files
/// give the same bytes.
fn pack_below(path: &Path, root: &Path, files: &[PathBuf], folder: &str) -> Result<()> {
    let mut names = files
        .iter()
        .map(|file| {
            let name = file.strip_prefix(root)?.components().map(|part| part.as_os_str().to_string_lossy());
            Ok((format!("{folder}/{}", name.collect::<Vec<_>>().join("/")), file.clone()))
        })
        .collect::<Result<Vec<_>>>()?;
    names.extend(LICENCES.map(|licence| (format!("{folder}/{licence}"), workspace::root().join(licence))));
    names.sort();
    names.dedup_by(|a, b| a.0 == b.0);
    archive::pack(path, names)
}

/// Writes the hashes of all files in a folder, not of those in folders below.
fn sums(folder: &Path) -> Result<()> {
    let mut lines = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_file() {
            let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            let hash = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
            lines.push((path.file_name().unwrap_or_default().to_string_lossy().into_owned(), hash));
        }
    }
    lines.sort();
    let text = lines.iter().map(|(name, hash)| format!("{hash}  {name}\n")).collect::<String>();
    fs::write(folder.join(SUMS), text).with_context(|| format!("cannot write {SUMS}"))
}

fn report(output: &Path) -> Result<()> {
    println!("release: {}", output.display());
    let mut files = fs::read_dir(output)?.collect::<std::io::Result<Vec<_>>>()?;
    files.sort_by_key(fs::DirEntry::file_name);
    for file in files {
        let (name, metadata) = (file.file_name(), file.metadata()?);
        let name = name.to_string_lossy();
        if metadata.is_dir() {
            println!("release:      folder {name}");
        } else {
            println!("release: {:>8.2} MB {name}", metadata.len() as f64 / 1e6);
        }
    }
    println!(
        "release: web is for any static host, below any path; `sha256sum --check {SUMS}` checks what was downloaded"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_change_log_tells_of_this_version() {
        changes(&read("CHANGELOG.md").unwrap(), env!("CARGO_PKG_VERSION")).unwrap();
    }

    #[test]
    fn a_version_is_told_from_its_heading_to_the_next() {
        let log = "# Changes\n\n## 0.2.0\n\n- more\n\n## 0.1.0 (2026)\n\n- first\n";
        assert_eq!(changes(log, "0.2.0").unwrap(), "## 0.2.0\n\n- more\n");
        assert_eq!(changes(log, "0.1.0").unwrap(), "## 0.1.0 (2026)\n\n- first\n");
        assert!(changes(log, "0.3.0").is_err());
        assert!(changes("## 1\n\n## 2\n\n- x\n", "1").is_err());
    }

    #[test]
    fn the_same_files_give_the_same_archive_and_its_hash_is_listed() {
        let folder = std::env::temp_dir().join(format!("neurorack-release-{}", std::process::id()));
        fs::create_dir_all(folder.join("web")).unwrap();
        fs::write(folder.join("web/b"), "two").unwrap();
        fs::write(folder.join("web/a"), "one").unwrap();
        let files = ["web/b", "web/a"].map(|name| folder.join(name));
        let [one, other] = [[0, 1], [1, 0]].map(|order| {
            let path = folder.join("x.zip");
            pack_below(&path, &folder, &order.map(|index| files[index].clone()), "all").unwrap();
            fs::read(path).unwrap()
        });
        assert!(one == other);
        sums(&folder).unwrap();
        let listed = fs::read_to_string(folder.join(SUMS)).unwrap();
        let hash = Sha256::digest(&one).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        assert_eq!(listed, format!("{hash}  x.zip\n"));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn every_file_of_the_board_is_there() {
        for file in BOARD {
            assert!(workspace::root().join("hardware/board").join(file).is_file(), "{file}");
        }
    }
}
