//! The instrument as it is set: what the menu, a person at a keyboard and MIDI change, and what is kept of it.

use super::calibration::{Step, Wizard};
use super::jacks::{Jacks, Told};
use super::keys::Keys;
use super::library::{Library, Set};
use super::look::Load;
use super::menu::Menu;
use super::power::{self, Switch};
use super::saved::State;
use crate::audio::{Deed, Hands, Meters, Player, Program, Recorder};
use crate::keep::{BankEntry, Banks, Found, Store};
use anyhow::{Context, Result};
use neurorack_engine::descriptors::Descriptors;
use neurorack_engine::models::curve_vae::CurveVae;
use neurorack_engine::preset::{BankMark, OwnSound, Preset, VERSION, level};
use neurorack_engine::sources::{Action as Played, ClockSource, Gesture, Patch};
use neurorack_engine::{CurveSlot, ModelBank};
use neurorack_host::midi::Lesson;
use neurorack_host::monitor::{Monitor, Seen};
use neurorack_host::{engine_settings, free_name, menu_settings};
use neurorack_link::{Report, State as LinkState};
use neurorack_panel::{Action, Calibration, Host, Reference as Wanted, Setting, Settings, Slot};
use neurorack_protocol::Message;
use neurorack_protocol::host::Reference;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long nothing changes before what changed is kept.
const KEEP_AFTER: Duration = Duration::from_millis(700);

/// How long something may go on changing before it is kept all the same.
const KEEP_LATEST: Duration = Duration::from_secs(5);

/// Sentences that are remembered for the terminal.
const NOTES: usize = 8;

/// Softest and loudest volume in decibels; the softest is silence.
const VOLUME_DB: [f32; 2] = [-60.0, 0.0];

/// What an instrument begins with.
pub(crate) struct Loaded {
    pub(crate) bank: BankEntry,
    /// The user's own sounds.
    pub(crate) own: Vec<Set>,
    pub(crate) sounds: [Set; 2],
    pub(crate) settings: Settings,
    pub(crate) volume_db: f32,
    pub(crate) patch: Patch,
    pub(crate) gesture: Option<Gesture>,
    /// The name of the preset that it is.
    pub(crate) name: String,
}

impl Loaded {
    /// What the audio side is to play.
    pub(crate) fn program(&self) -> Program {
        Program {
            bank: Arc::clone(&self.bank.bank),
            curves: self.sounds.each_ref().map(|set| Arc::clone(&set.scaled)),
            settings: engine_settings(&self.settings),
            patch: self.patch,
            gesture: self.gesture.clone().map(Arc::new),
            level: level(self.volume_db.into()),
        }
    }
}

/// The instrument as it is set, with everything that acts on it.
pub(crate) struct Desk {
    pub(super) player: Player,
    pub(super) hands: Hands,
    pub(super) jacks: Option<Jacks>,
    pub(super) keys: Option<Keys>,
    pub(super) host: Host,
    search: Banks,
    pub(super) banks: Vec<BankEntry>,
    pub(super) bank: Arc<ModelBank>,
    /// The bank that is being prepared to play.
    wanted: Option<Arc<ModelBank>>,
    pub(super) library: Library,
    pub(super) sounds: [Set; 2],
    pub(super) settings: Settings,
    pub(super) volume_db: f32,
    patch: Patch,
    gesture: Option<Arc<Gesture>>,
    /// The name of the preset at hand, and those that are kept.
    name: String,
    pub(super) presets: Vec<String>,
    pub(super) map: Option<CurveVae>,
    invented: u64,
    pub(super) menu: Menu,
    wizard: Wizard,
    pub(super) monitor: Monitor,
    /// What the last hit was asked for, and what the screen shows of it: made anew when something sounds.
    pub(super) asked: Vec<Descriptors>,
    pub(super) seen: Seen,
    pub(super) last_hit: Option<u64>,
    pub(super) load: Load,
    pub(super) lamp: bool,
    pub(super) told_privileges: bool,
    pub(super) recorder: Option<Recorder>,
    store: Option<Store>,
    /// Since when what is kept differs from what is, and when it last changed.
    changed: Option<(Instant, Instant)>,
    pub(super) begun: Instant,
    pub(super) notes: VecDeque<String>,
    /// Sentences that nobody printed yet.
    unsaid: Vec<String>,
    pub(super) is_over: bool,
}

