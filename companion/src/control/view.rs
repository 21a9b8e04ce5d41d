//! What this program shows on the instrument's screen.

use super::desk::Desk;
use super::library::Set;
use neurorack_engine::descriptors::Descriptors;
use neurorack_host::Counters;
use neurorack_host::morph::{alpha, morph};
use neurorack_panel::{Bank, Fact, Message, Offers, Set as Row, Statistics, View};
use std::sync::Arc;

impl Desk {
    /// What was counted since the program began.
    pub(super) fn counters(&self) -> Counters {
        let meters = self.player.last();
        let count = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
        Counters {
            hits: count(meters.statistics.hits),
            dropped: count(meters.statistics.dropped_events + u64::from(meters.rack.dropped) + self.dropped()),
            uptime_s: count(self.begun.elapsed().as_secs()),
        }
    }

    /// The descriptors that a hit is asked for as the inputs stand, one frame each hop.
    pub(super) fn curve_asked(&self) -> Vec<Descriptors> {
        let [first, second] = &self.sounds;
        morph(&first.scaled, &second.scaled, alpha(self.player.last().rack.cv_volts[0]))
    }
}

/// Looks at the desk as the menu sees it.
pub(super) fn with_view<T>(desk: &Desk, look: impl FnOnce(&View<'_>) -> T) -> T {
    let meters = desk.player.last();
    let counters = desk.counters().since(desk.menu.zero);
    let cards: Vec<Vec<Fact<'_>>> =
        desk.banks.iter().map(|entry| entry.facts.iter().map(|(term, text)| Fact { term, text }).collect()).collect();
    let banks: Vec<Bank<'_>> =
        desk.banks.iter().zip(&cards).map(|(entry, card)| Bank { name: &entry.bank.card().name, card }).collect();
    let sets: Vec<Row<'_>> =
        desk.library.sets().iter().map(|Set { name, category, .. }| Row { name, category }).collect();
    let presets: Vec<&str> = desk.presets.iter().map(String::as_str).collect();
    let seen = &desk.seen;
    let firmware = desk.jacks.as_ref().and_then(|jacks| jacks.info()).map(|info| {
        let [major, minor, patch] = info.firmware;
        format!("{major}.{minor}.{patch}")
    });
    look(&View {
        host: desk.host,
        offers: Offers { map: desk.map.is_some(), saving: true, reset: true, presets: desk.store().is_some() },
        banks: &banks,
        bank: desk.banks.iter().position(|entry| Arc::ptr_eq(&entry.bank, &desk.bank)),
        sets: &sets,
        slots: desk.sounds.each_ref().map(|set| desk.library.place(set)),
        presets: &presets,
        preset: desk.presets.iter().position(|name| name == desk.name()),
        hits: counters.hits,
        asked: seen.asked,
        measured: seen.measured,
        scope: &seen.scope,
        cv_volts: meters.rack.cv_volts,
        gates: meters.rack.gates,
        settings: desk.settings,
        statistics: Statistics {
            voices: u8::try_from(meters.statistics.voices).unwrap_or(u8::MAX),
            load_percent: Some(desk.load.percent()),
            dropped: counters.dropped,
            uptime_s: counters.uptime_s,
        },
        firmware: firmware.as_deref(),
        version: env!("CARGO_PKG_VERSION"),
        message: desk.menu.says.as_ref().map(|(text, kind)| Message { serial: desk.menu.serial, kind: *kind, text }),
    })
}
