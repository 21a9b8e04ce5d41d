//! The panel at one instant in the instrument's own terms.

use super::assignment::read;
use super::{ControlFrame, Settings, Target};
use crate::descriptors::Descriptors;
use crate::models::frave::PLAYED;

/// What the voltages ask for, through the assignments. Every value is in the range of its target's law.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parameters {
    /// Position between F1 (0) and F2 (1).
    pub morph: f32,
    /// Below 0: how far behind its time the curve is read, as a part of the ring. Above: how short a piece goes round.
    pub scrub: f32,
    /// Soft boom (-1) to sharp click (1).
    pub transient: f32,
    /// Largest relative change of a descriptor by chance, 0 to 0.2.
    pub variation: f32,
    /// Factor on the output, 0 to 1.
    pub level: f32,
    /// Transposition of everything that sounds.
    pub semitones: f32,
    /// Factor on the strength of coming hits, 0 to 1.
    pub velocity: f32,
    /// Octaves added to each descriptor's curve, in [`Descriptors`]' order.
    pub octaves: [f32; Descriptors::COUNT],
    /// How far the timbre is moved in its latent space, in deviations; heard in banks of kind `frave`.
    pub latent: [f32; PLAYED],
    /// How far the descriptors are those of `lead`, 0 to 1.
    pub follow: f32,
    /// What the audio input sounds like at the moment; none while nothing is heard or follows.
    pub lead: Option<Lead>,
    /// What the frozen sound does.
    pub freeze: Grains,
}

/// One frame of a sound that leads.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lead {
    /// Its descriptors in the network's scales ([`transform`](crate::models::conditioning::transform)).
    pub scaled: [f32; Descriptors::COUNT],
    /// Whether its pitch, or one that it had before, can be followed.
    pub pitched: bool,
}

/// What the frozen sound does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grains {
    /// Length of the loop in milliseconds, 50 to 100.
    pub length_ms: f32,
    /// How far before its newest moment the frozen sound is read, in milliseconds.
    pub position_ms: f32,
    /// How far grains scatter, 0 to 1.
    pub spread: f32,
    /// Transposition.
    pub semitones: f32,
}

impl Parameters {
    /// What a frame asks for. Real-time safe.
    #[must_use]
    pub fn read(frame: &ControlFrame, settings: &Settings) -> Self {
        let read = |target| read(target, &settings.cv, frame);
        let [shortest, longest] = Settings::FREEZE_MS;
        Self {
            morph: read(Target::Morph),
            scrub: read(Target::Scrub),
            transient: read(Target::Transient),
            variation: read(Target::Variation),
            level: frame.level * read(Target::Level),
            semitones: read(Target::Pitch),
            velocity: read(Target::Velocity),
            octaves: Target::DESCRIPTORS.map(read),
            latent: Target::TIMBRE.map(read),
            follow: read(Target::Follow),
            lead: None,
            freeze: Grains {
                length_ms: (settings.freeze_ms * libm::exp2f(read(Target::FreezeLength))).clamp(shortest, longest),
                position_ms: read(Target::FreezePosition),
                spread: read(Target::FreezeSpread),
                semitones: read(Target::FreezePitch),
            },
        }
    }

    /// The same, led by a sound. Real-time safe.
    #[must_use]
    pub fn led(self, lead: Option<Lead>) -> Self {
        Self { lead, ..self }
    }

    /// The same, everything transposed by a pitch bend in semitones. Real-time safe.
    #[must_use]
    pub fn bent(mut self, semitones: f32) -> Self {
        self.semitones += semitones;
        self.freeze.semitones += semitones;
        self
    }
}
