//! The hit's spectrogram in the one ink ramp of the design.

use crate::desk::Desk;
use leptos::html;
use leptos::prelude::*;
use neurorack_host::monitor::SPECTRUM_ROWS;
use wasm_bindgen::{Clamped, JsCast};

/// Columns of the picture over the time the hit was asked to take.
const COLUMNS: usize = 160;

/// The ramp of the design tokens, dark to loud, as red, green, blue.
const RAMP: [[f32; 3]; 6] = [
    [13.0, 14.0, 16.0],
    [46.0, 34.0, 20.0],
    [122.0, 82.0, 28.0],
    [217.0, 164.0, 65.0],
    [250.0, 236.0, 196.0],
    [255.0, 255.0, 250.0],
];

/// The colour of a level from 0 to 1.
pub(crate) fn ink(level: f32) -> [u8; 3] {
    let place = level.clamp(0.0, 0.999) * (RAMP.len() - 1) as f32;
    let (below, share) = (place as usize, place.fract());
    std::array::from_fn(|channel| {
        let (from, to) = (RAMP[below][channel], RAMP[below + 1][channel]);
        (from + share * (to - from)).round() as u8
    })
}

/// Time to the right, frequency upwards on a logarithmic scale, loud is light.
#[component]
pub(crate) fn Spectrogram() -> impl IntoView {
    let desk = Desk::get();
    let canvas = NodeRef::<html::Canvas>::new();
    desk.animator.paint(move |_| {
        let Some(canvas) = canvas.get_untracked() else { return false };
        let mut image = vec![0u8; COLUMNS * SPECTRUM_ROWS * 4];
        desk.monitor.with_value(|monitor| {
            let spectra = monitor.spectra();
            let frames = desk.asked.get_untracked().len().max(2);
            for (index, rgba) in image.chunks_exact_mut(4).enumerate() {
                let (column, row) = (index % COLUMNS, SPECTRUM_ROWS - 1 - index / COLUMNS);
                let level = spectra.get(column * frames / COLUMNS).map_or(0.0, |levels| levels[row]);
                rgba[..3].copy_from_slice(&ink(level));
                rgba[3] = 255;
            }
        });
        let context = canvas.get_context("2d").ok().flatten();
        let context = context.and_then(|context| context.dyn_into::<web_sys::CanvasRenderingContext2d>().ok());
        let image = web_sys::ImageData::new_with_u8_clamped_array(Clamped(&image), COLUMNS as u32);
        if let (Some(context), Ok(image)) = (context, image) {
            // Fails only for a canvas without pixels.
            let _ = context.put_image_data(&image, 0.0, 0.0);
        }
        false
    });
    view! {
        <canvas
            node_ref=canvas
            width=COLUMNS as u32
            height=SPECTRUM_ROWS as u32
            role="img"
            aria-label="Spectrogram of the hit"
        />
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn louder_is_lighter() {
        let light = |level| ink(level).iter().map(|&value| u32::from(value)).sum::<u32>();
        let levels: Vec<_> = (0..=20).map(|step| light(step as f32 / 20.0)).collect();
        assert!(levels.windows(2).all(|pair| pair[0] < pair[1]), "{levels:?}");
    }
}
