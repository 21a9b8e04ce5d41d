//! What an instrument begins with: what was kept, a preset, and what the command line wishes.

use crate::bank_file::{self, BankArgument};
use crate::control::{Library, Loaded, Set, State};
use crate::keep::{BankEntry, Store};
use crate::panel::{freeze_ms, volts};
use crate::{preset, sounds};
use anyhow::{Context, Result, ensure};
use neurorack_engine::ModelBank;
use neurorack_engine::preset::{OwnSound, Preset};
use neurorack_engine::sources::Patch;
use neurorack_host::menu_settings;
use neurorack_panel::Settings;
use std::path::Path;

/// What the command line sets; everything else is as it was kept.
#[derive(Debug, clap::Args)]
pub(super) struct Wishes {
    /// Begin with this preset: its name, a link of the page, or a file.
    #[arg(long, value_name = "NAME|LINK|FILE")]
    preset: Option<String>,
    /// Begin as new, not as it was kept.
    #[arg(long)]
    fresh: bool,
    /// First sound: a factory set by name or number, a sound file (its first impact), or a curve file (.json).
    #[arg(long, value_name = "NAME|FILE")]
    f1: Option<String>,
    /// Second sound, chosen likewise.
    #[arg(long, value_name = "NAME|FILE")]
    f2: Option<String>,
    /// Morph: from F1 (-5) to F2 (5), in volts.
    #[arg(long, value_name = "VOLTS", allow_negative_numbers = true, value_parser = volts)]
    cv1: Option<f32>,
    /// Scrub: read the curves up to 0.75 s late (-5), live (0), or let a piece go round, the shorter the higher (5).
    #[arg(long, value_name = "VOLTS", allow_negative_numbers = true, value_parser = volts)]
    cv2: Option<f32>,
    /// Transient: soft boom (-5), neutral (0), sharp click (5).
    #[arg(long, value_name = "VOLTS", allow_negative_numbers = true, value_parser = volts)]
    cv3: Option<f32>,
    /// Variation: 0 % (-5), where all hits are identical, to 20 % (5).
    #[arg(long, value_name = "VOLTS", allow_negative_numbers = true, value_parser = volts)]
    cv4: Option<f32>,
    /// Length of the loop that Gate 2 freezes, 50 to 100 ms.
    #[arg(long, value_name = "MS", value_parser = freeze_ms)]
    freeze_ms: Option<f32>,
    /// Output level, 0 to 1.
    #[arg(long, value_name = "LEVEL", value_parser = level)]
    level: Option<f32>,
    /// Seed of every random draw, 0 to 9999.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(0..=9_999))]
    seed: Option<u16>,
}

/// Puts together what the instrument begins with. What cannot be had is said, and something else taken.
///
/// # Errors
/// When there is no bank, or what the command line names is not there.
pub(super) fn load(
    argument: &BankArgument,
    wishes: Wishes,
    store: Option<&Store>,
    said: &mut Vec<String>,
) -> Result<Loaded> {
    let state = store.filter(|_| !wishes.fresh).and_then(|store| kept(store, said));
    let wanted = wishes.preset.as_deref().map(|named| find_preset(named, store)).transpose()?;
    let preset = wanted.as_ref().or(state.as_ref().map(|state| &state.preset));
    let bank = choose_bank(argument, preset, state.as_ref(), store, said)?;
    let own = match store {
        Some(store) => {
            let (sounds, complaints) = store.kept_sounds();
            said.extend(complaints);
            sounds.iter().map(|sound: &OwnSound| Set::own(sound.name(), sound.curve())).collect()
        }
        None => Vec::new(),
    };
    let library = Library::new(&bank.bank, Vec::new());
    let first = library.sets().first().cloned().context("this bank has no sounds: choose another with --bank FILE")?;
    let mut loaded = Loaded {
        own,
        sounds: [first.clone(), first],
        settings: Settings::default(),
        volume_db: f32::from(Settings::default().volume_db),
        patch: Patch::calm(),
        gesture: None,
        name: "Untitled".to_owned(),
        bank,
    };
    if let Some(preset) = preset {
        begin_with(&mut loaded, preset, &library, wanted.is_some(), said)?;
    }
    if let Some(state) = &state {
        state.set_menu(&mut loaded.settings);
    }
    wish(&mut loaded, &wishes)?;
    Ok(loaded)
}

/// The state that was kept. One that cannot be read is put aside, and said.
fn kept(store: &Store, said: &mut Vec<String>) -> Option<State> {
    let read = store.kept_state().and_then(|bytes| bytes.map(|bytes| State::from_json(&bytes)).transpose());
    match read {
        Ok(state) => state,
        Err(error) => {
            let aside = store.put_state_aside();
            said.push(format!(
                "What was kept cannot be read ({error:#}): it lies in {} now, and the instrument begins as new.",
                aside.display()
            ));
            None
        }
    }
}

