//! What a folder offers: the entries of its manifest, or every sound file in it and below it.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{DataError, Entry, Split};

/// Name of the list of recordings that a folder may hold.
pub const MANIFEST: &str = "manifest.csv";
/// File name extensions of what can be read, in lower case.
pub const EXTENSIONS: [&str; 4] = ["wav", "flac", "ogg", "mp3"];
/// Most sound files of one folder.
pub const MOST_FILES: usize = 200_000;
/// Folders inside folders that are looked into.
const DEEPEST: usize = 16;

/// A line of the manifest; only `file` must be there.
#[derive(Deserialize)]
struct Line {
    file: String,
    #[serde(default)]
    source: String,
    #[serde(default)]
    licence: String,
    #[serde(default)]
    author: String,
    #[serde(default)]
    category: String,
    #[serde(default)]
    sha256: String,
    #[serde(default)]
    split: Option<Split>,
}

/// What a folder offers, sorted by name: the manifest's entries in `tiers` (all when empty), or every sound file in the
/// folder and the folders below it where there is no manifest.
///
/// Recordings that the manifest puts in no split, and all recordings of a folder without one, are divided by the hash of
/// their names: a twentieth each for validation and for the test, and at least three each (a sixth of very small sets).
///
/// # Errors
/// When the manifest or the folder cannot be read, or offers nothing.
pub fn list(folder: &Path, tiers: &[String]) -> Result<Vec<Entry>, DataError> {
    let manifest = folder.join(MANIFEST);
    let mut lines = if manifest.exists() { manifest_lines(&manifest)? } else { file_lines(folder)? };
    if !tiers.is_empty() {
        lines.retain(|line| tiers.iter().any(|tier| line.file.split('/').next() == Some(tier)));
        if lines.is_empty() {
            return Err(DataError::NoTier { path: manifest, tiers: tiers.join(", ") });
        }
    }
    let undecided: Vec<&str> = lines.iter().filter(|line| line.split.is_none()).map(|line| &*line.file).collect();
    let held_out = hold_out(&undecided);
    Ok(lines
        .into_iter()
        .map(|line| {
            let split = line.split.unwrap_or_else(|| held_out.get(&line.file).copied().unwrap_or(Split::Train));
            let category = if line.category.is_empty() { first_folder(&line.file) } else { line.category };
            Entry {
                split,
                category,
                source: line.source,
                licence: line.licence,
                author: line.author,
                sha256: line.sha256,
                file: line.file,
            }
        })
        .collect())
}

fn manifest_lines(manifest: &Path) -> Result<Vec<Line>, DataError> {
    let broken = |cause| DataError::Manifest { path: manifest.to_path_buf(), cause };
    let mut reader = csv::Reader::from_path(manifest).map_err(broken)?;
    let lines: Result<Vec<Line>, _> = reader.deserialize().take(MOST_FILES + 1).collect();
    let lines = lines.map_err(broken)?;
    match lines.len() {
        0 => Err(DataError::NoFiles { path: manifest.to_path_buf() }),
        count if count > MOST_FILES => Err(DataError::TooMany { path: manifest.to_path_buf() }),
        _ => Ok(lines),
    }
}

fn file_lines(folder: &Path) -> Result<Vec<Line>, DataError> {
    let mut files = BTreeSet::new();
    walk(folder, "", DEEPEST, &mut files)?;
    if files.is_empty() {
        return Err(DataError::NoFiles { path: folder.to_path_buf() });
    }
    let line = |file| Line {
        file,
        source: String::new(),
        licence: String::new(),
        author: String::new(),
        category: String::new(),
        sha256: String::new(),
        split: None,
    };
    Ok(files.into_iter().map(line).collect())
}

/// Collects the sound files below `folder`; hidden files and links to folders are left out.
fn walk(folder: &Path, prefix: &str, depth: usize, files: &mut BTreeSet<String>) -> Result<(), DataError> {
    let failed = |cause| DataError::Folder { path: folder.to_path_buf(), cause };
    for item in std::fs::read_dir(folder).map_err(failed)? {
        let item = item.map_err(failed)?;
        let name = item.file_name();
        let Some(name) = name.to_str().filter(|name| !name.starts_with('.') && *name != "__MACOSX") else { continue };
        let below = format!("{prefix}{name}");
        if item.file_type().map_err(failed)?.is_dir() {
            if depth > 0 {
                walk(&item.path(), &format!("{below}/"), depth - 1, files)?;
            }
        } else if is_sound(name) {
            files.insert(below);
            if files.len() > MOST_FILES {
                return Err(DataError::TooMany { path: folder.to_path_buf() });
            }
        }
    }
    Ok(())
}

fn is_sound(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, extension)| EXTENSIONS.contains(&&*extension.to_ascii_lowercase()))
}

fn first_folder(file: &str) -> String {
    file.split_once('/').map(|(folder, _)| folder.to_owned()).unwrap_or_default()
}

/// The files to hold out, chosen by the hash of their names so that no order or theme of the names matters.
fn hold_out(files: &[&str]) -> HashMap<String, Split> {
    let each = (files.len() / 20).max((files.len() / 6).min(3));
    let mut hashed: Vec<_> = files.iter().map(|file| (Sha256::digest(file), *file)).collect();
    hashed.sort();
    let parts = std::iter::repeat_n(Split::Test, each).chain(std::iter::repeat_n(Split::Valid, each));
    hashed.into_iter().zip(parts).map(|((_, file), part)| (file.to_owned(), part)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held_out(count: usize) -> usize {
        let names: Vec<String> = (0..count).map(|index| format!("kick {index}.wav")).collect();
        hold_out(&names.iter().map(String::as_str).collect::<Vec<_>>()).len()
    }

    #[test]
    fn small_sets_hold_out_a_sixth_and_large_ones_a_twentieth_twice() {
        assert_eq!([1, 5, 6, 12, 20, 100, 2_000].map(held_out), [0, 0, 2, 4, 6, 10, 200]);
    }

    #[test]
    fn only_what_can_be_read_counts_as_sound() {
        assert_eq!(["a.WAV", "b.ogg", "c.txt", "wav", "d.aiff"].map(is_sound), [true, true, false, false, false]);
    }

    #[test]
    fn the_first_folder_is_the_category() {
        assert_eq!(["kicks/loud/a.wav", "a.wav"].map(first_folder), ["kicks".to_owned(), String::new()]);
    }
}
