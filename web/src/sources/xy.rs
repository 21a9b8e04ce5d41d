//! The XY pad: two voltages under one finger, with a jack each, and a movement that goes round.

use super::gesture_take::{GestureTake, Stage};
use super::jack::SourceJack;
use crate::clock::now_ms;
use crate::controls::{Travel, capture, volts};
use crate::desk::Desk;
use leptos::html;
use leptos::prelude::*;
use neurorack_engine::sources::{Action, FULL_VOLTS, Gesture, Source};
use std::fmt::Write;
use wasm_bindgen::JsCast;

/// Each way in volts.
const WAY: Travel = Travel { least: -5.0, most: 5.0, step: 0.1, stride: 1.0, rest: 0.0, say: volts };

/// Lines of the grid each way, and points of the drawn trail.
const GRID: usize = 6;
const TRAIL: usize = 160;

/// Two taps within this time bring the pad back to its middle, in milliseconds.
const DOUBLE_TAP_MS: f64 = 350.0;

/// Where in an element the pointer is: -1 to 1 from left to right and from bottom to top.
fn pointed(event: &web_sys::PointerEvent) -> Option<[f32; 2]> {
    let rect = event.current_target()?.dyn_into::<web_sys::Element>().ok()?.get_bounding_client_rect();
    let share = |at: f64, from: f64, size: f64| (2.0 * ((at - from) / size).clamp(0.0, 1.0) - 1.0) as f32;
    (rect.width() > 0.0 && rect.height() > 0.0).then(|| {
        [
            share(f64::from(event.client_x()), rect.left(), rect.width()),
            -share(f64::from(event.client_y()), rect.top(), rect.height()),
        ]
    })
}

/// A place on the pad as percent from its top left.
fn percent([x, y]: [f32; 2]) -> [f64; 2] {
    [50.0 + 50.0 * f64::from(x), 50.0 - 50.0 * f64::from(y)]
}

/// A gesture as a closed trail, with as many points as are drawn.
fn line(gesture: &Gesture) -> Vec<[f32; 2]> {
    let points = gesture.points();
    let apart = points.len().div_ceil(TRAIL);
    let edge = 100.0 * FULL_VOLTS;
    points.iter().step_by(apart).chain(points.first()).map(|point| point.map(|way| f32::from(way) / edge)).collect()
}

/// A trail as SVG path data in a square of 100.
fn path(trail: &[[f32; 2]]) -> String {
    let mut data = String::new();
    for (index, place) in trail.iter().enumerate() {
        let [x, y] = percent(*place);
        // Writing into a string does not fail.
        let _ = write!(data, "{}{x:.1} {y:.1}", if index == 0 { 'M' } else { 'L' });
    }
    data
}

