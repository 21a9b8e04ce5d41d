//! From a folder of recordings to a store that training reads from.

use std::collections::HashMap;
use std::path::Path;

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::data::{self, DataError, Entry, Hit, MANIFEST, Refusal, Split, Store, StoreError, StoreWriter, Trim};
use crate::progress::Progress;

/// Bump it when a store is made differently from the same files.
const VERSION: u32 = 2;
/// Files that are read at a time, for each core: as many decoded recordings are in memory.
const FILES_A_CORE: usize = 4;

/// What preparing is told.
#[derive(Debug, Clone)]
pub struct Options {
    /// Licence tiers (first folders of the manifest's paths) to keep; all when empty.
    pub tiers: Vec<String>,
    /// What is cut off.
    pub trim: Trim,
}

/// Why a folder cannot be prepared.
#[derive(Debug, thiserror::Error)]
pub enum PrepareError {
    /// The folder offers nothing usable.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The store cannot be written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Everything that could be used is held out.
    #[error(
        "{path}: none of the {usable} usable recordings is in the split train: say so in the manifest's column split"
    )]
    NoTraining {
        /// The folder.
        path: std::path::PathBuf,
        /// Recordings in the other splits.
        usable: usize,
    },
}

/// Prepares the recordings of `folder` as a store in `out`, or opens the one that is there if nothing has changed.
///
/// A file that cannot be used (broken, silent, too short, a copy of another) is named through `progress` with its reason
/// and left out. Only a few recordings are in memory at a time.
///
/// # Errors
/// When the folder has no usable recording, or `out` cannot be written.
pub fn prepare(folder: &Path, out: &Path, options: &Options, progress: &mut Progress) -> Result<Store, PrepareError> {
    let entries = data::list(folder, &options.tiers)?;
    let trim = options.trim.applies_to(folder);
    let made_from = key(folder, &entries, trim);
    if let Ok(store) = Store::open(out)
        && store.made_from() == made_from
    {
        progress.line(&format!("{}: {} recordings, ready since before", out.display(), store.len()));
        return Ok(store);
    }

    let mut writer = StoreWriter::create(out)?;
    let mut skipped = Vec::new();
    let mut seen: HashMap<String, String> = HashMap::new();
    let mut used = [0usize; 3];
    progress.begin("reading", entries.len());
    let at_a_time = FILES_A_CORE * rayon::current_num_threads();
    for (part, group) in entries.chunks(at_a_time).enumerate() {
        let hits: Vec<Result<Hit, Refusal>> = group.par_iter().map(|entry| data::read(folder, entry, trim)).collect();
        for (entry, hit) in group.iter().zip(hits) {
            let hit = hit.and_then(|hit| match seen.get(&hit.entry.sha256) {
                Some(first) => Err(Refusal::Twin(first.clone())),
                None => Ok(hit),
            });
            match hit {
                Ok(hit) => {
                    used[hit.entry.split as usize] += 1;
                    writer.add(&hit)?;
                    seen.insert(hit.entry.sha256, hit.entry.file);
                }
                Err(why) => {
                    let why = format!("{}: {why}", entry.file);
                    progress.line(&format!("skipped {why}"));
                    skipped.push(why);
                }
            }
        }
        progress.at((part * at_a_time + group.len()).min(entries.len()), "files");
    }
    progress.end();
    let usable: usize = used.iter().sum();
    let unusable = match (usable, used[Split::Train as usize]) {
        (0, _) => Some(DataError::Nothing { path: folder.to_path_buf(), refused: refused(&skipped) }.into()),
        (_, 0) => Some(PrepareError::NoTraining { path: folder.to_path_buf(), usable }),
        _ => None,
    };
    if let Some(why) = unusable {
        writer.abandon()?;
        return Err(why);
    }
    let store = writer.finish(made_from, skipped)?;
    let [train, valid, test] = used;
    let left_out = store.skipped().len();
    progress.line(&format!(
        "{}: {train} recordings to train on, {valid} to watch, {test} held out for the test, {left_out} files skipped",
        out.display()
    ));
    Ok(store)
}

/// The first refusals with their reasons, and how many there were.
fn refused(skipped: &[String]) -> String {
    let shown = skipped.iter().take(3).map(String::as_str).collect::<Vec<_>>().join("; ");
    match skipped.len() {
        0..=3 => shown,
        more => format!("{shown}; and {} more files", more - 3),
    }
}

/// One hash over what the store depends on: names, sizes and times of the files, the manifest, the options.
fn key(folder: &Path, entries: &[Entry], trim: bool) -> String {
    let mut hash = Sha256::new();
    hash.update(format!("neurorack store {VERSION}, trim {trim}\n"));
    hash.update(std::fs::read(folder.join(MANIFEST)).unwrap_or_default());
    for entry in entries {
        let about = std::fs::metadata(folder.join(&entry.file));
        let changed = about.as_ref().ok().and_then(|about| about.modified().ok());
        let size = about.map_or(0, |about| about.len());
        hash.update(format!("{} {size} {changed:?}\n", entry.file));
    }
    data::hexadecimal(&hash.finalize())
}