/// The sounds to choose from: those of the bank, the user's own, and those that play.
fn library(loaded: &Loaded) -> Library {
    let mut library = Library::new(&loaded.bank.bank, loaded.own.clone());
    for set in &loaded.sounds {
        if library.place(set).is_none() {
            library.add(set.clone());
        }
    }
    library
}

/// What a desk is made of beside what is loaded.
pub(crate) struct Parts {
    pub(crate) player: Player,
    pub(crate) hands: Hands,
    pub(crate) jacks: Option<Jacks>,
    pub(crate) keys: Option<Keys>,
    pub(crate) search: Banks,
    pub(crate) store: Option<Store>,
    pub(crate) map: Option<CurveVae>,
    pub(crate) host: Host,
}

impl Desk {
    /// A desk at which a player plays what is loaded.
    pub(crate) fn new(parts: Parts, loaded: Loaded) -> Self {
        let Parts { player, hands, jacks, keys, search, store, map, host } = parts;
        let mut monitor = Monitor::new();
        monitor.listen_at(player.sample_rate_hz());
        Self {
            asked: Vec::new(),
            seen: monitor.seen(&[]),
            monitor,
            last_hit: None,
            load: Load::default(),
            lamp: false,
            told_privileges: false,
            library: library(&loaded),
            bank: Arc::clone(&loaded.bank.bank),
            banks: vec![loaded.bank],
            wanted: None,
            sounds: loaded.sounds,
            settings: loaded.settings,
            volume_db: loaded.volume_db,
            patch: loaded.patch,
            gesture: loaded.gesture.map(Arc::new),
            name: loaded.name,
            presets: store.as_ref().map(Store::preset_names).unwrap_or_default(),
            invented: 0,
            menu: Menu::new(),
            wizard: Wizard::default(),
            recorder: None,
            changed: None,
            begun: Instant::now(),
            notes: VecDeque::new(),
            unsaid: Vec::new(),
            is_over: false,
            player,
            hands,
            jacks,
            keys,
            host,
            search,
            store,
            map,
        }
    }

    /// Says something good to know.
    pub(crate) fn note(&mut self, sentence: impl Into<String>) {
        let sentence = sentence.into();
        self.menu.say(&sentence, false);
        self.remember(sentence);
    }

    /// Says what went wrong.
    pub(crate) fn complain(&mut self, sentence: impl Into<String>) {
        let sentence = sentence.into();
        self.menu.say(&sentence, true);
        self.remember(sentence);
    }

    /// Remembers a sentence that the screen need not show.
    pub(crate) fn remember(&mut self, sentence: String) {
        self.unsaid.push(sentence.clone());
        self.notes.push_back(sentence);
        if self.notes.len() > NOTES {
            self.notes.pop_front();
        }
    }

    /// Sentences that were said since the last call.
    pub(crate) fn unsaid(&mut self) -> Vec<String> {
        std::mem::take(&mut self.unsaid)
    }

    /// Whether the computer is about to be switched off.
    pub(crate) fn is_over(&self) -> bool {
        self.is_over
    }

