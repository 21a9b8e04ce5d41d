//! Which input moves what: the one table in which voltages become meaning.

use super::{ControlFrame, Target, within};

/// What one input does.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Assignment {
    /// What it moves.
    pub target: Target,
    /// Factor on its volts, -4 to 4: an attenuverter, doubled for sources of half the range.
    pub range: f32,
    /// Volts added after the factor, -15 to 15.
    pub offset_v: f32,
}

impl Default for Assignment {
    fn default() -> Self {
        Self::to(Target::Nothing)
    }
}

impl Assignment {
    /// Largest factor, to both sides.
    pub const MAX_RANGE: f32 = 4.0;

    /// Most volts that are added, to both sides.
    pub const MAX_OFFSET_V: f32 = 15.0;

    /// An input that moves `target` over its whole range.
    #[must_use]
    pub const fn to(target: Target) -> Self {
        Self { target, range: 1.0, offset_v: 0.0 }
    }

    /// With every number in range; what is not a number becomes neutral. Real-time safe.
    #[must_use]
    pub fn sanitised(&self) -> Self {
        let range = within(self.range, -Self::MAX_RANGE, Self::MAX_RANGE, 1.0);
        let offset_v = within(self.offset_v, -Self::MAX_OFFSET_V, Self::MAX_OFFSET_V, 0.0);
        Self { target: self.target, range, offset_v }
    }
}

/// What a gate does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum GateTarget {
    /// Nothing: the gate is free.
    #[default]
    Nothing,
    /// A rising edge starts a hit.
    Trigger,
    /// While it is high, the sound is frozen.
    Freeze,
    /// A rising edge starts a hit that goes on while the gate is high, and comes to its end afterwards.
    Sustain,
}

impl GateTarget {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 4] = [Self::Nothing, Self::Trigger, Self::Freeze, Self::Sustain];

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
            Self::Trigger => "trigger",
            Self::Freeze => "freeze",
            Self::Sustain => "sustain",
        }
    }
}

/// Volts that a target gets: those of all inputs assigned to it, added; its rest where there is none. Real-time safe.
fn volts_at(target: Target, assignments: &[Assignment; 4], frame: &ControlFrame) -> f32 {
    let mut sum = None;
    for (assignment, volts) in assignments.iter().zip(frame.cv) {
        if assignment.target == target {
            sum = Some(sum.unwrap_or(0.0) + volts * assignment.range + assignment.offset_v);
        }
    }
    sum.unwrap_or(target.law().rest_volts)
}

/// The value of a target under these controls, in its law's unit. Real-time safe.
#[must_use]
pub fn read(target: Target, assignments: &[Assignment; 4], frame: &ControlFrame) -> f32 {
    target.law().apply(volts_at(target, assignments, frame))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: ControlFrame = ControlFrame { cv: [1.0, 2.0, -3.0, 4.0], level: 1.0 };

    #[test]
    fn inputs_at_one_target_add_up_and_a_free_target_rests() {
        let mut assignments = [Assignment::to(Target::Pitch); 4];
        assignments[1] = Assignment { target: Target::Pitch, range: -0.5, offset_v: 0.25 };
        assignments[3] = Assignment::to(Target::Level);
        let semitones = read(Target::Pitch, &assignments, &FRAME);
        assert!((semitones - 12.0 * (1.0 - 1.0 + 0.25 - 3.0)).abs() < 1e-4, "{semitones}");
        assert_eq!(read(Target::Morph, &assignments, &FRAME), 0.0);
        assert!((read(Target::Level, &assignments, &FRAME) - 0.9).abs() < 1e-6);
    }

    #[test]
    fn what_is_not_a_number_becomes_neutral() {
        let broken = Assignment { target: Target::Morph, range: f32::NAN, offset_v: f32::INFINITY };
        assert_eq!(broken.sanitised(), Assignment { target: Target::Morph, range: 1.0, offset_v: 15.0 });
    }
}
