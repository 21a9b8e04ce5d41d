//! The lists "Bank", "F1" and "F2".

use crate::desk::{Desk, Slot};
use leptos::prelude::*;

/// The list of banks.
#[component]
pub(crate) fn BankChoice(
    /// Whether its name stands before it.
    #[prop(default = true)]
    labelled: bool,
) -> impl IntoView {
    let desk = Desk::get();
    let chosen = move || desk.bank.get().map_or_else(String::new, |bank| bank.id.to_string());
    let choose = move |event| {
        let id = event_target_value(&event);
        let bank = desk.banks.with_untracked(|banks| banks.iter().find(|bank| bank.id.to_string() == id).cloned());
        if let Some(bank) = bank {
            desk.audio.use_bank(desk, bank);
        }
    };
    view! {
        <label class="choice">
            {labelled.then(|| view! { <span aria-hidden="true">"Bank"</span> })}
            <select aria-label="Bank" disabled=move || desk.banks.with(Vec::is_empty) on:change=choose prop:value=chosen>
                {move || {
                    let banks = desk.banks.get();
                    if banks.is_empty() {
                        return view! { <option value="">"loading"</option> }.into_any();
                    }
                    banks
                        .into_iter()
                        .map(|bank| {
                            let id = bank.id;
                            let selected = move || desk.bank.with(|now| now.as_ref().is_some_and(|now| now.id == id));
                            view! { <option value=id.to_string() selected=selected>{bank.name().to_owned()}</option> }
                        })
                        .collect_view()
                        .into_any()
                }}
            </select>
        </label>
    }
}

/// The list of sounds for one slot.
#[component]
pub(crate) fn SoundChoice(of: Slot) -> impl IntoView {
    let desk = Desk::get();
    let slot = of;
    let chosen = move || desk.slot(slot).get().map_or_else(String::new, |set| set.id.to_string());
    let choose = move |event| {
        let id = event_target_value(&event);
        let set = desk.library.with_untracked(|sets| sets.iter().find(|set| set.id.to_string() == id).cloned());
        if let Some(set) = set {
            desk.take(slot, set);
            desk.at_hand.set(slot);
        }
    };
    view! {
        <label class="choice">
            <span aria-hidden="true">{slot.name()}</span>
            <select
                aria-label=slot.name()
                disabled=move || desk.library.with(Vec::is_empty)
                on:change=choose
                prop:value=chosen
            >
                {move || {
                    let sets = desk.library.get();
                    if sets.is_empty() {
                        return view! { <option value="">"loading"</option> }.into_any();
                    }
                    sets.into_iter()
                        .map(|set| {
                            let id = set.id;
                            let selected =
                                move || desk.slot(slot).with(|now| now.as_ref().is_some_and(|now| now.id == id));
                            view! { <option value=id.to_string() selected=selected>{set.name.clone()}</option> }
                        })
                        .collect_view()
                        .into_any()
                }}
            </select>
        </label>
    }
}