    /// Does what the menu asks for.
    pub(super) fn act(&mut self, action: Action) {
        match action {
            Action::PlayBank(index) => {
                if let Some(entry) = self.banks.get(index) {
                    let bank = Arc::clone(&entry.bank);
                    self.want(bank);
                }
            }
            Action::ChooseSet { slot, set } => {
                if let Some(set) = self.library.sets().get(set).cloned() {
                    self.use_sound(slot, set);
                }
            }
            Action::Set(setting) => self.set(setting),
            Action::Strike => self.strike(),
            Action::SampleFromMap(slot) => self.invent(slot),
            Action::SaveSet(slot) => self.save_sound(slot),
            Action::LoadPreset(index) => {
                let loaded = match (self.presets.get(index), &self.store) {
                    (Some(name), Some(store)) => store.preset(name).and_then(|preset| self.use_preset(&preset)),
                    _ => Ok(()),
                };
                if let Err(error) = loaded {
                    self.complain(format!("{error:#}"));
                }
            }
            Action::KeepPreset => {
                let name = free_name(&self.name, |name| self.presets.iter().any(|kept| kept == name));
                if let Err(error) = self.save_preset(&name) {
                    self.complain(format!("{error:#}"));
                }
            }
            Action::ResetStatistics => {
                self.menu.reset(self.counters());
                self.note("All counters are at zero.");
            }
            Action::Calibrate(step) => {
                let step = match step {
                    Calibration::Measure(wanted) => self.wizard.measure(match wanted {
                        Wanted::Low => Reference::Low,
                        Wanted::Zero => Reference::Zero,
                        Wanted::High => Reference::High,
                    }),
                    Calibration::Keep => self.wizard.keep(),
                    Calibration::Discard => self.wizard.discard(),
                };
                self.take_step(step);
            }
            Action::UpdateFirmware => {
                self.send(Message::Bootsel);
                self.note("The module waits for its firmware: copy the .uf2 file onto the drive that appeared.");
            }
            Action::Shutdown => self.switch(Switch::Off),
            Action::Reboot => self.switch(Switch::Again),
        }
    }

    fn switch(&mut self, switch: Switch) {
        // What is set is kept before the power goes.
        self.keep();
        match power::switch(switch) {
            Ok(()) => self.is_over = true,
            Err(error) => self.complain(format!("{error:#}")),
        }
    }

    /// A hit at full strength.
    pub(crate) fn strike(&mut self) {
        self.play_note(1.0, 0.0);
    }

    /// A hit of this strength, transposed by so many semitones.
    pub(crate) fn play_note(&mut self, velocity: f32, semitones: f32) {
        self.hands.now(Deed::Note { velocity, semitones });
    }

    /// Something is done at the sources.
    pub(crate) fn play(&mut self, action: Played) {
        self.hands.now(Deed::Act(action));
    }

    /// Changes a setting of the menu.
    pub(super) fn set(&mut self, setting: Setting) {
        self.settings.apply(setting);
        match setting {
            Setting::Volume(db) => self.use_volume(db.into()),
            Setting::Unpatched(input, decivolts) => self.turn_knob(input as usize, f32::from(decivolts) / 10.0),
            Setting::Encoder(_) | Setting::Push(_) => self.change(),
            _ => {
                self.player.use_settings(engine_settings(&self.settings));
                self.change();
            }
        }
    }

    /// The volume in decibels, -60 (silence) to 0.
    pub(crate) fn use_volume(&mut self, db: f32) {
        let [softest, loudest] = VOLUME_DB;
        self.volume_db = db.clamp(softest, loudest);
        // Casts from float to integer hold at the ends.
        self.settings.volume_db = self.volume_db.round() as i8;
        self.player.use_level(level(self.volume_db.into()));
        self.change();
    }

    /// The volume in decibels.
    pub(crate) fn volume_db(&self) -> f32 {
        self.volume_db
    }

    /// Turns the knob of an input, counted from 0, to these volts.
    pub(crate) fn turn_knob(&mut self, input: usize, volts: f32) {
        let Some(knob) = self.patch.knobs_volts.get_mut(input) else { return };
        *knob = volts.clamp(-5.0, 5.0);
        if let Some(assignment) = self.settings.cv.get_mut(input) {
            assignment.unpatched_decivolts = (*knob * 10.0).round() as i8;
        }
        self.player.turn_knobs(self.patch.knobs_volts);
        self.change();
    }

    /// Puts the knob of an input, counted from 0, where it rests.
    pub(crate) fn rest_knob(&mut self, input: usize) {
        if let Some(assignment) = Settings::default().cv.get(input) {
            self.turn_knob(input, f32::from(assignment.unpatched_decivolts) / 10.0);
        }
    }

    /// Volts of the knob of an input, counted from 0.
    pub(crate) fn knob(&self, input: usize) -> f32 {
        self.patch.knobs_volts.get(input).copied().unwrap_or_default()
    }

