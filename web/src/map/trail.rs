//! The path over the map: its line, its stops in order, and which of them sounds.

use super::route::Route;
use leptos::prelude::*;
use std::fmt::Write;

/// The layer of the path; the pointer reaches through it.
#[component]
pub(super) fn Trail(route: Route) -> impl IntoView {
    let view_of = route.chart.view;
    let line = move || {
        let view = view_of.get();
        route.path.with(|path| {
            let mut data = String::new();
            for (index, point) in path.points().iter().enumerate() {
                let [x, y] = view.fraction_of(*point);
                // A string takes all that is written.
                let _ = write!(data, "{}{:.2} {:.2}", if index == 0 { 'M' } else { 'L' }, 100.0 * x, 100.0 * y);
            }
            (!data.is_empty()).then(|| view! { <path class="edge" d=data.clone() /><path class="trail" d=data /> })
        })
    };
    let dots = move || {
        let view = view_of.get();
        let stops = route.stops.get();
        let dot = |(index, stop): (usize, &super::plane::Place)| {
            let [x, y] = view.fraction_of(*stop);
            let lit = move || route.sounds.get() == Some(index);
            view! {
                <i class="stop" class:lit=lit style:left=format!("{:.2}%", 100.0 * x) style:top=format!("{:.2}%", 100.0 * y)></i>
            }
        };
        stops.iter().enumerate().map(dot).collect_view()
    };
    view! {
        <svg viewBox="0 0 100 100" preserveAspectRatio="none">{line}</svg>
        {dots}
    }
}
