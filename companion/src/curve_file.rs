//! Descriptor frames as JSON and CSV: what `describe` writes and `render --curves` reads.

use anyhow::{Context, Result, bail, ensure};
use neurorack_engine::descriptors::{ANALYSIS_RATE_HZ, Descriptors, HOP_SAMPLES, Timbre};
use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// Most frames that are read: ten minutes, as long as the longest recording.
const MAX_FRAMES: usize = 1 + 600 * ANALYSIS_RATE_HZ as usize / HOP_SAMPLES;

/// Descriptor frames of a sound of any length.
///
/// Frame `k` is centred on sample `k * hop` at `sample_rate_hz`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CurveFile {
    /// Sample rate that `hop` counts in, in hertz.
    pub(crate) sample_rate_hz: f64,
    /// Samples from one frame to the next.
    pub(crate) hop: f64,
    /// The sound's timbre; without one the network chooses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    timbre: Vec<f32>,
    /// The frames, oldest first.
    pub(crate) frames: Vec<Frame>,
}

/// One frame and when it is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Frame {
    /// Time of the frame's centre in seconds, for the reader; on input the frame's index counts.
    #[serde(default)]
    pub(crate) time_s: f64,
    /// The seven descriptors.
    #[serde(flatten)]
    pub(crate) descriptors: Descriptors,
}

impl CurveFile {
    /// Frames at the engine's own rate and hop, with a timbre where one is known.
    pub(crate) fn new(frames: Vec<Descriptors>, timbre: Option<Timbre>) -> Self {
        let (rate, hop) = (f64::from(ANALYSIS_RATE_HZ), HOP_SAMPLES as f64);
        // Microseconds are enough for a frame of 5.8 ms and keep the file readable.
        let time_s = |index: usize| (index as f64 * hop / rate * 1e6).round() / 1e6;
        let frames = frames
            .into_iter()
            .enumerate()
            .map(|(index, descriptors)| Frame { time_s: time_s(index), descriptors })
            .collect();
        let timbre = timbre.map_or_else(Vec::new, |timbre| timbre.values().to_vec());
        Self { sample_rate_hz: rate, hop, timbre, frames }
    }

    /// Reads the JSON that [`Self::to_json`] writes, possibly edited.
    pub(crate) fn parse(json: &[u8]) -> Result<Self> {
        let file: Self = serde_json::from_slice(json).context(
            "this is not a curve file: `neurorack describe FILE --json` writes one, and every frame needs all seven descriptors",
        )?;
        let seconds_per_frame = file.hop / file.sample_rate_hz;
        ensure!(
            seconds_per_frame.is_finite() && (1e-4..=1.0).contains(&seconds_per_frame),
            "a hop of {} samples at {} Hz is not usable: frames lie 0.1 ms to 1 s apart (`describe` writes 256 and 44100)",
            file.hop,
            file.sample_rate_hz
        );
        ensure!(!file.frames.is_empty(), "the list of frames is empty: give at least one");
        let usable = |value: f32| value.is_finite() && value >= 0.0;
        if let Some(index) = file.frames.iter().position(|frame| !frame.descriptors.to_array().into_iter().all(usable))
        {
            bail!("frame {index} holds a number that is negative or too large: descriptors start at 0 and fit 32 bits");
        }
        ensure!(
            file.timbre.is_empty() || file.timbre().is_some(),
            "the timbre is {} numbers from -{limit} to {limit}: leave it as `describe` wrote it, or out",
            Timbre::COUNT,
            limit = Timbre::LIMIT
        );
        let seconds = seconds_per_frame * file.frames.len() as f64;
        ensure!(seconds <= 601.0, "the curves last {seconds:.0} s, more than the 10 minutes allowed: cut them");
        Ok(file)
    }

    /// The timbre, where the file has one.
    pub(crate) fn timbre(&self) -> Option<Timbre> {
        self.timbre.as_slice().try_into().ok().and_then(Timbre::new)
    }

    /// The frames at the engine's rate and hop, interpolated linearly where the file has others.
    pub(crate) fn resampled(&self) -> Vec<Descriptors> {
        let step = HOP_SAMPLES as f64 / f64::from(ANALYSIS_RATE_HZ) / (self.hop / self.sample_rate_hz);
        let last = self.frames.len() - 1;
        // A hair of tolerance: 690 hops may not become 689.
        let count = ((last as f64 / step + 1e-6) as usize + 1).min(MAX_FRAMES);
        (0..count).map(|index| self.at(index as f64 * step)).collect()
    }

