//! What a voltage can move, and what each volt means there.

use crate::models::frave::PLAYED;

/// A straight line from -5 V and +5 V to a parameter, flat beyond its ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Law {
    /// The parameter at -5 V and at +5 V, in its own unit.
    pub ends: [f32; 2],
    /// Volts that stand for an input when nothing is assigned to this target.
    pub rest_volts: f32,
    /// Unit of the parameter, as it is written behind a number; empty for a plain share.
    pub unit: &'static str,
    /// Time constant of the one-pole smoothing, in milliseconds; 0 where a value is read once, at a trigger or a grain.
    pub smoothing_ms: f32,
}

impl Law {
    /// The parameter at this voltage. Real-time safe.
    #[must_use]
    pub fn apply(&self, volts: f32) -> f32 {
        let part = ((volts + 5.0) / 10.0).clamp(0.0, 1.0);
        self.ends[0] + part * (self.ends[1] - self.ends[0])
    }
}

/// A parameter that any of the four inputs can be assigned to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum Target {
    /// Nothing: the input is free.
    #[default]
    Nothing,
    /// Position between F1 and F2 (0 to 1), acting while hits sound.
    Morph,
    /// Where the curves are read: behind (below 0 V), live (0 V), or going round (above).
    Scrub,
    /// Soft boom (-1) to sharp click (1).
    Transient,
    /// Randomness of the descriptors, 0 to 20 %.
    Variation,
    /// Output level, a factor 0 to 1 beside the volume.
    Level,
    /// Transposition of everything that sounds, 1 V an octave.
    Pitch,
    /// Strength of coming hits, 0 to 1, read at the edge.
    Velocity,
    /// Octaves added to the curve of loudness.
    Loudness,
    /// Octaves added to percussivity, the zero-crossing rate.
    Percussivity,
    /// Octaves added to tone, the roll-off.
    Tone,
    /// Octaves added to noise, the flatness.
    Noise,
    /// Octaves added to richness, the bandwidth.
    Richness,
    /// Octaves added to brightness, the centroid.
    Brightness,
    /// Octaves added to the curve of the pitch, f0.
    Fundamental,
    /// How far before its newest moment the frozen sound is read, in milliseconds.
    FreezePosition,
    /// How far grains scatter around this position, 0 to 1.
    FreezeSpread,
    /// Transposition of the frozen sound, 1 V an octave.
    FreezePitch,
    /// Length of the frozen loop, as a factor on the setting.
    FreezeLength,
    /// The timbre along the first dimension of a bank's latent, the one that moves the sound most.
    TimbreA,
    /// The timbre along the second dimension.
    TimbreB,
    /// The timbre along the third dimension.
    TimbreC,
    /// The timbre along the fourth dimension.
    TimbreD,
    /// How far the descriptors are those of the audio input, 0 to 1.
    Follow,
}

impl Target {
    /// All targets, in the order of their numbers.
    pub const ALL: [Self; 24] = [
        Self::Nothing,
        Self::Morph,
        Self::Scrub,
        Self::Transient,
        Self::Variation,
        Self::Level,
        Self::Pitch,
        Self::Velocity,
        Self::Loudness,
        Self::Percussivity,
        Self::Tone,
        Self::Noise,
        Self::Richness,
        Self::Brightness,
        Self::Fundamental,
        Self::FreezePosition,
        Self::FreezeSpread,
        Self::FreezePitch,
        Self::FreezeLength,
        Self::TimbreA,
        Self::TimbreB,
        Self::TimbreC,
        Self::TimbreD,
        Self::Follow,
    ];

    /// The targets that move the timbre in a latent space, from its first dimension on.
    pub const TIMBRE: [Self; PLAYED] = [Self::TimbreA, Self::TimbreB, Self::TimbreC, Self::TimbreD];

    /// The targets that move one descriptor's curve, in [`Descriptors`](crate::descriptors::Descriptors)' order.
    pub const DESCRIPTORS: [Self; 7] = [
        Self::Loudness,
        Self::Percussivity,
        Self::Tone,
        Self::Noise,
        Self::Richness,
        Self::Brightness,
        Self::Fundamental,
    ];

    /// The target of this number.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// Its name, as people read it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Morph => "morph",
            Self::Scrub => "scrub",
            Self::Transient => "transient",
            Self::Variation => "variation",
            Self::Level => "level",
            Self::Pitch => "pitch",
            Self::Velocity => "velocity",
            Self::Loudness => "loudness",
            Self::Percussivity => "percussivity",
            Self::Tone => "tone",
            Self::Noise => "noise",
            Self::Richness => "richness",
            Self::Brightness => "brightness",
            Self::Fundamental => "fundamental",
            Self::FreezePosition => "freeze position",
            Self::FreezeSpread => "freeze spread",
            Self::FreezePitch => "freeze pitch",
            Self::FreezeLength => "freeze length",
            Self::TimbreA => "timbre a",
            Self::TimbreB => "timbre b",
            Self::TimbreC => "timbre c",
            Self::TimbreD => "timbre d",
            Self::Follow => "follow input",
        }
    }

    /// How its volts are read.
    #[must_use]
    pub fn law(self) -> Law {
        let law = |ends, rest_volts, unit, smoothing_ms| Law { ends, rest_volts, unit, smoothing_ms };
        match self {
            Self::Nothing => law([0.0, 0.0], 0.0, "", 0.0),
            Self::Morph | Self::Follow => law([0.0, 1.0], -5.0, "", 10.0),
            Self::Scrub => law([-1.0, 1.0], 0.0, "", 15.0),
            Self::Transient => law([-1.0, 1.0], 0.0, "", 10.0),
            Self::Variation => law([0.0, 0.2], -5.0, "", 30.0),
            Self::Level => law([0.0, 1.0], 5.0, "", 5.0),
            Self::Pitch => law([-60.0, 60.0], 0.0, "semitones", 5.0),
            Self::Velocity => law([0.0, 1.0], 5.0, "", 0.0),
            Self::Loudness
            | Self::Percussivity
            | Self::Tone
            | Self::Noise
            | Self::Richness
            | Self::Brightness
            | Self::Fundamental => law([-2.0, 2.0], 0.0, "octaves", 10.0),
            Self::FreezePosition => law([0.0, 300.0], -5.0, "ms", 0.0),
            Self::FreezeSpread => law([0.0, 1.0], -5.0, "", 0.0),
            Self::FreezePitch => law([-60.0, 60.0], 0.0, "semitones", 0.0),
            Self::FreezeLength => law([-1.0, 1.0], 0.0, "octaves", 0.0),
            Self::TimbreA | Self::TimbreB | Self::TimbreC | Self::TimbreD => law([-3.0, 3.0], 0.0, "deviations", 10.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_targets_are_one_to_one() {
        for (number, target) in Target::ALL.into_iter().enumerate() {
            assert_eq!((target as usize, Target::from_number(number as u8)), (number, Some(target)));
        }
        assert_eq!(Target::from_number(Target::ALL.len() as u8), None);
    }

    #[test]
    fn the_panels_laws_are_those_that_are_printed() {
        for (target, volts, value) in [
            (Target::Morph, -9.0, 0.0),
            (Target::Morph, 2.5, 0.75),
            (Target::Scrub, 0.0, 0.0),
            (Target::Transient, 5.0, 1.0),
            (Target::Variation, -5.0, 0.0),
            (Target::Variation, 5.0, 0.2),
            (Target::Pitch, 1.0, 12.0),
        ] {
            assert!((target.law().apply(volts) - value).abs() < 1e-5, "{} at {volts} V", target.name());
        }
    }
}
