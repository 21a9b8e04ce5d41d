//! Presets in files: JSON that people can read.

use super::{GESTURE_VERSION, Preset, PresetError};
use serde::Deserialize;

/// Largest file that is read: two curves of 4 s, written out in full, have a fifth of it.
pub const MAX_FILE_BYTES: usize = 1 << 20;

/// What tells a preset from other JSON.
#[derive(Deserialize)]
struct Head {
    neurorack_preset: u32,
}

impl Preset {
    /// The preset as text for a file.
    #[must_use]
    // Compiled where it is used: the page wants it small, not fast.
    #[inline]
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string(&self.clone().sanitised()).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Reads what [`to_json`](Self::to_json) wrote, possibly edited; every value is put in range.
    ///
    /// # Errors
    /// When this is no preset, or one that this version cannot read; the error says what to do.
    // As above.
    #[inline]
    pub fn from_json(bytes: &[u8]) -> Result<Self, PresetError> {
        if bytes.len() > MAX_FILE_BYTES {
            return Err(PresetError::TooLarge { bytes: bytes.len(), limit: MAX_FILE_BYTES });
        }
        let text = std::str::from_utf8(bytes).map_err(|_| PresetError::Foreign)?;
        let head: Head = serde_json::from_str(text).map_err(|_| PresetError::Foreign)?;
        check_version(head.neurorack_preset)?;
        let preset: Self = serde_json::from_str(text).map_err(|why| PresetError::Value { reason: why.to_string() })?;
        Ok(preset.sanitised())
    }
}

/// Whether this version's presets can be read.
pub(super) fn check_version(found: u32) -> Result<(), PresetError> {
    let readable = GESTURE_VERSION;
    if (1..=readable).contains(&found) { Ok(()) } else { Err(PresetError::Newer { found, readable }) }
}

/// Eight bytes as sixteen hexadecimal digits.
pub(super) mod hex {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn digits(bytes: &[u8; 8]) -> String {
        format!("{:016x}", u64::from_be_bytes(*bytes))
    }

    pub(crate) fn serialize<S: Serializer>(bytes: &[u8; 8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&digits(bytes))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 8], D::Error> {
        let text = String::deserialize(deserializer)?;
        let number = Some(&text).filter(|text| text.len() == 16 && !text.starts_with('+'));
        let number = number.and_then(|text| u64::from_str_radix(text, 16).ok());
        number.map(u64::to_be_bytes).ok_or_else(|| serde::de::Error::custom("a bank's hash has 16 hexadecimal digits"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::example;
    use super::*;
    use crate::bank::test_bank;

    #[test]
    fn a_file_is_the_preset_that_was_written() {
        let preset = example(&test_bank::small(1));
        let text = preset.to_json();
        assert!(text.starts_with(r#"{"neurorack_preset":1,"name":"Anvil, at night","bank":{"name":"#), "{text}");
        assert_eq!(Preset::from_json(text.as_bytes()), Ok(preset));
    }

    #[test]
    fn what_is_no_preset_gets_a_sentence() {
        let text = example(&test_bank::small(1)).to_json();
        let changed = |from: &str, to: &str| {
            assert!(text.contains(from), "{from} is in {text}");
            text.replacen(from, to, 1)
        };
        for (text, says) in [
            (String::new(), "no preset of Neurorack"),
            ("[1,2]".into(), "no preset of Neurorack"),
            (r#"{"name":"a tune"}"#.into(), "no preset of Neurorack"),
            (text[..text.len() / 2].to_owned(), "no preset of Neurorack"),
            (changed("\"neurorack_preset\":1", "\"neurorack_preset\":9"), "format 9"),
            (changed("\"morph\"", "\"brain\""), "brain"),
            (changed("\"rms\":[", "\"rms\":[0.5,"), "values of"),
            (changed("\"timbre\":[", "\"timbre\":[0.5,"), "timbre"),
            (changed("\"hash\":\"", "\"hash\":\"0"), "16 hexadecimal digits"),
            (changed("\"volume_db\":-6.5", "\"volume_db\":\"loud\""), "loud"),
            (" ".repeat(MAX_FILE_BYTES + 1), "more than"),
        ] {
            let error = Preset::from_json(text.as_bytes()).expect_err(says);
            assert!(error.to_string().contains(says), "{says}: {error}");
        }
    }

    #[test]
    fn a_preset_without_sources_and_settings_is_read() {
        let preset = example(&test_bank::small(1));
        let text = preset.to_json();
        let [start, end] = [r#","volume_db""#, "}\n"].map(|mark| text.rfind(mark).expect("it is there"));
        let short = format!("{}{}", &text[..start], &text[end..]);
        let read = Preset::from_json(short.as_bytes()).expect("what is left out is as usual");
        assert_eq!((read.volume_db, read.settings), (-9.0, crate::Settings::default()));
        assert_eq!(read.sounds, preset.sounds);
    }
}
