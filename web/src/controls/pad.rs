//! Gate 1 as a pad: strikes when it is touched, not when it is let go.

use crate::desk::Desk;
use leptos::prelude::*;

/// The pad "Gate 1". Space strikes it from anywhere on the page.
#[component]
pub(crate) fn Pad() -> impl IntoView {
    let desk = Desk::get();
    // A key that strikes is followed by a click in some browsers; a click without pointer or key comes from
    // assistive technology and is the only one that strikes by itself.
    let by_key = StoredValue::new(false);
    let down = move |event: web_sys::PointerEvent| {
        if event.button() == 0 {
            by_key.set_value(false);
            desk.strike();
        }
    };
    let key = move |event: web_sys::KeyboardEvent| {
        if matches!(event.key().as_str(), " " | "Enter") {
            event.prevent_default();
            event.stop_propagation();
            by_key.set_value(true);
            if !event.repeat() {
                desk.strike();
            }
        }
    };
    let click = move |event: web_sys::MouseEvent| {
        if event.detail() == 0 && !by_key.get_value() {
            desk.strike();
        }
        by_key.set_value(false);
    };
    let lit = move || desk.glow.get() > 0.02;
    let ring = |(index, radius): (usize, f64)| {
        view! { <circle r=radius stroke-width=3.2 - 0.8 * index as f64 opacity=1.0 - 0.2 * index as f64 /> }
    };
    view! {
        <button
            type="button"
            class="pad"
            class:lit=lit
            aria-label="Gate 1"
            aria-keyshortcuts="Space"
            on:pointerdown=down
            on:keydown=key
            on:click=click
        >
            <span class="glow" style:opacity=move || format!("{:.2}", desk.glow.get().min(1.0))></span>
            <span class="name">"Gate 1"</span>
            <kbd>"Space"</kbd>
            <svg viewBox="-60 -60 120 120" aria-hidden="true" style:opacity=move || format!("{:.2}", desk.glow.get().min(1.0))>
                {[14.0, 20.0, 27.0, 35.0].into_iter().enumerate().map(ring).collect_view()}
                <circle r="9" fill="#d9a441" />
            </svg>
            <span class="does">"Trigger"</span>
        </button>
    }
}
