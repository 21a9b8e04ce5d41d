//! A preset: everything that makes a sound, to be kept in a file, in a link, or in a browser's storage.
//!
//! The same preset with the same bank gives the same samples on every host: [`offline`](crate::offline) renders them.
//! [`json`](Preset::to_json) is the form for files and people, [`link`](Preset::to_fragment) the short one for addresses.

mod compact;
mod error;
mod json;
mod link;
mod sound;

pub use error::PresetError;
pub use json::MAX_FILE_BYTES;
pub use link::MAX_LINK_CHARS;
pub use sound::{OwnSound, Sound};

use crate::bank::Catalogue;
use crate::control::{Settings, within};
use crate::descriptors::DescriptorCurve;
use crate::sources::{Gesture, Patch};
use serde::{Deserialize, Serialize};

/// The format of a preset without anything that an older Neurorack would read as another sound.
pub const VERSION: u32 = 1;

/// The format of a preset with a gesture, the newest that is read.
const GESTURE_VERSION: u32 = 2;

/// Longest name, in characters.
pub const MAX_NAME_CHARS: usize = 80;

/// Softest volume in decibels, which is silence, and the loudest.
const VOLUME_DB: [f32; 2] = [-60.0, 0.0];

/// The volume at first, in decibels, and that of a preset that says none.
pub const USUAL_VOLUME_DB: f32 = -9.0;

/// Everything that makes a sound.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Preset {
    /// The format: [`VERSION`], or the next with a gesture.
    #[serde(rename = "neurorack_preset")]
    pub version: u32,
    /// What a person calls it; at most [`MAX_NAME_CHARS`] characters.
    pub name: String,
    /// The bank that it was made with.
    pub bank: BankMark,
    /// F1 and F2.
    pub sounds: [Sound; 2],
    /// Output level in decibels, -60 (silence) to 0.
    #[serde(default = "usual_volume_db")]
    pub volume_db: f32,
    /// What the menu sets.
    #[serde(default)]
    pub settings: Settings,
    /// What is set at the sources; its knobs are those of CV 1 to CV 4.
    #[serde(default)]
    pub patch: Patch,
    /// A movement of the hand that goes round on the XY pad.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gesture: Option<Gesture>,
}

/// Which bank: its name for people, and the beginning of its hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankMark {
    /// The name on its card.
    pub name: String,
    /// First eight bytes of the file's SHA-256, as [`PreparedBank::serial`](crate::PreparedBank::serial) has them from
    /// its lowest byte up; sixteen hexadecimal digits in files.
    #[serde(with = "json::hex")]
    pub hash: [u8; 8],
}

impl BankMark {
    /// The mark of a bank.
    #[must_use]
    pub fn of(bank: &impl AsRef<Catalogue>) -> Self {
        let bank = bank.as_ref();
        let hash = bank.hash();
        Self { name: tidy(&bank.card().name), hash: std::array::from_fn(|byte| hash[byte]) }
    }

    /// The hash as it is written.
    #[must_use]
    pub fn digits(&self) -> String {
        json::hex::digits(&self.hash)
    }
}

impl Preset {
    /// The preset with every value in range and every name short enough; what comes out of a file or a link already is.
    #[must_use]
    pub fn sanitised(self) -> Self {
        let [softest, loudest] = VOLUME_DB;
        let volume = self.volume_db;
        Self {
            version: if self.gesture.is_some() { GESTURE_VERSION } else { VERSION },
            name: tidy(&self.name),
            bank: BankMark { name: tidy(&self.bank.name), ..self.bank },
            sounds: self.sounds.map(Sound::sanitised),
            volume_db: within(volume, softest, loudest, USUAL_VOLUME_DB),
            settings: self.settings.sanitised(),
            patch: self.patch.sanitised(),
            gesture: self.gesture,
        }
    }

    /// The volume as a factor on the samples.
    #[must_use]
    pub fn level(&self) -> f32 {
        level(f64::from(self.volume_db))
    }

