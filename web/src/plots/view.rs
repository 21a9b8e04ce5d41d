//! Where a frame and a height lie in the large plot, for drawing and for the hand.

use crate::desk::Desk;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, PointerEvent};

/// Room round the plot, in CSS pixels.
pub(super) const LEFT: f64 = 48.0;
pub(super) const RIGHT: f64 = 26.0;
pub(super) const TOP: f64 = 32.0;
pub(super) const BOTTOM: f64 = 26.0;

/// The style of a layer that lies on the plot's axes, whatever the size of the canvas below it.
pub(super) fn on_the_axes() -> String {
    format!("left:{LEFT}px;right:{RIGHT}px;top:{TOP}px;bottom:{BOTTOM}px")
}

/// Where the pointer is on such a layer: time and height, each 0 to 1 within the axes.
pub(super) fn pointed(layer: &Element, event: &PointerEvent) -> Option<(f64, f64)> {
    let rect = layer.get_bounding_client_rect();
    let inside = rect.width() > 0.0 && rect.height() > 0.0;
    inside.then(|| {
        let x = (f64::from(event.client_x()) - rect.left()) / rect.width();
        let y = (f64::from(event.client_y()) - rect.top()) / rect.height();
        (x.clamp(0.0, 1.0), (1.0 - y).clamp(0.0, 1.0))
    })
}

/// The layer whose handler an event has reached.
pub(super) fn layer(event: &PointerEvent) -> Option<Element> {
    event.current_target().and_then(|target| target.dyn_into().ok())
}

/// The frame at a share of the time axis of so many frames.
pub(super) fn frame_at(time: f64, frames: usize) -> usize {
    (time * (frames.max(2) - 1) as f64).round() as usize
}

/// Where a frame lies on the time axis of so many frames, 0 to 1.
pub(super) fn time_of(frame: usize, frames: usize) -> f64 {
    frame as f64 / (frames.max(2) - 1) as f64
}

/// Moves the keyboard's focus, as a browser does for its own controls.
pub(super) fn focus(element: Option<Element>) {
    if let Some(element) = element.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        // Fails only for an element that is gone.
        let _ = element.focus();
    }
}

/// The frames that the plot shows: all of the set at hand, and all of what a hit is asked.
pub(super) fn frames_shown(desk: Desk) -> usize {
    let set = desk.slot(desk.at_hand.get()).with(|set| set.as_ref().map_or(0, |set| set.curve.frames().len()));
    set.max(desk.asked.with(|asked| asked.len())).max(2)
}
