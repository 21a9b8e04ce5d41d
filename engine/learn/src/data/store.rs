//! Prepared recordings on disk: sounds and curves in one file, what they are in another, read one by one.
//!
//! A store is a folder of two files. `sounds.bin` holds for each recording its samples as little-endian `i16`, as shares
//! of its peak, and then its curve as little-endian `f32`, `[frames][7]`, and the numbers of its timbre. `index.json` says where each lies. Sixteen bits
//! of the peak keep an error of -98 dB; curves and timbres were measured before that rounding.

use std::fs::File;
use std::io::{BufReader, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use neurorack_engine::descriptors::{DescriptorCurve, Descriptors, HOP_SAMPLES, MAX_FRAMES, Timbre};
use neurorack_engine::models::conditioning;
use serde::{Deserialize, Serialize};

use super::{DataSet, Entry, Hit, LONGEST_SAMPLES, Split};

/// Raised with every change of the layout.
const FORMAT: u32 = 2;
const INDEX: &str = "index.json";
const SOUNDS: &str = "sounds.bin";
/// Bytes of one descriptor frame.
const FRAME_BYTES: usize = 4 * Descriptors::COUNT;
/// Bytes of a timbre.
const TIMBRE_BYTES: usize = 4 * Timbre::COUNT;
const REMEDY: &str = "remove it and prepare it again";

/// Where one recording lies in `sounds.bin`.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Item {
    entry: Entry,
    /// Largest magnitude of a sample: what 32,767 stands for.
    peak: f32,
    /// First byte.
    offset: u64,
    samples: usize,
    frames: usize,
}

impl Item {
    fn bytes(&self) -> usize {
        2 * self.samples + FRAME_BYTES * self.frames + TIMBRE_BYTES
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct Index {
    format: u32,
    /// Which files, options and versions made the store; see [`Store::made_from`].
    made_from: String,
    items: Vec<Item>,
    /// Files that were left out, each with its reason.
    skipped: Vec<String>,
}

/// Why a store cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A file of it.
    #[error("{path}: {cause}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// Something else is in its place.
    #[error("{path} holds other files: give the store a folder of its own")]
    Occupied {
        /// The folder.
        path: PathBuf,
    },
    /// It is not a store of this version, or it is damaged.
    #[error("{path} is no usable store of recordings ({cause}): {REMEDY}")]
    Broken {
        /// The store.
        path: PathBuf,
        /// What is wrong.
        cause: String,
    },
}

/// Prepared recordings on disk; only the index is in memory.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    // Invariant: every item lies within the file and has 1 to LONGEST_SAMPLES samples and 1 to MAX_FRAMES frames.
    index: Index,
    // One reader at a time: a read takes microseconds, training reads some ten a step.
    sounds: Mutex<File>,
}

impl Store {
    /// Whether `folder` looks like a store, usable or not.
    pub fn is_at(folder: &Path) -> bool {
        folder.join(INDEX).is_file()
    }

