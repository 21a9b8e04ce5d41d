//! A descriptor curve on its way to the voices.

use crate::descriptors::{ANALYSIS_RATE_HZ, DescriptorCurve, HOP_SAMPLES, MAX_FRAMES, MovedTimbre};
use crate::models::conditioning::{CHANNELS, Conditioned, scale};
use crate::models::frave::Course;

/// A descriptor curve in the network's scales, the same for every bank: computed outside the audio thread, shared by `Arc`.
#[derive(Debug, Clone, PartialEq)]
pub struct ScaledCurve {
    // Invariant: 1 to MAX_FRAMES frames, every value finite, and room for MAX_FRAMES.
    frames: Vec<Conditioned>,
    // Invariant: what it has been moved by is finite.
    timbre: Option<MovedTimbre>,
    // Invariant: that of the frames.
    course: Course,
}

impl ScaledCurve {
    /// The curve's frames: 7 scaled descriptors and the pitch's reliability each.
    #[must_use]
    pub fn frames(&self) -> &[Conditioned] {
        &self.frames
    }

    /// The hit's timbre, where it is known.
    #[must_use]
    pub fn timbre(&self) -> Option<&MovedTimbre> {
        self.timbre.as_ref()
    }

    /// What the curve does on the whole.
    #[must_use]
    pub fn course(&self) -> &Course {
        &self.course
    }

    /// Seconds between frames.
    pub(crate) const FRAME_S: f64 = HOP_SAMPLES as f64 / ANALYSIS_RATE_HZ as f64;

    /// Seconds from the first frame to `position`, 0 at the first frame and 1 at the last.
    pub(crate) fn seconds_at(&self, position: f64) -> f32 {
        (position.clamp(0.0, 1.0) * (self.frames.len() - 1) as f64 * Self::FRAME_S) as f32
    }

    /// Replaces frames and timbre in place. Real-time safe. Returns whether they were taken: there have to be 1 to
    /// [`MAX_FRAMES`], and all numbers finite.
    pub fn replace(
        &mut self,
        frames: impl ExactSizeIterator<Item = Conditioned> + Clone,
        timbre: Option<MovedTimbre>,
    ) -> bool {
        let fits = (1..=MAX_FRAMES).contains(&frames.len());
        let moved = timbre.as_ref().map_or(&[][..], |timbre| &timbre.octaves);
        let good = fits && frames.clone().flatten().chain(moved.iter().copied()).all(f32::is_finite);
        if good {
            self.frames.clear();
            self.frames.extend(frames);
            self.timbre = timbre;
            self.course = Course::of(&self.frames, Self::FRAME_S as f32);
        }
        good
    }
}

impl Default for ScaledCurve {
    /// One frame of silence, with room for the longest curve. Allocates.
    fn default() -> Self {
        let mut frames = Vec::with_capacity(MAX_FRAMES);
        let mut silence: Conditioned = [0.0; CHANNELS];
        silence[0] = -4.0;
        frames.push(silence);
        let course = Course::of(&frames, Self::FRAME_S as f32);
        Self { frames, timbre: None, course }
    }
}

impl From<&DescriptorCurve> for ScaledCurve {
    fn from(curve: &DescriptorCurve) -> Self {
        let mut scaled = Self::default();
        scaled.frames.clear();
        scaled.frames.extend(scale(curve));
        scaled.timbre = curve.moved_timbre();
        scaled.course = Course::of(&scaled.frames, Self::FRAME_S as f32);
        scaled
    }
}
