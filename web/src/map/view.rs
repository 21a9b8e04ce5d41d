//! The map as it is seen: heading, tools, how far it is rendered, tiles.

use super::chart::{Chart, Progress};
use super::plane::{ALIKE, Grid};
use super::route::Route;
use super::stage::Stage;
use super::toolbar::{MapTools, PathTools};
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
    let route = Route::new(chart);
    let level = Memo::new(move |_| chart.view.get().level());
    let under_way = Memo::new(move |_| {
        let (rendered, all) = chart.rendered.get();
        (chart.progress.get() == Progress::Ready && rendered < all).then_some((rendered, all))
    });
    let hint = move || match (chart.progress.get(), chart.looked_at.get(), under_way.get()) {
        (Progress::Waiting, ..) => "comes after the first sound".to_owned(),
        (Progress::Loading, ..) => "loading".to_owned(),
        (Progress::Failed, ..) => "not loaded".to_owned(),
        (Progress::Ready, Some(cell), _) => chart.called(cell),
        (Progress::Ready, None, Some((rendered, all))) => format!("{rendered} of {all}"),
        (Progress::Ready, None, None) if level.get() >= ALIKE => "neighbours sound alike here".to_owned(),
        (Progress::Ready, None, None) => {
            let slot = desk.at_hand.get().name();
            if can_hover() {
                format!("hover to hear, click to take as {slot}")
            } else {
                format!("tap to hear, hold to take as {slot}")
            }
        }
    };
    // Said once for each view, when it is complete.
    let said = Memo::new(move |before: Option<&String>| {
        let ready = chart.progress.get() == Progress::Ready && chart.rendered.get().1 > 0;
        match under_way.get() {
            None if ready && level.get() == 0 => "The map is rendered.".to_owned(),
            None if ready => format!("The map is rendered at {} times its size.", 1u32 << level.get()),
            _ => before.cloned().unwrap_or_default(),
        }
    });
    let again = move || {
        (chart.progress.get() == Progress::Failed).then(|| {
            view! { <button type="button" class="button small" on:click=move |_| chart.load()>"Load the map"</button> }
        })
    };
    let progress = move || {
        under_way.get().map(|(rendered, all)| {
            view! { <i style:width=format!("{:.1}%", 100.0 * rendered as f64 / all as f64)></i> }
        })
    };
    let escape = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Escape" && route.draws.get_untracked() {
            event.prevent_default();
            route.draws.set(false);
        }
    };
    view! {
        <section class="map-block" aria-labelledby="map-title" on:keydown=escape>
            <div class="title">
                <h2 id="map-title">"Map of sounds"</h2>
                <span class="muted">{hint}</span>
                <span class="unseen" role="status">{said}</span>
                {again}
                <MapTools chart route />
                <div class="only-phone"><SlotTabs /></div>
            </div>
            <PathTools route />
            <div class="map-progress" aria-hidden="true">{progress}</div>
            <Stage chart route />
        </section>
    }
}
