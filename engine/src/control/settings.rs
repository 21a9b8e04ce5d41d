//! What the menu sets: assignments, freeze, variation, voices, seed.

use super::{Assignment, GateTarget, Target, within};
use crate::descriptors::Descriptors;

/// Everything about the instrument that is neither sound set nor voltage. Sound, bank and these give the same samples.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Settings {
    /// What CV 1 to CV 4 move.
    pub cv: [Assignment; 4],
    /// What Gate 1 and Gate 2 do.
    pub gates: [GateTarget; 2],
    /// Length of the frozen loop in milliseconds, 50 to 100.
    pub freeze_ms: f32,
    /// Which descriptors vary, in [`Descriptors`]' order.
    pub vary: [bool; Descriptors::COUNT],
    /// Hits that sound at a time: 8 or 16.
    pub voices: u8,
    /// Seed of every random draw.
    pub seed: u64,
}

impl Default for Settings {
    /// As printed on the panel; every descriptor varies.
    fn default() -> Self {
        Self {
            cv: [Target::Morph, Target::Scrub, Target::Transient, Target::Variation].map(Assignment::to),
            gates: [GateTarget::Trigger, GateTarget::Freeze],
            freeze_ms: 80.0,
            vary: [true; Descriptors::COUNT],
            voices: Self::VOICES[0],
            seed: 1,
        }
    }
}

impl Settings {
    /// Numbers of voices to choose from.
    pub const VOICES: [u8; 2] = [8, 16];

    /// Shortest and longest frozen loop in milliseconds.
    pub const FREEZE_MS: [f32; 2] = [50.0, 100.0];

    /// Bytes of [`Settings::to_bytes`].
    pub const BYTES: usize = 4 * 9 + 2 + 1 + 1 + 4 + 8;

    /// With every number in range. Real-time safe.
    #[must_use]
    pub fn sanitised(&self) -> Self {
        let [shortest, longest] = Self::FREEZE_MS;
        let [few, many] = Self::VOICES;
        Self {
            cv: self.cv.map(|assignment| assignment.sanitised()),
            freeze_ms: within(self.freeze_ms, shortest, longest, Self::default().freeze_ms),
            voices: if self.voices > few { many } else { few },
            ..*self
        }
    }

    /// The settings as bytes, little-endian: per CV its target `u8`, range and offset `f32`; the gates' targets `u8`; a bit
    /// for each descriptor that varies; voices `u8`; freeze in milliseconds `f32`; seed `u64`.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        let mut at = 0;
        let mut put = |part: &[u8]| {
            bytes[at..at + part.len()].copy_from_slice(part);
            at += part.len();
        };
        for Assignment { target, range, offset_v } in self.cv {
            put(&[target as u8]);
            put(&range.to_le_bytes());
            put(&offset_v.to_le_bytes());
        }
        put(&self.gates.map(|gate| gate as u8));
        let vary = self.vary.iter().enumerate().map(|(bit, &varies)| u8::from(varies) << bit).sum::<u8>();
        put(&[vary, self.voices]);
        put(&self.freeze_ms.to_le_bytes());
        put(&self.seed.to_le_bytes());
        bytes
    }

    /// The settings in these bytes, sanitised; `None` when a target does not exist. Real-time safe.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; Self::BYTES]) -> Option<Self> {
        let float = |at: usize| f32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        let mut cv = [Assignment::default(); 4];
        for (index, assignment) in cv.iter_mut().enumerate() {
            let at = 9 * index;
            let target = Target::from_number(bytes[at])?;
            *assignment = Assignment { target, range: float(at + 1), offset_v: float(at + 5) };
        }
        let gates = [GateTarget::from_number(bytes[36])?, GateTarget::from_number(bytes[37])?];
        let vary = std::array::from_fn(|bit| bytes[38] >> bit & 1 == 1);
        let seed = u64::from_le_bytes(*bytes.last_chunk()?);
        Some(Self { cv, gates, freeze_ms: float(40), vary, voices: bytes[39], seed }.sanitised())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn settings_survive_the_journey() {
        let settings = Settings {
            cv: [
                Assignment { target: Target::Pitch, range: -0.5, offset_v: 1.25 },
                Assignment::to(Target::FreezeSpread),
                Assignment::default(),
                Assignment::to(Target::Brightness),
            ],
            gates: [GateTarget::Freeze, GateTarget::Nothing],
            freeze_ms: 62.5,
            vary: [true, false, true, false, false, true, true],
            voices: 16,
            seed: 0xFEDC_BA98_7654_3210,
        };
        assert_eq!(Settings::from_bytes(&settings.to_bytes()), Some(settings));
        assert_eq!(Settings::from_bytes(&Settings::default().to_bytes()), Some(Settings::default()));
    }

    #[test]
    fn bytes_are_pinned() {
        // Presets and the worklet read them: append rather than change.
        let bytes = Settings::default().to_bytes();
        assert_eq!(bytes[..9], [1, 0, 0, 0x80, 0x3F, 0, 0, 0, 0]);
        assert_eq!(bytes[36..], [1, 2, 0x7F, 8, 0, 0, 0xA0, 0x42, 1, 0, 0, 0, 0, 0, 0, 0]);
    }

    proptest! {
        #[test]
        fn any_bytes_give_settings_in_range_or_none(bytes in prop::array::uniform32(any::<u8>()), rest in prop::array::uniform20(any::<u8>())) {
            let mut whole = [0; Settings::BYTES];
            whole[..32].copy_from_slice(&bytes);
            whole[32..].copy_from_slice(&rest);
            if let Some(settings) = Settings::from_bytes(&whole) {
                prop_assert_eq!(settings, settings.sanitised());
            }
        }
    }
}
