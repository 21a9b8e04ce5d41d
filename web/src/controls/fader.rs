//! A level on a rail: a real range input under a drawing that is dragged sideways.

use super::travel::{Drag, Travel, capture, focus};
use crate::desk::Desk;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// A fader with its name before it and its value behind it.
#[component]
pub(crate) fn Fader(
    /// Accessible name, and what is written before it.
    name: &'static str,
    value: RwSignal<f64>,
    travel: Travel,
) -> impl IntoView {
    let midi = Desk::get().midi;
    view! {
        <div class="fader" class:learning=move || midi.teaches(name)>
            <span class="muted" aria-hidden="true">{name}</span>
            <Rail
                name=Signal::stored(name.to_owned())
                value=Signal::from(value)
                set=Callback::new(move |next| value.set(next))
                travel=Signal::stored(travel)
            />
            <span class="value">{move || (travel.say)(value.get()).seen}</span>
        </div>
    }
}

/// The rail of a fader, for a value that is kept elsewhere.
#[component]
pub(crate) fn Rail(
    /// Accessible name.
    name: Signal<String>,
    value: Signal<f64>,
    /// Takes the value that the hand asks for.
    set: Callback<f64>,
    travel: Signal<Travel>,
) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let drag = StoredValue::new(Drag::default());
    let percent = move |value: f64| format!("{:.1}%", travel.get().share(value) * 100.0);
    // A range with both signs fills from its middle.
    let middle = move || {
        let travel = travel.get();
        let both = travel.least < 0.0 && travel.most > 0.0;
        if both { travel.share(0.0) } else { 0.0 }
    };
    let body = move || {
        let (from, to) = (middle(), travel.get().share(value.get()));
        format!("left:{:.1}%;width:{:.1}%", from.min(to) * 100.0, (to - from).abs() * 100.0)
    };
    let rail = |event: &web_sys::PointerEvent| {
        let element = event.current_target()?.dyn_into::<web_sys::Element>().ok()?;
        let rect = element.get_bounding_client_rect();
        (rect.width() > 0.0).then(|| (rect.left(), rect.width()))
    };
    let down = move |event: web_sys::PointerEvent| {
        event.prevent_default();
        capture(&event);
        focus(input);
        let Some((left, width)) = rail(&event) else { return };
        let travel = travel.get_untracked();
        let at = f64::from(event.client_x());
        let touched = travel.nearest(travel.least + (at - left) / width * (travel.most - travel.least));
        let rest = drag.try_update_value(|drag| drag.down(travel, touched, at, &event));
        set.run(rest.flatten().unwrap_or(touched));
    };
    let moved = move |event: web_sys::PointerEvent| {
        let Some((_, width)) = rail(&event) else { return };
        let at = f64::from(event.client_x());
        if let Some(next) = drag.with_value(|drag| drag.moved(travel.get_untracked(), at, width)) {
            set.run(next);
        }
    };
    let up = move |_| drag.update_value(Drag::up);
    view! {
        <div class="rail" on:pointerdown=down on:pointermove=moved on:pointerup=up on:pointercancel=up>
            <b style=body></b>
            <i style:left=move || percent(value.get())></i>
            <input
                node_ref=input
                type="range"
                aria-label=move || name.get()
                aria-valuetext=move || (travel.get().say)(value.get()).heard
                min=move || travel.get().least
                max=move || travel.get().most
                step=move || travel.get().step
                prop:value=move || value.get()
                on:input=move |event| {
                    if let Ok(next) = event_target_value(&event).parse::<f64>() {
                        set.run(travel.get_untracked().nearest(next));
                    }
                }
                on:keydown=move |event| {
                    if let Some(next) = travel.get_untracked().key(value.get_untracked(), &event) {
                        event.prevent_default();
                        set.run(next);
                    }
                }
            />
        </div>
    }
}
