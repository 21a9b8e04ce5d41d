//! Reading and writing files with errors that say what to do.

use anyhow::{Context, Result, bail};
use neurorack_recording::{LARGEST_FILE_BYTES, Recording};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

/// Reads a whole file, refusing one that is larger than `limit` bytes before it fills the memory.
pub(crate) fn read(path: &Path, limit: usize) -> Result<Vec<u8>> {
    let place = || format!("cannot read {}", path.display());
    let file = File::open(path).with_context(place)?;
    let mut bytes = Vec::new();
    file.take(limit as u64 + 1).read_to_end(&mut bytes).with_context(place)?;
    if bytes.len() > limit {
        bail!("{} is larger than {} MiB: choose a shorter file", path.display(), limit >> 20);
    }
    Ok(bytes)
}

/// Decodes a sound file.
pub(crate) fn recording(path: &Path) -> Result<Recording> {
    let bytes = read(path, LARGEST_FILE_BYTES)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Recording::decode(&bytes, &name).with_context(|| path.display().to_string())
}

/// Writes a whole file.
pub(crate) fn write(path: &Path, contents: &str) -> Result<()> {
    std::fs::write(path, contents)
        .with_context(|| format!("cannot write {}: does its folder exist, and may you write there?", path.display()))
}

/// Writes to standard output.
pub(crate) fn print(text: &str) -> Result<()> {
    let mut output = io::stdout().lock();
    output.write_all(text.as_bytes())?;
    output.flush()?;
    Ok(())
}

/// Whether the reader of standard output left early, as `head` does: no error.
pub(crate) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
