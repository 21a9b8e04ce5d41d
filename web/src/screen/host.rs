//! What the page does when the menu asks for it.

use crate::desk::{Desk, Slot};
use crate::sounds::SoundSet;
use leptos::prelude::*;
use neurorack_host::free_name;
use neurorack_panel::{Action, Setting};

/// Does what the menu asks for.
pub(super) fn apply(desk: Desk, action: Action) {
    match action {
        Action::PlayBank(index) => {
            if let Some(bank) = desk.banks.with_untracked(|banks| banks.get(index).cloned()) {
                desk.audio.use_bank(desk, bank);
            }
        }
        Action::ChooseSet { slot, set } => {
            if let Some(set) = desk.library.with_untracked(|library| library.get(set).cloned()) {
                let slot = self::slot(slot);
                desk.slot(slot).set(Some(set));
                desk.at_hand.set(slot);
            }
        }
        Action::Set(setting) => change(desk, setting),
        Action::Strike => desk.strike(),
        Action::SampleFromMap(into) => {
            if let Some(invent) = desk.invent.get_value() {
                invent(slot(into));
            }
        }
        Action::SaveSet(slot) => save_set(desk, self::slot(slot)),
        Action::ResetStatistics => desk.menu.reset_counters(desk),
        Action::Calibrate(step) => desk.module.calibrate(desk, step),
        Action::UpdateFirmware => desk.module.update_firmware(),
        // The page's view offers none of these: there is no Jetson here, and presets have a list of their own.
        Action::Shutdown | Action::Reboot | Action::LoadPreset(_) | Action::KeepPreset => {}
    }
}

/// Keeps the sound in a slot as a set of the user's own under a name that is free; the slot plays it from then on.
fn save_set(desk: Desk, slot: Slot) {
    let Some(set) = desk.slot(slot).get_untracked() else { return };
    let name =
        desk.library.with_untracked(|library| free_name(&set.name, |name| library.iter().any(|set| set.name == name)));
    desk.add(slot, SoundSet::new(name.clone(), format!("saved from {}", set.name), set.curve.clone(), true));
    desk.menu.note(desk, format!("Saved as {name}."));
}

/// Changes a setting: in the control that the page has for it, or else in the menu's own.
fn change(desk: Desk, setting: Setting) {
    match setting {
        Setting::Volume(db) => desk.volume_db.set(db.into()),
        Setting::Unpatched(input, decivolts) => desk.cv[input as usize].set(f64::from(decivolts) / 10.0),
        Setting::Seed(seed) => desk.use_seed(seed),
        Setting::Range(_)
        | Setting::FreezeLength(_)
        | Setting::Voices(_)
        | Setting::Varies(..)
        | Setting::Target(..)
        | Setting::Factor(..)
        | Setting::Offset(..)
        | Setting::Gate(..)
        | Setting::Encoder(_)
        | Setting::Push(_) => desk.settings.update(|settings| settings.apply(setting)),
    }
}

/// The menu's slot as the page's.
fn slot(slot: neurorack_panel::Slot) -> Slot {
    match slot {
        neurorack_panel::Slot::F1 => Slot::F1,
        neurorack_panel::Slot::F2 => Slot::F2,
    }
}
