//! The encoder under the hand: turned by dragging, wheel or arrow keys, pushed by a click or Enter, held for back.

use super::geometry::{Geometry, Kind};
use crate::desk::Desk;
use leptos::html;
use leptos::prelude::*;
use std::f64::consts::{PI, TAU};
use std::time::Duration;

/// Detents of a whole turn.
const DETENTS: f64 = 24.0;

/// Pixels of a drag up or down for one detent.
const SLIDE_PX: f64 = 9.0;

/// Part of the radius inside which a drag goes up and down; outside it goes round.
const INNER: f64 = 0.5;

/// How long it is held down for a long push.
const LONG_PUSH: Duration = Duration::from_millis(600);

/// A wheel that moves by this much at once has notches, one for each detent, in pixels.
const NOTCH_PX: f64 = 50.0;

/// Travel of a wheel or touch pad without notches for one detent, in pixels.
const SCROLL_PX: f64 = 25.0;

/// A finger or mouse that holds the encoder.
#[derive(Debug, Clone, Copy)]
struct Grip {
    way: Way,
    /// Parts of a detent that were not turned yet; clockwise, or down.
    rest: f64,
    /// Whether it was turned or held long: then letting go is no push.
    used: bool,
}

/// Which way a drag turns, and where it was last.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Way {
    /// Round the centre, in radians.
    Round(f64),
    /// Down, in pixels.
    Down(f64),
}

impl Grip {
    /// Takes hold at a point, in pixels from the centre.
    fn at([x, y]: [f64; 2], radius: f64) -> Self {
        let way = if x.hypot(y) > INNER * radius { Way::Round(y.atan2(x)) } else { Way::Down(y) };
        Self { way, rest: 0.0, used: false }
    }

    /// The whole detents by which moving to a point turns: clockwise, or down.
    fn moved(&mut self, [x, y]: [f64; 2]) -> i32 {
        let part = match &mut self.way {
            Way::Round(before) => {
                let now = y.atan2(x);
                // The short way round, past the seam at the left.
                let angle = (now - *before + PI).rem_euclid(TAU) - PI;
                *before = now;
                angle / TAU * DETENTS
            }
            Way::Down(before) => {
                let down = y - *before;
                *before = y;
                down / SLIDE_PX
            }
        };
        self.rest += part;
        let whole = self.rest.trunc();
        self.rest -= whole;
        self.used |= whole != 0.0;
        whole as i32
    }
}

