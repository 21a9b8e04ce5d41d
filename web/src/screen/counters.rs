//! The counters of the menu's statistics, since they were last set to zero.

use super::Menu;
use crate::clock::now_ms;
use crate::desk::Desk;
use leptos::prelude::*;

/// What was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Counters {
    pub(super) hits: u32,
    pub(super) dropped: u32,
    pub(super) uptime_s: u32,
}

impl Counters {
    /// What the page counted since it was opened.
    fn of(desk: Desk) -> Self {
        let now_ms = now_ms();
        let readout = desk.readout.get_untracked();
        Self { hits: readout.hits, dropped: readout.dropped, uptime_s: (now_ms / 1_000.0) as u32 }
    }

    /// What was added since then. An engine that was opened anew counts from zero by itself.
    fn since(self, zero: Self) -> Self {
        let since = |now: u32, zero: u32| now.checked_sub(zero).unwrap_or(now);
        Self {
            hits: since(self.hits, zero.hits),
            dropped: since(self.dropped, zero.dropped),
            uptime_s: since(self.uptime_s, zero.uptime_s),
        }
    }
}

impl Menu {
    /// What was counted since the counters were set to zero.
    pub(super) fn counted(self, desk: Desk) -> Counters {
        Counters::of(desk).since(self.zero.get_value())
    }

    /// Sets all counters to zero.
    pub(super) fn reset_counters(self, desk: Desk) {
        self.zero.set_value(Counters::of(desk));
        self.note(desk, "All counters are at zero.".to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_count_from_where_they_were_set_to_zero() {
        let zero = Counters { hits: 40, dropped: 2, uptime_s: 100 };
        let later = Counters { hits: 43, dropped: 2, uptime_s: 160 };
        assert_eq!(later.since(zero), Counters { hits: 3, dropped: 0, uptime_s: 60 });
        let anew = Counters { hits: 5, dropped: 0, uptime_s: 161 };
        assert_eq!(anew.since(zero), Counters { hits: 5, dropped: 0, uptime_s: 61 }, "the engine was opened anew");
    }
}