    /// A controller moves what it was taught to a share of its travel, 0 to 1.
    pub(crate) fn follow(&mut self, lesson: Lesson, share: f32) {
        if let Some(input) = lesson.cv() {
            self.turn_knob(input, (share * 100.0 - 50.0).round() / 10.0);
        } else if let Some(lane) = lesson.lane() {
            self.play(Played::Lane { lane, value: share });
        } else {
            self.use_volume((VOLUME_DB[0] * (1.0 - share)).round());
        }
    }

    /// Puts a sound into a slot for coming hits.
    pub(crate) fn use_sound(&mut self, slot: Slot, set: Set) {
        let engine_slot = match slot {
            Slot::F1 => CurveSlot::F1,
            Slot::F2 => CurveSlot::F2,
        };
        self.player.use_curve(engine_slot, Arc::clone(&set.scaled));
        if self.library.place(&set).is_none() {
            // What was brought can be chosen again.
            self.library.add(set.clone());
        }
        self.sounds[slot as usize] = set;
        self.change();
    }

    /// The name of the preset at hand.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The sounds to choose from.
    pub(crate) fn library(&self) -> &Library {
        &self.library
    }

    /// Where things are kept.
    pub(crate) fn store(&self) -> Option<&Store> {
        self.store.as_ref()
    }

    /// The audio side's meters, as they were read last.
    pub(crate) fn meters(&self) -> &Meters {
        self.player.last()
    }

    /// Messages and deeds that found no room, and MIDI that was left out.
    pub(crate) fn dropped(&self) -> u64 {
        self.player.dropped() + self.keys.as_ref().map_or(0, Keys::dropped)
    }

    /// Samples a second.
    pub(crate) fn rate_hz(&self) -> u32 {
        self.player.sample_rate_hz()
    }

    /// Buffers that ran empty.
    pub(crate) fn xruns(&self) -> u64 {
        self.player.xruns()
    }

    /// Where the sound goes, in a sentence.
    pub(crate) fn audio_state(&self) -> String {
        self.player.state()
    }

    /// Devices that went away.
    pub(crate) fn lost(&self) -> u64 {
        self.player.lost()
    }

    /// How well a module is heard.
    pub(crate) fn module_report(&self) -> Option<Report> {
        self.jacks.as_ref().map(Jacks::report)
    }

    /// The bank that plays.
    pub(crate) fn bank(&self) -> &ModelBank {
        &self.bank
    }

    /// Plays a bank as soon as it is prepared; one of another file is added to the list.
    pub(crate) fn use_bank(&mut self, entry: BankEntry) {
        let bank = Arc::clone(&entry.bank);
        self.take_up(entry);
        self.want(bank);
    }

    fn want(&mut self, bank: Arc<ModelBank>) {
        self.wanted = Some(Arc::clone(&bank));
        self.search.prepare(bank, self.player.sample_rate_hz());
    }

    fn take_up(&mut self, entry: BankEntry) {
        match self.banks.iter_mut().find(|held| held.path == entry.path) {
            Some(held) => *held = entry,
            None => self.banks.push(entry),
        }
    }

    /// A bank is ready: it plays, and sounds of the factory are those of its names.
    fn begin_bank(&mut self, bank: Arc<ModelBank>, prepared: Arc<neurorack_engine::PreparedBank>) {
        self.wanted = None;
        self.player.use_bank(Arc::clone(&bank), prepared);
        self.library = std::mem::take(&mut self.library).with_bank(&bank);
        self.bank = bank;
        for slot in Slot::ALL {
            let set = self.library.instead_of(&self.sounds[slot as usize]);
            self.use_sound(slot, set);
        }
    }

    /// Draws a sound that nobody recorded from the map.
    fn invent(&mut self, slot: Slot) {
        let Some(map) = &self.map else { return };
        self.invented += 1;
        // The seed of the menu makes a row of inventions repeatable.
        let point = map.sample(u64::from(self.settings.seed) << 32 | self.invented);
        let curve = map.decode(&point);
        let name = free_name(&format!("Invented {}", self.invented), |name| self.library.has(name));
        let set = Set::own(&name, &curve);
        self.library.add(set.clone());
        self.use_sound(slot, set);
    }

