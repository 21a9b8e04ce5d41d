//! A set of hits to draw from, in memory or on disk, and what is measured over all of it.

use std::borrow::Cow;
use std::sync::Arc;

use neurorack_engine::descriptors::{ANALYSIS_RATE_HZ, DescriptorCurve};
use neurorack_engine::models::conditioning::{self, Conditioned, Normalisation};
use sha2::{Digest, Sha256};

use super::{Entry, Hit, Store, StoreError, hexadecimal};

/// Frames quieter than this do not count for the normalisation: -60 dB full scale.
const ACTIVE_RMS: f32 = 1e-3;

/// Hits to draw from by their number; those of a [`Store`] are read from disk each time they are drawn.
#[derive(Debug, Clone)]
pub struct DataSet {
    source: Source,
}

#[derive(Debug, Clone)]
enum Source {
    Memory(Arc<[Hit]>),
    /// A store and which of its recordings belong to the set.
    Stored(Arc<Store>, Arc<[usize]>),
}

impl From<Vec<Hit>> for DataSet {
    fn from(hits: Vec<Hit>) -> Self {
        Self { source: Source::Memory(hits.into()) }
    }
}

impl DataSet {
    pub(super) fn stored(store: Arc<Store>, items: Vec<usize>) -> Self {
        Self { source: Source::Stored(store, items.into()) }
    }

    /// How many hits there are.
    pub fn len(&self) -> usize {
        match &self.source {
            Source::Memory(hits) => hits.len(),
            Source::Stored(_, items) => items.len(),
        }
    }

    /// Whether there is no hit.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What hit `index` is.
    pub fn entry(&self, index: usize) -> &Entry {
        match &self.source {
            Source::Memory(hits) => &hits[index].entry,
            Source::Stored(store, items) => store.entry(items[index]),
        }
    }

    /// Length of hit `index`, in seconds.
    pub fn seconds(&self, index: usize) -> f32 {
        let samples = match &self.source {
            Source::Memory(hits) => hits[index].samples.len(),
            Source::Stored(store, items) => store.samples(items[index]),
        };
        samples as f32 / ANALYSIS_RATE_HZ as f32
    }

    /// Hit `index`.
    ///
    /// # Errors
    /// When it cannot be read from disk.
    pub fn hit(&self, index: usize) -> Result<Cow<'_, Hit>, StoreError> {
        match &self.source {
            Source::Memory(hits) => Ok(Cow::Borrowed(&hits[index])),
            Source::Stored(store, items) => store.hit(items[index]).map(Cow::Owned),
        }
    }

    /// The curve of hit `index`.
    ///
    /// # Errors
    /// When it cannot be read from disk.
    pub fn curve(&self, index: usize) -> Result<Cow<'_, DescriptorCurve>, StoreError> {
        match &self.source {
            Source::Memory(hits) => Ok(Cow::Borrowed(&hits[index].curve)),
            Source::Stored(store, items) => store.curve(items[index]).map(Cow::Owned),
        }
    }

    /// Mean and standard deviation of the scaled descriptors over all active frames.
    ///
    /// # Errors
    /// When a curve cannot be read from disk.
    pub fn normalisation(&self) -> Result<Normalisation, StoreError> {
        let mut statistics = Statistics::default();
        for index in 0..self.len() {
            let curve = self.curve(index)?;
            statistics.add(&curve, &conditioning::scale(&curve));
        }
        Ok(statistics.normalisation())
    }

    /// One hash over all recordings, in the order of their names: which data made a bank.
    pub fn fingerprint(&self) -> String {
        fingerprint_of((0..self.len()).map(|index| self.entry(index)))
    }
}

pub(super) fn fingerprint_of<'a>(entries: impl Iterator<Item = &'a Entry>) -> String {
    let mut lines: Vec<String> = entries.map(|entry| format!("{} {}\n", entry.file, entry.sha256)).collect();
    lines.sort();
    hexadecimal(&Sha256::digest(lines.concat()))
}

/// Sums over the active frames of many curves.
#[derive(Debug, Clone, Default)]
pub struct Statistics {
    count: f64,
    sum: [f64; 7],
    squares: [f64; 7],
}

impl Statistics {
    /// Adds the active frames (above -60 dB) of a curve; `scaled` is the same curve in the network's scales.
    pub fn add(&mut self, curve: &DescriptorCurve, scaled: &[Conditioned]) {
        for (_, scaled) in curve.frames().iter().zip(scaled).filter(|(frame, _)| frame.rms > ACTIVE_RMS) {
            self.count += 1.0;
            for channel in 0..7 {
                let value = f64::from(scaled[channel]);
                self.sum[channel] += value;
                self.squares[channel] += value * value;
            }
        }
    }

    /// Mean and standard deviation of each descriptor; 0 and 1e-3 of nothing.
    pub fn normalisation(&self) -> Normalisation {
        let count = self.count.max(1.0);
        let mean = self.sum.map(|sum| sum / count);
        let std = std::array::from_fn(|channel| {
            let variance = self.squares[channel] / count - mean[channel] * mean[channel];
            variance.max(0.0).sqrt().max(1e-3) as f32
        });
        Normalisation { mean: mean.map(|mean| mean as f32), std }
    }
}
