//! What this browser keeps about MIDI from visit to visit.

use super::{Learned, MOST_BEND_SEMITONES};
use crate::storage;
use serde::{Deserialize, Serialize};

/// The name under which it is kept.
const PLACE: &str = "neurorack.midi";

/// What is kept.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Kept {
    /// Whether MIDI was in use.
    pub(super) used: bool,
    /// The channel that is listened to, from 0; all where there is none.
    pub(super) channel: Option<u8>,
    pub(super) follows_clock: bool,
    /// Semitones of the pitch bend to each side; the usual ones where there is none.
    pub(super) bend_semitones: Option<u8>,
    pub(super) learned: Learned,
}

impl Kept {
    /// What was kept last; nothing where there is nothing, or nothing that can be read.
    pub(super) fn read() -> Self {
        storage::text(PLACE).map_or_else(Self::default, |text| Self::parse(&text))
    }

    fn parse(text: &str) -> Self {
        let kept: Self = serde_json::from_str(text).unwrap_or_default();
        Self {
            channel: kept.channel.filter(|&channel| channel < 16),
            bend_semitones: kept.bend_semitones.filter(|&semitones| semitones <= MOST_BEND_SEMITONES),
            learned: kept.learned.sanitised(),
            ..kept
        }
    }

    /// Keeps it; where the browser has no room or no storage, it lasts as long as the page.
    pub(super) fn write(&self) {
        storage::write(PLACE, self);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn whatever_was_kept_is_read_without_harm(text in "\\PC{0,80}", channel in any::<u8>(), controller in any::<u8>()) {
            Kept::parse(&text);
            let kept = Kept::parse(&format!(r#"{{"channel":{channel},"learned":{{"CV 2":{controller}}}}}"#));
            prop_assert!(kept.channel.is_none_or(|channel| channel < 16));
            prop_assert_eq!(Kept::parse(&serde_json::to_string(&kept).unwrap()), kept);
        }
    }
}