    /// Whether this is the bank that the preset was made with.
    ///
    /// # Errors
    /// With both names, where it is another: the preset sounds different with it.
    pub fn check_bank(&self, bank: &impl AsRef<Catalogue>) -> Result<(), PresetError> {
        let has = BankMark::of(bank);
        if has.hash == self.bank.hash {
            return Ok(());
        }
        Err(PresetError::Bank {
            needs: self.bank.name.clone(),
            needs_hash: self.bank.digits(),
            has: has.name.clone(),
            has_hash: has.digits(),
        })
    }

    /// The curves of F1 and F2. Where another bank has a set of the same name, this is taken.
    ///
    /// # Errors
    /// When the bank has no set of that name.
    pub fn curves(&self, bank: &impl AsRef<Catalogue>) -> Result<[DescriptorCurve; 2], PresetError> {
        let [first, second] = &self.sounds;
        let bank = bank.as_ref();
        Ok([first.curve(bank)?, second.curve(bank)?])
    }
}

/// A volume in decibels as a factor on the samples: the same on every host.
#[must_use]
pub fn level(volume_db: f64) -> f32 {
    if volume_db <= f64::from(VOLUME_DB[0]) { 0.0 } else { libm::pow(10.0, volume_db / 20.0) as f32 }
}

fn usual_volume_db() -> f32 {
    USUAL_VOLUME_DB
}

/// A name in one line of at most [`MAX_NAME_CHARS`] characters.
fn tidy(name: &str) -> String {
    let kept: String = name.chars().filter(|character| !character.is_control()).take(MAX_NAME_CHARS).collect();
    kept.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bank::{ModelBank, test_bank};

    /// A preset of a test bank: a factory set and one of the user's own.
    pub(super) fn example(bank: &ModelBank) -> Preset {
        let own = bank.factory()[0].in_16_bits();
        Preset {
            version: VERSION,
            name: "Anvil, at night".into(),
            bank: BankMark::of(bank),
            sounds: [Sound::factory(bank, 1), Sound::Own(OwnSound::new("Door", own))],
            volume_db: -6.5,
            settings: Settings { seed: 77, voices: 16, ..Settings::default() },
            patch: Patch { tempo_bpm: 99.5, ..Patch::default() },
            gesture: None,
        }
    }

    #[test]
    fn another_bank_is_named_and_gives_its_sets_of_the_same_names() {
        let [mine, other] = [1, 2].map(test_bank::small);
        let preset = example(&mine);
        assert_eq!(preset.check_bank(&mine), Ok(()));
        let error = preset.check_bank(&other).expect_err("another bank");
        let sentence = error.to_string();
        assert!(sentence.contains(&preset.bank.digits()) && sentence.contains("load"), "{sentence}");
        let curves = preset.curves(&other).expect("its sets have the same names");
        assert_eq!(curves[0], other.factory()[1]);
        assert_eq!(curves[1], mine.factory()[0].in_16_bits());
    }

    #[test]
    fn a_set_that_the_bank_lacks_is_named() {
        let bank = test_bank::small(1);
        let mut preset = example(&bank);
        preset.sounds[1] = Sound::Factory { index: 7, name: "Gong".into() };
        let sentence = preset.curves(&bank).expect_err("no such set").to_string();
        assert!(sentence.contains("Gong") && sentence.contains("Random weights"), "{sentence}");
    }

    #[test]
    fn the_mark_is_the_serial_and_the_beginning_of_the_hash() {
        let bank = test_bank::small(1);
        let mark = BankMark::of(&bank);
        assert_eq!(u64::from_le_bytes(mark.hash), bank.prepare(44_100).serial());
        let digits: String = bank.hash()[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(mark.digits(), digits);
    }

    #[test]
    fn what_is_out_of_range_is_put_right() {
        let bank = test_bank::small(1);
        let wild = Preset { name: format!(" \u{7}{} ", "x".repeat(200)), volume_db: f32::NAN, ..example(&bank) };
        let tamed = wild.sanitised();
        assert_eq!(tamed.name, "x".repeat(MAX_NAME_CHARS - 1));
        assert_eq!(tamed.volume_db, -9.0);
        assert_eq!(tamed.clone().sanitised(), tamed);
    }

    #[test]
    fn the_softest_volume_is_silence() {
        assert_eq!([-60.0, -20.0, 0.0].map(level), [0.0, 0.1, 1.0]);
    }
}