    /// Opens the store in `folder`.
    ///
    /// # Errors
    /// When there is none, it is of another version, or its index does not fit its sounds.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(INDEX);
        let file = File::open(&path).map_err(|cause| StoreError::File { path, cause })?;
        let broken = |cause: String| StoreError::Broken { path: folder.to_path_buf(), cause };
        let index: Index = serde_json::from_reader(BufReader::new(file)).map_err(|why| broken(why.to_string()))?;
        if index.format != FORMAT {
            return Err(broken(format!("its format is {}, this version reads {FORMAT}", index.format)));
        }
        let path = folder.join(SOUNDS);
        let failed = |cause| StoreError::File { path: path.clone(), cause };
        let sounds = File::open(&path).map_err(failed)?;
        let length = sounds.metadata().map_err(failed)?.len();
        for item in &index.items {
            let fits = (1..=LONGEST_SAMPLES).contains(&item.samples)
                && (1..=MAX_FRAMES).contains(&item.frames)
                && item.frames == 1 + item.samples / HOP_SAMPLES
                && item.peak.is_finite()
                && item.offset.checked_add(item.bytes() as u64).is_some_and(|end| end <= length);
            if !fits {
                return Err(broken(format!("the entry of {} does not fit", item.entry.file)));
            }
        }
        Ok(Self { folder: folder.to_path_buf(), index, sounds: Mutex::new(sounds) })
    }

    /// Which files (by name, size and time of change), options and versions made the store: equal when nothing changed.
    pub fn made_from(&self) -> &str {
        &self.index.made_from
    }

    /// The files that were left out, each with its reason.
    pub fn skipped(&self) -> &[String] {
        &self.index.skipped
    }

    /// How many recordings there are.
    pub fn len(&self) -> usize {
        self.index.items.len()
    }

    /// Whether there is no recording.
    pub fn is_empty(&self) -> bool {
        self.index.items.is_empty()
    }

    /// What recording `index` is.
    pub fn entry(&self, index: usize) -> &Entry {
        &self.index.items[index].entry
    }

    /// Length of recording `index`, in samples at 44.1 kHz.
    pub fn samples(&self, index: usize) -> usize {
        self.index.items[index].samples
    }

    /// The recordings of one split, to draw from.
    pub fn part(self: &Arc<Self>, split: Split) -> DataSet {
        let items = (0..self.len()).filter(|&index| self.entry(index).split == split).collect();
        DataSet::stored(Arc::clone(self), items)
    }

    /// Reads recording `index`, its samples and its curve.
    ///
    /// # Errors
    /// When the file cannot be read or holds a curve that is none.
    pub fn hit(&self, index: usize) -> Result<Hit, StoreError> {
        let item = &self.index.items[index];
        let mut bytes = vec![0; item.bytes()];
        self.read(item.offset, &mut bytes)?;
        let (sound, curve) = bytes.split_at(2 * item.samples);
        let scale = item.peak / f32::from(i16::MAX);
        let (words, _) = sound.as_chunks::<2>();
        let samples = words.iter().map(|&word| f32::from(i16::from_le_bytes(word)) * scale).collect();
        let curve = self.parse_curve(item, curve)?;
        Ok(Hit { entry: item.entry.clone(), samples, scaled: conditioning::scale(&curve), curve })
    }

    /// Reads the curve of recording `index` alone.
    ///
    /// # Errors
    /// As [`hit`](Self::hit).
    pub fn curve(&self, index: usize) -> Result<DescriptorCurve, StoreError> {
        let item = &self.index.items[index];
        let mut bytes = vec![0; FRAME_BYTES * item.frames + TIMBRE_BYTES];
        self.read(item.offset + 2 * item.samples as u64, &mut bytes)?;
        self.parse_curve(item, &bytes)
    }

    fn read(&self, offset: u64, bytes: &mut [u8]) -> Result<(), StoreError> {
        use std::io::Read;
        let mut file = self.sounds.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let result = file.seek(SeekFrom::Start(offset)).and_then(|_| file.read_exact(bytes));
        result.map_err(|cause| StoreError::File { path: self.folder.join(SOUNDS), cause })
    }

    fn parse_curve(&self, item: &Item, bytes: &[u8]) -> Result<DescriptorCurve, StoreError> {
        let (words, _) = bytes.as_chunks::<4>();
        let values: Vec<f32> = words.iter().map(|&word| f32::from_le_bytes(word)).collect();
        let (frames, timbre) = values.split_at(Descriptors::COUNT * item.frames);
        let (rows, _) = frames.as_chunks::<{ Descriptors::COUNT }>();
        let broken = |why: String| StoreError::Broken {
            path: self.folder.clone(),
            cause: format!("{}: {why}", item.entry.file),
        };
        let curve = DescriptorCurve::new(rows.iter().map(|&row| Descriptors::from_array(row)).collect());
        let curve = curve.map_err(|why| broken(why.to_string()))?;
        let timbre = timbre.try_into().ok().and_then(Timbre::new);
        let timbre = timbre.ok_or_else(|| broken("its timbre is none".to_owned()))?;
        Ok(curve.with_timbre(Some(timbre)))
    }
}

/// Writes a store beside its place and moves it there at the end, so that an interruption leaves the old one.
#[derive(Debug)]
pub struct StoreWriter {
    folder: PathBuf,
    fresh: PathBuf,
    sounds: BufWriter<File>,
    offset: u64,
    items: Vec<Item>,
}

