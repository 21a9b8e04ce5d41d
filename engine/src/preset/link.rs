//! Presets in addresses: compact bytes, deflated, in the letters that a link may have.

use super::{Preset, PresetError, compact};
use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use miniz_oxide::deflate::compress_to_vec_zlib;
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_zlib_with_limit};

/// Longest link that is looked at: two curves of 4 s of noise have half of it.
pub const MAX_LINK_CHARS: usize = 64 << 10;

/// What stands before a preset in an address's fragment.
const KEY: &str = "p=";

/// Effort of the compression: the best for its size.
const EFFORT: u8 = 9;

/// Letters, digits, `-` and `_`; the last letter may have bits to spare, as after a cut: then the deflated bytes tell.
const LETTERS: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

impl Preset {
    /// What stands behind the `#` of an address that is this preset.
    #[must_use]
    pub fn to_fragment(&self) -> String {
        let bytes = compact::write(&self.clone().sanitised());
        format!("{KEY}{}", LETTERS.encode(compress_to_vec_zlib(&bytes, EFFORT)))
    }

    /// Reads the preset in a link: a whole address, or its fragment with or without the `#`.
    ///
    /// # Errors
    /// When there is none, or one that this version cannot read; the error says what to do.
    pub fn from_link(link: &str) -> Result<Self, PresetError> {
        if link.len() > MAX_LINK_CHARS {
            return Err(PresetError::TooLong { chars: link.len(), limit: MAX_LINK_CHARS });
        }
        let letters = letters(link).ok_or(PresetError::NoPreset)?;
        let deflated = LETTERS.decode(letters).map_err(|why| match why {
            base64::DecodeError::InvalidByte(..) => PresetError::Damaged,
            _ => PresetError::CutOff,
        })?;
        let bytes =
            decompress_to_vec_zlib_with_limit(&deflated, compact::MAX_BYTES).map_err(|why| match why.status {
                TINFLStatus::FailedCannotMakeProgress | TINFLStatus::NeedsMoreInput => PresetError::CutOff,
                _ => PresetError::Damaged,
            })?;
        Ok(compact::read(&bytes)?.sanitised())
    }

    /// Whether a text is meant as a link to a preset, rather than as the name of a file.
    #[must_use]
    pub fn is_link(text: &str) -> bool {
        letters(text).is_some()
    }
}

/// The letters of the preset in a link, without what a text around it may have left at its end.
fn letters(link: &str) -> Option<&str> {
    let link = link.trim();
    let fragment = link.split_once('#').map_or(link, |(_, fragment)| fragment);
    // Some programs write the sign between name and value by its number.
    let letters = fragment.strip_prefix(KEY).or_else(|| fragment.strip_prefix("p%3D"))?;
    Some(letters.trim_end_matches(|letter: char| !(letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_'))))
}

#[cfg(test)]
mod tests {
    use super::super::tests::example;
    use super::*;
    use crate::bank::test_bank;

    #[test]
    fn a_link_is_the_preset_that_was_shared_however_it_is_pasted() {
        let preset = example(&test_bank::small(1));
        let fragment = preset.to_fragment();
        for link in [
            fragment.clone(),
            format!("#{fragment}"),
            format!("https://neurorack.example/play/?x=1#{fragment}"),
            format!(" <https://neurorack.example/#{fragment}>.\n"),
            format!("https://neurorack.example/#{}==", fragment.replace("p=", "p%3D")),
        ] {
            assert_eq!(Preset::from_link(&link), Ok(preset.clone()), "{link}");
        }
    }

    #[test]
    fn a_link_that_was_cut_anywhere_says_so() {
        let fragment = example(&test_bank::small(1)).to_fragment();
        for length in KEY.len()..fragment.len() {
            assert_eq!(Preset::from_link(&fragment[..length]), Err(PresetError::CutOff), "after {length} letters");
        }
    }

    #[test]
    fn a_changed_letter_makes_no_other_preset() {
        let preset = example(&test_bank::small(1));
        let fragment = preset.to_fragment();
        for place in (KEY.len()..fragment.len() - 1).step_by(7) {
            let letter = if fragment.as_bytes()[place] == b'A' { "B" } else { "A" };
            let changed = format!("{}{letter}{}", &fragment[..place], &fragment[place + 1..]);
            match Preset::from_link(&changed) {
                // Between the packed bits and their sum lie up to seven that say nothing.
                Ok(found) => assert_eq!(found, preset, "letter {place}"),
                Err(PresetError::Damaged | PresetError::CutOff) => {}
                Err(error) => panic!("letter {place}: {error}"),
            }
        }
    }

    #[test]
    fn what_is_no_link_is_named() {
        for link in ["", "kick.json", "https://neurorack.example/", "https://neurorack.example/#top"] {
            assert_eq!(Preset::from_link(link), Err(PresetError::NoPreset), "{link}");
            assert!(!Preset::is_link(link), "{link}");
        }
        assert_eq!(Preset::from_link("#p=a+b"), Err(PresetError::Damaged));
        let long = format!("#p={}", "A".repeat(MAX_LINK_CHARS));
        assert!(matches!(Preset::from_link(&long), Err(PresetError::TooLong { .. })));
    }

    #[test]
    fn a_bomb_is_not_unpacked() {
        let bomb = LETTERS.encode(compress_to_vec_zlib(&vec![0; 8 << 20], EFFORT));
        assert_eq!(Preset::from_link(&format!("p={bomb}")), Err(PresetError::Damaged));
    }
}
