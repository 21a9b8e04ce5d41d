//! Keep and share: presets that persist, an address that is a sound, recordings and hits as files.
//!
//! `state` turns the page into a preset and back, `shelf` is the list of presets, `store` the browser's database behind it,
//! `session` brings back where things stood, `address` is the link, `recorder` and `tape` record what is played, `export`
//! renders one hit in a worker. `bar`, `dialog` and `row` are what is seen. What the browser refuses gets a sentence, and
//! the page plays on.

mod address;
mod bar;
mod dialog;
mod export;
mod files;
mod recorder;
mod row;
mod session;
mod shelf;
mod state;
mod store;
mod tape;
mod wav;

pub(crate) use bar::KeepBar;
pub(crate) use dialog::PresetsDialog;
pub(crate) use state::PanelState;

use crate::desk::Desk;
use leptos::prelude::*;
use shelf::Record;
use std::rc::Rc;
use std::time::Duration;
use store::Store;
use tape::Tape;

/// How long a short message stays.
const TOLD: Duration = Duration::from_secs(6);

/// The page's hold on what it keeps. `Copy`; a part of the desk.
#[derive(Clone, Copy)]
pub(crate) struct Keep {
    /// Name of the preset that plays; empty until it has one.
    name: RwSignal<String>,
    /// The presets to choose from.
    shelf: RwSignal<Vec<Record>>,
    /// What was deleted or replaced last.
    lost: RwSignal<Option<Record>>,
    /// Whether the list is open.
    open: RwSignal<bool>,
    /// What was done, in a few words, and how often something was said.
    told: RwSignal<(u32, String)>,
    /// Seconds recorded so far, while it records.
    recorded_s: RwSignal<Option<u32>>,
    tape: StoredValue<Option<Tape>, LocalStorage>,
    store: StoredValue<Option<Rc<Store>>, LocalStorage>,
    /// Whether a hit is being rendered.
    exporting: RwSignal<bool>,
    /// Whether what was kept, or the address, was brought back.
    settled: RwSignal<bool>,
}

impl Keep {
    pub(crate) fn new() -> Self {
        Self {
            name: RwSignal::default(),
            shelf: RwSignal::default(),
            lost: RwSignal::new(None),
            open: RwSignal::new(false),
            told: RwSignal::default(),
            recorded_s: RwSignal::new(None),
            tape: StoredValue::new_local(None),
            store: StoredValue::new_local(None),
            exporting: RwSignal::new(false),
            settled: RwSignal::new(false),
        }
    }

    /// Brings back where things stood, or what the address says, and keeps it from now on.
    pub(crate) fn follow(self, desk: Desk) {
        session::follow(self, desk);
        address::follow(self, desk);
    }

    /// Whether things stand as they were left, or as the address says. Before that they stand as at first.
    pub(crate) fn is_settled(self) -> bool {
        self.settled.get_untracked()
    }

    /// Says for a moment what was done.
    fn tell(self, words: impl Into<String>) {
        let words = words.into();
        self.told.update(|told| *told = (told.0.wrapping_add(1), words));
        let (turn, _) = self.told.get_untracked();
        set_timeout(
            move || {
                if self.told.with_untracked(|told| told.0 == turn) {
                    self.told.update(|told| told.1.clear());
                }
            },
            TOLD,
        );
    }
}
