//! Which of the three widths the window has, and how large the faceplate is drawn.

use js_sys::{Function, Reflect};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// The three layouts of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Width {
    /// Below 700 px: one screen to play on, tabs for the rest.
    Phone,
    /// 700 to 1199 px: panel left, the rest beside and below.
    Tablet,
    /// From 1200 px: three columns.
    Desktop,
}

/// What the window's size decides.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Layout {
    pub(crate) width: Width,
    /// Device pixels in one CSS pixel.
    pub(crate) device_pixels: f64,
    /// Device pixels in one pixel of the faceplate's screen: a whole number, so that it is drawn crisp.
    pub(crate) screen_scale: u32,
}

impl Layout {
    /// CSS pixels to one millimetre of faceplate: the panel follows its screen of 128 pixels in 29.42 mm.
    pub(crate) fn px_per_mm(self, active_width_mm: f64) -> f64 {
        f64::from(self.screen_scale) * 128.0 / active_width_mm / self.device_pixels
    }

    fn of(width_px: f64, height_px: f64, device_pixels: f64) -> Self {
        let width = match width_px {
            ..700.0 => Width::Phone,
            ..1_200.0 => Width::Tablet,
            _ => Width::Desktop,
        };
        // Room for the panel at scale 1 is 241 x 559 CSS pixels; beside and below it stand the controls.
        let largest = match width {
            Width::Phone => ((width_px - 130.0) / 242.0).min((height_px - 250.0) / 559.0),
            Width::Tablet => ((width_px - 560.0) / 242.0).max(1.0),
            Width::Desktop => ((height_px - 320.0) / 559.0).min((width_px - 1_150.0) / 242.0),
        };
        // Much below scale 0.9 the lettering on the panel becomes illegible, and the page scrolls instead; on a phone it is
        // repeated beside the panel.
        let least = (if width == Width::Phone { 0.6 } else { 0.9 } * device_pixels).ceil();
        let screen_scale = (largest * device_pixels).floor().max(least) as u32;
        Self { width, device_pixels, screen_scale }
    }

    fn now() -> Self {
        let window = window();
        let length = |value: Result<wasm_bindgen::JsValue, _>| value.ok().and_then(|value| value.as_f64());
        Self::of(
            length(window.inner_width()).unwrap_or(1_440.0),
            length(window.inner_height()).unwrap_or(900.0),
            window.device_pixel_ratio().max(0.25),
        )
    }

    /// The layout as a signal that follows the window.
    pub(crate) fn watch() -> ReadSignal<Self> {
        let (layout, set_layout) = signal(Self::now());
        let handle = window_event_listener(leptos::ev::resize, move |_| {
            let now = Self::now();
            if layout.get_untracked() != now {
                set_layout.set(now);
            }
        });
        on_cleanup(move || handle.remove());
        layout
    }
}

/// Whether the person asked their system for less motion.
pub(crate) fn reduced_motion() -> bool {
    matches_media("(prefers-reduced-motion: reduce)")
}

/// Whether a pointer can rest on something without pressing it.
pub(crate) fn can_hover() -> bool {
    matches_media("(hover: hover)")
}

/// Whether a media query holds; one that the browser does not know does not.
fn matches_media(query: &str) -> bool {
    let ask = || {
        let window = window();
        let ask = Reflect::get(&window, &"matchMedia".into()).ok()?.dyn_into::<Function>().ok()?;
        let answer = ask.call1(&window, &query.into()).ok()?;
        Reflect::get(&answer, &"matches".into()).ok()?.as_bool()
    };
    ask().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_drawn_windows_show_the_panel_at_its_drawn_size() {
        for (width, height) in [(1_440.0, 900.0), (820.0, 1_180.0), (390.0, 844.0)] {
            assert_eq!(Layout::of(width, height, 1.0).screen_scale, 1, "{width} x {height}");
        }
        assert_eq!(Layout::of(390.0, 844.0, 3.0).screen_scale, 3, "a phone has three device pixels in one");
    }
}
