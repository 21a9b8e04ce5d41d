//! How a continuous control moves: by hand, by keys, back to rest.

use leptos::prelude::*;
use web_sys::{KeyboardEvent, PointerEvent};

/// Range and steps of a knob or fader, in its own unit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Travel {
    pub(crate) least: f64,
    pub(crate) most: f64,
    /// One press of an arrow key, and the grid that every value lies on.
    pub(crate) step: f64,
    /// One press of an arrow key with Shift, or of a page key.
    pub(crate) stride: f64,
    /// Where a double tap returns to.
    pub(crate) rest: f64,
    pub(crate) say: fn(f64) -> Reading,
}

/// A value in words: short to see, complete to hear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reading {
    pub(crate) seen: String,
    pub(crate) heard: String,
}

/// Milliseconds between the two taps that return a control to rest.
const DOUBLE_TAP_MS: f64 = 350.0;

impl Travel {
    /// The value on the grid and within the range that lies nearest.
    pub(crate) fn nearest(self, value: f64) -> f64 {
        let steps = (value.clamp(self.least, self.most) / self.step).round();
        // Divide by a whole number where there is one: 12 / 10 is 1.2, 12 * 0.1 is not.
        let per_unit = (1.0 / self.step).round();
        if (per_unit * self.step - 1.0).abs() < 1e-9 { steps / per_unit } else { steps * self.step }
    }

    /// Where a value lies in the range, 0 to 1.
    pub(crate) fn share(self, value: f64) -> f64 {
        ((value - self.least) / (self.most - self.least)).clamp(0.0, 1.0)
    }

    /// The value that a key moves to, if it is a key that moves.
    pub(crate) fn key(self, value: f64, event: &KeyboardEvent) -> Option<f64> {
        let step = if event.shift_key() { self.stride } else { self.step };
        let next = match event.key().as_str() {
            "ArrowUp" | "ArrowRight" => value + step,
            "ArrowDown" | "ArrowLeft" => value - step,
            "PageUp" => value + self.stride,
            "PageDown" => value - self.stride,
            "Home" => self.least,
            "End" => self.most,
            _ => return None,
        };
        Some(self.nearest(next))
    }
}

/// A drag in progress, and the tap before it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Drag {
    held: Option<Grip>,
    last_tap_ms: f64,
}

#[derive(Debug, Clone, Copy)]
struct Grip {
    at_px: f64,
    value: f64,
}

impl Drag {
    /// A finger or mouse went down: the value at rest when it was the second tap.
    pub(crate) fn down(&mut self, travel: Travel, value: f64, at_px: f64, event: &PointerEvent) -> Option<f64> {
        let now_ms = event.time_stamp();
        let again = now_ms - self.last_tap_ms < DOUBLE_TAP_MS;
        self.last_tap_ms = if again { 0.0 } else { now_ms };
        let value = if again { travel.rest } else { value };
        self.held = Some(Grip { at_px, value });
        again.then_some(value)
    }

    /// The value where the pointer is now, `full_px` pixels being the whole range.
    pub(crate) fn moved(&self, travel: Travel, at_px: f64, full_px: f64) -> Option<f64> {
        let grip = self.held?;
        let moved = (at_px - grip.at_px) / full_px * (travel.most - travel.least);
        Some(travel.nearest(grip.value + moved))
    }

    pub(crate) fn up(&mut self) {
        self.held = None;
    }
}

/// Keeps the pointer's later events coming to the element that it went down on.
pub(crate) fn capture(event: &PointerEvent) {
    use wasm_bindgen::JsCast;
    if let Some(element) = event.current_target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()) {
        // Fails only when the pointer is already gone: then there is nothing to follow.
        let _ = element.set_pointer_capture(event.pointer_id());
    }
}

/// Moves the keyboard's focus to a control that was touched, as a browser's own sliders do.
pub(crate) fn focus(input: NodeRef<leptos::html::Input>) {
    if let Some(input) = input.get_untracked() {
        let _ = input.focus();
    }
}

/// Volts with sign, as on a meter: "+1.2 V".
pub(crate) fn volts(value: f64) -> Reading {
    let number = signed(value);
    Reading { seen: format!("{number} V"), heard: format!("{number} volts") }
}

/// Decibels of full scale: "−9 dB"; the lower end of the volume is silence.
pub(crate) fn decibels(value: f64) -> Reading {
    if value <= VOLUME_OFF_DB {
        return Reading { seen: "off".into(), heard: "off".into() };
    }
    let number = format!("{:.0}", value.abs());
    let sign = if value < -0.5 {
        "\u{2212}"
    } else if value > 0.5 {
        "+"
    } else {
        ""
    };
    Reading { seen: format!("{sign}{number} dB"), heard: format!("{sign}{number} decibels") }
}

/// The lower end of the volume, which means silence.
pub(crate) const VOLUME_OFF_DB: f64 = -60.0;

fn signed(value: f64) -> String {
    let sign = if value < -0.05 {
        "\u{2212}"
    } else if value > 0.05 {
        "+"
    } else {
        ""
    };
    format!("{sign}{:.1}", value.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CV: Travel = Travel { least: -5.0, most: 5.0, step: 0.1, stride: 1.0, rest: 0.0, say: volts };

    #[test]
    fn values_are_written_with_their_sign() {
        let seen = |value| volts(value).seen;
        assert_eq!([seen(1.2), seen(0.0), seen(-3.0)], ["+1.2 V", "0.0 V", "\u{2212}3.0 V"]);
        assert_eq!([decibels(-9.0).seen, decibels(-60.0).heard], ["\u{2212}9 dB", "off"]);
    }

    #[test]
    fn twelve_steps_up_are_exactly_1_2_volts() {
        let value = (0..12).fold(0.0, |value, _| CV.nearest(value + CV.step));
        assert_eq!(value, 1.2);
        assert_eq!(CV.nearest(7.0), 5.0);
    }
}
