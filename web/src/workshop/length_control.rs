//! The control "Length": the set at hand in more or less time, 20 ms to 4 s.

use super::length::{LEAST_HOPS, MOST_HOPS, hops_in, milliseconds, stretched};
use super::stroke::Stroke;
use crate::controls::{capture, focus};
use crate::desk::Desk;
use leptos::html;
use leptos::prelude::*;
use neurorack_engine::descriptors::DescriptorCurve;
use wasm_bindgen::JsCast;
use web_sys::{KeyboardEvent, PointerEvent};

/// One press of an arrow key lengthens by this factor, with Shift by an octave.
const STEP: f64 = 1.03;
const STRIDE: f64 = 2.0;

/// The curve that lengths are made of, and the revision of the set that was last made of it: lengths that follow each other
/// all come from the curve before the first, so that short and back again is lossless.
type Base = Option<(u32, DescriptorCurve)>;

/// Where a length lies on the rail, 0 to 1: equal steps are equal ratios.
fn share(hops: usize) -> f64 {
    let (least, most) = (LEAST_HOPS as f64, MOST_HOPS as f64);
    ((hops as f64 / least).ln() / (most / least).ln()).clamp(0.0, 1.0)
}

/// The length at a place of the rail.
fn hops_at(share: f64) -> usize {
    let (least, most) = (LEAST_HOPS as f64, MOST_HOPS as f64);
    (least * (most / least).powf(share.clamp(0.0, 1.0))).round() as usize
}

/// A duration as it is read: milliseconds below a second.
fn seen(hops: usize) -> String {
    let time_ms = milliseconds(hops);
    if time_ms < 999.5 { format!("{time_ms:.0} ms") } else { format!("{:.2} s", time_ms / 1_000.0) }
}

fn heard(hops: usize) -> String {
    format!("{:.0} milliseconds", milliseconds(hops))
}

/// The length that a key asks for.
fn by_key(hops: usize, event: &KeyboardEvent) -> Option<usize> {
    let factor = if event.shift_key() { STRIDE } else { STEP };
    let times = |factor: f64| (hops as f64 * factor).round() as usize;
    let next = match event.key().as_str() {
        "ArrowUp" | "ArrowRight" => times(factor).max(hops + 1),
        "ArrowDown" | "ArrowLeft" => times(1.0 / factor).min(hops.saturating_sub(1)),
        "PageUp" => times(STRIDE),
        "PageDown" => times(1.0 / STRIDE),
        "Home" => LEAST_HOPS,
        "End" => MOST_HOPS,
        _ => return None,
    };
    Some(next.clamp(LEAST_HOPS, MOST_HOPS))
}

/// A fader for the length of the set at hand.
#[component]
pub(crate) fn LengthControl() -> impl IntoView {
    let desk = Desk::get();
    let input = NodeRef::<html::Input>::new();
    let stroke = StoredValue::new_local(None::<Stroke>);
    let base = StoredValue::new_local(Base::None);
    let hops = Memo::new(move |_| {
        let held = desk.slot(desk.at_hand.get()).get();
        held.map_or(LEAST_HOPS, |set| set.curve.frames().len() - 1)
    });
    let change = move |stroke: &mut Stroke, to: usize| {
        if to == hops.get_untracked() {
            return;
        }
        let of_origin = |(revision, _): &(u32, DescriptorCurve)| *revision == stroke.origin.revision;
        let curve = base
            .with_value(|base| base.as_ref().filter(|base| of_origin(base)).map(|(_, curve)| curve.clone()))
            .unwrap_or_else(|| stroke.origin.curve.clone());
        stroke.show(desk, stretched(&curve, to), None);
        if let Some(set) = desk.slot(stroke.slot).get_untracked() {
            // A hand that has not let go goes on from where it began; the next one from here.
            base.set_value(Some((set.revision, curve)));
        }
    };
    let rail = |event: &PointerEvent| {
        let element = event.current_target()?.dyn_into::<web_sys::Element>().ok()?;
        let rect = element.get_bounding_client_rect();
        (rect.width() > 0.0).then(|| (f64::from(event.client_x()) - rect.left()) / rect.width())
    };
    let moved = move |event: PointerEvent| {
        if let Some(share) = rail(&event) {
            stroke.update_value(|stroke| {
                if let Some(stroke) = stroke {
                    change(stroke, hops_at(share));
                }
            });
        }
    };
    let down = move |event: PointerEvent| {
        event.prevent_default();
        capture(&event);
        focus(input);
        stroke.set_value(Stroke::begin(desk, "Length"));
        moved(event);
    };
    let up = move |_| {
        if let Some(stroke) = stroke.try_update_value(Option::take).flatten() {
            stroke.end(desk);
        }
    };
    let press = move |to: usize| {
        if let Some(mut stroke) = Stroke::key(desk, "Length") {
            change(&mut stroke, to);
            stroke.end(desk);
        }
    };
    let percent = move || format!("{:.1}%", share(hops.get()) * 100.0);
    view! {
        <div class="fader">
            <span class="muted" aria-hidden="true">"Length"</span>
            <div class="rail" on:pointerdown=down on:pointermove=moved on:pointerup=up on:pointercancel=up>
                <b style:width=percent></b>
                <i style:left=percent></i>
                <input
                    node_ref=input
                    type="range"
                    aria-label="Length"
                    aria-valuetext=move || heard(hops.get())
                    min="20"
                    max="4000"
                    prop:value=move || milliseconds(hops.get()).round()
                    on:input=move |event| {
                        if let Ok(time_ms) = event_target_value(&event).parse::<f64>() {
                            press(hops_in(time_ms));
                        }
                    }
                    on:keydown=move |event| {
                        if let Some(to) = by_key(hops.get_untracked(), &event) {
                            event.prevent_default();
                            press(to);
                        }
                    }
                />
            </div>
            <span class="value">{move || seen(hops.get())}</span>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_found_again_on_the_rail() {
        for hops in [LEAST_HOPS, 5, 17, 100, 344, MOST_HOPS] {
            assert_eq!(hops_at(share(hops)), hops);
        }
    }

    #[test]
    fn lengths_are_read_in_milliseconds_and_seconds() {
        assert_eq!([seen(17), seen(MOST_HOPS)], ["99 ms", "4.00 s"]);
    }
}
