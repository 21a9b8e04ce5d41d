//! The points of the curve that is shown large: each a slider for pointer, finger and keys.

use super::editor::Editor;
use super::view::{focus, frames_shown, layer, on_the_axes, pointed, time_of};
use crate::controls::capture;
use crate::desk::Desk;
use crate::workshop::{line, shown};
use leptos::html;
use leptos::prelude::*;
use neurorack_host::morph::seconds;
use web_sys::PointerEvent;

/// Milliseconds and CSS pixels between two taps that are a double tap.
const DOUBLE_TAP_MS: f64 = 350.0;
const DOUBLE_TAP_PX: f64 = 24.0;

/// A point as it is seen.
#[derive(Debug, Clone, PartialEq)]
struct Point {
    /// Within the axes, 0 to 1.
    time: f64,
    height: f64,
    /// "80 ms, −12 dB".
    said: String,
}

/// The last tap: when, and where on the screen.
type Tap = (f64, (f64, f64));

/// Whether this tap is the second of a double tap; remembers it otherwise.
fn is_second(last: StoredValue<Option<Tap>>, event: &PointerEvent) -> bool {
    let now = (event.time_stamp(), (f64::from(event.client_x()), f64::from(event.client_y())));
    let near = |(at_ms, (x, y)): Tap| now.0 - at_ms < DOUBLE_TAP_MS && (now.1.0 - x).hypot(now.1.1 - y) < DOUBLE_TAP_PX;
    let second = last.get_value().is_some_and(near);
    last.set_value((!second).then_some(now));
    second
}

/// The layer of points over the plot.
#[component]
pub(super) fn Points(editor: Editor) -> impl IntoView {
    let desk = Desk::get();
    let area = NodeRef::<html::Div>::new();
    let last_tap = StoredValue::new(None::<Tap>);
    let points = Memo::new(move |_| {
        let (descriptor, frames) = (desk.shown.get(), frames_shown(desk));
        desk.slot(desk.at_hand.get()).with(|set| {
            let Some(set) = set.as_ref() else { return Vec::new() };
            let point = |&frame: &usize| {
                let shown = set.curve.frames().get(frame)?;
                let time_ms = seconds(frame + 1) * 1_000.0;
                Some(Point {
                    time: time_of(frame, frames),
                    height: f64::from(descriptor.height(shown)),
                    said: format!("{time_ms:.0} ms, {}", descriptor.say(descriptor.value(shown))),
                })
            };
            set.handles(descriptor).iter().filter_map(point).collect()
        })
    });
    let place = move |event: &PointerEvent| area.get_untracked().and_then(|area| pointed(&area, event));
    let drag = move |event: PointerEvent| {
        if let Some(place) = place(&event) {
            editor.drag(place);
        }
    };
    // Double taps on the plot add a point; a pen draws, with Shift or in its mode.
    let down = move |event: PointerEvent| {
        if event.button() != 0 {
            return;
        }
        let Some(place) = place(&event) else { return };
        if editor.drawing.get_untracked() || event.shift_key() {
            event.prevent_default();
            capture(&event);
            editor.pen_down(place);
        } else if is_second(last_tap, &event) {
            editor.add(place.0);
        }
    };
    let count = Memo::new(move |_| points.with(Vec::len));
    view! {
        <div
            class="points"
            class:drawing=move || editor.drawing.get()
            style=on_the_axes()
            node_ref=area
            role="group"
            aria-label=move || format!("{} of {}", desk.shown.get().name(), desk.at_hand.get().name())
            on:pointerdown=down
            on:pointermove=drag
            on:pointerup=move |_| editor.release()
            on:pointercancel=move |_| editor.release()
        >
            <For each=move || 0..count.get() key=|index| *index children=move |index| {
                let point = Memo::new(move |_| points.with(|points| points.get(index).cloned()));
                view! { <Handle editor index point count last_tap /> }
            } />
            <Whole editor area />
        </div>
    }
}

