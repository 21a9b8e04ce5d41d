//! Factory sets from a list by hand.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::data::DataSet;

/// A line of a factory list: a recording of the set and the name its descriptor set gets.
#[derive(Debug, Clone, Deserialize)]
struct Line {
    file: String,
    name: String,
    /// Who to name, where the manifest is less exact.
    #[serde(default)]
    author: String,
}

/// A recording that becomes a factory set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// Name in the instrument's lists.
    pub name: String,
    /// Number of the hit in its set.
    pub index: usize,
    /// Who to name as its author instead of whom the manifest names.
    pub author: Option<String>,
}

/// Why a factory list cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FactoryError {
    /// The list is missing or broken.
    #[error("{path}: {cause}; a factory list is a CSV file with the columns file and name, and author if you like")]
    List {
        /// The list.
        path: PathBuf,
        /// What the CSV reader says.
        cause: csv::Error,
    },
    /// An entry is not among the training recordings.
    #[error("{file} of the factory list is not among the training recordings: take one of the train split")]
    Unknown {
        /// The entry.
        file: String,
    },
    /// No entry.
    #[error("the factory list is empty: a bank needs at least one descriptor set")]
    Empty,
}

/// The hits of `set` that a list names: a CSV file with the columns `file`, `name` and perhaps `author`.
///
/// # Errors
/// When the list is broken or empty, or names a recording that the set does not have.
pub fn listed(list: &Path, set: &DataSet) -> Result<Vec<Chosen>, FactoryError> {
    let broken = |cause| FactoryError::List { path: list.to_path_buf(), cause };
    let known: HashMap<&str, usize> = (0..set.len()).map(|index| (&*set.entry(index).file, index)).collect();
    let mut reader = csv::Reader::from_path(list).map_err(broken)?;
    let mut chosen = Vec::new();
    for line in reader.deserialize() {
        let Line { file, name, author } = line.map_err(broken)?;
        let Some(&index) = known.get(&*file) else { return Err(FactoryError::Unknown { file }) };
        chosen.push(Chosen { name, index, author: Some(author).filter(|author| !author.is_empty()) });
    }
    if chosen.is_empty() { Err(FactoryError::Empty) } else { Ok(chosen) }
}
