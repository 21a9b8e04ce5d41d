//! Starting and pausing the sound, by its button, by the first tap anywhere, and by the space bar.

use crate::desk::{Desk, Phase};
use leptos::prelude::*;
use neurorack_engine::GateInput;
use wasm_bindgen::JsCast;

/// Starts the sound; once it runs, pauses it.
#[component]
pub(crate) fn Start() -> impl IntoView {
    let desk = Desk::get();
    let text = move || match desk.phase.get() {
        Phase::Running => "Pause",
        Phase::Starting => "Starting",
        _ => "Start",
    };
    let click = move |_| {
        if desk.phase.get_untracked() == Phase::Running && !desk.audio.woken_by_this_tap() {
            desk.audio.pause(desk);
        } else {
            desk.audio.start(desk);
        }
    };
    view! {
        <button
            type="button"
            class="button"
            class:solid=move || desk.phase.get() != Phase::Running
            disabled=move || desk.phase.get() == Phase::Unavailable
            on:click=click
        >
            {move || (desk.phase.get() != Phase::Running).then(|| view! { <span class="dot"></span> })}
            {text}
        </button>
    }
}

/// Space strikes Gate 1 wherever it does nothing else, and B holds Gate 2. A button that was clicked with the pointer does
/// not keep the keyboard's focus, so that Space strikes after it too.
pub(crate) fn keyboard(desk: Desk) {
    let frozen_by_key = StoredValue::new(false);
    let freeze = move |high: bool| {
        if frozen_by_key.get_value() != high {
            frozen_by_key.set_value(high);
            desk.gate(GateInput::Gate2, high);
        }
    };
    let keys = window_event_listener(leptos::ev::keydown, move |event| {
        let plain = !(event.ctrl_key() || event.alt_key() || event.meta_key() || event.repeat());
        if !plain || is_typed_into(event.target()) {
            return;
        }
        if event.key() == " " && !takes_space(event.target()) {
            event.prevent_default();
            desk.strike();
        } else if event.key().eq_ignore_ascii_case("b") {
            freeze(true);
        }
    });
    let releases = window_event_listener(leptos::ev::keyup, move |event| {
        if event.key().eq_ignore_ascii_case("b") {
            freeze(false);
        }
    });
    // A key that is let go while another window has the keyboard is never heard of.
    let leaves = window_event_listener(leptos::ev::blur, move |_| freeze(false));
    let clicks = window_event_listener(leptos::ev::click, move |event| {
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let button = target.and_then(|target| target.closest("button").ok().flatten());
        if let Some(button) = button.filter(|_| event.detail() > 0)
            && let Ok(button) = button.dyn_into::<web_sys::HtmlElement>()
        {
            // Fails only for an element that is gone.
            let _ = button.blur();
        }
    });
    on_cleanup(move || {
        keys.remove();
        releases.remove();
        leaves.remove();
        clicks.remove();
    });
}

/// Whether letters go into the element under the keyboard's focus.
pub(crate) fn is_typed_into(target: Option<web_sys::EventTarget>) -> bool {
    let Some(element) = target.and_then(|target| target.dyn_into::<web_sys::Element>().ok()) else { return false };
    match element.tag_name().as_str() {
        "SELECT" | "TEXTAREA" => true,
        "INPUT" => element.get_attribute("type").as_deref() != Some("range"),
        _ => false,
    }
}

/// Whether the element under the keyboard's focus has its own use for the space bar.
fn takes_space(target: Option<web_sys::EventTarget>) -> bool {
    let Some(element) = target.and_then(|target| target.dyn_into::<web_sys::Element>().ok()) else { return false };
    match element.tag_name().as_str() {
        "BUTTON" | "SELECT" | "TEXTAREA" | "A" => true,
        "INPUT" => element.get_attribute("type").as_deref() != Some("range"),
        _ => false,
    }
}