impl StoreWriter {
    /// Begins a store that is to lie in `folder`.
    ///
    /// # Errors
    /// When the folder holds something else, or the one beside it cannot be written.
    pub fn create(folder: &Path) -> Result<Self, StoreError> {
        let fresh = beside(folder, "new");
        let occupied = std::fs::read_dir(folder).is_ok_and(|mut items| items.next().is_some());
        if occupied && !Store::is_at(folder) {
            return Err(StoreError::Occupied { path: folder.to_path_buf() });
        }
        let at = |path: &Path| {
            let path = path.to_path_buf();
            move |cause| StoreError::File { path, cause }
        };
        if fresh.exists() {
            std::fs::remove_dir_all(&fresh).map_err(at(&fresh))?;
        }
        std::fs::create_dir_all(&fresh).map_err(at(&fresh))?;
        let path = fresh.join(SOUNDS);
        let sounds = BufWriter::new(File::create(&path).map_err(at(&path))?);
        Ok(Self { folder: folder.to_path_buf(), fresh, sounds, offset: 0, items: Vec::new() })
    }

    /// Appends a recording of at most [`LONGEST_SAMPLES`] samples.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn add(&mut self, hit: &Hit) -> Result<(), StoreError> {
        let peak = hit.samples.iter().fold(0.0f32, |peak, sample| peak.max(sample.abs()));
        let scale = if peak > 0.0 { f32::from(i16::MAX) / peak } else { 0.0 };
        let curve_bytes = FRAME_BYTES * hit.curve.frames().len() + TIMBRE_BYTES;
        let mut bytes = Vec::with_capacity(2 * hit.samples.len() + curve_bytes);
        bytes.extend(hit.samples.iter().flat_map(|sample| ((sample * scale).round() as i16).to_le_bytes()));
        bytes.extend(hit.curve.frames().iter().flat_map(|frame| frame.to_array()).flat_map(f32::to_le_bytes));
        let timbre = hit.curve.timbre().copied().unwrap_or_else(|| Timbre::measure(&hit.samples, hit.curve.frames()));
        bytes.extend(timbre.values().iter().copied().flat_map(f32::to_le_bytes));
        self.sounds.write_all(&bytes).map_err(|cause| self.failed(cause))?;
        self.items.push(Item {
            entry: hit.entry.clone(),
            peak,
            offset: self.offset,
            samples: hit.samples.len(),
            frames: hit.curve.frames().len(),
        });
        self.offset += bytes.len() as u64;
        Ok(())
    }

    /// Puts the store in its place, where an older one gives way, and opens it.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn finish(mut self, made_from: String, skipped: Vec<String>) -> Result<Store, StoreError> {
        self.sounds.flush().map_err(|cause| self.failed(cause))?;
        let index = Index { format: FORMAT, made_from, items: std::mem::take(&mut self.items), skipped };
        let path = self.fresh.join(INDEX);
        let written = File::create(&path)
            .and_then(|file| {
                let mut file = BufWriter::new(file);
                serde_json::to_writer(&mut file, &index)?;
                file.flush()
            })
            .and_then(|()| {
                let old = beside(&self.folder, "old");
                let replaces = Store::is_at(&self.folder);
                if old.exists() {
                    std::fs::remove_dir_all(&old)?;
                }
                if replaces {
                    std::fs::rename(&self.folder, &old)?;
                }
                std::fs::rename(&self.fresh, &self.folder)?;
                if replaces { std::fs::remove_dir_all(&old) } else { Ok(()) }
            });
        written.map_err(|cause| StoreError::File { path: self.folder.clone(), cause })?;
        Store::open(&self.folder)
    }

    /// Removes what has been written.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn abandon(self) -> Result<(), StoreError> {
        std::fs::remove_dir_all(&self.fresh).map_err(|cause| StoreError::File { path: self.fresh.clone(), cause })
    }

    fn failed(&self, cause: std::io::Error) -> StoreError {
        StoreError::File { path: self.fresh.join(SOUNDS), cause }
    }
}

/// `folder` with an ending added to its name.
fn beside(folder: &Path, ending: &str) -> PathBuf {
    let mut name = folder.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{ending}"));
    folder.with_file_name(name)
}
