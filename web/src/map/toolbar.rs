//! The map's small tools: zoom, the whole, neighbours, and the path.

use super::chart::{Chart, Progress};
use super::plane::DEEPEST;
use super::route::{COUNTS, Route};
use super::window::View;
use crate::desk::Desk;
use crate::layout::can_hover;
use leptos::prelude::*;

/// Zoom in, zoom out, the whole map, neighbours, and drawing a path.
#[component]
pub(super) fn MapTools(chart: Chart, route: Route) -> impl IntoView {
    let desk = Desk::get();
    let not_ready = move || chart.progress.get() != Progress::Ready;
    let deepest = Memo::new(move |_| chart.view.get().level() == DEEPEST);
    let whole = Memo::new(move |_| chart.view.get() == View::WHOLE);
    let widest = Memo::new(move |_| chart.view.get().zoom() <= 1.0);
    let icon = move |name: &'static str, path: &'static str, off: Memo<bool>, click: Callback<()>| {
        view! {
            <button type="button" class="button small icon" title=name aria-label=name
                disabled=move || not_ready() || off.get() on:click=move |_| click.run(())>
                <svg viewBox="0 0 24 24" aria-hidden="true"><path d=path /></svg>
            </button>
        }
    };
    view! {
        <div class="map-tools" role="group" aria-label="Tools of the map">
            {icon("Zoom in", "M12 5v14M5 12h14", deepest, Callback::new(move |()| chart.step(None, 1)))}
            {icon("Zoom out", "M5 12h14", widest, Callback::new(move |()| chart.step(None, -1)))}
            {icon("Whole map", "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5", whole, Callback::new(move |()| chart.view.set(View::WHOLE)))}
            <button
                type="button"
                class="button small"
                title="The sounds around that of the slot at hand"
                aria-label=move || format!("Neighbours of {}", desk.at_hand.get().name())
                disabled=not_ready
                on:click=move |_| chart.show_neighbours()
            >
                "Neighbours"
            </button>
            <button
                type="button"
                class="button small"
                class:solid=move || route.draws.get()
                aria-pressed=move || route.draws.get().to_string()
                disabled=not_ready
                on:click=move |_| route.draws.update(|draws| *draws = !*draws)
            >
                "Draw a path"
            </button>
        </div>
    }
}

/// What can be done with a path, while there is one or one is drawn.
#[component]
pub(super) fn PathTools(route: Route) -> impl IntoView {
    let is_line = Memo::new(move |_| route.path.with(|path| path.is_drawn()));
    let empty = Memo::new(move |_| route.is_empty());
    let choose = move |event| {
        if let Some(count) = COUNTS.into_iter().find(|count| count.to_string() == event_target_value(&event)) {
            route.count.set(count);
        }
    };
    let hint = move || {
        let stops = route.stops.get().len();
        match (route.draws.get(), stops) {
            (true, 0) if can_hover() => "drag over the map, or press Space on a tile".to_owned(),
            (true, 0) => "draw over the map with a finger".to_owned(),
            (true, 1) => "1 stop; Escape ends drawing".to_owned(),
            (true, stops) => format!("{stops} stops; Escape ends drawing"),
            (false, 1) => "1 stop".to_owned(),
            (false, stops) => format!("{stops} stops, in the place of F1"),
        }
    };
    let shows = Memo::new(move |_| route.draws.get() || !empty.get());
    let tools = move || {
        shows.get().then(|| view! {
            <div class="path-tools" role="group" aria-label="Path">
                <button
                    type="button"
                    class="button small"
                    class:solid=move || route.plays.get()
                    disabled=move || empty.get()
                    on:click=move |_| if route.plays.get_untracked() { route.stop() } else { route.play() }
                >
                    {move || if route.plays.get() { "Stop path" } else { "Play path" }}
                </button>
                <label class="choice">
                    <span aria-hidden="true">"Stops"</span>
                    <select aria-label="Stops of the path" disabled=move || !is_line.get() on:change=choose
                        prop:value=move || route.count.get().to_string()>
                        {COUNTS.map(|count| view! {
                            <option value=count.to_string() selected=move || route.count.get() == count>{count}</option>
                        })}
                    </select>
                </label>
                <button type="button" class="button small" disabled=move || empty.get() on:click=move |_| route.clear()>
                    "Clear path"
                </button>
                <span class="muted" role="status">{hint}</span>
            </div>
        })
    };
    view! { {tools} }
}
