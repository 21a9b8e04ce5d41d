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

    /// The picture as a PNG file: W3C, "Portable Network Graphics (PNG) Specification", second edition.
    ///
    /// Written here because the usual crates change features that burn's dependencies share, and burn is slow to build.
    pub fn png(&self) -> Vec<u8> {
        let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
        let mut header = [self.width.to_be_bytes(), self.height.to_be_bytes()].concat();
        // 8 bits, red, green and blue; the only compression, the only filters, not interlaced.
        header.extend([8, 2, 0, 0, 0]);
        push_chunk(&mut file, b"IHDR", &header);
        push_chunk(&mut file, b"IDAT", &fdeflate::compress_to_vec(&self.filtered()));
        push_chunk(&mut file, b"IEND", &[]);
        file
    }

    /// Rows as differences from the pixel to the left (the filter "Sub"): flat areas become zeros.
    fn filtered(&self) -> Vec<u8> {
        let mut filtered = Vec::with_capacity(self.pixels.len() + self.height as usize);
        for row in self.pixels.chunks(3 * self.width as usize) {
            filtered.push(1);
            let left = [0; 3].iter().chain(row);
            filtered.extend(row.iter().zip(left).map(|(value, left)| value.wrapping_sub(*left)));
        }
        filtered
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

/// Appends length, name, data and checksum.
fn push_chunk(file: &mut Vec<u8>, name: &[u8; 4], data: &[u8]) {
    file.extend((data.len() as u32).to_be_bytes());
    let start = file.len();
    file.extend(name);
    file.extend(data);
    let checksum = crc32(&file[start..]);
    file.extend(checksum.to_be_bytes());
}

/// The checksum of PNG's annex D.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32| if crc & 1 == 1 { 0xedb8_8320 ^ (crc >> 1) } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc, &byte| (0..8).fold(crc ^ u32::from(byte), |crc, _| step(crc)))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_the_standard() {
        assert_eq!(crc32(b"IEND"), 0xae42_6082);
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn a_row_holds_differences_from_the_left() {
        let mut picture = Picture::new(2, 1, Rgb888::new(10, 20, 30));
        picture.set(1, 0, Rgb888::new(15, 20, 20));
        assert_eq!(picture.filtered(), [1, 10, 20, 30, 5, 0, 246]);
    }
}
