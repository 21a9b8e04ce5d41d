//! A picture of opaque pixels, with text, as PNG.

use embedded_graphics::Drawable;
use embedded_graphics::Pixel;
use embedded_graphics::draw_target::DrawTarget;
use embedded_graphics::geometry::{OriginDimensions, Point, Size};
use embedded_graphics::mono_font::{MonoFont, MonoTextStyle};
use embedded_graphics::pixelcolor::{Rgb888, RgbColor};
use embedded_graphics::text::{Alignment, Text};

/// Pixels in rows, red, green, blue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    width: u32,
    height: u32,
    /// `[height][width][3]`.
    pixels: Vec<u8>,
}

/// A rectangle in pixels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Area {
    pub(super) left: i32,
    pub(super) top: i32,
    pub(super) width: i32,
    pub(super) height: i32,
}

impl Picture {
    /// A picture in one colour.
    pub(super) fn new(width: u32, height: u32, ground: Rgb888) -> Self {
        let pixel = [ground.r(), ground.g(), ground.b()];
        Self { width, height, pixels: pixel.repeat((width * height) as usize) }
    }

    /// Width and height in pixels.
    pub fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// Red, green and blue of a pixel counted from the left and the top; black outside.
    pub fn pixel(&self, x: u32, y: u32) -> [u8; 3] {
        let inside = x < self.width && y < self.height;
        let start = 3 * (y * self.width + x) as usize;
        if inside { [self.pixels[start], self.pixels[start + 1], self.pixels[start + 2]] } else { [0; 3] }
    }

    /// The picture as a PNG file.
    pub fn png(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, self.width, self.height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header().expect("a picture has a size, and memory takes every byte");
        writer.write_image_data(&self.pixels).expect("there are as many pixels as the header says");
        writer.finish().expect("memory takes every byte");
        bytes
    }

    /// Colours one pixel, if it lies inside.
    pub(super) fn set(&mut self, x: i32, y: i32, ink: Rgb888) {
        if (0..self.width as i32).contains(&x) && (0..self.height as i32).contains(&y) {
            let start = 3 * (y as usize * self.width as usize + x as usize);
            self.pixels[start..start + 3].copy_from_slice(&[ink.r(), ink.g(), ink.b()]);
        }
    }

    /// Fills a rectangle.
    pub(super) fn fill(&mut self, area: Area, ink: Rgb888) {
        for y in area.top..area.top + area.height {
            for x in area.left..area.left + area.width {
                self.set(x, y, ink);
            }
        }
    }

    /// Writes one line with its base line at `y`.
    pub(super) fn text(&mut self, x: i32, y: i32, text: &str, font: MonoFont<'_>, ink: Rgb888, alignment: Alignment) {
        let style = MonoTextStyle::new(&font, ink);
        let Ok(_) = Text::with_alignment(text, Point::new(x, y), style, alignment).draw(self);
    }
}

impl OriginDimensions for Picture {
    fn size(&self) -> Size {
        Size::new(self.width, self.height)
    }
}

impl DrawTarget for Picture {
    type Color = Rgb888;
    type Error = std::convert::Infallible;

    fn draw_iter<I: IntoIterator<Item = Pixel<Rgb888>>>(&mut self, pixels: I) -> Result<(), Self::Error> {
        for Pixel(point, ink) in pixels {
            self.set(point.x, point.y, ink);
        }
        Ok(())
    }
}
