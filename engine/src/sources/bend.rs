//! The pitch bend of a keyboard: a wheel that moves in steps becomes a glide.

use crate::control::{Smoother, within};

/// Where the bend stands and where it goes, in semitones.
#[derive(Debug, Clone)]
pub(super) struct Bend {
    goal: f32,
    glide: Smoother,
    semitones: f32,
}

impl Bend {
    /// Most semitones to both sides.
    pub(super) const MOST_SEMITONES: f32 = 24.0;

    /// Time constant of the glide, in seconds: wheels are read a hundred times a second.
    const GLIDE_S: f32 = 0.012;

    /// A wheel at rest, which is looked at so often a second.
    pub(super) fn new(looks_hz: f32) -> Self {
        let mut glide = Smoother::new(Self::GLIDE_S, looks_hz);
        glide.step(0.0);
        Self { goal: 0.0, glide, semitones: 0.0 }
    }

    /// The wheel moves. Real-time safe.
    pub(super) fn set(&mut self, semitones: f32) {
        self.goal = within(semitones, -Self::MOST_SEMITONES, Self::MOST_SEMITONES, 0.0);
    }

    /// Glides on: to be called at the rate that [`new`](Self::new) was told. Real-time safe.
    pub(super) fn look(&mut self) {
        self.semitones = self.glide.step(self.goal);
    }

    /// Semitones at the last look.
    pub(super) fn semitones(&self) -> f32 {
        self.semitones
    }
}
