//! A value under the hand: its number large, and a bar that says where in its range it stands.

use embedded_graphics::pixelcolor::BinaryColor;
use embedded_graphics::prelude::*;

use super::pen::{MARGIN, Pen, RIGHT};
use crate::field::{Field, Style};
use crate::menu::Page;
use crate::text::Face;
use crate::view::View;

/// Upper row of the number.
const NUMBER: i32 = 16;

/// Upper row of the bar and its rows.
const BAR: i32 = 37;
const BAR_HEIGHT: u32 = 7;

/// Columns of the bar's ends.
const FROM: i32 = 4;
const TO: i32 = 123;

/// Row of the readings at both ends, and of what push and long push do.
const ENDS: i32 = 48;
const HINT: i32 = 58;

/// Column of a position.
fn column(at: usize, len: usize) -> i32 {
    let full = len.saturating_sub(1).max(1);
    FROM + i32::try_from((TO - FROM) as usize * at.min(full) / full).unwrap_or(0)
}

/// Draws a value at `at` that stood at `before`.
pub(super) fn draw<D: DrawTarget<Color = BinaryColor>>(
    pen: &mut Pen<'_, D>,
    page: Page,
    field: Field,
    at: usize,
    before: Option<usize>,
    view: &View<'_>,
) -> Result<(), D::Error> {
    pen.page_head(page, None, view)?;
    let (number, unit) = (field.reading(at), field.unit(at));
    let unit_width = if unit.is_empty() { 0 } else { Face::TEXT.width(unit) + 4 };
    let width = Face::VALUE.width(number.as_str());
    let x = (RIGHT - (width + unit_width).cast_signed()) / 2;
    let end = pen.write(number.as_str(), Face::VALUE, x, NUMBER, width)?;
    // The unit stands on the number's line.
    pen.write(unit, Face::TEXT, end + 2, NUMBER + 7, RIGHT.unsigned_abs())?;

    let len = field.len();
    let origin = if field.style() == Style::FromCentre { column(len / 2, len) } else { FROM };
    let here = column(at, len);
    let foot = BAR + BAR_HEIGHT.cast_signed();
    pen.light(FROM, foot, (TO - FROM + 1).unsigned_abs(), 1)?;
    pen.light(origin.min(here), BAR, origin.abs_diff(here) + 1, BAR_HEIGHT)?;
    for tick in [FROM, origin, TO] {
        pen.light(tick, foot, 1, 3)?;
    }
    // Where it stood before, as a thin line across: dark inside the body.
    if let Some(before) = before.filter(|&before| before != at) {
        let there = column(before, len);
        pen.light(there, BAR - 3, 1, BAR_HEIGHT + 3)?;
        if (origin.min(here)..=origin.max(here)).contains(&there) && there != here {
            pen.fill(there, BAR, 1, BAR_HEIGHT, BinaryColor::Off)?;
        }
    }
    pen.write(field.reading(0).as_str(), Face::SMALL, FROM - 1, ENDS, 40)?;
    pen.write_right(field.reading(len - 1).as_str(), Face::SMALL, TO + 1, ENDS, 40)?;
    pen.write("push keeps", Face::SMALL, MARGIN, HINT, 60)?;
    pen.write_right("hold restores", Face::SMALL, TO + 1, HINT, 60)?;
    Ok(())
}
