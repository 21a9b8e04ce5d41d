//! A canvas that is as sharp as the device, and the design's colours.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

/// A canvas to draw on in CSS pixels.
pub(crate) struct Surface {
    pub(crate) context: CanvasRenderingContext2d,
    /// Size in CSS pixels.
    pub(crate) width: f64,
    pub(crate) height: f64,
}

impl Surface {
    /// The canvas at its present size and the device's resolution; none while it is not shown.
    pub(crate) fn of(canvas: &HtmlCanvasElement) -> Option<Self> {
        let (width, height) = (f64::from(canvas.client_width()), f64::from(canvas.client_height()));
        if width < 1.0 || height < 1.0 {
            return None;
        }
        let ratio = window().device_pixel_ratio();
        let pixels = |length: f64| (length * ratio).round() as u32;
        if canvas.width() != pixels(width) || canvas.height() != pixels(height) {
            canvas.set_width(pixels(width));
            canvas.set_height(pixels(height));
        }
        let context = canvas.get_context("2d").ok()??.dyn_into::<CanvasRenderingContext2d>().ok()?;
        // Fails only for numbers that are not finite.
        let _ = context.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0);
        Some(Self { context, width, height })
    }

    pub(crate) fn clear(&self) {
        self.context.clear_rect(0.0, 0.0, self.width, self.height);
    }

    /// A straight line.
    pub(crate) fn line(&self, from: (f64, f64), to: (f64, f64)) {
        self.context.begin_path();
        self.context.move_to(from.0, from.1);
        self.context.line_to(to.0, to.1);
        self.context.stroke();
    }

    /// A line through points.
    pub(crate) fn polyline(&self, points: impl IntoIterator<Item = (f64, f64)>) {
        self.context.begin_path();
        for (x, y) in points {
            self.context.line_to(x, y);
        }
        self.context.stroke();
    }

    /// The area between points and a horizontal line below them.
    pub(crate) fn area(&self, points: &[(f64, f64)], foot: f64) {
        let (Some(first), Some(last)) = (points.first(), points.last()) else { return };
        self.context.begin_path();
        self.context.move_to(first.0, foot);
        for (x, y) in points {
            self.context.line_to(*x, *y);
        }
        self.context.line_to(last.0, foot);
        self.context.fill();
    }
}

/// The value of a design token, such as `--gold`.
pub(crate) fn token(name: &str) -> String {
    let root = document().document_element();
    let style = root.and_then(|root| window().get_computed_style(&root).ok().flatten());
    let value = style.and_then(|style| style.get_property_value(name).ok());
    value.map(|value| value.trim().to_owned()).filter(|value| !value.is_empty()).unwrap_or_else(|| "#f4f2ec".into())
}
