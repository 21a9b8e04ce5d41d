//! F1 and F2 on the map, the way between them, and where on it CV 1 stands.

use super::atlas::across_and_down;
use super::chart::Chart;
use crate::desk::{Desk, Slot};
use leptos::prelude::*;
use neurorack_host::morph::alpha;

/// The layer over the tiles; the pointer reaches through it.
#[component]
pub(super) fn Flags(chart: Chart) -> impl IntoView {
    let desk = Desk::get();
    let places = Slot::BOTH.map(|slot| Memo::new(move |_| chart.place(slot)));
    let ends = move || {
        let [from, to] = places.map(|place| place.get().map(across_and_down));
        Some((from?, to?))
    };
    let way = move || {
        ends().map(|(from, to)| {
            let data =
                format!("M{:.2} {:.2}L{:.2} {:.2}", 100.0 * from[0], 100.0 * from[1], 100.0 * to[0], 100.0 * to[1]);
            view! { <path class="edge" d=data.clone() /><path d=data /> }
        })
    };
    let dot = move || {
        ends().map(|(from, to)| {
            let share = f64::from(alpha(desk.cv1.get() as f32));
            let [x, y] = [0, 1].map(|axis| 100.0 * (from[axis] + share * (to[axis] - from[axis])));
            view! { <i class="dot" style:left=format!("{x:.2}%") style:top=format!("{y:.2}%")></i> }
        })
    };
    let flag = move |slot: Slot| {
        move || {
            places[slot.index()].get().map(|place| {
                let grid = chart.grid.get();
                let (column, row) = grid.cell(grid.tile_at(place));
                let percent = |index: usize, of: usize| format!("{:.3}%", 100.0 * index as f64 / of as f64);
                view! {
                    <span
                        class="frame"
                        class:second=slot == Slot::F2
                        style:left=percent(column, grid.columns)
                        style:top=percent(row, grid.rows)
                        style:width=percent(1, grid.columns)
                        style:height=percent(1, grid.rows)
                    >
                        <b>{slot.name()}</b>
                    </span>
                }
            })
        }
    };
    view! {
        <div class="flags" aria-hidden="true">
            <svg viewBox="0 0 100 100" preserveAspectRatio="none">{way}</svg>
            {Slot::BOTH.map(flag)}
            {dot}
        </div>
    }
}
