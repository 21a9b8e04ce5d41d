//! `neurorack-train prepare`.

use std::path::PathBuf;
use std::sync::Arc;

use neurorack_learn::data::{Store, Trim};
use neurorack_learn::prepare::{self, Options};
use neurorack_learn::progress::Progress;

use crate::Outcome;

/// Where the recordings come from.
#[derive(clap::Args, Clone)]
pub(crate) struct Source {
    /// Licence tiers (the first folders of the manifest's paths) to use, comma-separated; all when left out.
    #[arg(long, value_delimiter = ',')]
    pub(crate) tiers: Vec<String>,
    /// What is cut off the recordings. A manifest.csv lists recordings that are cut already, so auto cuts only without.
    #[arg(long, default_value = "auto")]
    trim: Trim,
}

impl Source {
    /// The store at `data`, or one made in `place` from the folder `data`.
    pub(crate) fn store(
        &self,
        data: &std::path::Path,
        place: &std::path::Path,
        progress: &mut Progress,
    ) -> Result<Arc<Store>, Box<dyn std::error::Error>> {
        if Store::is_at(data) {
            return Ok(Arc::new(Store::open(data)?));
        }
        let options = Options { tiers: self.tiers.clone(), trim: self.trim };
        Ok(Arc::new(prepare::prepare(data, place, &options, progress)?))
    }
}

/// Reads a folder of recordings into a store that training reads from.
///
/// WAV, FLAC, OGG and MP3 files in the folder and the folders below it are read.
/// Each recording is mixed to mono at 44.1 kHz and cut to its first impact, at most 4 s. Files that are broken, silent,
/// shorter than 30 ms or copies of others are named and left out. With a manifest.csv in the folder (columns file and, if
/// you like, split, category, licence, author and source) its list and splits are used; without, the folder's name is the
/// category and a few recordings are held out for the test. Nothing is done when nothing has changed.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Folder of recordings.
    folder: PathBuf,
    /// Where the store goes: a new folder.
    #[arg(short, long)]
    out: PathBuf,
    #[command(flatten)]
    source: Source,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let options = Options { tiers: arguments.source.tiers.clone(), trim: arguments.source.trim };
    prepare::prepare(&arguments.folder, &arguments.out, &options, &mut Progress::default())?;
    Ok(())
}
