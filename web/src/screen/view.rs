//! What the page shows on the instrument's screen.

use crate::desk::{Desk, Slot};
use crate::sounds::SoundSet;
use leptos::prelude::*;
use neurorack_panel::{Bank, Fact, Host, Message, MessageKind, Offers, Set, Settings, Statistics, View};
use std::sync::Arc;

/// Looks at the page as the menu sees it.
pub(super) fn with_view<T>(desk: Desk, look: impl FnOnce(&View<'_>) -> T) -> T {
    let seen = desk.monitor.with_value(|monitor| monitor.seen(&desk.asked.get_untracked()));
    let readout = desk.readout.get_untracked();
    let counters = desk.menu.counted(desk);
    let playing = desk.bank.with_untracked(|bank| bank.as_ref().map(|bank| bank.id));
    let alert = desk.alert.get_untracked();
    let note = desk.menu.note.get_value();
    let firmware = desk.module.firmware();
    let (kind, text) = match &note {
        Some(note) => (MessageKind::Info, Some(note)),
        None => (MessageKind::Error, alert.as_ref()),
    };
    desk.banks.with_untracked(|files| {
        let cards: Vec<Vec<Fact<'_>>> =
            files.iter().map(|file| file.facts.iter().map(|(term, text)| Fact { term, text }).collect()).collect();
        let banks: Vec<_> = files.iter().zip(&cards).map(|(file, card)| Bank { name: file.name(), card }).collect();
        desk.library.with_untracked(|library| {
            let sets: Vec<_> = library.iter().map(|set| Set { name: &set.name, category: category(set) }).collect();
            let place = |slot: Slot| {
                let id = desk.slot(slot).with_untracked(|set| set.as_ref().map(|set| set.id))?;
                library.iter().position(|set| set.id == id)
            };
            look(&View {
                host: Host::Browser,
                offers: Offers {
                    map: desk.invent.with_value(Option::is_some),
                    saving: true,
                    reset: true,
                    presets: false,
                },
                banks: &banks,
                bank: files.iter().position(|file| Some(file.id) == playing),
                sets: &sets,
                slots: Slot::BOTH.map(place),
                // The page has a list of its own.
                presets: &[],
                preset: None,
                hits: counters.hits,
                asked: seen.asked,
                measured: seen.measured,
                scope: &seen.scope,
                cv_volts: std::array::from_fn(|input| {
                    let live = desk.live.cv_volts[input].get_untracked();
                    live.unwrap_or_else(|| desk.cv[input].get_untracked()) as f32
                }),
                gates: desk.live.gates.map(|gate| gate.get_untracked()),
                settings: settings(desk),
                statistics: Statistics {
                    voices: u8::try_from(readout.voices).unwrap_or(u8::MAX),
                    load_percent: None,
                    dropped: counters.dropped,
                    uptime_s: counters.uptime_s,
                },
                firmware: firmware.as_deref(),
                version: env!("CARGO_PKG_VERSION"),
                message: text.map(|text| Message { serial: desk.menu.alerts.get_value(), kind, text }),
            })
        })
    })
}

/// The settings, with those that have a control of their own on the page as it stands.
fn settings(desk: Desk) -> Settings {
    let mut settings = desk.settings.get_untracked();
    settings.volume_db = desk.volume_db.get_untracked().round() as i8;
    for (assignment, knob) in settings.cv.iter_mut().zip(desk.cv) {
        assignment.unpatched_decivolts = (knob.get_untracked() * 10.0).round() as i8;
    }
    settings
}

/// What kind of sound it is, as its note begins.
fn category(set: &Arc<SoundSet>) -> &str {
    if set.own { "own" } else { set.note.split(',').next().unwrap_or_default() }
}
