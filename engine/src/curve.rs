//! A descriptor curve on its way to the voices.

use crate::descriptors::{DescriptorCurve, MAX_FRAMES};
use crate::models::conditioning::{CHANNELS, Conditioned, scale};

/// A descriptor curve in the network's scales, the same for every bank: computed outside the audio thread, shared by `Arc`.
#[derive(Debug, Clone, PartialEq)]
pub struct ScaledCurve {
    // Invariant: 1 to MAX_FRAMES frames, every value finite, and room for MAX_FRAMES.
    frames: Vec<Conditioned>,
}

impl ScaledCurve {
    /// The curve's frames: 7 scaled descriptors and the pitch's reliability each.
    #[must_use]
    pub fn frames(&self) -> &[Conditioned] {
        &self.frames
    }

    /// Replaces the frames in place. Real-time safe. Returns whether they were taken: there have to be 1 to [`MAX_FRAMES`],
    /// all finite.
    pub fn replace(&mut self, frames: impl ExactSizeIterator<Item = Conditioned> + Clone) -> bool {
        let fits = (1..=MAX_FRAMES).contains(&frames.len());
        let good = fits && frames.clone().flatten().all(f32::is_finite);
        if good {
            self.frames.clear();
            self.frames.extend(frames);
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
        Self { frames }
    }
}

impl From<&DescriptorCurve> for ScaledCurve {
    fn from(curve: &DescriptorCurve) -> Self {
        let mut scaled = Self::default();
        scaled.frames.clear();
        scaled.frames.extend(scale(curve));
        scaled
    }
}
