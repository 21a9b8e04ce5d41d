//! The gates as pads: high while touched, from the very touch on.

use crate::desk::Desk;
use crate::sources::is_patched;
use leptos::prelude::*;
use neurorack_engine::GateInput;
use neurorack_engine::sources::Input;

/// From this brightness on the pad is rather gold than dark, and its lettering is dark.
const LIT: f64 = 0.45;

/// The pad "Gate 1". Space strikes it from anywhere on the page.
#[component]
pub(crate) fn TriggerPad() -> impl IntoView {
    let desk = Desk::get();
    let ring = |(index, radius): (usize, f64)| {
        view! { <circle r=radius stroke-width=3.2 - 0.8 * index as f64 opacity=1.0 - 0.2 * index as f64 /> }
    };
    let glow = move || f64::from(desk.glow.get());
    let opacity = move || format!("{:.2}", glow().min(1.0));
    view! {
        <Pad gate=GateInput::Gate1 name="Gate 1" key="Space" does="Trigger" glow=Signal::derive(glow)>
            <svg viewBox="-60 -60 120 120" aria-hidden="true" style:opacity=opacity>
                {[14.0, 20.0, 27.0, 35.0].into_iter().enumerate().map(ring).collect_view()}
                <circle r="9" fill="#d9a441" />
            </svg>
        </Pad>
    }
}

/// The pad "Gate 2". The key B holds it from anywhere on the page.
#[component]
pub(crate) fn FreezePad() -> impl IntoView {
    let desk = Desk::get();
    let glow = move || if desk.frozen.get() { 1.0 } else { 0.0 };
    view! {
        <Pad gate=GateInput::Gate2 name="Gate 2" key="B" does="Freeze" glow=Signal::derive(glow)>
            <svg viewBox="-60 -60 120 120" aria-hidden="true" style:opacity=move || format!("{:.0}", glow())>
                {[-24.0, -8.0, 8.0, 24.0].map(|x| view! { <circle cx=x r="15" stroke-width="2.4" /> }).collect_view()}
            </svg>
        </Pad>
    }
}

/// A gate's pad: what it is called, which key does the same, and what it does.
#[component]
fn Pad(
    gate: GateInput,
    name: &'static str,
    key: &'static str,
    does: &'static str,
    /// How bright it is, 0 to 1.
    #[prop(into)]
    glow: Signal<f64>,
    children: Children,
) -> impl IntoView {
    let desk = Desk::get();
    let patched = is_patched(desk, Input::ALL[gate as usize]);
    let held = StoredValue::new(false);
    let hold = move |high: bool| {
        if held.get_value() != high {
            held.set_value(high);
            desk.gate(gate, high);
        }
    };
    let down = move |event: web_sys::PointerEvent| {
        if event.button() == 0 {
            super::travel::capture(&event);
            hold(true);
        }
    };
    let presses = |event: &web_sys::KeyboardEvent| matches!(event.key().as_str(), " " | "Enter");
    let key_down = move |event: web_sys::KeyboardEvent| {
        if presses(&event) {
            event.prevent_default();
            event.stop_propagation();
            if !event.repeat() {
                hold(true);
            }
        }
    };
    // Some browsers turn the key's release into a click.
    let key_up = move |event: web_sys::KeyboardEvent| {
        if presses(&event) {
            event.prevent_default();
            hold(false);
        }
    };
    // A click without pointer and key comes from assistive technology, which cannot hold: it strikes Gate 1, and turns
    // Gate 2 over.
    let click = move |event: web_sys::MouseEvent| {
        if event.detail() == 0 {
            hold(gate == GateInput::Gate1 || !held.get_value());
            if gate == GateInput::Gate1 {
                hold(false);
            }
        }
    };
    view! {
        <button
            type="button"
            class="pad"
            class:lit=move || { glow.get() > LIT }
            class:patched=move || patched.get()
            aria-label=name
            aria-keyshortcuts=key
            on:pointerdown=down
            on:pointerup=move |_| hold(false)
            on:pointercancel=move |_| hold(false)
            on:lostpointercapture=move |_| hold(false)
            on:blur=move |_| hold(false)
            on:keydown=key_down
            on:keyup=key_up
            on:click=click
        >
            <span class="glow" style:opacity=move || format!("{:.2}", glow.get().min(1.0))></span>
            <span class="name">{name}</span>
            <kbd aria-hidden="true" data-drawn=key></kbd>
            {children()}
            <span class="does" aria-hidden="true" data-drawn=does></span>
        </button>
    }
}
