//! What speaks to the person: messages, questions, the steps of a calibration.

use embedded_graphics::pixelcolor::BinaryColor;
use embedded_graphics::prelude::*;

use super::pen::{FIRST_ROW, MARGIN, Pen, RIGHT, ROW_PITCH};
use super::text;
use crate::action::{Calibration, Reference};
use crate::assignment::CvInput;
use crate::menu::{Deed, Line, Page, TEXT_WIDTH};
use crate::text::{Face, Lines, Words};
use crate::view::{Message, MessageKind, View};

/// Row, width and height of the two answers.
const ANSWERS: i32 = 51;
const ANSWER_WIDTH: u32 = 58;
const ANSWER_HEIGHT: u32 = 12;

/// Row of the readings under an instruction.
const READINGS: i32 = FIRST_ROW + 3 * ROW_PITCH + 1;

/// What a step of the calibration asks for.
pub(crate) fn instruction(step: Option<Calibration>) -> &'static str {
    match step {
        Some(Calibration::Measure(Reference::Zero)) => "Unplug all CV inputs, then push.",
        Some(Calibration::Measure(Reference::Low)) => "Put -5.0 V into CV 1 to 4, wait until it stands, then push.",
        Some(Calibration::Measure(Reference::High)) => "Put +5.0 V into CV 1 to 4, wait until it stands, then push.",
        Some(Calibration::Keep | Calibration::Discard) | None => "Push to keep the calibration, hold to forget it.",
    }
}

/// Lines of a text, one column.
pub(super) fn plain(text: &str) -> impl Iterator<Item = Line<'_>> {
    Lines::of(text, Face::TEXT, TEXT_WIDTH).map(|line| Line { left: line, right: "" })
}

/// A message from line `top` on.
pub(super) fn message<D: DrawTarget<Color = BinaryColor>>(
    pen: &mut Pen<'_, D>,
    message: Message<'_>,
    top: usize,
) -> Result<(), D::Error> {
    let name = match message.kind {
        MessageKind::Info => "Note",
        MessageKind::Error => "Problem",
    };
    pen.head("", name, "push: ok")?;
    text::lines(pen, plain(message.text), top)
}

/// A question with the answers No and Yes; `at` is 1 on Yes.
pub(super) fn confirm<D: DrawTarget<Color = BinaryColor>>(
    pen: &mut Pen<'_, D>,
    page: Page,
    deed: Deed,
    at: usize,
    view: &View<'_>,
) -> Result<(), D::Error> {
    pen.page_head(page, None, view)?;
    text::lines(pen, plain(deed.question()), 0)?;
    for (index, answer) in ["No", "Yes"].into_iter().enumerate() {
        let x = if index == 0 { MARGIN } else { RIGHT - MARGIN - ANSWER_WIDTH.cast_signed() };
        let chosen = index == at;
        if chosen {
            pen.body(x, ANSWERS, ANSWER_WIDTH, ANSWER_HEIGHT)?;
        } else {
            pen.frame(x, ANSWERS, ANSWER_WIDTH, ANSWER_HEIGHT)?;
        }
        let face = Face::TEXT.in_colour(if chosen { BinaryColor::Off } else { BinaryColor::On });
        let inset = ANSWER_WIDTH.saturating_sub(face.width(answer)).cast_signed() / 2;
        pen.write(answer, face, x + inset, ANSWERS + 2, ANSWER_WIDTH)?;
    }
    Ok(())
}

/// A step of the calibration, over what the inputs read now.
pub(super) fn calibration<D: DrawTarget<Color = BinaryColor>>(
    pen: &mut Pen<'_, D>,
    page: Page,
    at: usize,
    view: &View<'_>,
) -> Result<(), D::Error> {
    pen.page_head(page, Some(at), view)?;
    text::lines(pen, plain(instruction(Calibration::STEPS.get(at).copied())), 0)?;
    for ((place, input), volts) in (0..).zip(CvInput::ALL).zip(view.cv_volts) {
        let (x, y) = (MARGIN + 64 * (place % 2), READINGS + ROW_PITCH * (place / 2));
        pen.write(input.name(), Face::SMALL, x, y + 2, 20)?;
        pen.write_right(Words::volts(volts).as_str(), Face::TEXT, x + 56, y, 40)?;
    }
    Ok(())
}
