//! Which of F1 and F2 is at hand: the one that is edited, and that a sound is taken into.

use crate::desk::{Desk, Slot};
use leptos::prelude::*;

/// One button for each slot, with the name of its sound.
#[component]
pub(crate) fn SlotTabs() -> impl IntoView {
    let desk = Desk::get();
    let tab = move |slot: Slot| {
        let called = move || {
            let name = desk.slot(slot).with(|set| set.as_ref().map_or_else(String::new, |set| set.name.clone()));
            format!("{} {name}", slot.name())
        };
        view! {
            <button
                type="button"
                class="tab"
                aria-pressed=move || (desk.at_hand.get() == slot).to_string()
                on:click=move |_| desk.at_hand.set(slot)
            >
                {called}
            </button>
        }
    };
    view! { <div class="slot-tabs">{Slot::BOTH.map(tab)}</div> }
}