    /// Keeps the sound of a slot as one of the user's own, under a free name.
    fn save_sound(&mut self, slot: Slot) {
        let set = &self.sounds[slot as usize];
        let name = free_name(&set.name, |name| self.library.has(name));
        let own = Set::own(&name, &set.curve);
        let sound = OwnSound::new(&name, (*own.curve).clone());
        let kept = self.store.as_ref().map(|store| store.keep_sound(&sound));
        self.library.add(own.clone());
        self.use_sound(slot, own);
        match kept {
            Some(Err(error)) => self.complain(format!("{error:#}; {name} lasts until the end of this run")),
            _ => self.note(format!("Saved as {name}.")),
        }
    }

    /// The instrument as a preset.
    pub(crate) fn preset(&self) -> Preset {
        Preset {
            version: VERSION,
            name: self.name.clone(),
            bank: BankMark::of(&*self.bank),
            sounds: self.sounds.each_ref().map(|set| set.sound(&self.bank)),
            volume_db: self.volume_db,
            settings: engine_settings(&self.settings),
            patch: Patch { clock: ClockSource::Internal, ..self.patch },
            gesture: self.gesture.as_deref().cloned(),
        }
        .sanitised()
    }

    /// Keeps the instrument as a preset of this name.
    ///
    /// # Errors
    /// When the name cannot be a file's, or the disk does not take it.
    pub(crate) fn save_preset(&mut self, name: &str) -> Result<()> {
        let store = self.store.as_ref().context("there is no folder to keep presets in")?;
        let preset = Preset { name: name.to_owned(), ..self.preset() };
        store.keep_preset(&preset)?;
        self.presets = store.preset_names();
        self.name.clone_from(&preset.name);
        self.change();
        self.note(format!("Kept as {name}."));
        Ok(())
    }

    /// Makes the instrument what a preset says.
    ///
    /// # Errors
    /// With a sentence, where it cannot be played here; then nothing changes.
    pub(crate) fn use_preset(&mut self, preset: &Preset) -> Result<()> {
        let known = self.banks.iter().find(|entry| preset.check_bank(&*entry.bank).is_ok());
        let bank = known.map_or_else(|| Arc::clone(&self.bank), |entry| Arc::clone(&entry.bank));
        let library = self.library.clone().with_bank(&bank);
        let [first, second] = &preset.sounds;
        let sounds = [library.meant(first, &bank)?, library.meant(second, &bank)?];
        let differs = preset.check_bank(&*bank).err();
        for (slot, set) in Slot::ALL.into_iter().zip(sounds) {
            self.use_sound(slot, set);
        }
        if !Arc::ptr_eq(&bank, &self.bank) {
            self.want(bank);
        }
        self.settings = menu_settings(&preset.settings, &self.settings);
        self.player.use_settings(preset.settings);
        self.patch = preset.patch;
        self.gesture = preset.gesture.clone().map(Arc::new);
        self.player.use_patch(self.patch, self.gesture.clone());
        for input in 0..self.patch.knobs_volts.len() {
            self.turn_knob(input, self.patch.knobs_volts[input]);
        }
        self.use_volume(preset.volume_db);
        self.name.clone_from(&preset.name);
        match differs {
            Some(error) => self.complain(format!("This preset sounds different here: {error}.")),
            None => self.note(format!("Preset {}.", preset.name)),
        }
        Ok(())
    }

    /// Something is not as it was kept.
    pub(super) fn change(&mut self) {
        let now = Instant::now();
        let since = self.changed.map_or(now, |(since, _)| since);
        self.changed = Some((since, now));
    }

    /// Keeps what changed, once it rests.
    pub(super) fn keep_what_rests(&mut self) {
        let now = Instant::now();
        let due = self.changed.is_some_and(|(since, last)| {
            now.duration_since(last) >= KEEP_AFTER || now.duration_since(since) >= KEEP_LATEST
        });
        if due {
            self.keep();
        }
    }

    /// Keeps the instrument as it is now.
    pub(crate) fn keep(&mut self) {
        self.changed = None;
        let path = self.banks.iter().find(|entry| Arc::ptr_eq(&entry.bank, &self.bank)).map(|entry| entry.path.clone());
        let state = State::new(self.preset(), path, &self.settings);
        let kept = self.store.as_ref().map(|store| state.to_json().and_then(|json| store.keep_state(&json)));
        if let Some(Err(error)) = kept {
            self.complain(format!("{error:#}"));
        }
    }

