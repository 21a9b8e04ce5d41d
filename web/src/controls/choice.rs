//! The lists "Bank", "F1" and "F2".

use crate::desk::{Desk, Slot};
use crate::sounds::not_here;
use leptos::prelude::*;

/// The list of banks.
#[component]
pub(crate) fn BankChoice(
    /// Whether its name stands before it.
    #[prop(default = true)]
    labelled: bool,
) -> impl IntoView {
    let desk = Desk::get();
    // The bank that is on its way.
    let waiting = RwSignal::new(None::<&str>);
    let chosen = move || match waiting.get() {
        Some(name) => name.to_owned(),
        None => desk.bank.get().map_or_else(String::new, |bank| bank.id.to_string()),
    };
    let choose = move |event| {
        let id = event_target_value(&event);
        if let Some(shipped) = untrack(|| not_here(desk).find(|shipped| id == shipped.name)) {
            waiting.set(Some(shipped.name));
            shipped.play(desk, move || waiting.set(None));
            return;
        }
        let bank = desk.banks.with_untracked(|banks| banks.iter().find(|bank| bank.id.to_string() == id).cloned());
        if let Some(bank) = bank {
            desk.audio.use_bank(desk, bank);
        }
    };
    view! {
        <label class="choice">
            {labelled.then(|| view! { <span aria-hidden="true">"Bank"</span> })}
            <select
                aria-label="Bank"
                aria-busy=move || waiting.get().is_some().to_string()
                disabled=move || desk.banks.with(Vec::is_empty)
                on:change=choose
                prop:value=chosen
            >
                {move || {
                    let banks = desk.banks.get();
                    if banks.is_empty() {
                        return view! { <option value="">"loading"</option> }.into_any();
                    }
                    let here = banks
                        .into_iter()
                        .map(|bank| {
                            let id = bank.id;
                            let selected = move || desk.bank.with(|now| now.as_ref().is_some_and(|now| now.id == id));
                            view! { <option value=id.to_string() selected=selected>{bank.name().to_owned()}</option> }
                        })
                        .collect_view();
                    let more = not_here(desk)
                        .map(|shipped| {
                            let selected = move || waiting.get() == Some(shipped.name);
                            view! { <option value=shipped.name selected=selected>{shipped.name}</option> }
                        })
                        .collect_view();
                    (here, more).into_any()
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
