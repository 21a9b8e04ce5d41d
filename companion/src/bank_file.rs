//! Finding and reading bank files.

use crate::files;
use anyhow::{Context, Result, anyhow};
use neurorack_engine::bank::{Bank, MAX_FILE_BYTES, ModelBank};
use std::path::{Path, PathBuf};

/// The factory bank's name.
const FACTORY_BANK: &str = "impacts.safetensors";

/// Where factory banks lie, seen from the folder of the repository.
const BANKS: &str = "static/banks";

/// Where they lie once installed, seen from the folder above the program's (`/usr`).
const INSTALLED_BANKS: &str = "share/neurorack/banks";

/// Which bank a command plays.
#[derive(Debug, clap::Args)]
pub(crate) struct BankArgument {
    /// Bank file. [default: NEURORACK_BANK, else `static/banks/impacts.safetensors` in the current folder, beside the
    /// program, or in a folder above them, else the one that was installed with the program]
    #[arg(long, value_name = "FILE")]
    bank: Option<PathBuf>,
}

impl BankArgument {
    /// The file that was named.
    pub(crate) fn named(&self) -> Option<&Path> {
        self.bank.as_deref()
    }

    /// Reads and checks the chosen bank, or the one meant without a choice, to be streamed.
    pub(crate) fn open(&self) -> Result<ModelBank> {
        read_verified(&self.path()?)
    }

    /// The same, of either kind.
    pub(crate) fn open_either(&self) -> Result<Bank> {
        let path = self.path()?;
        let bank = read(&path)?;
        bank.verify().with_context(|| path.display().to_string())?;
        Ok(bank)
    }

    /// The file as it is.
    ///
    /// # Errors
    /// When it cannot be read.
    #[cfg(feature = "wgpu")]
    pub(crate) fn bytes(&self) -> Result<Vec<u8>> {
        files::read(&self.path()?, MAX_FILE_BYTES)
    }

    fn path(&self) -> Result<PathBuf> {
        self.bank.clone().map_or_else(default_bank, Ok)
    }
}

/// Whether a file is called as banks are.
pub(crate) fn has_ending(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("safetensors"))
}

/// The bank files in a folder, in the order of their names.
pub(crate) fn in_folder(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| has_ending(path)).collect();
    files.sort();
    files
}

/// Reads one bank file that is to be streamed and checks that its test hit sounds as it was recorded.
pub(crate) fn read_verified(path: &Path) -> Result<ModelBank> {
    let bytes = files::read(path, MAX_FILE_BYTES)?;
    let bank = ModelBank::parse(&bytes).with_context(|| path.display().to_string())?;
    bank.verify().with_context(|| path.display().to_string())?;
    Ok(bank)
}

/// Reads one bank file of either kind.
pub(crate) fn read(path: &Path) -> Result<Bank> {
    let bytes = files::read(path, MAX_FILE_BYTES)?;
    Bank::parse(&bytes).with_context(|| path.display().to_string())
}

/// The bank that is meant when none is named: `NEURORACK_BANK`, else the factory bank.
pub(crate) fn default_bank() -> Result<PathBuf> {
    let named = std::env::var_os("NEURORACK_BANK").filter(|path| !path.is_empty());
    named.map_or_else(factory_bank, |path| Ok(path.into()))
}

/// The factory bank's path.
fn factory_bank() -> Result<PathBuf> {
    factory_file(FACTORY_BANK).ok_or_else(|| {
        anyhow!(
            "no bank found: give one with --bank FILE, or set NEURORACK_BANK (the factory bank is {BANKS}/{FACTORY_BANK} in the \
             repository, and {INSTALLED_BANKS}/{FACTORY_BANK} where a package was installed)"
        )
    })
}

/// A file that comes with the program: the repository's, else the installed one.
pub(crate) fn factory_file(name: &str) -> Option<PathBuf> {
    let program = std::env::current_exe().ok();
    let installed = program.as_deref().and_then(installed_banks);
    folders()
        .into_iter()
        .map(|folder| folder.join(BANKS))
        .chain(installed)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
}

/// The banks that were installed with a program.
fn installed_banks(program: &Path) -> Option<PathBuf> {
    Some(program.parent()?.parent()?.join(INSTALLED_BANKS))
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

#[cfg(test)]
mod tests {
    use super::installed_banks;
    use std::path::Path;

    #[test]
    fn an_installed_program_finds_the_banks_that_came_with_it() {
        for (program, banks) in [
            ("/usr/bin/neurorack", "/usr/share/neurorack/banks"),
            ("/opt/neurorack/bin/neurorack", "/opt/neurorack/share/neurorack/banks"),
        ] {
            assert_eq!(installed_banks(Path::new(program)).as_deref(), Some(Path::new(banks)), "{program}");
        }
        assert_eq!(installed_banks(Path::new("neurorack")), None);
    }
}
