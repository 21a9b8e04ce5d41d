//! Reading banks, the factory bank among them, and writing them.

use std::path::{Path, PathBuf};

use neurorack_engine::bank::{Bank, MAX_FILE_BYTES, ModelBank};

/// Where the factory bank lies, seen from the folder of the repository or of an installation.
const FACTORY_BANK: &str = "static/banks/impacts.safetensors";

/// Reads one bank and checks that its test hit sounds as it was recorded.
pub(crate) fn read(path: &Path) -> Result<ModelBank, Box<dyn std::error::Error>> {
    let name = path.display();
    let bytes = std::fs::metadata(path).map_err(|why| format!("{name}: {why}"))?.len();
    if bytes > MAX_FILE_BYTES as u64 {
        return Err(format!("{name} is no bank: it has {} MiB", bytes >> 20).into());
    }
    let bytes = std::fs::read(path).map_err(|why| format!("{name}: {why}"))?;
    let bank = ModelBank::parse(&bytes).map_err(|why| format!("{name}: {why}"))?;
    bank.verify().map_err(|why| format!("{name}: {why}"))?;
    Ok(bank)
}

/// The bank named, else the factory bank: in the current folder, beside the program, or in a folder above them.
pub(crate) fn or_factory(named: Option<&Path>) -> Result<PathBuf, Box<dyn std::error::Error>> {
    if let Some(path) = named {
        return Ok(path.to_path_buf());
    }
    let program = std::env::current_exe().ok().and_then(|path| path.parent().map(Path::to_path_buf));
    let starts: Vec<PathBuf> = [std::env::current_dir().ok(), program].into_iter().flatten().collect();
    let folders = starts.iter().flat_map(|folder| folder.ancestors());
    folders.map(|folder| folder.join(FACTORY_BANK)).find(|path| path.is_file()).ok_or_else(|| {
        format!(
            "the factory bank {FACTORY_BANK} is not here: run this in the project's folder, or name a bank with --bank"
        )
        .into()
    })
}

/// Checks a new bank as a host would and writes it, all at once; returns how far the engine is from its test hit.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<f32, Box<dyn std::error::Error>> {
    let error = Bank::parse(bytes)?.verify()?;
    let mut fresh = path.as_os_str().to_owned();
    fresh.push(".new");
    let written = std::fs::write(&fresh, bytes).and_then(|()| std::fs::rename(&fresh, path));
    written.map_err(|why| format!("{}: {why}", path.display()))?;
    Ok(error)
}
