//! The counters of the menu's statistics on the page.

use super::Menu;
use crate::clock::now_ms;
use crate::desk::Desk;
use leptos::prelude::*;
use neurorack_host::Counters;

/// What the page counted since it was opened.
fn counters(desk: Desk) -> Counters {
    let now_ms = now_ms();
    let readout = desk.readout.get_untracked();
    Counters { hits: readout.hits, dropped: readout.dropped, uptime_s: (now_ms / 1_000.0) as u32 }
}

impl Menu {
    /// What was counted since the counters were set to zero.
    pub(super) fn counted(self, desk: Desk) -> Counters {
        counters(desk).since(self.zero.get_value())
    }

    /// Sets all counters to zero.
    pub(super) fn reset_counters(self, desk: Desk) {
        self.zero.set_value(counters(desk));
        self.note(desk, "All counters are at zero.".to_owned());
    }
}
