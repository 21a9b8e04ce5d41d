//! Gate 1 as a pad: strikes when it is touched, not when it is let go.

use crate::desk::Desk;
use leptos::prelude::*;

/// The pad "Gate 1". Space strikes it from anywhere on the page.
#[component]
pub(crate) fn Pad() -> impl IntoView {
    let desk = Desk::get();
    let down = move |event: web_sys::PointerEvent| {
        if event.button() == 0 {
            desk.strike();
        }
    };
    let strikes = |event: &web_sys::KeyboardEvent| matches!(event.key().as_str(), " " | "Enter");
    let key = move |event: web_sys::KeyboardEvent| {
        if strikes(&event) {
            event.prevent_default();
            event.stop_propagation();
            if !event.repeat() {
                desk.strike();
            }
        }
    };
    // Some browsers turn the key's release into a click.
    let key_up = move |event: web_sys::KeyboardEvent| {
        if strikes(&event) {
            event.prevent_default();
        }
    };
    // A click without pointer and key comes from assistive technology: the only one that strikes by itself.
    let click = move |event: web_sys::MouseEvent| {
        if event.detail() == 0 {
            desk.strike();
        }
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
            on:keyup=key_up
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
