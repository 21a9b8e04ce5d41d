//! A sound as a picture of a tile's size.

use super::tint::Palette;
use leptos::prelude::*;
use neurorack_engine::fft::{Complex, RealForward};
use wasm_bindgen::{Clamped, JsCast};
use web_sys::HtmlCanvasElement;

/// Size of the picture, in pixels.
pub(super) const COLUMNS: usize = 44;
pub(super) const ROWS: usize = 40;

/// Samples under one column: 21 ms at 48 kHz.
const WINDOW: usize = 1_024;

/// Time across the picture, in seconds; columns lie at the squares of their places, so that an attack is seen as well as a
/// tail.
const SECONDS: f32 = 1.6;

/// Lowest and highest frequency, in hertz; rows are equal steps in pitch.
const HZ: (f32, f32) = (55.0, 16_000.0);

/// Levels that are black and white, in decibels of a full-scale sine.
const DB: (f32, f32) = (-70.0, -6.0);

/// Makes pictures, one after the other.
pub(super) struct Painter {
    transform: RealForward<f32>,
    window: Vec<f32>,
    /// The bins of each row, lowest first, and the rate in hertz at which they are.
    rows: (u32, Vec<std::ops::Range<usize>>),
    input: Vec<f32>,
    bins: Vec<Complex<f32>>,
}

impl Painter {
    pub(super) fn new() -> Self {
        let transform = RealForward::new(WINDOW);
        let step = std::f32::consts::TAU / WINDOW as f32;
        Self {
            window: (0..WINDOW).map(|n| 0.5 - 0.5 * (n as f32 * step).cos()).collect(),
            rows: (0, Vec::new()),
            input: vec![0.0; WINDOW],
            bins: transform.spectrum(),
            transform,
        }
    }

    /// The spectrogram of samples at this rate: red, green, blue and opacity of each pixel in reading order.
    pub(super) fn paint(&mut self, samples: &[f32], rate_hz: u32, palette: &Palette) -> Vec<u8> {
        if self.rows.0 != rate_hz {
            self.rows = (rate_hz, (0..ROWS).map(|row| bins_of(row, rate_hz, self.bins.len())).collect());
        }
        let mut image = vec![255; COLUMNS * ROWS * 4];
        for column in 0..COLUMNS {
            let place = column as f32 / COLUMNS as f32;
            let levels = self.levels(samples, place * place * SECONDS, rate_hz as f32);
            for (row, level) in levels.into_iter().enumerate() {
                let pixel = 4 * ((ROWS - 1 - row) * COLUMNS + column);
                image[pixel..pixel + 3].copy_from_slice(&palette.ink(level));
            }
        }
        image
    }

    /// How many samples at this rate are in the picture.
    pub(super) fn samples(rate_hz: u32) -> u32 {
        (SECONDS * rate_hz as f32) as u32 + WINDOW as u32
    }

    /// Levels from 0 to 1 of a window that begins at this time, lowest frequency first.
    fn levels(&mut self, samples: &[f32], seconds: f32, rate_hz: f32) -> [f32; ROWS] {
        let rest = samples.get((seconds * rate_hz) as usize..).unwrap_or_default();
        self.input.fill(0.0);
        for ((input, sample), weight) in self.input.iter_mut().zip(rest).zip(&self.window) {
            *input = sample * weight;
        }
        self.transform.process(&self.input, &mut self.bins);
        std::array::from_fn(|row| {
            let power = self.bins[self.rows.1[row].clone()].iter().map(Complex::norm_sqr).fold(0.0, f32::max);
            // A full-scale sine has a magnitude of a quarter of the Hann window's length.
            let db = 10.0 * (power + 1e-12).log10() - 20.0 * (WINDOW as f32 / 4.0).log10();
            ((db - DB.0) / (DB.1 - DB.0)).clamp(0.0, 1.0)
        })
    }
}

/// The bins of a row, counted from the lowest frequency.
fn bins_of(row: usize, rate_hz: u32, bins: usize) -> std::ops::Range<usize> {
    let bin_at = |row: usize| HZ.0 * (HZ.1 / HZ.0).powf(row as f32 / ROWS as f32) * WINDOW as f32 / rate_hz as f32;
    let first = (bin_at(row).round() as usize).min(bins - 1);
    first..(bin_at(row + 1).round() as usize).clamp(first + 1, bins)
}

/// A canvas that holds a picture. `None` where the browser gives none.
pub(super) fn canvas(image: &[u8]) -> Option<HtmlCanvasElement> {
    let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
    canvas.set_width(COLUMNS as u32);
    canvas.set_height(ROWS as u32);
    let context = canvas.get_context("2d").ok()??.dyn_into::<web_sys::CanvasRenderingContext2d>().ok()?;
    let image = web_sys::ImageData::new_with_u8_clamped_array(Clamped(image), COLUMNS as u32).ok()?;
    context.put_image_data(&image, 0.0, 0.0).ok()?;
    Some(canvas)
}

#[cfg(test)]
mod tests {
    use super::super::tint::Tint;
    use super::*;
    use neurorack_engine::descriptors::{DescriptorCurve, Descriptors};

    #[test]
    fn a_tone_is_a_line_at_its_pitch_and_silence_is_black() {
        let rate_hz = 48_000;
        let tone: Vec<f32> =
            (0..24_000).map(|n| 0.5 * (n as f32 * 1_000.0 * std::f32::consts::TAU / rate_hz as f32).sin()).collect();
        let frame = Descriptors {
            rms: 0.1,
            zcr: 0.1,
            rolloff_hz: 1e3,
            flatness: 0.1,
            bandwidth_hz: 1e2,
            centroid_hz: 1e3,
            f0_hz: 1e3,
        };
        let palette = Tint::of(&DescriptorCurve::new(vec![frame]).expect("the frame is finite")).palette();
        let image = Painter::new().paint(&tone, rate_hz, &palette);
        let light = |column: usize, row: usize| {
            let pixel = 4 * (row * COLUMNS + column);
            image[pixel..pixel + 3].iter().map(|&value| u32::from(value)).sum::<u32>()
        };
        let brightest = (0..ROWS).max_by_key(|&row| light(3, row)).expect("there are rows");
        let hz = HZ.0 * (HZ.1 / HZ.0).powf((ROWS - 1 - brightest) as f32 / ROWS as f32);
        assert!((hz / 1_000.0).log2().abs() < 0.3, "the line lies at {hz} Hz");
        let black = palette.ink(0.0).iter().map(|&value| u32::from(value)).sum::<u32>();
        assert_eq!(light(COLUMNS - 1, brightest), black, "the tone has ended");
    }
}
