//! What is chosen for rendering, and what is known of the graphics card.

use serde::{Deserialize, Serialize};

/// Who renders the sounds of the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) enum Choice {
    /// The graphics card where it is quicker, the processor otherwise.
    #[default]
    Automatic,
    /// The processor alone: the card's part of the page is not fetched.
    Processor,
    /// The graphics card wherever there is one.
    Card,
}

impl Choice {
    pub(crate) const ALL: [Self; 3] = [Self::Automatic, Self::Processor, Self::Card];

    /// What lists call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Automatic => "whichever is quicker",
            Self::Processor => "the processor",
            Self::Card => "the graphics card",
        }
    }

    /// The choice of this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.name() == name)
    }
}

/// How the graphics card stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Standing {
    /// Nobody wanted it yet.
    Unasked,
    /// It is being fetched and tried.
    Fetching,
    /// It renders; seconds of sound in a second, and the largest difference from the engine as a share of the peak.
    Renders { speed: f64, difference: f64 },
    /// It works, and the processor is as quick.
    Slower { speed: f64 },
    /// It cannot be had, or failed; whether it is tried again by itself.
    Lost { why: String, again: bool },
}

impl Standing {
    /// In a line of the statistics.
    pub(crate) fn describe(&self, choice: Choice) -> String {
        match self {
            _ if choice == Choice::Processor => "left out".into(),
            Self::Unasked => "not wanted yet".into(),
            Self::Fetching => "is being fetched and tried".into(),
            Self::Renders { speed, difference } => {
                format!("renders {speed:.0} s of sound in a second, {difference:.0e} off the engine")
            }
            Self::Slower { speed } => format!("renders {speed:.0} s of sound in a second: the processor is as quick"),
            Self::Lost { why, again: true } => format!("{why}. It is tried again soon"),
            Self::Lost { why, again: false } => format!("{why}. Choose it once more to try it again"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_are_found_by_their_names() {
        for choice in Choice::ALL {
            assert_eq!(Choice::named(choice.name()), Some(choice));
        }
        assert_eq!(Choice::named("the moon"), None);
    }

    #[test]
    fn a_failure_says_whether_something_is_to_be_done() {
        let lost = |again| Standing::Lost { why: "it stopped".into(), again }.describe(Choice::Automatic);
        assert_eq!(lost(true), "it stopped. It is tried again soon");
        assert_eq!(lost(false), "it stopped. Choose it once more to try it again");
    }
}
