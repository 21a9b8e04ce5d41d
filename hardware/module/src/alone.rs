//! What the display shows while no host draws on it.

use core::fmt::Write;

use neurorack_panel::{Alone as Scene, CheckRow, Pixels, Tick, View};
use neurorack_protocol::host::{PICTURE_BYTES, Screen as Difference};
use neurorack_protocol::{Check, Checklist, Cv, Mismatch, Outcome, Rectangle, Version, volts};

/// For how long the name is shown.
const SPLASH_MS: u32 = 1_500;

/// How the module stands, as its own screen shows it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing {
    pub(crate) cv: Cv,
    pub(crate) is_calibrated: bool,
    pub(crate) mismatch: Option<Mismatch>,
    pub(crate) up_ms: u32,
    /// The factory test, while it runs.
    pub(crate) test: Option<Checklist>,
}

/// Draws the module's own screen and follows what of it the display shows.
pub struct Alone {
    pixels: Pixels,
    difference: Difference,
    version: &'static str,
}

impl Alone {
    /// Nothing drawn yet; `version` is the firmware's.
    #[must_use]
    pub fn new(version: &'static str) -> Self {
        Self { pixels: Pixels::new(), difference: Difference::new(), version }
    }

    /// Draws how the module stands.
    pub fn draw(&mut self, standing: &Standing) {
        let cv_volts = standing.cv.steps.map(volts);
        let view = View { cv_volts, gates: standing.cv.gates.high, version: self.version, ..View::default() };
        if let Some(list) = standing.test {
            let Ok(()) = draw_test(&list, &view, &mut self.pixels);
            return;
        }
        let mut sentence = heapless::String::<128>::new();
        let scene = match standing.mismatch {
            Some(mismatch) => {
                // The longest sentence has 95 characters.
                let _ = explain(mismatch, &mut sentence);
                Scene::Problem(&sentence)
            }
            None if standing.up_ms < SPLASH_MS => Scene::Splash,
            None => Scene::Monitor { uncalibrated: !standing.is_calibrated },
        };
        // Memory takes every pixel.
        let Ok(()) = scene.draw(&view, &mut self.pixels);
    }

    /// The next piece to put on the screen; `None` once it shows what was drawn.
    pub fn take(&mut self) -> Option<Rectangle> {
        let picture: &[u8; PICTURE_BYTES] = self.pixels.data();
        self.difference.next(picture)
    }

    /// A host drew over it.
    pub fn forget(&mut self) {
        self.difference.forget();
    }
}

/// Rows of the factory test, as the panel has its parts from top to bottom.
fn draw_test(list: &Checklist, view: &View<'_>, pixels: &mut Pixels) -> Result<(), core::convert::Infallible> {
    let tick = |check: Check| match list.outcome(check) {
        Outcome::Open => Tick::Open,
        Outcome::Passed => Tick::Passed,
        Outcome::Failed => Tick::Failed,
    };
    let [zero_1, zero_2, zero_3, zero_4] = Check::ZEROS.map(tick);
    let [plug_1, plug_2, plug_3, plug_4] = Check::PLUGS.map(tick);
    let [gate_1, gate_2] = Check::GATES.map(tick);
    let rows = [
        CheckRow { name: "Board", items: &[("screen", tick(Check::Screen)), ("flash", tick(Check::Flash))] },
        CheckRow { name: "0 V", items: &[("1", zero_1), ("2", zero_2), ("3", zero_3), ("4", zero_4)] },
        CheckRow { name: "Plug", items: &[("1", plug_1), ("2", plug_2), ("3", plug_3), ("4", plug_4)] },
        CheckRow { name: "Gate", items: &[("1", gate_1), ("2", gate_2)] },
        CheckRow {
            name: "Turn",
            items: &[("left", tick(Check::Left)), ("right", tick(Check::Right)), ("push", tick(Check::Push))],
        },
    ];
    Scene::Test(&rows).draw(view, pixels)
}

fn explain(mismatch: Mismatch, sentence: &mut impl Write) -> core::fmt::Result {
    let (theirs, ours) = (mismatch.theirs, Version::OURS);
    let older = if theirs > ours { "the module's firmware" } else { "the program on the host" };
    write!(sentence, "The host speaks protocol {theirs}, this module {ours}: update {older}.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use neurorack_protocol::Gates;
    use std::string::String;

    fn standing() -> Standing {
        Standing { cv: Cv::default(), is_calibrated: true, mismatch: None, up_ms: 5_000, test: None }
    }

    #[test]
    fn a_gate_that_rises_changes_few_columns() {
        let mut alone = Alone::new("0.1.0");
        alone.draw(&standing());
        assert_eq!(core::iter::from_fn(|| alone.take()).count(), 8, "at first all pages");
        let gates = Gates { high: [true, false], rises: [1, 0] };
        alone.draw(&Standing { cv: Cv { gates, ..Cv::default() }, ..standing() });
        let pieces: std::vec::Vec<Rectangle> = core::iter::from_fn(|| alone.take()).collect();
        let bytes: usize = pieces.iter().map(|piece| piece.bytes.len()).sum();
        assert!((1..=20).contains(&bytes), "{pieces:?}");
    }

    #[test]
    fn the_older_side_is_told_to_update() {
        for (major, older) in [(0, "the program on the host."), (9, "the module's firmware.")] {
            let mut sentence = String::new();
            explain(Mismatch { theirs: Version { major, minor: 255 } }, &mut sentence).expect("a string takes all");
            assert!(sentence.ends_with(older) && sentence.len() < 128, "{sentence}");
        }
    }
}