    /// The descriptors at a fractional frame position.
    fn at(&self, position: f64) -> Descriptors {
        let last = self.frames.len() - 1;
        let index = (position as usize).min(last);
        let fraction = (position - index as f64).clamp(0.0, 1.0) as f32;
        let before = self.frames[index].descriptors.to_array();
        let after = self.frames[(index + 1).min(last)].descriptors.to_array();
        Descriptors::from_array(std::array::from_fn(|i| before[i] * (1.0 - fraction) + after[i] * fraction))
    }

    /// One line a frame, so that it can be edited and compared.
    pub(crate) fn to_json(&self) -> Result<String> {
        let mut json = format!("{{\"sample_rate_hz\": {}, \"hop\": {}", self.sample_rate_hz, self.hop);
        if !self.timbre.is_empty() {
            json.push_str(",\n\"timbre\": ");
            json.push_str(&serde_json::to_string(&self.timbre).context("the timbre cannot be written as JSON")?);
        }
        json.push_str(",\n\"frames\": [");
        for (index, frame) in self.frames.iter().enumerate() {
            json.push_str(if index == 0 { "\n  " } else { ",\n  " });
            json.push_str(&serde_json::to_string(frame).context("a descriptor cannot be written as JSON")?);
        }
        json.push_str("\n]}\n");
        Ok(json)
    }

    /// A header line, then one line a frame.
    pub(crate) fn to_csv(&self) -> String {
        let mut csv = format!("time_s,{}\n", Descriptors::NAMES.join(","));
        for frame in &self.frames {
            let values = frame.descriptors.to_array().map(|value| value.to_string()).join(",");
            // Writing to a String cannot fail.
            let _ = writeln!(csv, "{},{values}", frame.time_s);
        }
        csv
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp(frames: usize) -> Vec<Descriptors> {
        (0..frames).map(|k| Descriptors { rms: k as f32 / 64.0, f0_hz: 110.0, ..Descriptors::default() }).collect()
    }

    #[test]
    fn what_is_written_is_read_back_exactly() {
        for timbre in [None, Timbre::new([0.123_456_7; Timbre::COUNT])] {
            let file = CurveFile::new(ramp(690), timbre);
            let read = CurveFile::parse(file.to_json().unwrap().as_bytes()).unwrap();
            assert_eq!(read, file);
            assert_eq!((read.resampled(), read.timbre()), (ramp(690), timbre));
        }
    }

    #[test]
    fn another_hop_is_interpolated() {
        let mut file = CurveFile::new(ramp(11), None);
        file.hop = 512.0;
        let frames = file.resampled();
        assert_eq!(frames.len(), 21);
        for (k, frame) in frames.iter().enumerate() {
            assert!((frame.rms - k as f32 / 128.0).abs() < 1e-6, "frame {k}: {}", frame.rms);
        }
    }

    #[test]
    fn hostile_files_are_refused_with_a_sentence() {
        let frame = r#"{"rms":1,"zcr":0,"rolloff_hz":1,"flatness":0,"bandwidth_hz":1,"centroid_hz":1,"f0_hz":1}"#;
        for (json, says) in [
            ("", "not a curve file"),
            ("[]", "not a curve file"),
            (r#"{"sample_rate_hz":44100,"hop":256,"frames":[]}"#, "empty"),
            (&format!(r#"{{"sample_rate_hz":0,"hop":256,"frames":[{frame}]}}"#), "not usable"),
            (&format!(r#"{{"sample_rate_hz":44100,"hop":-256,"frames":[{frame}]}}"#), "not usable"),
            (&format!(r#"{{"sample_rate_hz":44100,"hop":1e-300,"frames":[{frame}]}}"#), "not usable"),
            (r#"{"sample_rate_hz":44100,"hop":256,"frames":[{"rms":1}]}"#, "not a curve file"),
            (&format!(r#"{{"sample_rate_hz":44100,"hop":256,"timbre":[1],"frames":[{frame}]}}"#), "191 numbers"),
            (
                &format!(
                    r#"{{"sample_rate_hz":44100,"hop":256,"frames":[{}]}}"#,
                    frame.replace("\"rms\":1", "\"rms\":1e300")
                ),
                "frame 0",
            ),
            (
                &format!(
                    r#"{{"sample_rate_hz":44100,"hop":256,"frames":[{}]}}"#,
                    frame.replace("\"rms\":1", "\"rms\":-1")
                ),
                "frame 0",
            ),
            (
                &format!(
                    r#"{{"sample_rate_hz":44100,"hop":256,"frames":[{}]}}"#,
                    frame.replace("\"rms\":1", "\"rms\":NaN")
                ),
                "not a curve file",
            ),
        ] {
            let error = CurveFile::parse(json.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(says), "{json}: {error}");
        }
    }
}
