//! The list of presets: saved, renamed, duplicated, deleted and brought back, in memory first and then in the store.

use super::Keep;
use super::files::{download, file_name, json};
use super::state::{capture, load};
use crate::audio::reason;
use crate::desk::Desk;
use leptos::prelude::*;
use leptos::task::spawn_local;
use neurorack_engine::preset::Preset;
use neurorack_host::free_name;
use serde::{Deserialize, Serialize};

/// A preset as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Record {
    /// Its number: a time in milliseconds, made unique.
    pub(super) id: f64,
    /// Its name, as in the preset.
    pub(super) name: String,
    /// The preset, as the part of a link behind its `#`.
    pub(super) preset: String,
}

/// Whether one of these has a name.
fn has(taken: &[Record], name: &str) -> bool {
    taken.iter().any(|record| record.name == name)
}

/// The list in the order in which it is shown.
fn sort(records: &mut [Record]) {
    records.sort_by(|a, b| a.name.to_lowercase().cmp(&b.name.to_lowercase()).then(a.id.total_cmp(&b.id)));
}

impl Keep {
    /// Keeps the page as it stands under its name; a preset of the same name gives way, and can be brought back.
    pub(super) fn save(self, desk: Desk) {
        let Some(mut preset) = capture(desk) else {
            desk.say("There is nothing to save yet: the sounds are still on their way.");
            return;
        };
        if preset.name.is_empty() {
            preset.name = self.shelf.with_untracked(|shelf| free_name("", |name| has(shelf, name)));
        }
        self.name.set(preset.name.clone());
        let before = self.shelf.with_untracked(|shelf| shelf.iter().find(|record| record.name == preset.name).cloned());
        let id = before.as_ref().map_or_else(|| self.next_id(), |record| record.id);
        self.put(desk, Record { id, name: preset.name.clone(), preset: preset.to_fragment() });
        self.tell(match before {
            Some(_) => format!("\u{201c}{}\u{201d} saved in the place of what it was.", preset.name),
            None => format!("\u{201c}{}\u{201d} saved.", preset.name),
        });
        self.lost.set(before);
    }

    /// Adds a preset to the list under a name that is free.
    pub(super) fn add(self, desk: Desk, mut preset: Preset) -> Preset {
        preset.name = self.shelf.with_untracked(|shelf| free_name(&preset.name, |name| has(shelf, name)));
        self.put(desk, Record { id: self.next_id(), name: preset.name.clone(), preset: preset.to_fragment() });
        preset
    }

    /// Plays a preset of the list.
    pub(super) fn open_record(self, desk: Desk, record: &Record) {
        let Some(preset) = self.read(desk, record) else { return };
        if load(self, desk, &preset, &format!("\u{201c}{}\u{201d}", record.name)) {
            self.tell(format!("\u{201c}{}\u{201d} loaded.", record.name));
        }
    }

    /// Gives a preset of the list another name.
    pub(super) fn rename(self, desk: Desk, record: &Record, name: &str) {
        let Some(mut preset) = self.read(desk, record) else { return };
        let others: Vec<Record> =
            self.shelf.with_untracked(|shelf| shelf.iter().filter(|held| held.id != record.id).cloned().collect());
        preset.name = name.to_owned();
        let mut preset = preset.sanitised();
        preset.name = free_name(&preset.name, |name| has(&others, name));
        if self.name.with_untracked(|now| *now == record.name) {
            self.name.set(preset.name.clone());
        }
        self.put(desk, Record { id: record.id, name: preset.name.clone(), preset: preset.to_fragment() });
    }

    /// Adds a copy of a preset to the list.
    pub(super) fn duplicate(self, desk: Desk, record: &Record) {
        if let Some(preset) = self.read(desk, record) {
            let copy = self.add(desk, preset);
            self.tell(format!("\u{201c}{}\u{201d} is a copy of \u{201c}{}\u{201d}.", copy.name, record.name));
        }
    }

    /// Takes a preset out of the list; the last one that was deleted can be brought back.
    pub(super) fn delete(self, desk: Desk, record: &Record) {
        self.shelf.update(|shelf| shelf.retain(|held| held.id != record.id));
        self.lost.set(Some(record.clone()));
        self.tell(format!("\u{201c}{}\u{201d} deleted.", record.name));
        let (Some(store), id) = (self.store.get_value(), record.id) else { return };
        spawn_local(async move {
            if let Err(words) = store.delete(id).await {
                desk.say(format!("The browser did not delete the preset ({words}): reload the page and try again."));
            }
        });
    }

    /// Brings back what was deleted or replaced last.
    pub(super) fn bring_back(self, desk: Desk) {
        if let Some(record) = self.lost.try_update(Option::take).flatten() {
            self.tell(format!("\u{201c}{}\u{201d} is back.", record.name));
            self.put(desk, record);
        }
    }

    /// Saves a preset of the list as a file.
    pub(super) fn export(self, desk: Desk, record: &Record) {
        let Some(preset) = self.read(desk, record) else { return };
        let saved = json(&preset.to_json()).and_then(|file| download(&file, &file_name(&record.name, "json")));
        if let Err(error) = saved {
            desk.say(format!("The file was not saved ({}): try again.", reason(&error)));
        }
    }

    /// Changes the list, then the store. Where the store refuses, the list has it until the page is closed.
    fn put(self, desk: Desk, record: Record) {
        self.shelf.update(|shelf| {
            shelf.retain(|held| held.id != record.id);
            shelf.push(record.clone());
            sort(shelf);
        });
        let store = self.store.get_value();
        spawn_local(async move {
            let kept = match store {
                Some(store) => store.put(&record).await,
                None => Err("it keeps nothing for this page".into()),
            };
            if let Err(words) = kept {
                desk.say(format!(
                    "\u{201c}{}\u{201d} is here until the page is closed, for the browser did not store it ({words}): \
                     export it as a file to keep it.",
                    record.name
                ));
            }
        });
    }

    fn read(self, desk: Desk, record: &Record) -> Option<Preset> {
        Preset::from_link(&record.preset)
            .inspect_err(|error| desk.say(format!("\u{201c}{}\u{201d} cannot be read: {error}.", record.name)))
            .ok()
    }

    fn next_id(self) -> f64 {
        let newest = self.shelf.with_untracked(|shelf| shelf.iter().fold(0.0f64, |most, record| most.max(record.id)));
        js_sys::Date::now().max(newest + 1.0)
    }

    /// Takes what the store holds into the list.
    pub(super) fn fill(self, mut records: Vec<Record>) {
        sort(&mut records);
        self.shelf.set(records);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(id: f64, name: &str) -> Record {
        Record { id, name: name.into(), preset: String::new() }
    }

    #[test]
    fn a_name_that_is_taken_gets_a_number() {
        let shelf = [record(1.0, "Anvil"), record(2.0, "Anvil 2")];
        let free = |name| free_name(name, |name| has(&shelf, name));
        assert_eq!(free(" Anvil "), "Anvil 3");
        assert_eq!(free("Anvil 2"), "Anvil 3");
        assert_eq!(free("Bell"), "Bell");
        assert_eq!(free("  "), "Untitled");
    }

    #[test]
    fn the_list_is_in_the_order_of_names_whatever_their_capitals() {
        let mut shelf = [record(3.0, "bell"), record(2.0, "Cymbal"), record(1.0, "Anvil"), record(0.0, "Bell")];
        sort(&mut shelf);
        assert_eq!(shelf.map(|record| record.name), ["Anvil", "Bell", "bell", "Cymbal"]);
    }
}
