//! ZIP archives without times: the same files in the same order give the same bytes.

use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// Writes files into an archive, each under the name before it.
pub(crate) fn pack(path: &Path, files: impl IntoIterator<Item = (String, PathBuf)>) -> Result<()> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().unix_permissions(0o644);
    for (name, file) in files {
        zip.start_file(name, options)?;
        zip.write_all(&fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?)?;
    }
    fs::write(path, zip.finish()?.into_inner()).with_context(|| format!("cannot write {}", path.display()))
}

/// Writes the files of an archive into a folder.
pub(crate) fn unpack(path: &Path, folder: &Path) -> Result<()> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    ZipArchive::new(Cursor::new(bytes))?.extract(folder).with_context(|| format!("{} is damaged", path.display()))
}
