//! A list: rows, one of them chosen, values at the right.

use embedded_graphics::pixelcolor::BinaryColor;
use embedded_graphics::prelude::*;

use super::pen::{FIRST_ROW, LINE_END, MARGIN, Pen, RIGHT, ROW_PITCH};
use crate::menu::{Entry, Page, VISIBLE, Value};
use crate::text::Face;
use crate::view::View;

/// Columns by which the rows of a choice are moved in, for the mark before the one that held before.
const INDENT: i32 = 6;

/// Columns between a label and its value.
const GAP: i32 = 5;

/// Draws a list whose row `at` is chosen.
pub(super) fn draw<D: DrawTarget<Color = BinaryColor>>(
    pen: &mut Pen<'_, D>,
    page: Page,
    at: usize,
    before: Option<usize>,
    view: &View<'_>,
) -> Result<(), D::Error> {
    let rows = page.positions(view);
    if rows == 0 {
        pen.page_head(page, None, view)?;
        pen.write("nothing here yet", Face::TEXT, MARGIN, FIRST_ROW + 1, RIGHT.unsigned_abs())?;
        return Ok(());
    }
    pen.page_head(page, Some(at), view)?;
    // The chosen row stands in the middle, as far as the list's ends let it.
    let top = at.saturating_sub(VISIBLE / 2).min(rows.saturating_sub(VISIBLE));
    let end = if rows > VISIBLE { LINE_END } else { RIGHT };
    for (place, index) in (0..).zip(top..rows.min(top + VISIBLE)) {
        let Some(entry) = page.entry(index, view) else { continue };
        let y = FIRST_ROW + place * ROW_PITCH;
        if index == at {
            pen.body(0, y, end.unsigned_abs(), ROW_PITCH.unsigned_abs())?;
        }
        let colour = if index == at { BinaryColor::Off } else { BinaryColor::On };
        let picks = matches!(entry, Entry::Pick(_));
        if picks && before == Some(index) {
            pen.fill(MARGIN - 1, y + 3, 4, 4, colour)?;
        }
        let x = if picks { MARGIN + INDENT } else { MARGIN };
        row(pen, page.label(entry, view), &page.value(entry, view), x, y, end - 3, colour)?;
    }
    pen.scroll_bar(top, rows)
}

/// A label from `x` on and its value before `end`, beside each other as far as both fit.
fn row<D: DrawTarget<Color = BinaryColor>>(
    pen: &mut Pen<'_, D>,
    label: &str,
    value: &Value<'_>,
    x: i32,
    y: i32,
    end: i32,
    colour: BinaryColor,
) -> Result<(), D::Error> {
    let face = Face::TEXT.in_colour(colour);
    let room = |from: i32, to: i32| u32::try_from(to - from).unwrap_or(0);
    // A label that is a name of the person's own may be long; the value keeps at least a third.
    let label_width = face.width(label).min(room(x, end) * 2 / 3);
    let beside = room(x + label_width.cast_signed() + GAP, end);
    let free = match value {
        Value::Nothing => end,
        Value::Opens => {
            for column in 0..3 {
                pen.fill(end - 3 + column, y + 2 + column, 1, (5 - 2 * column).unsigned_abs(), colour)?;
            }
            end - 3
        }
        Value::Text(text) => pen.write_right(text, face, end, y + 1, beside)?,
        Value::Words(words) => pen.write_right(words.as_str(), face, end, y + 1, beside)?,
        Value::Note(text) => pen.write_right(text, Face::SMALL.in_colour(colour), end, y + 3, beside)?,
        Value::Switch(on) => {
            // A box, with a body in it when on.
            let edge = [(0, 0, 9, 1), (0, 7, 9, 1), (0, 0, 1, 8), (8, 0, 1, 8)];
            for (dx, dy, width, height) in edge {
                pen.fill(end - 10 + dx, y + 1 + dy, width, height, colour)?;
            }
            if *on {
                pen.fill(end - 8, y + 3, 5, 4, colour)?;
            }
            end - 10
        }
    };
    pen.write(label, face, x, y + 1, room(x, free - GAP))?;
    Ok(())
}
