//! The page's state as a preset, and a preset as the page's state.

use super::Keep;
use crate::desk::{Desk, Slot};
use crate::sounds::{BankFile, SoundSet, missing};
use leptos::prelude::*;
use neurorack_engine::preset::{BankMark, OwnSound, Preset, Sound, VERSION};
use neurorack_engine::sources::{ClockSource, Patch};
use neurorack_host::{engine_settings, menu_settings};
use std::sync::Arc;

/// What a preset sets beside the sounds; a part of the steps of undo that load one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PanelState {
    cv: [f64; 4],
    volume_db: f64,
    settings: neurorack_panel::Settings,
    patch: Patch,
}

impl PanelState {
    /// What stands now.
    pub(crate) fn of(desk: Desk) -> Self {
        Self {
            cv: desk.cv.map(|knob| knob.get_untracked()),
            volume_db: desk.volume_db.get_untracked(),
            settings: desk.settings.get_untracked(),
            patch: patch(desk).get_untracked(),
        }
    }

    /// Makes it so.
    pub(crate) fn apply(self, desk: Desk) {
        for (knob, volts) in desk.cv.into_iter().zip(self.cv) {
            knob.set(volts);
        }
        desk.volume_db.set(self.volume_db);
        desk.settings.set(self.settings);
        // Who moves the clock is a matter of the studio, not of the sound.
        let clock = patch(desk).with_untracked(|patch| patch.clock);
        patch(desk).set(Patch { clock, ..self.patch });
    }
}

/// The sources' patch; the one place that says where the page keeps it.
pub(super) fn patch(desk: Desk) -> RwSignal<Patch> {
    desk.patch
}

/// Subscribes to everything that a preset holds.
pub(super) fn track(desk: Desk) {
    desk.cv.iter().for_each(|knob| knob.track());
    desk.volume_db.track();
    desk.settings.track();
    desk.slots.iter().for_each(|slot| slot.track());
    desk.bank.track();
    desk.keep.name.track();
    patch(desk).track();
    desk.gesture.track();
}

/// The page as it stands; `None` until there are a bank and sounds.
pub(super) fn capture(desk: Desk) -> Option<Preset> {
    let bank = desk.bank.get_untracked()?;
    let library = desk.library.get_untracked();
    let sound = |slot: Slot| desk.slot(slot).get_untracked().map(|set| sound_of(&set, &library, &bank));
    let panel = PanelState::of(desk);
    let knobs_volts = panel.cv.map(|volts| volts as f32);
    let preset = Preset {
        version: VERSION,
        name: desk.keep.name.get_untracked(),
        bank: BankMark::of(&bank.model),
        sounds: [sound(Slot::F1)?, sound(Slot::F2)?],
        volume_db: panel.volume_db as f32,
        settings: engine_settings(&panel.settings),
        patch: Patch { knobs_volts, clock: ClockSource::Internal, ..panel.patch },
        gesture: desk.gesture.get_untracked().map(|gesture| (*gesture).clone()),
    };
    Some(preset.sanitised())
}

/// A set as a preset holds it: factory sets by their place in the bank, all others whole.
fn sound_of(set: &SoundSet, library: &[Arc<SoundSet>], bank: &BankFile) -> Sound {
    let place = library.iter().filter(|held| !held.own).position(|held| held.id == set.id);
    match place {
        Some(index) if !set.own => Sound::factory(&bank.model, index),
        _ => Sound::Own(OwnSound::new(&set.name, set.curve.clone())),
    }
}

