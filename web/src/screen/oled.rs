//! The screen's pixels on the page, each a whole number of device pixels.

use crate::desk::Desk;
use crate::layout::Layout;
use leptos::html;
use leptos::prelude::*;
use neurorack_panel::{HEIGHT, Pixels, WIDTH};
use std::cell::RefCell;
use wasm_bindgen::{Clamped, JsCast};

/// Colours of a lit and of a dark pixel, as red, green, blue.
const LIT: [u8; 3] = [0xEA, 0xF4, 0xFF];
const DARK: [u8; 3] = [0x04, 0x06, 0x0A];

/// Device pixels from which on a hair of gap is left between pixels.
const GAP_FROM: u32 = 3;

/// The instrument's screen. Only one of the page's screens carries the name, and says in words what it shows; the others
/// are decoration.
#[component]
pub(crate) fn Oled(
    /// Device pixels in one pixel of the screen.
    scale: Signal<u32>,
    layout: ReadSignal<Layout>,
    named: Signal<bool>,
) -> impl IntoView {
    let desk = Desk::get();
    let canvas = NodeRef::<html::Canvas>::new();
    let style = move || {
        let css = |pixels: usize| pixels as f64 * f64::from(scale.get()) / layout.get().device_pixels;
        format!("width:{}px;height:{}px", css(WIDTH), css(HEIGHT))
    };
    let screen = RefCell::new((Pixels::new(), None));
    desk.animator.paint(move |_| {
        let Some(canvas) = canvas.get_untracked() else { return false };
        let scale = scale.get_untracked();
        let (pixels, shown) = &mut *screen.borrow_mut();
        desk.menu.draw(desk, pixels);
        if shown.as_ref() != Some(&(scale, pixels.clone())) {
            copy(pixels, scale, &canvas);
            *shown = Some((scale, pixels.clone()));
        }
        false
    });
    let label = move || named.get().then_some("OLED");
    view! {
        <div role=move || if named.get() { "region" } else { "presentation" } aria-label=label>
            <canvas node_ref=canvas width=move || WIDTH as u32 * scale.get() height=move || HEIGHT as u32 * scale.get() style=style aria-hidden="true" />
            {move || named.get().then(|| view! {
                <span class="unseen" role="status" aria-live="polite">{move || desk.menu.says.get()}</span>
            })}
        </div>
    }
}

/// Whether a pixel of the screen is lit.
fn is_lit(pixels: &Pixels, x: usize, y: usize) -> bool {
    pixels.data()[(y * WIDTH + x) / 8] >> (7 - x % 8) & 1 == 1
}

/// Copies the pixels to a canvas, `scale` device pixels for each.
fn copy(pixels: &Pixels, scale: u32, canvas: &web_sys::HtmlCanvasElement) {
    let (columns, rows) = (WIDTH * scale as usize, HEIGHT * scale as usize);
    if canvas.width() as usize != columns {
        canvas.set_width(columns as u32);
        canvas.set_height(rows as u32);
    }
    let body = if scale >= GAP_FROM { scale as usize - 1 } else { scale as usize };
    let mut image = vec![0u8; columns * rows * 4];
    for (index, rgba) in image.chunks_exact_mut(4).enumerate() {
        let (x, y) = (index % columns, index / columns);
        let lit = is_lit(pixels, x / scale as usize, y / scale as usize);
        // The gap keeps half of the light, as the real screen's does.
        let in_gap = x % scale as usize >= body || y % scale as usize >= body;
        for (channel, value) in rgba.iter_mut().enumerate() {
            *value = match (channel, lit, in_gap) {
                (3, ..) => 255,
                (_, true, false) => LIT[channel],
                (_, true, true) => LIT[channel] / 2,
                _ => DARK[channel],
            };
        }
    }
    let context = canvas
        .get_context("2d")
        .ok()
        .flatten()
        .and_then(|context| context.dyn_into::<web_sys::CanvasRenderingContext2d>().ok());
    let image = web_sys::ImageData::new_with_u8_clamped_array(Clamped(&image), columns as u32);
    if let (Some(context), Ok(image)) = (context, image) {
        // Fails only for a canvas without pixels.
        let _ = context.put_image_data(&image, 0.0, 0.0);
    }
}