/// The pad, what it says, and its jacks.
#[component]
pub(super) fn XyPad() -> impl IntoView {
    let desk = Desk::get();
    let place = Memo::new(move |_| desk.patch.with(|patch| patch.pad));
    let held = RwSignal::new(false);
    let take = GestureTake::new(desk);
    let goes_round = Memo::new(move |_| desk.gesture.with(Option::is_some));
    // A movement that goes round is shown where it is heard.
    let shown = Memo::new(move |_| if goes_round.get() && !held.get() { desk.live.pad.get() } else { place.get() });
    let ways = [0, 1].map(|way| move || f64::from(shown.get()[way] * FULL_VOLTS));
    let trail = RwSignal::new(Vec::<[f32; 2]>::new());
    Effect::new(move |_| trail.set(desk.gesture.with(|gesture| gesture.as_deref().map(line).unwrap_or_default())));
    let hold = move |holds: bool| {
        if held.get_untracked() != holds {
            held.set(holds);
            desk.audio.act(Action::HoldPad { held: holds });
        }
    };
    let tapped_ms = StoredValue::new(f64::NEG_INFINITY);
    let inputs = [NodeRef::<html::Input>::new(), NodeRef::new()];
    let go = move |next: [f32; 2]| {
        if place.get_untracked() != next {
            desk.patch.update(|patch| patch.pad = next);
        }
    };
    let set = move |way: usize, value: f64| {
        let mut next = shown.get_untracked();
        next[way] = (WAY.nearest(value) / f64::from(FULL_VOLTS)) as f32;
        take.moved(now_ms(), next);
        hold(true);
        go(next);
    };
    let down = move |event: web_sys::PointerEvent| {
        if event.button() != 0 {
            return;
        }
        event.prevent_default();
        capture(&event);
        if let Some(input) = inputs[0].get_untracked() {
            // Fails only for an element that is gone.
            let _ = input.focus();
        }
        let again = event.time_stamp() - tapped_ms.get_value() < DOUBLE_TAP_MS;
        tapped_ms.set_value(event.time_stamp());
        hold(!again);
        let next = if again { Some([0.0; 2]) } else { pointed(&event) };
        if let Some(next) = next {
            if !goes_round.get_untracked() {
                trail.set(vec![next]);
            }
            take.moved(event.time_stamp(), next);
            go(next);
        }
    };
    let moved = move |event: web_sys::PointerEvent| {
        if let Some(next) = pointed(&event).filter(|_| held.get_untracked()) {
            if !goes_round.get_untracked() {
                trail.update(|trail| {
                    if trail.len() == TRAIL {
                        trail.remove(0);
                    }
                    trail.push(next);
                });
            }
            take.moved(event.time_stamp(), next);
            go(next);
        }
    };
    let up = move |event: web_sys::PointerEvent| {
        take.end(event.time_stamp());
        hold(false);
    };
    let key = move |event: web_sys::KeyboardEvent| {
        let by = if event.shift_key() { WAY.stride } else { WAY.step };
        let [x, y] = ways.map(|way| untrack(way));
        match event.key().as_str() {
            "ArrowRight" => set(0, x + by),
            "ArrowLeft" => set(0, x - by),
            "ArrowUp" => set(1, y + by),
            "ArrowDown" => set(1, y - by),
            "Home" => {
                set(0, 0.0);
                set(1, 0.0);
            }
            _ => return,
        }
        if !goes_round.get_untracked() {
            trail.set(Vec::new());
        }
        event.prevent_default();
    };
    let slider = move |way: usize, name: &'static str| {
        view! {
            <input
                node_ref=inputs[way]
                type="range"
                aria-label=name
                aria-valuetext=move || volts(ways[way]()).heard
                aria-orientation=if way == 0 { "horizontal" } else { "vertical" }
                min=WAY.least
                max=WAY.most
                step=WAY.step
                prop:value=ways[way]
                on:input=move |event| {
                    if let Ok(next) = event_target_value(&event).parse::<f64>() {
                        set(way, next);
                    }
                }
                on:keydown=key
                on:keyup=move |_| hold(false)
                on:blur=move |_| hold(false)
            />
        }
    };
    let lines = move || {
        (1..=GRID).map(|line| {
            let at = 100.0 * line as f64 / (GRID + 1) as f64;
            view! { <path class="grid" d=format!("M{at:.1} 0V100M0 {at:.1}H100") /> }
        })
    };
    let cross = move || {
        let [x, y] = percent(shown.get());
        format!("M{x:.1} 0V100M0 {y:.1}H100")
    };
    let dot = move || {
        let [x, y] = percent(shown.get());
        format!("translate:{x:.1}% {y:.1}%")
    };
    let about = move || match take.stage.get() {
        Stage::Armed => "Now move on the pad: it records until you let go.".to_owned(),
        Stage::Recording => "It records until you let go.".to_owned(),
        Stage::Off => desk.gesture.with(|gesture| match gesture {
            Some(gesture) => format!("A gesture of {:.1} s goes round.", gesture.seconds()),
            None => "A double tap returns to the middle.".to_owned(),
        }),
    };
    let clear = move |_| {
        desk.history.remember(desk, "Gesture cleared");
        desk.gesture.set(None);
    };
    let said = move || format!("x {}, y {}", volts(ways[0]()).seen, volts(ways[1]()).seen);
    view! {
        <div
            class="xy plate"
            role="group"
            aria-label="XY pad"
            on:pointerdown=down
            on:pointermove=moved
            on:pointerup=up
            on:pointercancel=up
        >
            <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
                {lines().collect_view()}
                <path class="trail" d=move || trail.with(|trail| path(trail)) />
                <path class="cross" d=cross />
            </svg>
            <i style=dot></i>
            {slider(0, "XY x")}
            {slider(1, "XY y")}
        </div>
        <div class="xy-about">
            <p><b>"XY"</b> " " <span class="muted value-line">{said}</span></p>
            <p class="muted" role="status">{about}</p>
            <div class="jacks">
                <SourceJack source=Source::PadX /> <b aria-hidden="true">"x"</b>
                <SourceJack source=Source::PadY /> <b aria-hidden="true">"y"</b>
                <button
                    type="button"
                    class="button small"
                    aria-label="Record gesture"
                    class:solid=move || take.stage.get() != Stage::Off
                    aria-pressed=move || (take.stage.get() != Stage::Off).to_string()
                    on:click=move |_| take.toggle()
                >"Record"</button>
                <button type="button" class="button small" aria-label="Clear gesture" disabled=move || !goes_round.get() on:click=clear>"Clear"</button>
            </div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn up_and_right_are_the_corner_at_the_top_right() {
        assert_eq!(percent([1.0, 1.0]), [100.0, 0.0]);
        assert_eq!(percent([0.0, -1.0]), [50.0, 100.0]);
        assert_eq!(path(&[[-1.0, 1.0], [0.0, 0.0]]), "M0.0 0.0L50.0 50.0");
    }
}
