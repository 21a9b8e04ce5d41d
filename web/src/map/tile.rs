//! One sound of the map: heard while it is looked at, taken by a click, by Enter, or by holding a finger on it.

use super::chart::{Chart, Progress};
use super::picture::{COLUMNS, ROWS};
use crate::desk::Desk;
use leptos::html;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::JsCast;
use web_sys::{KeyboardEvent, PointerEvent};

/// How long a finger rests on a tile to take it.
const HOLD: Duration = Duration::from_millis(480);

/// A finger on the tile.
#[derive(Debug, Clone, Copy, Default)]
enum Finger {
    #[default]
    None,
    /// It may become a tap, or long enough to take the sound.
    Down(TimeoutHandle),
    /// It took the sound, or turned into scrolling.
    Done,
}

/// A tile of the map.
#[component]
pub(super) fn Spot(chart: Chart, index: usize, reachable: RwSignal<usize>) -> impl IntoView {
    let desk = Desk::get();
    let button = NodeRef::<html::Button>::new();
    let finger = StoredValue::new(Finger::None);
    let canvas = chart.canvas(index);
    let name = move || format!("Take {} as {}", chart.called(index), desk.at_hand.get().name());
    let is_touch = |event: &PointerEvent| event.pointer_type() == "touch";
    let end = move |then: Finger| {
        let was = finger.get_value();
        if let Finger::Down(timer) = was {
            timer.clear();
        }
        finger.set_value(then);
        was
    };
    let down = move |event: PointerEvent| {
        if !is_touch(&event) {
            finger.set_value(Finger::None);
            return;
        }
        let hold = set_timeout_with_handle(
            move || {
                finger.set_value(Finger::Done);
                chart.take(index);
            },
            HOLD,
        );
        finger.set_value(hold.map_or(Finger::Done, Finger::Down));
    };
    let up = move |event: PointerEvent| {
        if is_touch(&event) && matches!(end(Finger::Done), Finger::Down(_)) {
            chart.looked_at.set(Some(index));
            chart.hear(index);
        }
    };
    // A click follows a finger too: it has done its work already.
    let click = move |event: web_sys::MouseEvent| {
        if event.detail() == 0 || matches!(finger.get_value(), Finger::None) {
            chart.take(index);
        }
        finger.set_value(Finger::None);
    };
    // A tap gives focus too, and the page takes it back at once: only the keyboard's focus looks at a tile.
    let by_keys = StoredValue::new(false);
    let focused = move |event: web_sys::FocusEvent| {
        let button = event.current_target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        if button.is_some_and(|button| button.matches(":focus-visible").unwrap_or(false)) {
            by_keys.set_value(true);
            chart.look(index);
        }
    };
    let key = move |event: KeyboardEvent| {
        let Some(next) = chart.grid.get_untracked().next(index, &event.key()) else { return };
        event.prevent_default();
        reachable.set(next);
    };
    // The arrow keys move the keyboard's focus from tile to tile; Tab goes on to what follows the map.
    Effect::new(move |before: Option<bool>| {
        let here = reachable.get() == index;
        if here
            && before == Some(false)
            && let Some(button) = button.get_untracked()
        {
            // Fails only for an element that is gone.
            let _ = button.focus();
        }
        here
    });
    view! {
        <button
            type="button"
            class="spot"
            node_ref=button
            aria-label=name
            tabindex=move || if reachable.get() == index { "0" } else { "-1" }
            disabled=move || chart.progress.get() != Progress::Ready
            on:pointerdown=down
            on:pointerup=up
            on:pointercancel=move |_| { end(Finger::Done); }
            on:contextmenu=move |event| {
                if !matches!(finger.get_value(), Finger::None) {
                    event.prevent_default();
                }
            }
            on:pointerenter=move |event| if !is_touch(&event) { chart.look(index) }
            on:pointerleave=move |event| {
                if !is_touch(&event) {
                    chart.look_away(index);
                }
            }
            on:focus=focused
            on:blur=move |_| {
                if by_keys.get_value() {
                    by_keys.set_value(false);
                    chart.look_away(index);
                }
            }
            on:keydown=key
            on:click=click
        >
            <canvas node_ref=canvas width=COLUMNS as u32 height=ROWS as u32 aria-hidden="true" />
        </button>
    }
}
