//! What an installation did, kept on the system for its removal.

use super::parts::Part;
use super::{Root, Step};
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Where it is kept.
pub(super) const PLACE: &str = "/etc/neurorack/installed.json";

/// What was done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Record {
    pub(super) files: Vec<WrittenFile>,
    pub(super) links: Vec<PathBuf>,
    /// Folders that were not there before, the inner ones last.
    pub(super) folders: Vec<PathBuf>,
    pub(super) user_created: bool,
    pub(super) groups_joined: Vec<String>,
}

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenFile {
    pub(super) path: PathBuf,
    /// Of its contents, in hexadecimal: what was changed since is its user's.
    sha256: String,
    /// Where the file went that was there before.
    pub(super) backup: Option<PathBuf>,
}

impl WrittenFile {
    /// The record of a file as it is written.
    pub(super) fn of(part: &Part) -> Self {
        Self { path: part.path.clone(), sha256: hash(&part.contents), backup: None }
    }

    /// Whether these contents are what was written.
    pub(super) fn holds(&self, contents: &str) -> bool {
        self.sha256 == hash(contents)
    }
}

impl Record {
    /// The record of a system, where something was installed on it.
    pub(super) fn read(root: &Root) -> Result<Option<Self>> {
        let Some(text) = root.read(PLACE)? else { return Ok(None) };
        let record = serde_json::from_str(&text).with_context(|| {
            let place = root.at(PLACE);
            format!("{} is damaged: remove it and run this again, which installs everything anew", place.display())
        })?;
        Ok(Some(record))
    }

    /// The file that was written there.
    pub(super) fn file(&self, path: &Path) -> Option<&WrittenFile> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Notes the folders that the files and links need and that are not there, beside those noted before.
    pub(super) fn note_folders(&mut self, root: &Root, before: &Self) {
        let mut folders: BTreeSet<PathBuf> = before.folders.iter().cloned().collect();
        let record = PathBuf::from(PLACE);
        for path in self.files.iter().map(|file| &file.path).chain(&self.links).chain([&record]) {
            folders.extend(path.ancestors().skip(1).filter(|folder| !root.exists(folder)).map(Path::to_path_buf));
        }
        self.folders = folders.into_iter().collect();
    }

    /// The step that keeps it.
    pub(super) fn step(&self) -> Result<Step> {
        let contents = serde_json::to_string_pretty(self).context("the record cannot be written as JSON")? + "\n";
        Ok(Step::Record { path: PLACE.into(), contents })
    }
}

fn hash(contents: &str) -> String {
    Sha256::digest(contents.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
