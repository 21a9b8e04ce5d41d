//! F1 and F2 on the map, the way between them, and where on it CV 1 stands; over them the path that was drawn.

use super::chart::Chart;
use super::plane::image_near;
use super::route::Route;
use super::trail::Trail;
use crate::desk::{Desk, Slot};
use leptos::prelude::*;
use neurorack_host::morph::alpha;

/// The layer over the tiles; the pointer reaches through it.
#[component]
pub(super) fn Flags(chart: Chart, route: Route) -> impl IntoView {
    let desk = Desk::get();
    let on_sheet = Slot::BOTH.map(|slot| Memo::new(move |_| chart.place(slot)));
    // On the mirror image in which the middle of the view lies.
    let places =
        on_sheet.map(|place| Memo::new(move |_| place.get().map(|place| image_near(place, chart.view.get().centre()))));
    let ends = move || {
        let view = chart.view.get();
        let [from, to] = places.map(|place| place.get().map(|place| view.fraction_of(place)));
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
                let (grid, view) = (chart.grid.get(), chart.view.get());
                let frame = view.frame(grid, grid.cell_at(on_its_sheet(place), view.level()));
                let percent = |share: f64| format!("{:.3}%", 100.0 * share);
                view! {
                    <span
                        class="frame"
                        class:second=slot == Slot::F2
                        style:left=percent(frame.left)
                        style:top=percent(frame.top)
                        style:width=percent(frame.width)
                        style:height=percent(frame.height)
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
            <Trail route />
        </div>
    }
}

/// A place at the very edge, moved by a hair onto its own side: there it lies in a cell of its own sheet.
fn on_its_sheet(place: [f64; 2]) -> [f64; 2] {
    place.map(|x| {
        let middle = 2.0 * (x / 2.0).round();
        middle + (x - middle).clamp(-1.0 + 1e-9, 1.0 - 1e-9)
    })
}
