//! `neurorack banks`: what bank files hold, and whether they are sound.

mod card_text;

use crate::{bank_file, files, map_file};
use anyhow::{Context, Result, bail};
use clap::Subcommand;
use neurorack_engine::bank::Bank;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// List, inspect and verify banks.
#[derive(Debug, clap::Args)]
pub(crate) struct Banks {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the banks of a folder.
    List {
        /// The folder; without it the one of NEURORACK_BANK or of the factory bank.
        folder: Option<PathBuf>,
    },
    /// Show a bank's model card: where it comes from, what it can, its scores beside their goals, its sounds.
    Inspect {
        /// The bank; without it NEURORACK_BANK or the factory bank.
        file: Option<PathBuf>,
        /// Write the card as JSON, for a program.
        #[arg(long)]
        json: bool,
    },
    /// Play a bank's test hit and compare it with what its training recorded; of a map, compute its test vectors.
    Verify {
        /// The banks; without them NEURORACK_BANK or the factory bank.
        files: Vec<PathBuf>,
    },
}

impl Banks {
    /// Runs the command.
    pub(crate) fn run(self) -> Result<()> {
        match self.action {
            Action::List { folder } => list(folder),
            Action::Inspect { file, json } => inspect(file, json),
            Action::Verify { files } => verify(files),
        }
    }
}

fn list(folder: Option<PathBuf>) -> Result<()> {
    let folder = match folder {
        Some(folder) => folder,
        None => folder_of(&bank_file::default_bank()?),
    };
    let place = || format!("cannot read the folder {}", folder.display());
    let entries: Result<Vec<_>, _> = std::fs::read_dir(&folder).with_context(place)?.collect();
    let mut paths: Vec<PathBuf> = entries
        .with_context(place)?
        .into_iter()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "safetensors"))
        .collect();
    paths.sort();
    if paths.is_empty() {
        bail!("{} holds no bank (.safetensors): `neurorack-train export` writes one", folder.display());
    }
    let mut text = String::new();
    for path in &paths {
        // Writing to a String cannot fail, here and below.
        let _ = match bank_file::read(path) {
            Ok(bank) => {
                let card = bank.card();
                let (sets, licence) = (card.factory.len(), &card.licence);
                let ahead = if bank.catalogue().kind().streams() { "" } else { ", rendered ahead" };
                writeln!(text, "{}  {} {}, {sets} sounds, {licence}{ahead}", path.display(), card.name, card.version)
            }
            Err(error) => match map_file::read(path) {
                Ok(map) => {
                    let card = map.card();
                    let (count, licence) = (card.provenance.recordings, &card.licence);
                    writeln!(
                        text,
                        "{}  {} {}, a map of {count} sounds, {licence}",
                        path.display(),
                        card.name,
                        card.version
                    )
                }
                Err(_) => writeln!(text, "{}  not usable: {}", path.display(), error.root_cause()),
            },
        };
    }
    files::print(&text)
}

fn inspect(file: Option<PathBuf>, json: bool) -> Result<()> {
    let bank = open(file)?;
    if json {
        let card = serde_json::to_string_pretty(bank.card()).context("the card cannot be written as JSON")?;
        return files::print(&(card + "\n"));
    }
    let catalogue = bank.catalogue();
    files::print(&card_text::card_text(catalogue.card(), catalogue.factory(), &hex(catalogue.hash())))
}

fn verify(files: Vec<PathBuf>) -> Result<()> {
    let files = if files.is_empty() { vec![bank_file::default_bank()?] } else { files };
    let mut bad = 0;
    for path in &files {
        match verify_one(path) {
            Ok(error) => {
                files::print(&format!("{}  sound: within {error:.1e} of its training\n", path.display()))?;
            }
            Err(error) => {
                bad += 1;
                eprintln!("neurorack: {error:#}");
            }
        }
    }
    if bad > 0 {
        bail!("{bad} of {} banks cannot be used", files.len());
    }
    Ok(())
}

/// The largest difference of a bank's test hit, or of a map's test vectors.
fn verify_one(path: &Path) -> Result<f32> {
    let place = || path.display().to_string();
    if let Ok(map) = map_file::read(path) {
        return map.verify().with_context(place);
    }
    bank_file::read(path)?.verify().with_context(place)
}

/// The folder a file lies in: the current one for a bare name.
fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

fn open(file: Option<PathBuf>) -> Result<Bank> {
    bank_file::read(&file.map_or_else(bank_file::default_bank, Ok)?)
}

fn hex(bytes: [u8; 32]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
