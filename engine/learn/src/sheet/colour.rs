//! The colours of a sheet.

use embedded_graphics::pixelcolor::Rgb888;

/// The colours around the spectrograms, those of the plate.
pub(super) mod inks {
    use embedded_graphics::pixelcolor::Rgb888;

    pub(in crate::sheet) const GROUND: Rgb888 = Rgb888::new(0x12, 0x13, 0x14);
    pub(in crate::sheet) const PLATE: Rgb888 = Rgb888::new(0x1d, 0x1f, 0x21);
    pub(in crate::sheet) const TEXT: Rgb888 = Rgb888::new(0xf4, 0xf2, 0xec);
    pub(in crate::sheet) const FAINT_TEXT: Rgb888 = Rgb888::new(0xa7, 0xa9, 0xa5);
    pub(in crate::sheet) const WAVE: Rgb888 = Rgb888::new(0xea, 0xa2, 0x16);
}

/// Coefficients of the polynomials in red, green and blue, constant term first.
///
/// They fit "inferno" (N. Smith and S. van der Walt, 2015, CC0), whose lightness rises evenly; the fit is Matt Zucker's
/// (public domain).
const INFERNO: [[f32; 7]; 3] = [
    [0.000_218_940_37, 0.106_513_42, 11.602_493, -41.703_996, 77.162_935, -71.319_428, 25.131_126],
    [0.001_651_004_6, 0.563_956_44, -3.972_854, 17.436_399, -33.402_359, 32.626_064, -12.242_669],
    [-0.019_480_898, 3.932_712_4, -15.942_394, 44.354_145, -81.807_309, 73.209_52, -23.070_325],
];

/// The colour of a value between 0, nearly black, and 1, light yellow; what lies beyond has the colour of the end.
pub(super) fn colour_of(value: f32) -> Rgb888 {
    let t = value.clamp(0.0, 1.0);
    let [red, green, blue] = INFERNO.map(|coefficients| {
        let value = coefficients.iter().rev().fold(0.0, |sum, coefficient| sum * t + coefficient);
        (255.0 * value.clamp(0.0, 1.0)).round() as u8
    });
    Rgb888::new(red, green, blue)
}

#[cfg(test)]
mod tests {
    use super::*;
    use embedded_graphics::pixelcolor::RgbColor;

    #[test]
    fn louder_is_lighter() {
        let lightness = |step: u32| {
            let colour = colour_of(step as f32 / 16.0);
            0.3 * f32::from(colour.r()) + 0.59 * f32::from(colour.g()) + 0.11 * f32::from(colour.b())
        };
        for step in 0..16 {
            assert!(lightness(step) < lightness(step + 1), "step {step}");
        }
    }
}
