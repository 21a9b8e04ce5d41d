//! The idle screen: bank, hit counter, the seven descriptors as bars asked against measured, and the scope.
//!
//! Asked is a thin line, measured is a filled body, here as everywhere.

use core::fmt::Write;

use embedded_graphics::pixelcolor::BinaryColor;
use embedded_graphics::prelude::*;

use super::pen::{Pen, RIGHT};
use crate::WIDTH;
use crate::assignment::{CvInput, EncoderTarget};
use crate::field::Field;
use crate::panel::Glance;
use crate::settings::Descriptor;
use crate::text::{Face, Words};
use crate::view::View;

/// Row of the line below the head.
const RULE: i32 = 10;

/// Row on which the bars stand, and pixels of a full bar.
const BAR_FOOT: i32 = 40;
const BAR_HEIGHT: f32 = 27.0;

/// Pixels from one bar to the next.
const BAR_PITCH: i32 = 18;

/// Row of the letters under the bars.
const LETTERS: i32 = 43;

/// Row of the scope's zero line, and pixels of its full deflection.
const SCOPE_ROW: f32 = 56.0;
const SCOPE_HEIGHT: f32 = 7.0;

/// Draws the whole screen; what is being turned stands in its head.
pub(super) fn draw<D: DrawTarget<Color = BinaryColor>>(
    pen: &mut Pen<'_, D>,
    view: &View<'_>,
    glance: Option<Glance>,
) -> Result<(), D::Error> {
    pen.light(0, RULE, RIGHT.cast_unsigned(), 1)?;
    match glance {
        Some(glance) => turned(pen, view, glance)?,
        None => {
            let counter = Words::write(|text| write!(text, "#{:04}", view.hits % 10_000));
            // The counter's last cell keeps its gap, as the figures of the panel's artwork do.
            let end = pen.write_right(counter.as_str(), Face::CAPITALS, RIGHT - 1, 0, 60)?;
            pen.write(view.bank_name(), Face::CAPITALS, 0, 0, u32::try_from(end - 6).unwrap_or(0))?;
        }
    }
    for ((place, descriptor), (asked, measured)) in
        (0..).zip(Descriptor::ALL).zip(view.asked.into_iter().zip(view.measured))
    {
        let x = 1 + place * BAR_PITCH;
        bar(pen, x, asked, measured)?;
        pen.write(descriptor.letter(), Face::SMALL, x + 7, LETTERS, 5)?;
    }
    scope(pen, view.scope)
}

/// What the encoder turns, its value, and a body on the line as far as it is turned.
fn turned<D: DrawTarget<Color = BinaryColor>>(
    pen: &mut Pen<'_, D>,
    view: &View<'_>,
    glance: Glance,
) -> Result<(), D::Error> {
    let Glance { target, at, .. } = glance;
    let set = || view.sets.get(at).map_or("", |set| set.name);
    let written = match target {
        EncoderTarget::Volume => Field::Volume.value(at),
        EncoderTarget::Morph => Field::Unpatched(CvInput::Cv1).value(at),
        EncoderTarget::Bank | EncoderTarget::F1 | EncoderTarget::F2 => Words::default(),
    };
    let (value, positions) = match target {
        EncoderTarget::Volume => (written.as_str(), Field::Volume.len()),
        EncoderTarget::Morph => (written.as_str(), Field::Unpatched(CvInput::Cv1).len()),
        EncoderTarget::Bank => (view.banks.get(at).map_or("", |bank| bank.name), view.banks.len()),
        EncoderTarget::F1 | EncoderTarget::F2 => (set(), view.sets.len()),
    };
    let end = pen.write(target.name(), Face::CAPITALS, 0, 0, 60)?;
    pen.write_right(value, Face::CAPITALS, RIGHT - 1, 0, u32::try_from(RIGHT - 7 - end).unwrap_or(0))?;
    let full = positions.saturating_sub(1).max(1);
    let width = u32::try_from(WIDTH * at.min(full) / full).unwrap_or(0);
    pen.light(0, RULE - 1, width, 3)
}

/// A filled body for measured, a line for asked: it passes over the body as a gap between two ticks.
fn bar<D: DrawTarget<Color = BinaryColor>>(
    pen: &mut Pen<'_, D>,
    x: i32,
    asked: f32,
    measured: f32,
) -> Result<(), D::Error> {
    // What is not a number is no height.
    let rows = |height: f32| (height.clamp(0.0, 1.0) * BAR_HEIGHT + 0.5) as i32;
    let (asked, measured) = (rows(asked), rows(measured));
    pen.light(x + 4, BAR_FOOT + 1 - measured, 9, measured.unsigned_abs())?;
    pen.light(x, BAR_FOOT - asked, 3, 1)?;
    pen.light(x + 14, BAR_FOOT - asked, 3, 1)?;
    if asked >= measured { pen.light(x + 3, BAR_FOOT - asked, 11, 1) } else { Ok(()) }
}

/// A line through the columns' values, without gaps.
fn scope<D: DrawTarget<Color = BinaryColor>>(pen: &mut Pen<'_, D>, columns: &[f32; WIDTH]) -> Result<(), D::Error> {
    let row = |value: f32| {
        let value = if value.is_nan() { 0.0 } else { value.clamp(-1.0, 1.0) };
        (SCOPE_ROW - value * SCOPE_HEIGHT + 0.5) as i32
    };
    let mut before = row(columns[0]);
    for (x, &value) in (0..).zip(columns) {
        let now = row(value);
        pen.light(x, before.min(now), 1, now.abs_diff(before) + 1)?;
        before = now;
    }
    Ok(())
}
