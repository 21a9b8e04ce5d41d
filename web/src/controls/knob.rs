//! A knob: a real range input under a drawing that is dragged up and down.

use super::travel::{Drag, Travel, capture, focus};
use crate::desk::Desk;
use leptos::html;
use leptos::prelude::*;

/// Angle of either end from the top, in degrees.
const END_DEG: f64 = 135.0;

/// Pixels of vertical drag from one end to the other.
const FULL_DRAG_PX: f64 = 200.0;

/// An arc round the centre between two angles from the top, as SVG path data.
fn arc(radius: f64, from_deg: f64, to_deg: f64) -> String {
    let at = |deg: f64| (radius * deg.to_radians().sin(), -radius * deg.to_radians().cos());
    let ((x0, y0), (x1, y1)) = (at(from_deg), at(to_deg));
    let (large, sweep) = (u8::from((to_deg - from_deg).abs() > 180.0), u8::from(to_deg > from_deg));
    format!("M{x0:.2} {y0:.2}A{radius} {radius} 0 {large} {sweep} {x1:.2} {y1:.2}")
}

/// What cables do to the input of a knob.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Patched {
    /// Volts at the input now, knob and cables together.
    pub(crate) volts: f64,
    /// Where the cables come from, in words.
    pub(crate) from: String,
    /// Whether they are gates: their colour.
    pub(crate) gate: bool,
}

/// A knob with its name and its value below it. While cables reach its input, pointer and arc move with the volts there,
/// a mark stays where the knob stands, and the name of the source is written below.
#[component]
pub(crate) fn Knob(
    /// Accessible name.
    name: &'static str,
    /// What is written below it.
    label: &'static str,
    value: RwSignal<f64>,
    travel: Travel,
    /// What its cables do, where there are some.
    #[prop(optional, into)]
    patched: Signal<Option<Patched>>,
) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let drag = StoredValue::new(Drag::default());
    let angle_of = move |value: f64| (travel.share(value) * 2.0 - 1.0) * END_DEG;
    let volts = Memo::new(move |_| patched.with(|patched| patched.as_ref().map(|patched| patched.volts)));
    let from_name = Memo::new(move |_| patched.with(|patched| patched.as_ref().map(|patched| patched.from.clone())));
    let gated = Memo::new(move |_| patched.with(|patched| patched.as_ref().is_some_and(|patched| patched.gate)));
    let angle = move || angle_of(volts.get().unwrap_or_else(|| value.get()));
    let heard = move || {
        let own = (travel.say)(value.get()).heard;
        from_name.with(|from| from.as_ref().map_or_else(|| own.clone(), |from| format!("{own}, patched from {from}")))
    };
    let midi = Desk::get().midi;
    let learning = move || midi.teaches(name);
    // A range with both signs fills from its middle, any other from its lower end.
    let from = if travel.least < 0.0 && travel.most > 0.0 { 0.0 } else { -END_DEG };
    let down = move |event: web_sys::PointerEvent| {
        event.prevent_default();
        capture(&event);
        focus(input);
        let rest = drag
            .try_update_value(|drag| drag.down(travel, value.get_untracked(), -f64::from(event.client_y()), &event));
        if let Some(rest) = rest.flatten() {
            value.set(rest);
        }
    };
    let moved = move |event: web_sys::PointerEvent| {
        let at = -f64::from(event.client_y());
        if let Some(next) = drag.with_value(|drag| drag.moved(travel, at, FULL_DRAG_PX)) {
            value.set(next);
        }
    };
    let up = move |_| drag.update_value(Drag::up);
    view! {
        <div
            class="knob"
            class:learning=learning
            class:patched=move || from_name.with(Option::is_some)
            class:gated=move || gated.get()
            data-volts=move || volts.get().map(|volts| format!("{volts:.2}"))
        >
            <div class="dial" on:pointerdown=down on:pointermove=moved on:pointerup=up on:pointercancel=up>
                <svg viewBox="-50 -50 100 100" aria-hidden="true">
                    <path class="track" d=arc(44.0, -END_DEG, END_DEG) />
                    <path class="arc" d=move || arc(44.0, from, angle()) />
                    <circle class="cap" r="33" />
                    {move || from_name.with(Option::is_some).then(|| view! {
                        <line class="own" y1="-39" y2="-49" transform=move || format!("rotate({:.1})", angle_of(value.get())) />
                    })}
                    <line class="pointer" y1="-12" y2="-29" transform=move || format!("rotate({:.1})", angle()) />
                </svg>
                <input
                    node_ref=input
                    type="range"
                    aria-label=name
                    aria-valuetext=heard
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
            <b>{label}</b>
            <span class="muted reading">
                {move || if learning() { "turn a control".into() } else { (travel.say)(value.get()).seen }}
            </span>
            {move || from_name.get().map(|from| view! { <span class="source" aria-hidden="true">{from}</span> })}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_track_is_a_large_arc_and_small_moves_are_small_arcs() {
        assert!(arc(44.0, -135.0, 135.0).contains(" 0 1 1 "));
        assert!(arc(44.0, 0.0, -27.0).contains(" 0 0 0 "));
    }
}
