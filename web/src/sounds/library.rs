//! All sounds to choose from, as portraits; a click takes one into the slot at hand.

use super::set::SoundSet;
use super::slot_tabs::SlotTabs;
use crate::desk::{Desk, Slot};
use crate::faceplate::strike::Portrait;
use leptos::prelude::*;
use std::sync::Arc;

/// The grid of portraits, and which slot they go to.
#[component]
pub(crate) fn Library() -> impl IntoView {
    let desk = Desk::get();
    let looked_at = RwSignal::new(None::<String>);
    view! {
        <section class="library-block" aria-labelledby="library-title">
            <div class="title">
                <h2 id="library-title">"Sounds"</h2>
                <span class="muted">{move || looked_at.get()}</span>
                <div class="only-phone"><SlotTabs /></div>
            </div>
            <div class="library">
                <For each=move || desk.library.get() key=|set| (set.id, set.revision) children=move |set| view! { <Tile set looked_at /> } />
            </div>
        </section>
    }
}

#[component]
fn Tile(set: Arc<SoundSet>, looked_at: RwSignal<Option<String>>) -> impl IntoView {
    let desk = Desk::get();
    let id = set.id;
    let holds = move |slot: Slot| desk.slot(slot).with(|set| set.as_ref().is_some_and(|set| set.id == id));
    let flags = move || {
        let flags: Vec<_> = Slot::BOTH.into_iter().filter(|&slot| holds(slot)).map(Slot::name).collect();
        (!flags.is_empty()).then(|| flags.join(" "))
    };
    let frames = set.curve.frames().to_vec();
    let taken = set.clone();
    let spoken = {
        let called = set.name.clone();
        move || format!("Take {called} as {}", desk.at_hand.get().name())
    };
    let look = {
        let name = set.name.clone();
        move || looked_at.set(Some(name.clone()))
    };
    let look_by_key = look.clone();
    view! {
        <button
            type="button"
            class="tile"
            class:taken=move || flags().is_some()
            aria-label=spoken
            on:pointerenter=move |_| look()
            on:focus=move |_| look_by_key()
            on:pointerleave=move |_| looked_at.set(None)
            on:blur=move |_| looked_at.set(None)
            on:click=move |_| desk.take(desk.at_hand.get_untracked(), taken.clone())
        >
            <span class="plate">
                {move || flags().map(|flags| view! { <span class="flag" aria-hidden="true" data-drawn=flags></span> })}
                <Portrait frames=Signal::stored(frames.clone()) />
            </span>
            <span class="called" aria-hidden="true">{set.name.clone()}</span>
        </button>
    }
}