/// The operable encoder over its drawing.
#[component]
pub(super) fn Encoder() -> impl IntoView {
    let desk = Desk::get();
    let menu = desk.menu;
    let Some(component) = Geometry::get().components.iter().find(|component| component.kind == Kind::Encoder) else {
        return ().into_any();
    };
    let name = component.accessible_name.as_deref().unwrap_or("Menu");
    let diameter = component.knob_d.unwrap_or_default();
    let [x, y] = component.centre.map(|centre| centre - diameter / 2.0);
    let place = format!("left:calc({x} * var(--mm));top:calc({y} * var(--mm));width:calc({diameter} * var(--mm))");

    let knob = NodeRef::<html::Div>::new();
    let grip = StoredValue::new(None::<Grip>);
    let long_push = StoredValue::new(None::<TimeoutHandle>);
    let wheel_rest = StoredValue::new(0.0f64);
    // The keyboard's focus that a pointer brought leaves Space to the instrument.
    let by_pointer = StoredValue::new(false);
    let let_be = move || {
        if let Some(timer) = long_push.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    };
    on_cleanup(let_be);

    let from_centre = move |event: &web_sys::PointerEvent| {
        let rect = knob.get_untracked()?.get_bounding_client_rect();
        let radius = rect.width() / 2.0;
        let point =
            [f64::from(event.client_x()) - rect.left() - radius, f64::from(event.client_y()) - rect.top() - radius];
        Some((point, radius))
    };
    let down = move |event: web_sys::PointerEvent| {
        if event.button() != 0 || grip.with_value(Option::is_some) {
            return;
        }
        event.prevent_default();
        let (Some((point, radius)), Some(knob)) = (from_centre(&event), knob.get_untracked()) else { return };
        // Fails only when the pointer is already gone: then there is nothing to follow.
        let _ = knob.set_pointer_capture(event.pointer_id());
        let _ = knob.focus();
        by_pointer.set_value(true);
        grip.set_value(Some(Grip::at(point, radius)));
        let held = move || {
            let waits = grip.try_update_value(|grip| match grip {
                Some(grip) if !grip.used => {
                    grip.used = true;
                    true
                }
                _ => false,
            });
            if waits == Some(true) {
                menu.hold(desk);
            }
        };
        long_push.set_value(set_timeout_with_handle(held, LONG_PUSH).ok());
    };
    let moved = move |event: web_sys::PointerEvent| {
        let Some((point, _)) = from_centre(&event) else { return };
        let turned = grip.try_update_value(|grip| grip.as_mut().map(|grip| (grip.moved(point), grip.way))).flatten();
        match turned {
            None | Some((0, _)) => {}
            Some((detents, way)) => {
                let_be();
                match way {
                    Way::Round(_) => menu.turn(desk, detents),
                    Way::Down(_) => menu.roll(desk, detents),
                }
            }
        }
    };
    let up = move |_| {
        let_be();
        if grip.try_update_value(Option::take).flatten().is_some_and(|grip| !grip.used) {
            menu.push(desk);
        }
    };
    let cancelled = move |_| {
        let_be();
        grip.set_value(None);
    };
    let wheel = move |event: web_sys::WheelEvent| {
        event.prevent_default();
        let unit = if event.delta_mode() == web_sys::WheelEvent::DOM_DELTA_PIXEL { 1.0 } else { NOTCH_PX };
        let travel = event.delta_y() * unit;
        let detents = if travel.abs() >= NOTCH_PX {
            wheel_rest.set_value(0.0);
            travel.signum() as i32
        } else {
            let whole = wheel_rest.try_update_value(|rest| {
                *rest += travel / SCROLL_PX;
                let whole = rest.trunc();
                *rest -= whole;
                whole
            });
            whole.unwrap_or_default() as i32
        };
        if detents != 0 {
            menu.roll(desk, detents);
        }
    };
    let key = move |event: web_sys::KeyboardEvent| {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        match event.key().as_str() {
            "ArrowRight" => menu.turn(desk, 1),
            "ArrowLeft" => menu.turn(desk, -1),
            "ArrowDown" => menu.roll(desk, 1),
            "ArrowUp" => menu.roll(desk, -1),
            "PageDown" => menu.roll(desk, 5),
            "PageUp" => menu.roll(desk, -5),
            "Escape" | "Backspace" => menu.back(desk),
            "Enter" => {
                if !event.repeat() {
                    menu.push(desk);
                }
            }
            " " if !by_pointer.get_value() => {
                if !event.repeat() {
                    menu.push(desk);
                }
            }
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    // A click without a pointer comes from assistive technology.
    let click = move |event: web_sys::MouseEvent| {
        if event.detail() == 0 {
            menu.push(desk);
        }
    };
    view! {
        <div class="encoder" role="group" aria-label="Encoder" style=place>
            <div
                node_ref=knob
                class="knob-area"
                role="button"
                tabindex="0"
                aria-label=name.to_owned()
                aria-describedby="encoder-hint"
                on:pointerdown=down
                on:pointermove=moved
                on:pointerup=up
                on:pointercancel=cancelled
                on:contextmenu=|event| event.prevent_default()
                on:wheel=wheel
                on:keydown=key
                on:click=click
                on:blur=move |_| by_pointer.set_value(false)
            ></div>
            <span id="encoder-hint" class="unseen">"Arrow keys turn, Enter pushes, Escape goes back."</span>
            // For touch with a screen reader, which has no arrow keys.
            <button type="button" class="unseen" tabindex="-1" on:click=move |_| menu.turn(desk, -1)>"Turn left"</button>
            <button type="button" class="unseen" tabindex="-1" on:click=move |_| menu.turn(desk, 1)>"Turn right"</button>
            <button type="button" class="unseen" tabindex="-1" on:click=move |_| menu.back(desk)>"Back"</button>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on_the_rim(degrees: f64) -> [f64; 2] {
        [30.0 * degrees.to_radians().cos(), 30.0 * degrees.to_radians().sin()]
    }

    #[test]
    fn a_whole_turn_has_24_detents_wherever_it_begins() {
        for begin in [0.0, 100.0, 179.0] {
            let mut grip = Grip::at(on_the_rim(begin), 40.0);
            let turned: i32 = (1..=361).map(|degrees| grip.moved(on_the_rim(begin + f64::from(degrees)))).sum();
            assert_eq!(turned, 24, "from {begin} degrees");
        }
    }

    #[test]
    fn a_drag_from_the_middle_goes_up_and_down_and_a_shaking_finger_pushes() {
        let mut grip = Grip::at([2.0, 1.0], 40.0);
        assert_eq!(grip.moved([40.0, 4.0]), 0);
        assert!(!grip.used, "three pixels are no turn");
        assert_eq!(grip.moved([40.0, 1.0 - 3.0 * SLIDE_PX]), -3);
        assert!(grip.used);
    }
}
