//! All screens.

mod alone;
mod bar;
mod checklist;
mod dialog;
mod idle;
mod list;
mod monitor;
mod pen;
mod text;

pub use alone::Alone;
pub use checklist::{CheckRow, Tick};
pub(crate) use dialog::instruction;

use embedded_graphics::draw_target::DrawTargetExt;
use embedded_graphics::pixelcolor::BinaryColor;
use embedded_graphics::prelude::*;
use embedded_graphics::primitives::Rectangle;

use crate::menu::{Kind, Page};
use crate::panel::Shown;
use crate::view::View;
use crate::{HEIGHT, WIDTH};
use pen::Pen;

/// The screen's pixels.
const SCREEN: Rectangle = Rectangle::new(Point::zero(), Size::new(WIDTH as u32, HEIGHT as u32));

/// Draws what is shown; nothing outside of the screen.
pub(crate) fn screen<D: DrawTarget<Color = BinaryColor>>(
    shown: Shown,
    view: &View<'_>,
    target: &mut D,
) -> Result<(), D::Error> {
    let mut clipped = target.clipped(&SCREEN);
    let mut pen = Pen::new(&mut clipped);
    pen.fill(0, 0, SCREEN.size.width, SCREEN.size.height, BinaryColor::Off)?;
    match shown {
        Shown::Message { top } => match view.message {
            Some(message) => dialog::message(&mut pen, message, top),
            None => Ok(()),
        },
        Shown::Idle(glance) => idle::draw(&mut pen, view, glance),
        Shown::Page { page, at, before } => match (page, page.kind()) {
            (Page::Edit(field), Kind::Bar) => bar::draw(&mut pen, page, field, at, before, view),
            (Page::Confirm(deed), _) => dialog::confirm(&mut pen, page, deed, at, view),
            (_, Kind::Text) => text::page(&mut pen, page, at, view),
            (_, Kind::Monitor) => monitor::draw(&mut pen, page, view),
            (_, Kind::Calibration) => dialog::calibration(&mut pen, page, at, view),
            _ => list::draw(&mut pen, page, at, before, view),
        },
    }
}
