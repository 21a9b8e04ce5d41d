//! The ear: descriptors of an audio input that lead those of what sounds.

use crate::control::Lead;
use crate::descriptors::{ANALYSIS_RATE_HZ, Analyser, AnalysisConfig, Descriptors};
use crate::models::conditioning::{F0, transform};

/// Most samples that are kept of what was heard and not yet played.
const MOST_SAMPLES: usize = 4_096;

/// Two frames whose pitch is this close, in octaves, agree: then it is followed. What has no pitch moves farther.
const AGREEING_OCTAVES: f32 = 0.08;

/// Pitch up to which it is followed, as a binary logarithm of hertz: 2 kHz, as far as that of curves is trusted fully.
const LOG2_TRUSTED_HZ: f32 = 10.965_784;

/// Measures the descriptors of an audio input as those of stored curves are measured, frame by frame. Each frame is known half
/// a window (23 ms) after its middle.
pub(crate) struct Ear {
    analyser: Analyser,
    /// Factor from sign changes per sample of the stream to those of stored curves.
    crossings: f32,
    /// What was heard; `from..to` of it comes with the next samples that are rendered.
    heard: Box<[f32]>,
    from: usize,
    to: usize,
    /// The newest frame.
    frame: Option<Lead>,
    /// Pitch of the last frame, as a binary logarithm, whether it can be trusted or not.
    last_pitch: f32,
}

impl Ear {
    /// Nothing heard yet. Allocates.
    pub(crate) fn new(sample_rate_hz: u32) -> Self {
        let rate_hz = sample_rate_hz.max(1) as f32;
        Self {
            analyser: Analyser::new(AnalysisConfig::at_rate(rate_hz)),
            crossings: rate_hz / ANALYSIS_RATE_HZ as f32,
            heard: vec![0.0; MOST_SAMPLES].into_boxed_slice(),
            from: 0,
            to: 0,
            frame: None,
            last_pitch: f32::NAN,
        }
    }

    /// Takes what comes with the samples that are rendered next; what is too much is left out. Real-time safe.
    pub(crate) fn hear(&mut self, samples: &[f32]) {
        let count = samples.len().min(MOST_SAMPLES);
        self.heard[..count].copy_from_slice(&samples[..count]);
        (self.from, self.to) = (0, count);
    }

    /// The newest frame, while something is heard. Real-time safe.
    pub(crate) fn frame(&self) -> Option<Lead> {
        self.frame
    }

    /// Samples after which the next frame is known, counted from the coming one; none while nothing is heard. Real-time safe.
    pub(crate) fn samples_to_frame(&self) -> Option<usize> {
        (self.from < self.to).then(|| self.analyser.samples_to_frame())
    }

    /// Lets so many samples pass. Where nothing came with them, there is nothing to follow. Real-time safe.
    pub(crate) fn pass(&mut self, samples: usize) {
        if self.from == self.to {
            self.rest();
            return;
        }
        let end = self.to.min(self.from + samples);
        let Self { analyser, heard, frame, last_pitch, crossings, .. } = self;
        analyser.push(&heard[self.from..end], |measured| {
            let measured = Descriptors { zcr: *crossings * measured.zcr, ..measured };
            let mut scaled = transform(&measured);
            let pitch = std::mem::replace(last_pitch, scaled[F0]);
            let steady = (scaled[F0] - pitch).abs() < AGREEING_OCTAVES && scaled[F0] < LOG2_TRUSTED_HZ;
            let pitched = steady || frame.is_some_and(|before| before.pitched);
            if !steady && let Some(before) = frame {
                scaled[F0] = before.scaled[F0];
            }
            *frame = Some(Lead { scaled, pitched });
        });
        self.from = end;
    }

    /// Forgets what was heard. Real-time safe.
    pub(crate) fn rest(&mut self) {
        if self.frame.take().is_some() || !self.last_pitch.is_nan() {
            self.analyser.reset();
            self.last_pitch = f32::NAN;
        }
        (self.from, self.to) = (0, 0);
    }
}
