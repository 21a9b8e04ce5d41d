//! A button that chooses a file, and a place where one can be dropped.

use super::reading::{Purpose, read};
use crate::desk::Desk;
use leptos::prelude::*;
use web_sys::DragEvent;

/// Chooses a file from the disk.
#[component]
pub(super) fn FileButton(
    /// Accessible name.
    name: String,
    /// What is written on it.
    text: &'static str,
    /// File types offered first.
    accept: &'static str,
    purpose: Purpose,
) -> impl IntoView {
    let desk = Desk::get();
    let chosen = move |event: web_sys::Event| {
        let input: web_sys::HtmlInputElement = event_target(&event);
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            read(desk, purpose, file);
        }
        // Choosing the same file again is a change too.
        input.set_value("");
    };
    view! {
        <label class="button small">
            <span aria-hidden="true">{text}</span>
            <input type="file" class="unseen" aria-label=name accept=accept on:change=chosen />
        </label>
    }
}

/// The handlers of a place where a file can be dropped, and whether one hangs over it.
#[derive(Clone, Copy)]
pub(super) struct DropPlace {
    desk: Desk,
    purpose: Purpose,
    pub(super) over: RwSignal<bool>,
}

impl DropPlace {
    pub(super) fn new(purpose: Purpose) -> Self {
        Self { desk: Desk::get(), purpose, over: RwSignal::new(false) }
    }

    pub(super) fn drag_over(self, event: &DragEvent) {
        event.prevent_default();
        self.over.set(true);
    }

    pub(super) fn drop(self, event: &DragEvent) {
        event.prevent_default();
        event.stop_propagation();
        self.over.set(false);
        let file = event.data_transfer().and_then(|data| data.files()).and_then(|files| files.get(0));
        match file {
            Some(file) => read(self.desk, self.purpose, file),
            None => self.desk.say("Nothing was dropped that can be read: drop a file from your disk."),
        }
    }
}
