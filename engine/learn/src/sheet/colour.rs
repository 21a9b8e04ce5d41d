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
    [0.00022, 0.10651, 11.60249, -41.704, 77.16294, -71.31943, 25.13113],
    [0.00165, 0.56396, -3.97285, 17.4364, -33.40236, 32.62606, -12.24267],
    [-0.01948, 3.93271, -15.94239, 44.35415, -81.80731, 73.20952, -23.07033],
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
