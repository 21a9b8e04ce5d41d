//! What sounds, into a WAV file while it sounds.

use anyhow::{Context, Result};
use hound::{SampleFormat, WavSpec, WavWriter};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, SyncSender};
use std::thread::JoinHandle;

/// Pieces that may wait for the disk: some seconds.
const PIECES: usize = 256;

/// Longest recording in samples: a WAV file holds 4 GiB.
const MOST_SAMPLES: u64 = (u32::MAX as u64 - 1_024) / 4;

/// Writes on a thread of its own: a slow disk holds nobody up.
pub(crate) struct Recorder {
    path: PathBuf,
    rate_hz: u32,
    samples: u64,
    /// Samples for which the disk was too slow, or beyond the longest recording.
    left_out: u64,
    pieces: Option<SyncSender<Vec<f32>>>,
    thread: Option<JoinHandle<Result<()>>>,
}

impl Recorder {
    /// Begins a file of 32-bit float samples, mono.
    ///
    /// # Errors
    /// When the file cannot be made.
    pub(crate) fn begin(path: &Path, rate_hz: u32) -> Result<Self> {
        let spec =
            WavSpec { channels: 1, sample_rate: rate_hz, bits_per_sample: 32, sample_format: SampleFormat::Float };
        let place = || format!("cannot record to {}: does its folder exist, and may you write there?", path.display());
        let mut writer = WavWriter::create(path, spec).with_context(place)?;
        let (pieces, waiting) = mpsc::sync_channel::<Vec<f32>>(PIECES);
        let thread = std::thread::spawn(move || {
            while let Ok(piece) = waiting.recv() {
                for sample in piece {
                    writer.write_sample(sample)?;
                }
                // The header tells the length: a file whose writer is killed is whole up to here.
                writer.flush()?;
            }
            Ok(writer.finalize()?)
        });
        let (pieces, thread) = (Some(pieces), Some(thread));
        Ok(Self { path: path.to_path_buf(), rate_hz, samples: 0, left_out: 0, pieces, thread })
    }

    /// Appends samples.
    pub(crate) fn take(&mut self, samples: &[f32]) {
        if samples.is_empty() {
            return;
        }
        let fits = self.samples + samples.len() as u64 <= MOST_SAMPLES;
        let sent = fits && self.pieces.as_ref().is_some_and(|pieces| pieces.try_send(samples.to_vec()).is_ok());
        *if sent { &mut self.samples } else { &mut self.left_out } += samples.len() as u64;
    }

    /// What was recorded so far, in seconds.
    pub(crate) fn seconds(&self) -> f64 {
        self.samples as f64 / f64::from(self.rate_hz)
    }

    /// Finishes the file. Says what was recorded, in a sentence.
    ///
    /// # Errors
    /// When the disk did not take it all.
    pub(crate) fn finish(mut self) -> Result<String> {
        self.pieces = None;
        if let Some(Ok(written)) = self.thread.take().map(JoinHandle::join) {
            written.with_context(|| format!("{} is not whole: is the disk full?", self.path.display()))?;
        }
        let mut sentence = format!("{:.1} s recorded to {}", self.seconds(), self.path.display());
        if self.left_out > 0 {
            let left_out_s = self.left_out as f64 / f64::from(self.rate_hz);
            sentence += &format!("; {left_out_s:.1} s are missing: the disk was too slow, or the file full");
        }
        Ok(sentence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recording_holds_what_sounded() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("take.wav");
        let mut recorder = Recorder::begin(&path, 48_000).unwrap();
        for start in 0..10 {
            let piece: Vec<f32> = (0..480).map(|n| (start * 480 + n) as f32 / 4_800.0).collect();
            recorder.take(&piece);
        }
        assert!((recorder.seconds() - 0.1).abs() < 1e-9);
        assert!(recorder.finish().unwrap().contains("0.1 s"));
        let samples: Vec<f32> = hound::WavReader::open(&path).unwrap().into_samples().map(Result::unwrap).collect();
        assert_eq!(samples.len(), 4_800);
        assert!(samples.iter().enumerate().all(|(n, &sample)| sample == n as f32 / 4_800.0));
    }

    #[test]
    fn a_folder_that_is_not_there_is_said() {
        let error = Recorder::begin(Path::new("no such folder/take.wav"), 48_000).err().unwrap();
        assert!(error.to_string().contains("does its folder exist"), "{error}");
    }
}
