//! The factory test's checks, a row for each part of the panel.

use embedded_graphics::pixelcolor::BinaryColor;
use embedded_graphics::prelude::*;

use super::pen::{FIRST_ROW, MARGIN, Pen, RIGHT, ROW_PITCH};
use crate::text::{Face, Words};

/// Column of the first check, rows of one, and columns beside and between them.
const ITEMS: i32 = 36;
const HEIGHT: u32 = 9;
const INSET: i32 = 3;
const GAP: i32 = 3;

/// How a check stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tick {
    /// Still to do: an outline.
    Open,
    /// Filled.
    Passed,
    /// Wrong: an outline with a mark of exclamation.
    Failed,
}

/// A row of checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckRow<'a> {
    /// What they are of.
    pub name: &'a str,
    /// Each with how it stands, from the left.
    pub items: &'a [(&'a str, Tick)],
}

/// Draws the head and all rows.
pub(super) fn draw<D: DrawTarget<Color = BinaryColor>>(
    pen: &mut Pen<'_, D>,
    rows: &[CheckRow<'_>],
) -> Result<(), D::Error> {
    let ticks = || rows.iter().flat_map(|row| row.items).map(|(_, tick)| *tick);
    let (passed, all) = (ticks().filter(|&tick| tick == Tick::Passed).count(), ticks().count());
    let count = Words::write(|words| core::fmt::write(words, format_args!("{passed} of {all}")));
    pen.head("", "Test", if passed == all { "passed" } else { count.as_str() })?;
    for (place, row) in (0..).zip(rows) {
        let y = FIRST_ROW + place * ROW_PITCH;
        pen.write(row.name, Face::TEXT, MARGIN, y + 1, (ITEMS - MARGIN - 2).cast_unsigned())?;
        let mut x = ITEMS;
        for (name, tick) in row.items {
            x = item(pen, name, *tick, x, y)? + GAP;
        }
    }
    Ok(())
}

/// Draws a check; returns the column behind it.
fn item<D: DrawTarget<Color = BinaryColor>>(
    pen: &mut Pen<'_, D>,
    name: &str,
    tick: Tick,
    x: i32,
    y: i32,
) -> Result<i32, D::Error> {
    let mark = if tick == Tick::Failed { " !" } else { "" };
    let text = Words::write(|words| core::fmt::write(words, format_args!("{name}{mark}")));
    let width = Face::SMALL.width(text.as_str()).cast_signed() + 2 * INSET;
    let face = match tick {
        Tick::Passed => {
            pen.body(x, y, width.cast_unsigned(), HEIGHT)?;
            Face::SMALL.in_colour(BinaryColor::Off)
        }
        Tick::Open | Tick::Failed => {
            pen.frame(x, y, width.cast_unsigned(), HEIGHT)?;
            Face::SMALL
        }
    };
    pen.write(text.as_str(), face, x + INSET, y + 2, (RIGHT - x).max(0).cast_unsigned())?;
    Ok(x + width)
}
