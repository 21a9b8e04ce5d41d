//! The map as it is seen: heading, tiles, flags.

use super::atlas::Grid;
use super::chart::{Chart, Progress};
use super::flags::Flags;
use super::tile::Spot;
use crate::desk::Desk;
use crate::layout::{Layout, can_hover};
use crate::sounds::SlotTabs;
use leptos::prelude::*;

/// The map of sounds.
#[component]
pub(crate) fn SoundMap(layout: ReadSignal<Layout>) -> impl IntoView {
    let desk = Desk::get();
    let grid = Memo::new(move |_| Grid::of(layout.get().width));
    let chart = Chart::new(desk, grid);
    let reachable = RwSignal::new(0);
    let hint = move || match (chart.progress.get(), chart.looked_at.get()) {
        (Progress::Waiting, _) => "comes after the first sound".to_owned(),
        (Progress::Loading, _) => "loading".to_owned(),
        (Progress::Failed, _) => "not loaded".to_owned(),
        (Progress::Ready, Some(tile)) => chart.called(tile),
        (Progress::Ready, None) => {
            let slot = desk.at_hand.get().name();
            if can_hover() {
                format!("hover to hear, click to take as {slot}")
            } else {
                format!("tap to hear, hold to take as {slot}")
            }
        }
    };
    let again = move || {
        (chart.progress.get() == Progress::Failed).then(|| {
            view! { <button type="button" class="button small" on:click=move |_| chart.load()>"Load the map"</button> }
        })
    };
    view! {
        <section class="map-block" aria-labelledby="map-title">
            <div class="title">
                <h2 id="map-title">"Map of sounds"</h2>
                <span class="muted">{hint}</span>
                {again}
                <div class="only-phone"><SlotTabs /></div>
            </div>
            <div
                class="map"
                role="group"
                aria-label="Map of sounds"
                aria-describedby="map-way"
                style=move || format!("--columns:{}", grid.get().columns)
            >
                <p id="map-way" class="unseen">"Brighter sounds lie to the right, longer ones towards the top. Arrow keys move from sound to sound."</p>
                <For each=move || 0..grid.get().tiles() key=|index| *index children=move |index| {
                    view! { <Spot chart index reachable /> }
                } />
                <Flags chart />
            </div>
        </section>
    }
}
