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
    let input = NodeRef::<html::Input>::new();
    let drag = StoredValue::new(Drag::default());
    let midi = Desk::get().midi;
    let percent = move || format!("{:.1}%", travel.share(value.get()) * 100.0);
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
        let at = f64::from(event.client_x());
        let touched = travel.nearest(travel.least + (at - left) / width * (travel.most - travel.least));
        let rest = drag.try_update_value(|drag| drag.down(travel, touched, at, &event));
        value.set(rest.flatten().unwrap_or(touched));
    };
    let moved = move |event: web_sys::PointerEvent| {
        let Some((_, width)) = rail(&event) else { return };
        if let Some(next) = drag.with_value(|drag| drag.moved(travel, f64::from(event.client_x()), width)) {
            value.set(next);
        }
    };
    let up = move |_| drag.update_value(Drag::up);
    view! {
        <div class="fader" class:learning=move || midi.teaches(name)>
            <span class="muted" aria-hidden="true">{name}</span>
            <div class="rail" on:pointerdown=down on:pointermove=moved on:pointerup=up on:pointercancel=up>
                <b style:width=percent></b>
                <i style:left=percent></i>
                <input
                    node_ref=input
                    type="range"
                    aria-label=name
                    aria-valuetext=move || (travel.say)(value.get()).heard
                    min=travel.least
                    max=travel.most
                    step=travel.step
                    prop:value=move || value.get()
                    on:input=move |event| {
                        if let Ok(next) = event_target_value(&event).parse::<f64>() {
                            value.set(travel.nearest(next));
                        }
                    }
                    on:keydown=move |event| {
                        if let Some(next) = travel.key(value.get_untracked(), &event) {
                            event.prevent_default();
                            value.set(next);
                        }
                    }
                />
            </div>
            <span class="value">{move || (travel.say)(value.get()).seen}</span>
        </div>
    }
}
