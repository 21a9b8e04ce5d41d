//! The banks that come with the page beside the first: each is fetched when it is wanted.

use super::reading::take_bank;
use crate::audio::fetch_bytes;
use crate::desk::Desk;
use js_sys::Uint8Array;
use leptos::prelude::*;
use leptos::task::spawn_local;
use neurorack_engine::preset::Preset;

/// A bank on the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shipped {
    /// The name in its card.
    pub(crate) name: &'static str,
    /// Its address, relative to the page's own.
    file: &'static str,
}

/// All of them, as they are listed.
const SHIPPED: [Shipped; 2] = [
    Shipped { name: "FRAVE impacts", file: "banks/frave-impacts.safetensors" },
    Shipped { name: "FRAVE metal", file: "banks/frave-metal.safetensors" },
];

/// Those that are not in the list of banks yet. Tracks the list.
pub(crate) fn not_here(desk: Desk) -> impl Iterator<Item = Shipped> {
    let here: Vec<String> = desk.banks.with(|banks| banks.iter().map(|bank| bank.model.card().name.clone()).collect());
    SHIPPED.into_iter().filter(move |shipped| !here.iter().any(|name| name == shipped.name))
}

/// The one that a preset was made with, where it is not here yet.
pub(crate) fn missing(desk: Desk, preset: &Preset) -> Option<Shipped> {
    untrack(|| not_here(desk).find(|shipped| shipped.name == preset.bank.name))
}

impl Shipped {
    /// Fetches the bank, lists it and plays it. Then `done` is called, also where that failed and was said.
    pub(crate) fn play(self, desk: Desk, done: impl FnOnce() + 'static) {
        spawn_local(async move {
            let taken = match fetch_bytes(self.file).await {
                // Asked for twice.
                Ok(_) if !untrack(|| not_here(desk).any(|it| it == self)) => Ok(()),
                Ok(bytes) => take_bank(desk, &Uint8Array::from(&*bytes).buffer()).await,
                Err(sentence) => Err(sentence),
            };
            if let Err(reason) = taken {
                desk.say(format!(
                    "The bank \u{201c}{}\u{201d} is not played: {reason} What plays goes on playing.",
                    self.name
                ));
            }
            done();
        });
    }
}