/// The preset of a name, a link or a file.
///
/// # Errors
/// When there is none, with the names that there are.
pub(super) fn find_preset(named: &str, store: Option<&Store>) -> Result<Preset> {
    if Preset::is_link(named) || Path::new(named).is_file() {
        return preset::read(named);
    }
    store.context("there is no folder of presets: give a link or a file")?.preset(named)
}

/// The bank that is asked for, or that of the preset where it is found, or the usual one.
fn choose_bank(
    argument: &BankArgument,
    preset: Option<&Preset>,
    state: Option<&State>,
    store: Option<&Store>,
    said: &mut Vec<String>,
) -> Result<BankEntry> {
    let entry = |path: &Path| -> Result<BankEntry> { Ok(BankEntry::new(path, bank_file::read_verified(path)?)) };
    if let Some(path) = argument.named() {
        return entry(path);
    }
    let meant = |bank: &ModelBank| preset.is_none_or(|preset| preset.check_bank(bank).is_ok());
    let mut first = None;
    let usual = bank_file::default_bank();
    let kept = state.and_then(|state| state.bank.clone()).filter(|path| path.is_file());
    let of_store = store.into_iter().flat_map(|store| bank_file::in_folder(&store.banks()));
    for path in kept.into_iter().chain(usual.as_ref().ok().cloned()).chain(of_store) {
        match entry(&path) {
            Ok(entry) if meant(&entry.bank) => return Ok(entry),
            Ok(entry) => first = first.or(Some(entry)),
            Err(error) => said.push(format!("{error:#}: this bank is left out")),
        }
    }
    match first {
        Some(entry) => Ok(entry),
        None => entry(&usual?),
    }
}

/// Begins with a preset; one that was kept and is not whole any more gives what it can.
fn begin_with(
    loaded: &mut Loaded,
    preset: &Preset,
    library: &Library,
    is_wanted: bool,
    said: &mut Vec<String>,
) -> Result<()> {
    let bank = &loaded.bank.bank;
    for (place, sound) in loaded.sounds.iter_mut().zip(&preset.sounds) {
        match library.meant(sound, bank) {
            Ok(set) => *place = set,
            Err(error) if is_wanted => return Err(error.into()),
            Err(error) => said.push(format!("{error}; {} plays instead", place.name)),
        }
    }
    if let Err(error) = preset.check_bank(&**bank) {
        said.push(format!("It sounds different than it was kept: {error}."));
    }
    loaded.settings = menu_settings(&preset.settings, &loaded.settings);
    loaded.patch = preset.patch;
    loaded.gesture = preset.gesture.clone();
    loaded.volume_db = preset.volume_db;
    loaded.name.clone_from(&preset.name);
    Ok(())
}

/// Sets what the command line wishes, and brings the menu in line with the knobs.
fn wish(loaded: &mut Loaded, wishes: &Wishes) -> Result<()> {
    let bank = &loaded.bank.bank;
    let library = Library::new(bank, Vec::new());
    if let Some(name) = &wishes.f1 {
        let set = named(bank, &library, name)?;
        // A second sound is wished for by name; without one there is nothing between which to morph.
        loaded.sounds =
            [set.clone(), if wishes.f2.is_none() && wishes.preset.is_none() { set } else { loaded.sounds[1].clone() }];
    }
    if let Some(name) = &wishes.f2 {
        loaded.sounds[1] = named(bank, &library, name)?;
    }
    let knobs = [wishes.cv1, wishes.cv2, wishes.cv3, wishes.cv4];
    for ((knob, wish), assignment) in loaded.patch.knobs_volts.iter_mut().zip(knobs).zip(&mut loaded.settings.cv) {
        *knob = wish.unwrap_or(*knob);
        assignment.unpatched_decivolts = (*knob * 10.0).round() as i8;
    }
    if let Some(length) = wishes.freeze_ms {
        loaded.settings.freeze_ms = length.round() as u8;
    }
    if let Some(level) = wishes.level {
        loaded.volume_db = (20.0 * level.max(1e-6).log10()).max(-60.0);
    }
    loaded.settings.volume_db = loaded.volume_db.round() as i8;
    loaded.settings.seed = wishes.seed.unwrap_or(loaded.settings.seed);
    Ok(())
}

/// A sound of the list by its name, or of a file.
///
/// # Errors
/// When there is neither.
pub(super) fn named(bank: &ModelBank, library: &Library, name: &str) -> Result<Set> {
    if let Some(set) = library.sets().iter().find(|set| set.name.eq_ignore_ascii_case(name)) {
        return Ok(set.clone());
    }
    let index = name.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    if let Some(set) = library.sets().iter().find(|set| set.factory.is_some() && set.factory == index) {
        return Ok(set.clone());
    }
    let curve = sounds::find(bank, name)?;
    let stem = Path::new(name).file_stem().map_or_else(|| name.into(), |stem| stem.to_string_lossy());
    Ok(Set::own(&stem, &curve))
}

/// A level.
fn level(text: &str) -> Result<f32> {
    let level: f32 = text.parse().context("give a level from 0 to 1")?;
    ensure!((0.0..=1.0).contains(&level), "give a level from 0 to 1");
    Ok(level)
}
