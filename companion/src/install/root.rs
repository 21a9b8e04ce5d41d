//! The system that is written to: this one, or one whose files lie below a folder.

use anyhow::{Context, Result, ensure};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// No file of interest is larger.
const LARGEST_BYTES: u64 = 1 << 20;

/// The root of a system.
#[derive(Debug, Clone)]
pub(crate) struct Root(PathBuf);

impl Root {
    /// The system whose files lie below a folder; `/` is this one.
    pub(crate) fn new(folder: impl Into<PathBuf>) -> Self {
        Self(folder.into())
    }

    /// Whether it is the running system, whose programs can be called.
    pub(crate) fn is_running(&self) -> bool {
        self.0 == Path::new("/")
    }

    /// Where a path of that system is on this one.
    pub(crate) fn at(&self, path: impl AsRef<Path>) -> PathBuf {
        let path = path.as_ref();
        self.0.join(path.strip_prefix("/").unwrap_or(path))
    }

    /// A file's contents, where it is there and may be read: a folder that this user may not look into counts as empty.
    pub(super) fn read(&self, path: impl AsRef<Path>) -> Result<Option<String>> {
        let place = self.at(path);
        match std::fs::metadata(&place) {
            Ok(found) => ensure!(
                found.is_file() && found.len() <= LARGEST_BYTES,
                "{} is no file of settings: remove it and run this again",
                place.display()
            ),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::PermissionDenied) => return Ok(None),
            Err(error) => return Err(error).with_context(|| format!("cannot read {}", place.display())),
        }
        let bytes = std::fs::read(&place).with_context(|| format!("cannot read {}", place.display()))?;
        Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// Whether something is there, a link that leads nowhere too.
    pub(super) fn exists(&self, path: impl AsRef<Path>) -> bool {
        self.at(path).symlink_metadata().is_ok()
    }

    /// Where a link leads.
    pub(super) fn link(&self, path: impl AsRef<Path>) -> Option<PathBuf> {
        std::fs::read_link(self.at(path)).ok()
    }
}