/// One point.
#[component]
fn Handle(
    editor: Editor,
    index: usize,
    point: Memo<Option<Point>>,
    count: Memo<usize>,
    last_tap: StoredValue<Option<Tap>>,
) -> impl IntoView {
    let desk = Desk::get();
    let said = move || point.with(|point| point.as_ref().map_or_else(String::new, |point| point.said.clone()));
    let name = move || format!("{} point {} of {}, {}", desk.shown.get().name(), index + 1, count.get(), said());
    let percent = move |share: fn(&Point) -> f64| {
        point.with(|point| format!("{:.2}%", 100.0 * point.as_ref().map_or(0.0, share)))
    };
    let height = move || point.with(|point| point.as_ref().map_or(0.0, |point| point.height));
    let late = move || point.with(|point| point.as_ref().is_some_and(|point| point.time > 0.7));
    let held = move || editor.held.get() == Some(index);
    let down = move |event: PointerEvent| {
        if event.button() != 0 || editor.drawing.get_untracked() || event.shift_key() {
            return;
        }
        event.prevent_default();
        event.stop_propagation();
        focus(layer(&event));
        if is_second(last_tap, &event) {
            editor.remove(index);
        } else {
            capture(&event);
            editor.take_point(index);
        }
    };
    view! {
        <div
            class="point"
            class:held=held
            class:late=late
            role="slider"
            tabindex="0"
            aria-label=name
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow=move || format!("{:.0}", 100.0 * height())
            aria-valuetext=said
            aria-keyshortcuts="Delete Enter"
            style:left=move || percent(|point| point.time)
            style:top=move || percent(|point| 1.0 - point.height)
            on:pointerdown=down
            on:keydown=move |event| {
                if editor.key_on_point(index, &event) {
                    event.prevent_default();
                    event.stop_propagation();
                }
            }
        >
            {move || held().then(|| view! { <span class="said" aria-hidden="true">{said}</span> })}
        </div>
    }
}

/// The handle of the whole curve, beside the plot at the curve's mean height.
#[component]
fn Whole(editor: Editor, area: NodeRef<html::Div>) -> impl IntoView {
    let desk = Desk::get();
    let mean = Memo::new(move |_| {
        let descriptor = desk.shown.get();
        desk.slot(desk.at_hand.get()).with(|set| {
            let set = set.as_ref()?;
            let places = line(descriptor, &set.curve);
            let seen = &places[..shown(descriptor, set.curve.frames()).len()];
            let sum: f32 = seen.iter().map(|place| place.clamp(0.0, 1.0)).sum();
            (!seen.is_empty()).then(|| sum / seen.len() as f32)
        })
    });
    let height = move || mean.get().unwrap_or(0.0);
    let said = move || {
        let descriptor = desk.shown.get();
        format!("mean {}", descriptor.say(descriptor.value_at(height())))
    };
    let down = move |event: PointerEvent| {
        if event.button() != 0 {
            return;
        }
        event.prevent_default();
        event.stop_propagation();
        focus(layer(&event));
        capture(&event);
        if let Some((_, height)) = area.get_untracked().and_then(|area| pointed(&area, &event)) {
            editor.take_whole(height);
        }
    };
    view! {
        <div
            class="whole"
            role="slider"
            tabindex="0"
            aria-orientation="vertical"
            aria-label=move || format!("{}, whole curve", desk.shown.get().name())
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow=move || format!("{:.0}", 100.0 * height())
            aria-valuetext=said
            title="Drag up or down to scale the whole curve"
            style:top=move || format!("{:.2}%", 100.0 * (1.0 - height()))
            on:pointerdown=down
            on:keydown=move |event| {
                if editor.key_on_whole(&event) {
                    event.prevent_default();
                    event.stop_propagation();
                }
            }
        >
            <svg viewBox="-6 -10 12 20" aria-hidden="true"><path d="M0 -9L5 -3H-5ZM0 9L5 3H-5Z" /></svg>
        </div>
    }
}
