//! `neurorack describe`: the seven descriptors of a sound file.

use crate::curve_file::CurveFile;
use crate::{files, plot};
use anyhow::Result;
use neurorack_engine::descriptors::{ANALYSIS_RATE_HZ, AnalysisConfig, Timbre, describe};
use std::path::PathBuf;

/// Measure the seven descriptors of a sound file (WAV, FLAC, OGG Vorbis, MP3).
///
/// The whole file is measured at 44.1 kHz, every 256 samples. The JSON can be edited and played by `render --curves`; it
/// also holds the timbre of the whole file, without which the network chooses one that fits the curves.
#[derive(Debug, clap::Args)]
pub(crate) struct Describe {
    /// The sound file.
    file: PathBuf,
    /// Write JSON to standard output (the default without --plot).
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// Write CSV to standard output: a header, then one line a frame.
    #[arg(long)]
    csv: bool,
    /// Draw the seven curves into an SVG file.
    #[arg(long, value_name = "OUT.svg")]
    plot: Option<PathBuf>,
}

impl Describe {
    /// Runs the command.
    pub(crate) fn run(self) -> Result<()> {
        let recording = files::recording(&self.file)?.at_rate(ANALYSIS_RATE_HZ);
        let frames = describe(recording.samples(), AnalysisConfig::default());
        let timbre = Timbre::measure(recording.samples(), &frames);
        if let Some(path) = &self.plot {
            let title = self.file.file_name().unwrap_or_default().to_string_lossy();
            files::write(path, &plot::svg(&title, &frames))?;
        }
        let curves = CurveFile::new(frames, Some(timbre));
        if self.csv {
            files::print(&curves.to_csv())
        } else if self.json || self.plot.is_none() {
            files::print(&curves.to_json()?)
        } else {
            Ok(())
        }
    }
}
