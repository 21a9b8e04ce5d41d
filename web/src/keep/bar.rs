//! The part of the top bar that keeps and shares, and what it says for a moment.

use super::address::share;
use super::recorder::clock;
use crate::desk::Desk;
use crate::layout::{Layout, Width};
use leptos::html;
use leptos::prelude::*;

/// "Presets", and where there is room "Share" and "Record"; while it records, the way to stop it at every width.
#[component]
pub(crate) fn KeepBar(layout: ReadSignal<Layout>) -> impl IntoView {
    let keep = Desk::get().keep;
    let button = NodeRef::<html::Button>::new();
    // Whoever closes the list is back where they opened it.
    Effect::new(move |was_open: Option<bool>| {
        let open = keep.open.get();
        if was_open == Some(true)
            && !open
            && let Some(button) = button.get_untracked()
        {
            // Fails only for an element that is gone.
            let _ = button.focus();
        }
        open
    });
    let wide = move || layout.get().width == Width::Desktop;
    let records = Memo::new(move |_| keep.recorded_s.get().is_some());
    view! {
        <button
            type="button"
            class="button presets"
            node_ref=button
            aria-expanded=move || keep.open.get().to_string()
            aria-controls="presets"
            on:click=move |_| keep.open.update(|open| *open = !*open)
        >
            "Presets"
        </button>
        {move || wide().then(|| view! { <ShareButton /> })}
        {move || (wide() || records.get()).then(|| view! { <RecordSession /> })}
    }
}

/// Copies the link to this very sound.
#[component]
pub(super) fn ShareButton() -> impl IntoView {
    let desk = Desk::get();
    view! { <button type="button" class="button" on:click=move |_| share(desk.keep, desk)>"Share"</button> }
}

/// Records the session; a second press saves it.
#[component]
pub(super) fn RecordSession() -> impl IntoView {
    let desk = Desk::get();
    let keep = desk.keep;
    let records = move || keep.recorded_s.get().is_some();
    let name = move || if records() { "Stop recording" } else { "Record" };
    view! {
        <button
            type="button"
            class="button solid session"
            class:active=records
            aria-label=name
            on:click=move |_| keep.toggle_recording(desk)
        >
            <span class="dot"></span>
            {move || keep.recorded_s.get().map_or_else(|| "Record".to_owned(), clock)}
        </button>
    }
}

/// What was done, said for a moment.
#[component]
pub(super) fn Told() -> impl IntoView {
    let keep = Desk::get().keep;
    let words = move || keep.told.with(|told| told.1.clone());
    view! { <p class="told" role="status" class:empty=move || words().is_empty()>{words}</p> }
}
