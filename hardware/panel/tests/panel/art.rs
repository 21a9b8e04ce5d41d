//! The screen as text: two rows of pixels in a line of characters.

use embedded_graphics::image::GetPixel;
use embedded_graphics::pixelcolor::BinaryColor;
use embedded_graphics::prelude::*;
use neurorack_panel::{HEIGHT, Panel, Pixels, View, WIDTH};

/// What a panel draws.
pub(crate) fn drawn(panel: &Panel, view: &View<'_>) -> Pixels {
    let mut pixels = Pixels::new();
    panel.draw(view, &mut pixels).expect("memory takes every pixel");
    pixels
}

/// The screen in half blocks, with a frame round it.
pub(crate) fn art(panel: &Panel, view: &View<'_>) -> String {
    framed(&drawn(panel, view))
}

/// Pixels in half blocks, with a frame round them.
pub(crate) fn framed(pixels: &Pixels) -> String {
    let lit = |x: usize, y: usize| pixels.pixel(Point::new(x as i32, y as i32)) == Some(BinaryColor::On);
    let edge = "─".repeat(WIDTH);
    let mut text = format!("┌{edge}┐\n");
    for y in (0..HEIGHT).step_by(2) {
        text.push('│');
        text.extend((0..WIDTH).map(|x| match (lit(x, y), lit(x, y + 1)) {
            (true, true) => '█',
            (true, false) => '▀',
            (false, true) => '▄',
            (false, false) => ' ',
        }));
        text.push_str("│\n");
    }
    text + &format!("└{edge}┘\n")
}
