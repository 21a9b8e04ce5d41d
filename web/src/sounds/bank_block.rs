//! The bank that plays: what it is, where it comes from, and a place to drop another.

use super::file_button::{DropPlace, FileButton};
use super::reading::Purpose;
use crate::desk::Desk;
use leptos::prelude::*;

/// The bank's card in short.
#[component]
pub(crate) fn BankBlock() -> impl IntoView {
    let desk = Desk::get();
    let place = DropPlace::new(Purpose::Bank);
    let facts = move || {
        desk.bank.get().map(|bank| {
            let card = bank.model.card();
            let facts = [
                ("Name", card.name.clone()),
                ("Network", card.kind.clone()),
                ("Trained on", format!("{} recordings", card.provenance.recordings)),
                ("Licence", card.licence.clone()),
            ];
            let fact = |(term, text): (&'static str, String)| view! { <div><dt>{term}</dt><dd>{text}</dd></div> };
            facts.map(fact).collect_view()
        })
    };
    let ahead = move || {
        desk.ahead.play.get().map(|play| {
            view! {
                <div><dt>"Rendered by"</dt><dd>{play.rendered_by()}</dd></div>
                <div><dt>"Sound"</dt><dd role="timer" aria-label="Age of the sound">{play.age()}</dd></div>
                {desk.ahead.card.get().map(|why| view! { <div><dt>"Graphics card"</dt><dd>{why}</dd></div> })}
            }
        })
    };
    view! {
        <section
            class="bank-block bank"
            class:over=move || place.over.get()
            aria-labelledby="bank-title"
            on:dragenter=move |event| place.drag_over(&event)
            on:dragover=move |event| place.drag_over(&event)
            on:dragleave=move |_| place.over.set(false)
            on:drop=move |event| place.drop(&event)
        >
            <div class="title">
                <h2 id="bank-title">"Bank"</h2>
                <FileButton name="Load a bank file".into() text="Load a file" accept=".safetensors" purpose=Purpose::Bank />
            </div>
            <dl>{facts} {ahead}</dl>
        </section>
    }
}
