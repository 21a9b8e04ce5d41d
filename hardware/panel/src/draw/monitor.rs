//! The CV monitor: what every input reads now, and what it moves.

use embedded_graphics::pixelcolor::BinaryColor;
use embedded_graphics::prelude::*;

use super::pen::{FIRST_ROW, Pen, RIGHT, ROW_PITCH};
use crate::assignment::{CvInput, GateInput};
use crate::menu::Page;
use crate::text::{Face, Words};
use crate::view::View;

/// Columns of the names, middle of the bars, and columns of 5 V.
const NAME: i32 = 10;
const NAME_WIDTH: u32 = 46;
const MIDDLE: i32 = 74;
const REACH: f32 = 15.0;

/// Draws the page.
pub(super) fn draw<D: DrawTarget<Color = BinaryColor>>(
    pen: &mut Pen<'_, D>,
    page: Page,
    view: &View<'_>,
) -> Result<(), D::Error> {
    pen.page_head(page, None, view)?;
    inputs(pen, view)
}

/// Draws the inputs below a head.
pub(super) fn inputs<D: DrawTarget<Color = BinaryColor>>(
    pen: &mut Pen<'_, D>,
    view: &View<'_>,
) -> Result<(), D::Error> {
    for ((place, input), volts) in (0..).zip(CvInput::ALL).zip(view.cv_volts) {
        let y = FIRST_ROW + place * ROW_PITCH;
        let number = input.name().trim_start_matches("CV ");
        pen.write(number, Face::TEXT, 1, y + 1, 6)?;
        pen.write(view.settings.cv[input as usize].target.name(), Face::SMALL, NAME, y + 3, NAME_WIDTH)?;
        let reach = ((volts / 5.0).clamp(-1.0, 1.0) * REACH) as i32;
        pen.light(MIDDLE.min(MIDDLE + reach), y + 2, reach.unsigned_abs() + 1, 5)?;
        // Thin: the range, and its middle.
        pen.light(MIDDLE - REACH as i32, y + 8, 2 * REACH as u32 + 1, 1)?;
        pen.light(MIDDLE, y + 1, 1, 8)?;
        pen.write_right(Words::volts(volts).as_str(), Face::TEXT, RIGHT - 1, y + 1, 37)?;
    }
    let y = FIRST_ROW + 4 * ROW_PITCH;
    for ((gate, x), high) in GateInput::ALL.into_iter().zip([1, 67]).zip(view.gates) {
        let end = pen.write(gate.name(), Face::TEXT, x, y + 1, 40)?;
        if high { pen.light(end + 3, y, 9, 9)? } else { pen.frame(end + 3, y, 9, 9)? }
    }
    Ok(())
}
