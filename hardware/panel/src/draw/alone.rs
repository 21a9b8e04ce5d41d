//! What a module shows while no host draws its screen.

use embedded_graphics::draw_target::DrawTargetExt;
use embedded_graphics::pixelcolor::BinaryColor;
use embedded_graphics::prelude::*;

use super::pen::{Pen, RIGHT};
use super::{CheckRow, SCREEN, checklist, dialog, monitor, text};
use crate::text::Face;
use crate::view::View;

/// A screen of the module's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alone<'a> {
    /// Its name, just after it was switched on.
    Splash,
    /// What every input reads, and whether that is uncalibrated.
    Monitor {
        /// Nominal values are in use.
        uncalibrated: bool,
    },
    /// The factory test: at most five rows of checks.
    Test(&'a [CheckRow<'a>]),
    /// Why it does not talk with the host that asked it.
    Problem(&'a str),
}

impl Alone<'_> {
    /// Draws the screen: every pixel of the upper left 128 x 64, none outside. The splash shows the view's version, the monitor
    /// its volts and gates.
    ///
    /// # Errors
    /// What the target fails with.
    pub fn draw<D: DrawTarget<Color = BinaryColor>>(self, view: &View<'_>, target: &mut D) -> Result<(), D::Error> {
        let mut clipped = target.clipped(&SCREEN);
        let mut pen = Pen::new(&mut clipped);
        pen.fill(0, 0, SCREEN.size.width, SCREEN.size.height, BinaryColor::Off)?;
        match self {
            Self::Splash => splash(&mut pen, view),
            Self::Monitor { uncalibrated } => {
                pen.head("", "CV monitor", if uncalibrated { "uncal" } else { "no host" })?;
                monitor::inputs(&mut pen, view)
            }
            Self::Test(rows) => checklist::draw(&mut pen, rows),
            Self::Problem(sentence) => {
                pen.head("", "Problem", "")?;
                text::lines(&mut pen, dialog::plain(sentence), 0)
            }
        }
    }
}

fn splash<D: DrawTarget<Color = BinaryColor>>(pen: &mut Pen<'_, D>, view: &View<'_>) -> Result<(), D::Error> {
    let mut centred = |text: &str, face: Face, y: i32| {
        let x = (RIGHT - face.width(text).cast_signed()) / 2;
        pen.write(text, face, x.max(0), y, RIGHT.cast_unsigned()).map(drop)
    };
    centred("Neurorack", Face::VALUE, 18)?;
    centred("firmware", Face::SMALL, 42)?;
    centred(view.version, Face::SMALL, 50)
}
