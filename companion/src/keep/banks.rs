//! Banks in folders and on sticks: found again and again, each verified before it is offered.

use super::places;
use crate::bank_file;
use neurorack_engine::{ModelBank, PreparedBank};
use neurorack_host::facts;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, SystemTime};

/// Time between two looks for banks.
const LOOK: Duration = Duration::from_secs(3);

/// Most banks that are offered: each is held in memory.
const MOST: usize = 64;

/// Most files and folders that are looked at in one place, and how deep below a stick.
const MOST_ENTRIES: usize = 2_000;
const DEPTH: usize = 3;

/// A bank to choose.
#[derive(Debug, Clone)]
pub(crate) struct BankEntry {
    pub(crate) path: PathBuf,
    pub(crate) bank: Arc<ModelBank>,
    /// Its model card, line by line: a term and what it says.
    pub(crate) facts: Vec<(String, String)>,
}

impl BankEntry {
    /// A bank that was read from this file.
    pub(crate) fn new(path: &Path, bank: ModelBank) -> Self {
        let facts = facts(bank.card());
        Self { path: path.to_path_buf(), bank: Arc::new(bank), facts }
    }
}

/// What the search found.
pub(crate) enum Found {
    /// A bank that is good.
    Bank(BankEntry),
    /// A file that is no good bank, in a sentence.
    Bad(String),
    /// This file is there no more.
    Gone(PathBuf),
    /// A bank is ready for this rate.
    Prepared { bank: Arc<ModelBank>, prepared: Arc<PreparedBank>, rate_hz: u32 },
}

/// A bank to prepare, and for which rate.
type Job = (Arc<ModelBank>, u32);

/// Looks for banks on a thread of its own, and prepares them on another.
pub(crate) struct Banks {
    jobs: Sender<Job>,
    found: Receiver<Found>,
    /// The search ends when this is gone.
    _searches: Sender<()>,
}

impl Banks {
    /// Begins to look in these folders, and on sticks where `sticks`. What `known` holds is not looked at again.
    pub(crate) fn look(folders: Vec<PathBuf>, sticks: bool, known: &Path) -> Self {
        let (finder, found) = mpsc::channel();
        let (searches, is_over) = mpsc::channel();
        let mut search = Search { folders, sticks, seen: BTreeMap::new(), found: finder.clone() };
        if let Some(stamp) = stamp(known) {
            search.seen.insert(known.to_path_buf(), (stamp, true));
        }
        std::thread::spawn(move || search.run(&is_over));
        let (jobs, waiting) = mpsc::channel::<Job>();
        std::thread::spawn(move || {
            while let Ok((bank, rate_hz)) = waiting.recv() {
                let prepared = Arc::new(bank.prepare(rate_hz));
                // Who no longer listens sends no more jobs either.
                let _ = finder.send(Found::Prepared { bank, prepared, rate_hz });
            }
        });
        Self { jobs, found, _searches: searches }
    }

    /// Prepares a bank for a rate; it is told when it is ready.
    pub(crate) fn prepare(&self, bank: Arc<ModelBank>, rate_hz: u32) {
        // The thread ends only with this.
        let _ = self.jobs.send((bank, rate_hz));
    }

    /// What was found since the last call, one by one.
    pub(crate) fn next(&self) -> Option<Found> {
        self.found.try_recv().ok()
    }
}

/// Tells a file from a later one of its name: its length and when it was written.
type Stamp = (u64, Option<SystemTime>);

fn stamp(path: &Path) -> Option<Stamp> {
    let metadata = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    Some((metadata.len(), metadata.modified().ok()))
}

struct Search {
    folders: Vec<PathBuf>,
    sticks: bool,
    /// Every file that was looked at, and whether it is a bank.
    seen: BTreeMap<PathBuf, (Stamp, bool)>,
    found: Sender<Found>,
}

impl Search {
    fn run(mut self, is_over: &Receiver<()>) {
        while self.once() && is_over.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {}
    }

    /// Looks once. Says whether anybody still listens.
    fn once(&mut self) -> bool {
        let mut there = Vec::new();
        for folder in &self.folders {
            collect(folder, 1, &mut there);
        }
        if self.sticks {
            for place in places::removable() {
                collect(&place, DEPTH, &mut there);
            }
        }
        there.sort();
        there.dedup();
        let gone: Vec<PathBuf> = self.seen.keys().filter(|path| stamp(path).is_none()).cloned().collect();
        for path in gone {
            if let Some((_, true)) = self.seen.remove(&path)
                && !self.tell(Found::Gone(path))
            {
                return false;
            }
        }
        for path in there {
            let Some(stamp) = stamp(&path) else { continue };
            if self.seen.get(&path).is_some_and(|(seen, _)| *seen == stamp) {
                continue;
            }
            let banks = self.seen.values().filter(|(_, good)| *good).count();
            let read = bank_file::read_verified(&path);
            self.seen.insert(path.clone(), (stamp, read.is_ok()));
            let found = match read {
                Ok(_) if banks >= MOST => Found::Bad(format!("{} is left out: there are {MOST} banks", path.display())),
                Ok(bank) => Found::Bank(BankEntry::new(&path, bank)),
                Err(error) => Found::Bad(format!("{error:#}: this bank is left out")),
            };
            if !self.tell(found) {
                return false;
            }
        }
        true
    }

    fn tell(&self, found: Found) -> bool {
        self.found.send(found).is_ok()
    }
}

/// Adds all bank files in a folder and so many levels of folders below it.
fn collect(folder: &Path, depth: usize, there: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok).take(MOST_ENTRIES);
    for entry in entries {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().to_lowercase();
        // A map of sounds lies beside its bank.
        if name.starts_with('.') || name.ends_with("-map.safetensors") || there.len() >= MOST_ENTRIES {
            continue;
        }
        // Folders that lead elsewhere are not followed: they may lead round and round.
        if depth > 1 && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            collect(&path, depth - 1, there);
        } else if bank_file::has_ending(&path) {
            there.push(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use neurorack_engine::bank::test_bank;
    use std::time::Instant;

    fn wait(banks: &Banks) -> Found {
        let latest = Instant::now() + Duration::from_secs(60);
        loop {
            if let Some(found) = banks.next() {
                return found;
            }
            assert!(Instant::now() < latest, "nothing is found");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    #[test]
    fn good_banks_are_offered_bad_ones_named_and_those_that_go_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("a-good.safetensors"), test_bank::bytes(test_bank::SMALL, 1)).unwrap();
        fs::write(path("b-bad.safetensors"), b"rubbish").unwrap();
        fs::write(path("notes.txt"), b"no bank at all").unwrap();
        fs::create_dir(path("c-folder.safetensors")).unwrap();
        let banks = Banks::look(vec![folder.path().to_path_buf()], false, Path::new("none"));
        assert!(matches!(wait(&banks), Found::Bank(entry) if entry.path == path("a-good.safetensors")));
        assert!(
            matches!(wait(&banks), Found::Bad(why) if why.contains("b-bad.safetensors") && why.contains("left out"))
        );
        fs::remove_file(path("a-good.safetensors")).unwrap();
        assert!(matches!(wait(&banks), Found::Gone(gone) if gone == path("a-good.safetensors")));
    }

    #[test]
    fn a_bank_is_prepared_for_the_rate_that_is_asked_for() {
        let banks = Banks::look(Vec::new(), false, Path::new("none"));
        banks.prepare(Arc::new(test_bank::small(1)), 96_000);
        assert!(matches!(wait(&banks), Found::Prepared { prepared, .. } if prepared.sample_rate_hz() == 96_000));
    }
}