    /// Begins or ends a recording in the current folder. Says what became of it.
    pub(crate) fn record(&mut self, path: Option<PathBuf>) {
        if let Some(recorder) = self.recorder.take() {
            match recorder.finish() {
                Ok(sentence) => self.note(format!("{sentence}.")),
                Err(error) => self.complain(format!("{error:#}")),
            }
            return;
        }
        let path = path.unwrap_or_else(|| {
            let name = free_name("neurorack 1", |name| PathBuf::from(format!("{name}.wav")).exists());
            PathBuf::from(format!("{name}.wav"))
        });
        match Recorder::begin(&path, self.player.sample_rate_hz()) {
            Ok(recorder) => {
                self.note(format!("Recording to {}.", path.display()));
                self.recorder = Some(recorder);
            }
            Err(error) => self.complain(format!("{error:#}")),
        }
    }

    /// Whether something is being recorded.
    pub(crate) fn records(&self) -> bool {
        self.recorder.is_some()
    }

    /// Sends the module a message.
    fn send(&self, message: Message) {
        if let Some(jacks) = &self.jacks {
            jacks.send(message);
        }
    }

    fn take_step(&mut self, step: Step) {
        if let Some(message) = step.message {
            self.send(message);
        }
        if let Some(sentence) = step.sentence {
            self.note(sentence);
        }
    }

    /// Does what the module told.
    pub(super) fn hear_module(&mut self, told: Told) {
        match told {
            Told::Turn(detents) => {
                self.menu.turned();
                self.turn(detents);
            }
            Told::Push(true) => self.menu.press(),
            Told::Push(false) => {
                if self.menu.release() {
                    self.push();
                }
            }
            Told::Raw(codes) => {
                let step = self.wizard.raw(codes);
                self.take_step(step);
            }
            Told::Calibration(calibration, kept) => {
                let step = self.wizard.uses(calibration, kept);
                self.take_step(step);
            }
            Told::Refused(refusal) => {
                let step = self.wizard.refused(refusal);
                self.take_step(step);
            }
            Told::Health(_) => {}
            Told::State(LinkState::Paired(info)) => {
                self.note(format!("{} is here.", neurorack_link::short_name(info.uid)));
            }
            Told::State(LinkState::Waiting(problem)) => self.remember(problem.to_string()),
            Told::State(LinkState::Asking { .. }) => {}
        }
    }

    /// Takes what the search for banks found.
    pub(super) fn hear_search(&mut self, found: Found) {
        match found {
            Found::Bank(entry) => {
                let is_new = self.banks.iter().all(|held| held.path != entry.path);
                let name = entry.bank.card().name.clone();
                self.take_up(entry);
                if is_new {
                    self.note(format!("Bank {name} is here."));
                }
            }
            Found::Bad(why) => self.complain(why),
            Found::Gone(path) => {
                // What plays is in memory and plays on.
                let playing = Arc::clone(&self.bank);
                self.banks.retain(|entry| entry.path != path || Arc::ptr_eq(&entry.bank, &playing));
            }
            Found::Prepared { bank, prepared, rate_hz } => {
                let is_wanted = self.wanted.as_ref().is_some_and(|wanted| Arc::ptr_eq(wanted, &bank));
                if is_wanted && rate_hz == self.player.sample_rate_hz() {
                    self.begin_bank(bank, prepared);
                } else if is_wanted {
                    // The device came back at another rate meanwhile.
                    self.want(bank);
                }
            }
        }
    }

    /// What the search for banks found since the last call, one by one.
    pub(super) fn found(&self) -> Option<Found> {
        self.search.next()
    }

    /// Ends the recording, keeps what changed, and gives the player back.
    pub(crate) fn close(mut self) -> (Player, Vec<String>) {
        if self.records() {
            self.record(None);
        }
        if self.changed.is_some() {
            self.keep();
        }
        let said = self.unsaid();
        (self.player, said)
    }
}
