//! What is known of takes, and what is said of them.

use leptos::prelude::*;

/// Least that a shown age changes by, in milliseconds.
const SHOWN_MS: f64 = 100.0;

/// How the takes of the bank that plays stand.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Play {
    /// Whether the graphics card renders.
    pub(crate) card: bool,
    /// Largest difference from the golden hit, as a share of its peak.
    pub(crate) difference: f64,
    /// How long the last take took, in milliseconds.
    pub(crate) took_ms: f64,
    /// How long ago the take that is played was asked for, in milliseconds; none while the first is rendered.
    pub(crate) age_ms: Option<f64>,
    /// For how long the controls have stood elsewhere than it was rendered for, in milliseconds.
    pub(crate) behind_ms: Option<f64>,
}

/// What the page shows of it. `Copy`; a part of the desk.
#[derive(Clone, Copy)]
pub(crate) struct Standing {
    /// Takes of the bank that plays; none where its network is streamed.
    pub(crate) play: RwSignal<Option<Play>>,
    /// Why the graphics card does not render them, where it was tried.
    pub(crate) card: RwSignal<Option<String>>,
    /// The take that coming hits play, as the engine says; 0 where it is none.
    pub(crate) coming: StoredValue<u32>,
}

impl Standing {
    pub(crate) fn new() -> Self {
        Self { play: RwSignal::new(None), card: RwSignal::new(None), coming: StoredValue::new(0) }
    }

    /// Shows this, where it reads otherwise than what is shown.
    pub(crate) fn show(self, play: Play) {
        let play = Play {
            age_ms: play.age_ms.map(|ms| (ms / SHOWN_MS).round() * SHOWN_MS),
            behind_ms: play.behind_ms.map(|ms| (ms / SHOWN_MS).round() * SHOWN_MS),
            ..play
        };
        if self.play.with_untracked(|shown| shown.as_ref() != Some(&play)) {
            self.play.set(Some(play));
        }
    }
}

impl Play {
    /// Who renders, in a few words.
    pub(crate) fn rendered_by(&self) -> String {
        let by = if self.card { "the graphics card" } else { "the processor" };
        match self.age_ms {
            None => format!("{by}, the first sound is on its way"),
            Some(_) => format!("{by}, in {}", seconds(self.took_ms)),
        }
    }

    /// How old what plays is, in a few words.
    pub(crate) fn age(&self) -> String {
        match (self.age_ms, self.behind_ms) {
            (None, _) => "until then the bank before plays".into(),
            (Some(age_ms), None) => format!("{} old, as the controls stand", seconds(age_ms)),
            (Some(age_ms), Some(behind_ms)) => {
                format!("{} old, {} behind the controls", seconds(age_ms), seconds(behind_ms))
            }
        }
    }
}

/// A time as finely as it is of use.
fn seconds(ms: f64) -> String {
    if ms < 950.0 { format!("{ms:.0} ms") } else { format!("{:.1} s", ms / 1_000.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: Play = Play { card: false, difference: 1e-5, took_ms: 1_234.0, age_ms: None, behind_ms: None };

    #[test]
    fn ages_are_said_as_finely_as_they_are_of_use() {
        assert_eq!(FIRST.rendered_by(), "the processor, the first sound is on its way");
        assert_eq!(FIRST.age(), "until then the bank before plays");
        let here = Play { age_ms: Some(300.0), ..FIRST };
        assert_eq!(
            (here.rendered_by(), here.age()),
            ("the processor, in 1.2 s".into(), "300 ms old, as the controls stand".into())
        );
        let behind = Play { card: true, took_ms: 40.0, age_ms: Some(2_500.0), behind_ms: Some(100.0), ..FIRST };
        assert_eq!(behind.rendered_by(), "the graphics card, in 40 ms");
        assert_eq!(behind.age(), "2.5 s old, 100 ms behind the controls");
    }
}
