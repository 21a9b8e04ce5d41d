//! A sound as a picture of a tile's size.

use crate::plots::ink;
use leptos::html;
use leptos::prelude::*;
use realfft::num_complex::Complex;
use realfft::{RealFftPlanner, RealToComplex};
use std::sync::Arc;
use wasm_bindgen::{Clamped, JsCast};

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
    transform: Arc<dyn RealToComplex<f32>>,
    window: Vec<f32>,
    input: Vec<f32>,
    bins: Vec<Complex<f32>>,
}

impl Painter {
    pub(super) fn new() -> Self {
        let transform = RealFftPlanner::new().plan_fft_forward(WINDOW);
        let step = std::f32::consts::TAU / WINDOW as f32;
        Self {
            window: (0..WINDOW).map(|n| 0.5 - 0.5 * (n as f32 * step).cos()).collect(),
            input: transform.make_input_vec(),
            bins: transform.make_output_vec(),
            transform,
        }
    }

    /// The spectrogram of samples at this rate: red, green, blue and opacity of each pixel in reading order.
    pub(super) fn paint(&mut self, samples: &[f32], rate_hz: u32) -> Vec<u8> {
        let mut image = vec![255; COLUMNS * ROWS * 4];
        for column in 0..COLUMNS {
            let place = column as f32 / COLUMNS as f32;
            let levels = self.levels(samples, place * place * SECONDS, rate_hz as f32);
            for (row, level) in levels.into_iter().enumerate() {
                let pixel = 4 * ((ROWS - 1 - row) * COLUMNS + column);
                image[pixel..pixel + 3].copy_from_slice(&ink(level));
            }
        }
        image
    }

    /// Levels from 0 to 1 of a window that begins at this time, lowest frequency first.
    fn levels(&mut self, samples: &[f32], seconds: f32, rate_hz: f32) -> [f32; ROWS] {
        let rest = samples.get((seconds * rate_hz) as usize..).unwrap_or_default();
        self.input.fill(0.0);
        for ((input, sample), weight) in self.input.iter_mut().zip(rest).zip(&self.window) {
            *input = sample * weight;
        }
        self.transform.process(&mut self.input, &mut self.bins).expect("the buffers are the transform's own");
        let bin_at = |row: f32| HZ.0 * (HZ.1 / HZ.0).powf(row / ROWS as f32) * WINDOW as f32 / rate_hz;
        std::array::from_fn(|row| {
            let (from, to) = (bin_at(row as f32), bin_at(row as f32 + 1.0));
            let last = self.bins.len() - 1;
            let first = (from.round() as usize).min(last);
            let bins = first..(to.round() as usize).clamp(first + 1, last + 1);
            let power = self.bins[bins].iter().map(Complex::norm_sqr).fold(0.0, f32::max);
            // A full-scale sine has a magnitude of a quarter of the Hann window's length.
            let db = 10.0 * (power + 1e-12).log10() - 20.0 * (WINDOW as f32 / 4.0).log10();
            ((db - DB.0) / (DB.1 - DB.0)).clamp(0.0, 1.0)
        })
    }
}

/// Puts a picture onto a canvas of its size.
pub(super) fn show(canvas: NodeRef<html::Canvas>, image: &[u8]) {
    let Some(canvas) = canvas.get_untracked() else { return };
    let context = canvas.get_context("2d").ok().flatten();
    let context = context.and_then(|context| context.dyn_into::<web_sys::CanvasRenderingContext2d>().ok());
    let image = web_sys::ImageData::new_with_u8_clamped_array(Clamped(image), COLUMNS as u32);
    if let (Some(context), Ok(image)) = (context, image) {
        // Fails only for a canvas without pixels.
        let _ = context.put_image_data(&image, 0.0, 0.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tone_is_a_line_at_its_pitch_and_silence_is_black() {
        let rate_hz = 48_000;
        let tone: Vec<f32> =
            (0..24_000).map(|n| 0.5 * (n as f32 * 1_000.0 * std::f32::consts::TAU / rate_hz as f32).sin()).collect();
        let image = Painter::new().paint(&tone, rate_hz);
        let light = |column: usize, row: usize| {
            let pixel = 4 * (row * COLUMNS + column);
            image[pixel..pixel + 3].iter().map(|&value| u32::from(value)).sum::<u32>()
        };
        let brightest = (0..ROWS).max_by_key(|&row| light(3, row)).expect("there are rows");
        let hz = HZ.0 * (HZ.1 / HZ.0).powf((ROWS - 1 - brightest) as f32 / ROWS as f32);
        assert!((hz / 1_000.0).log2().abs() < 0.3, "the line lies at {hz} Hz");
        let black = ink(0.0).iter().map(|&value| u32::from(value)).sum::<u32>();
        assert_eq!(light(COLUMNS - 1, brightest), black, "the tone has ended");
    }
}
