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
    /// Bank file; without it the factory bank, `static/banks/impacts.safetensors`, is looked for in the current folder,
    /// beside the program, and in the folders above both.
    #[arg(long, value_name = "FILE", env = "NEURORACK_BANK")]
    bank: Option<PathBuf>,
}

impl BankArgument {
    /// Reads the chosen bank, or the factory bank.
    pub(crate) fn open(&self) -> Result<ModelBank> {
        read(&self.path()?)
    }

    fn path(&self) -> Result<PathBuf> {
        match &self.bank {
            Some(path) => Ok(path.clone()),
            None => factory_bank(),
        }
    }
}

/// Reads one bank file.
pub(crate) fn read(path: &Path) -> Result<ModelBank> {
    let bytes = files::read(path, MAX_FILE_BYTES)?;
    ModelBank::parse(&bytes).with_context(|| path.display().to_string())
}

/// The factory bank's path.
pub(crate) fn factory_bank() -> Result<PathBuf> {
    folders().into_iter().map(|folder| folder.join(FACTORY_BANK)).find(|path| path.is_file()).ok_or_else(|| {
        anyhow!("no bank found: give one with --bank FILE, or set NEURORACK_BANK (the factory bank is {FACTORY_BANK})")
    })
}

/// The current folder and those above it, then the program's folder and those above it.
fn folders() -> Vec<PathBuf> {
    let program = std::env::current_exe().ok().and_then(|path| path.parent().map(Path::to_path_buf));
    [std::env::current_dir().ok(), program]
        .into_iter()
        .flatten()
        .flat_map(|folder| folder.ancestors().map(Path::to_path_buf).collect::<Vec<_>>())
        .collect()
}
