//! Finding and reading bank files.

use crate::files;
use anyhow::{Context, Result, anyhow};
use neurorack_engine::bank::{MAX_FILE_BYTES, ModelBank};
use std::path::{Path, PathBuf};

/// Where the factory bank lies, seen from the folder of the repository or of an installation.
const FACTORY_BANK: &str = "static/banks/impacts.safetensors";

/// Which bank a command plays.
#[derive(Debug, clap::Args)]
pub(crate) struct BankArgument {
    /// Bank file. [default: NEURORACK_BANK, else `static/banks/impacts.safetensors` in the current folder, beside the
    /// program, or in a folder above them]
    #[arg(long, value_name = "FILE")]
    bank: Option<PathBuf>,
}

impl BankArgument {
    /// The file that was named.
    pub(crate) fn named(&self) -> Option<&Path> {
        self.bank.as_deref()
    }

    /// Reads and checks the chosen bank, or the one meant without a choice.
    pub(crate) fn open(&self) -> Result<ModelBank> {
        match &self.bank {
            Some(path) => read_verified(path),
            None => read_verified(&default_bank()?),
        }
    }
}

/// The bank files in a folder, in the order of their names.
pub(crate) fn in_folder(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let is_bank = |path: &PathBuf| path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("safetensors"));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(is_bank).collect();
    files.sort();
    files
}

/// Reads one bank file and checks that its test hit sounds as it was recorded.
pub(crate) fn read_verified(path: &Path) -> Result<ModelBank> {
    let bank = read(path)?;
    bank.verify().with_context(|| path.display().to_string())?;
    Ok(bank)
}

/// Reads one bank file.
pub(crate) fn read(path: &Path) -> Result<ModelBank> {
    let bytes = files::read(path, MAX_FILE_BYTES)?;
    ModelBank::parse(&bytes).with_context(|| path.display().to_string())
}

/// The bank that is meant when none is named: `NEURORACK_BANK`, else the factory bank.
pub(crate) fn default_bank() -> Result<PathBuf> {
    let named = std::env::var_os("NEURORACK_BANK").filter(|path| !path.is_empty());
    named.map_or_else(factory_bank, |path| Ok(path.into()))
}

/// The factory bank's path.
fn factory_bank() -> Result<PathBuf> {
    folders().into_iter().map(|folder| folder.join(FACTORY_BANK)).find(|path| path.is_file()).ok_or_else(|| {
        anyhow!("no bank found: give one with --bank FILE, or set NEURORACK_BANK (the factory bank is {FACTORY_BANK})")
    })
}

/// The current folder and those above it, then the program's folder and those above it.
pub(crate) fn folders() -> Vec<PathBuf> {
    let program = std::env::current_exe().ok().and_then(|path| path.parent().map(Path::to_path_buf));
    [std::env::current_dir().ok(), program]
        .into_iter()
        .flatten()
        .flat_map(|folder| folder.ancestors().map(Path::to_path_buf).collect::<Vec<_>>())
        .collect()
}
