//! What the page is told of a sound.

use neurorack_engine::descriptors::{DescriptorCurve, Descriptors};
use neurorack_engine::fitting::Fitter;
use neurorack_recording::{Recording, RecordingError};
use serde::Serialize;

/// The first impact of a sound, measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Impact {
    /// Length of the whole sound, in seconds.
    pub whole_s: f32,
    /// Length of the impact, in seconds.
    pub impact_s: f32,
    /// The impact's frames, seven values each in the order of [`Descriptors`].
    pub frames: Vec<[f32; Descriptors::COUNT]>,
    /// The numbers of its timbre, fitted to the bank that plays.
    pub timbre: Option<Vec<f32>>,
}

/// What comes of a sound: its first impact, or a reason in words.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// It holds an impact.
    Impact(Impact),
    /// It was refused; the rest of a sentence that says what to do.
    Refused(String),
}

impl Answer {
    /// Reads a sound file; the extension of its name helps to recognise the format.
    #[must_use]
    pub fn of_file(bytes: &[u8], name: &str, fitter: Option<&Fitter>) -> Self {
        Recording::decode(bytes, name).and_then(|recording| first_impact(&recording, fitter)).into()
    }

    /// Reads samples of this rate, in hertz; full scale is ±1.
    #[must_use]
    pub fn of_samples(samples: Vec<f32>, rate_hz: u32, fitter: Option<&Fitter>) -> Self {
        Recording::new(samples, rate_hz).and_then(|recording| first_impact(&recording, fitter)).into()
    }

    /// As the page reads it.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("an answer is plain data")
    }
}

impl From<Result<Impact, RecordingError>> for Answer {
    fn from(result: Result<Impact, RecordingError>) -> Self {
        match result {
            Ok(impact) => Self::Impact(impact),
            Err(error) => Self::Refused(error.to_string()),
        }
    }
}

fn first_impact(recording: &Recording, fitter: Option<&Fitter>) -> Result<Impact, RecordingError> {
    let impact = recording.first_impact()?;
    let measured: DescriptorCurve = impact.curve()?;
    let curve = match fitter {
        Some(fitter) => fitter.fit(&measured),
        None => measured,
    };
    Ok(Impact {
        whole_s: recording.seconds(),
        impact_s: impact.seconds(),
        frames: curve.frames().iter().map(|frame| frame.to_array()).collect(),
        timbre: curve.timbre().map(|timbre| timbre.values().to_vec()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_impact_in_silence_is_found_and_measured() {
        let mut samples = vec![0.0; 24_000];
        samples.extend((0..24_000).map(|n| 0.5 * (-1e-3 * n as f32).exp() * (0.1 * n as f32).sin()));
        let Answer::Impact(impact) = Answer::of_samples(samples, 48_000, None) else { panic!("it was refused") };
        assert!((impact.whole_s - 1.0).abs() < 1e-3);
        assert!((0.05..0.5).contains(&impact.impact_s), "{} s", impact.impact_s);
        assert!(impact.frames.len() > 10 && impact.timbre.is_some());
    }

    #[test]
    fn refusals_say_why() {
        let silent = Answer::of_samples(vec![0.0; 1_000], 48_000, None);
        assert!(matches!(&silent, Answer::Refused(reason) if reason.contains("silent")), "{silent:?}");
        let text = Answer::of_file(b"no sound", "notes.txt", None);
        assert!(matches!(&text, Answer::Refused(reason) if reason.contains("WAV")), "{text:?}");
    }

    #[test]
    fn the_json_is_pinned() {
        // The page and this module are fetched apart: add a field rather than rename one.
        let impact = Impact { whole_s: 1.0, impact_s: 0.5, frames: vec![[0.0; 7]], timbre: Some(vec![0.25]) };
        assert_eq!(
            Answer::Impact(impact).to_json(),
            r#"{"impact":{"whole_s":1.0,"impact_s":0.5,"frames":[[0.0,0.0,0.0,0.0,0.0,0.0,0.0]],"timbre":[0.25]}}"#
        );
        assert_eq!(Answer::Refused("no".into()).to_json(), r#"{"refused":"no"}"#);
    }
}