/// Makes the page what the preset says. With the name of the change it can be undone, unless it plays another bank.
///
/// Returns a sentence where it is not quite the sound that was kept.
///
/// # Errors
/// With a sentence that says what to do, where the preset cannot be played here; then nothing changes.
pub(super) fn apply(desk: Desk, preset: &Preset, change: Option<&str>) -> Result<Option<String>, String> {
    let bank = desk.bank.get_untracked().ok_or("the bank is still on its way: try again in a moment")?;
    let mut differs = preset.check_bank(&bank.model).err();
    let mut playing = bank;
    if differs.is_some() {
        let known = desk
            .banks
            .with_untracked(|banks| banks.iter().find(|bank| preset.check_bank(&bank.model).is_ok()).cloned());
        if let Some(known) = known {
            differs = None;
            desk.audio.use_bank(desk, known.clone());
            playing = known;
        }
    }
    let mut found = Vec::new();
    for sound in &preset.sounds {
        let index = sound.factory_index(&playing.model).map_err(|error| error.to_string())?;
        found.push(index);
    }
    if let Some(change) = change {
        desk.history.remember_all(desk, change);
    }
    for (slot, (sound, index)) in Slot::BOTH.into_iter().zip(preset.sounds.iter().zip(found)) {
        let set = match (sound, index) {
            (Sound::Own(own), _) => Some(own_set(desk, own)),
            (Sound::Factory { .. }, index) => desk
                .library
                .with_untracked(|library| library.iter().filter(|set| !set.own).nth(index.unwrap_or(0)).cloned()),
        };
        if set.is_some() {
            desk.slot(slot).set(set);
        }
    }
    let before = desk.settings.get_untracked();
    PanelState {
        cv: preset.patch.knobs_volts.map(plainly),
        volume_db: plainly(preset.volume_db),
        settings: menu_settings(&preset.settings, &before),
        patch: preset.patch,
    }
    .apply(desk);
    desk.gesture.set(preset.gesture.clone().map(Arc::new));
    let rounded = engine_settings(&desk.settings.get_untracked()) != preset.settings;
    Ok(match differs {
        Some(error) => Some(format!("This preset sounds different here: {error}.")),
        None if rounded => {
            Some("This preset's assignments are finer than the menu's steps: they were rounded.".to_owned())
        }
        None => None,
    })
}

/// A set of the user's own with this name and curve: the one that is here already, or a new one.
fn own_set(desk: Desk, own: &OwnSound) -> Arc<SoundSet> {
    let same = |set: &&Arc<SoundSet>| set.own && set.name == own.name() && set.curve == *own.curve();
    let known = desk.library.with_untracked(|library| library.iter().find(same).cloned());
    known.unwrap_or_else(|| {
        let set = Arc::new(SoundSet::new(own.name().to_owned(), "from a preset".into(), own.curve().clone(), true));
        desk.keep_sound(&set);
        set
    })
}

/// The number that is written as this one is: 0.1, not 0.10000000149.
fn plainly(value: f32) -> f64 {
    value.to_string().parse().unwrap_or(f64::from(value))
}

/// Loads a preset and says what there is to say of it; `what` is the subject of the sentence, should it fail.
///
/// A bank of ours that it needs is fetched first.
pub(super) fn load(keep: Keep, desk: Desk, preset: &Preset, what: &str) -> bool {
    match missing(desk, preset) {
        Some(shipped) => {
            let (preset, what) = (preset.clone(), what.to_owned());
            shipped.play(desk, move || {
                load_now(keep, desk, &preset, &what);
            });
            true
        }
        None => load_now(keep, desk, preset, what),
    }
}

fn load_now(keep: Keep, desk: Desk, preset: &Preset, what: &str) -> bool {
    match apply(desk, preset, Some(&format!("Preset {}", preset.name))) {
        Ok(sentence) => {
            keep.name.set(preset.name.clone());
            if let Some(sentence) = sentence {
                desk.say(sentence);
            }
            true
        }
        Err(reason) => {
            desk.say(format!("{what} was not loaded: {reason}. What plays goes on playing."));
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knobs_come_back_as_they_stood() {
        for decivolts in -50..=50 {
            let volts = f64::from(decivolts) / 10.0;
            assert_eq!(plainly(volts as f32), volts);
        }
    }
}
