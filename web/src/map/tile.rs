//! One sound of the map: heard while it is looked at, taken by a click, by Enter, or by holding a finger on it.

use super::chart::{Chart, Progress};
use super::plane::Cell;
use super::route::Route;
use crate::desk::Desk;
use leptos::html;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::JsCast;
use web_sys::{KeyboardEvent, PointerEvent};

/// How long a finger rests on a tile to take it.
const HOLD: Duration = Duration::from_millis(480);

/// A finger on the tile.
#[derive(Debug, Clone, Copy, Default)]
enum Finger {
    #[default]
    None,
    /// It may become a tap, or long enough to take the sound.
    Down(TimeoutHandle),
    /// It took the sound, or turned into scrolling.
    Done,
}

/// One of the places for tiles: which cell it shows changes with the view, and there may be none.
#[component]
pub(super) fn Spot(chart: Chart, route: Route, place: usize) -> impl IntoView {
    let desk = Desk::get();
    let button = NodeRef::<html::Button>::new();
    let finger = StoredValue::new(Finger::None);
    let cell = Memo::new(move |_| {
        let grid = chart.grid.get();
        chart.view.get().span(grid).at_place(grid, place)
    });
    let shown = move || cell.get_untracked();
    let name = move || cell.get().map(|cell| format!("Take {} as {}", chart.called(cell), desk.at_hand.get().name()));
    let style = move || {
        let frame = chart.view.get().frame(chart.grid.get(), cell.get()?);
        let percent = [frame.left, frame.top, frame.width, frame.height].map(|share| 100.0 * share);
        let [left, top, width, height] = percent;
        Some(format!("left:{left:.3}%;top:{top:.3}%;width:{width:.3}%;height:{height:.3}%"))
    };
    let is_touch = |event: &PointerEvent| event.pointer_type() == "touch";
    let idle = move || !chart.busy.get_value();
    let take = move || {
        if let Some(cell) = shown().filter(|_| idle() && !route.draws.get_untracked()) {
            chart.take(cell);
        }
    };
    let end = move |then: Finger| {
        let was = finger.get_value();
        if let Finger::Down(timer) = was {
            timer.clear();
        }
        finger.set_value(then);
        was
    };
    let down = move |event: PointerEvent| {
        if !is_touch(&event) {
            finger.set_value(Finger::None);
            return;
        }
        let hold = set_timeout_with_handle(
            move || {
                finger.set_value(Finger::Done);
                take();
            },
            HOLD,
        );
        finger.set_value(hold.map_or(Finger::Done, Finger::Down));
    };
    let up = move |event: PointerEvent| {
        if is_touch(&event)
            && matches!(end(Finger::Done), Finger::Down(_))
            && let Some(cell) = shown().filter(|_| idle())
        {
            chart.looked_at.set(Some(cell));
            chart.hear(cell);
        }
    };
    // A click follows a finger too: it has done its work already. A click by keys takes while a path is drawn too.
    let click = move |event: web_sys::MouseEvent| {
        if event.detail() == 0 {
            if let Some(cell) = shown() {
                chart.take(cell);
            }
        } else if matches!(finger.get_value(), Finger::None) {
            take();
        }
        finger.set_value(Finger::None);
    };
    // A tap gives focus too, and the page takes it back at once: only the keyboard's focus looks at a tile.
    let by_keys = StoredValue::new(None::<Cell>);
    let focused = move |event: web_sys::FocusEvent| {
        let button = event.current_target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        if button.is_some_and(|button| button.matches(":focus-visible").unwrap_or(false))
            && let Some(cell) = shown()
        {
            by_keys.set_value(Some(cell));
            chart.look(cell);
        }
    };
    let blurred = move |_| {
        if let Some(cell) = by_keys.try_update_value(Option::take).flatten() {
            chart.look_away(cell);
        }
    };
    let key = move |event: KeyboardEvent| {
        if let Some(cell) = shown()
            && press(chart, route, cell, &event)
        {
            event.prevent_default();
        }
    };
    // The keys move the keyboard's focus from tile to tile; Tab goes on to what follows the map. A tile that shows another
    // cell under the keyboard's focus is another sound.
    let here = Memo::new(move |_| cell.get().filter(|cell| *cell == chart.reachable.get()));
    Effect::new(move |before: Option<Option<Cell>>| {
        let here = here.get();
        let (Some(button), Some(cell), true) = (button.get_untracked(), here, before.is_some()) else { return here };
        let active = document().active_element().filter(|active| active.class_list().contains("spot"));
        let own: &web_sys::Element = &button;
        match active {
            Some(active) if active == *own => {
                by_keys.set_value(Some(cell));
                chart.look(cell);
            }
            Some(_) => {
                // Fails only for an element that is gone.
                let _ = button.focus();
            }
            None => {}
        }
        here
    });
    view! {
        <button
            type="button"
            class="spot"
            node_ref=button
            hidden=move || cell.get().is_none()
            style=style
            aria-label=name
            tabindex=move || if here.get().is_some() { "0" } else { "-1" }
            disabled=move || chart.progress.get() != Progress::Ready
            on:pointerdown=down
            on:pointerup=up
            on:pointercancel=move |_| { end(Finger::Done); }
            on:contextmenu=move |event| {
                if !matches!(finger.get_value(), Finger::None) {
                    event.prevent_default();
                }
            }
            on:pointerenter=move |event| {
                if let Some(cell) = shown().filter(|_| !is_touch(&event)) {
                    chart.look(cell);
                }
            }
            on:pointerleave=move |event| {
                if let Some(cell) = shown().filter(|_| !is_touch(&event)) {
                    chart.look_away(cell);
                }
            }
            on:focus=focused
            on:blur=blurred
            on:keydown=key
            on:click=click
        ></button>
    }
}

/// What a key does on a cell; says whether it does something.
fn press(chart: Chart, route: Route, cell: Cell, event: &KeyboardEvent) -> bool {
    if event.ctrl_key() || event.alt_key() || event.meta_key() {
        return false;
    }
    let (grid, view) = (chart.grid.get_untracked(), chart.view.get_untracked());
    let go = |across: i64, down: i64| {
        let next = Cell { column: cell.column + across, row: cell.row + down, ..cell };
        let moved = view.with_whole(grid, next);
        chart.view.set(moved);
        // Far out the view is brought back to a mirror image near the sheet.
        chart.reachable.set(moved.span(grid).nearest(next));
    };
    match event.key().as_str() {
        "ArrowLeft" => go(-1, 0),
        "ArrowRight" => go(1, 0),
        "ArrowUp" => go(0, -1),
        "ArrowDown" => go(0, 1),
        "Home" => go(view.span(grid).first.column - cell.column, 0),
        "End" => {
            let span = view.span(grid);
            go(span.first.column + span.columns - 1 - cell.column, 0);
        }
        "+" | "=" => chart.step(Some(cell), 1),
        "-" => chart.step(Some(cell), -1),
        "0" => {
            chart
                .reachable
                .set(super::window::View::WHOLE.span(grid).nearest(grid.cell_at(grid.middle(grid.on_sheet(cell)), 0)));
            chart.view.set(super::window::View::WHOLE);
        }
        " " | "p" | "P" if route.draws.get_untracked() => route.append(cell),
        _ => return false,
    }
    true
}
