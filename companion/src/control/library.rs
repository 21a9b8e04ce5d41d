//! The sounds to choose from: the factory sets of the bank that plays, and sets of the user's own.

use neurorack_engine::descriptors::DescriptorCurve;
use neurorack_engine::preset::{OwnSound, PresetError, Sound};
use neurorack_engine::{ModelBank, ScaledCurve};
use std::sync::Arc;

/// The category of sets of the user's own.
const OWN: &str = "own";

/// A sound with its name.
#[derive(Debug, Clone)]
pub(crate) struct Set {
    pub(crate) name: String,
    pub(crate) category: String,
    pub(crate) curve: Arc<DescriptorCurve>,
    /// The same curve as the network morphs it.
    pub(crate) scaled: Arc<ScaledCurve>,
    /// Its place among the bank's factory sets; none for sets of the user's own.
    pub(crate) factory: Option<usize>,
}

impl Set {
    /// A set of the user's own: it holds what 16-bit numbers hold, so that a preset made of it is this very sound.
    pub(crate) fn own(name: &str, curve: &DescriptorCurve) -> Self {
        let own = OwnSound::new(name, curve.clone());
        Self::new(own.name().to_owned(), OWN.to_owned(), own.curve().clone(), None)
    }

    fn new(name: String, category: String, curve: DescriptorCurve, factory: Option<usize>) -> Self {
        let scaled = Arc::new(ScaledCurve::from(&curve));
        Self { name, category, curve: Arc::new(curve), scaled, factory }
    }

    /// The set as a preset holds it.
    pub(crate) fn sound(&self, bank: &ModelBank) -> Sound {
        match self.factory {
            Some(index) => Sound::factory(bank, index),
            None => Sound::Own(OwnSound::new(&self.name, (*self.curve).clone())),
        }
    }
}

/// The list of the menu: factory sets by category, then the user's own.
#[derive(Debug, Clone, Default)]
pub(crate) struct Library {
    sets: Vec<Set>,
}

impl Library {
    /// The factory sets of a bank; `own` follow.
    pub(crate) fn new(bank: &ModelBank, own: Vec<Set>) -> Self {
        let entries = bank.card().factory.iter().zip(bank.factory()).enumerate();
        let mut sets: Vec<Set> = entries
            .map(|(index, (entry, curve))| {
                Set::new(entry.name.clone(), entry.category.clone(), curve.clone(), Some(index))
            })
            .collect();
        // Sets of a category stand together, in the bank's order of categories.
        let first = |category: &str| bank.card().factory.iter().position(|entry| entry.category == category);
        sets.sort_by_key(|set| first(&set.category));
        sets.extend(own);
        Self { sets }
    }

    /// Another bank's factory sets, and the same sets of the user's own.
    pub(crate) fn with_bank(self, bank: &ModelBank) -> Self {
        Self::new(bank, self.sets.into_iter().filter(|set| set.factory.is_none()).collect())
    }

    /// All sets, as the menu lists them.
    pub(crate) fn sets(&self) -> &[Set] {
        &self.sets
    }

    /// Adds a set of the user's own.
    pub(crate) fn add(&mut self, set: Set) {
        self.sets.push(set);
    }

    /// Whether a set of this name is there.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.sets.iter().any(|set| set.name == name)
    }

    /// The place of a set in the list: the same one, or one of its name and kind.
    pub(crate) fn place(&self, set: &Set) -> Option<usize> {
        self.sets.iter().position(|held| held.factory.is_some() == set.factory.is_some() && held.name == set.name)
    }

    /// The set that a preset's sound means with this bank.
    ///
    /// # Errors
    /// When the bank has no set of that name.
    pub(crate) fn meant(&self, sound: &Sound, bank: &ModelBank) -> Result<Set, PresetError> {
        let Some(index) = sound.factory_index(bank)? else {
            return Ok(match sound {
                Sound::Own(own) => Set::own(own.name(), own.curve()),
                Sound::Factory { name, .. } => return Err(lacks(name, bank)),
            });
        };
        let held = self.sets.iter().find(|set| set.factory == Some(index));
        held.cloned().ok_or_else(|| lacks(sound.name(), bank))
    }

    /// What stands for a set after the bank changed: its own kind by name, or whatever is at its place.
    pub(crate) fn instead_of(&self, set: &Set) -> Set {
        let Some(index) = set.factory else { return set.clone() };
        let named = self.place(set).and_then(|place| self.sets.get(place));
        let placed = || self.sets.iter().find(|held| held.factory == Some(index));
        named.or_else(placed).or_else(|| self.sets.first()).unwrap_or(set).clone()
    }
}

fn lacks(set: &str, bank: &ModelBank) -> PresetError {
    PresetError::NoSuchSet { set: set.to_owned(), bank: bank.card().name.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use neurorack_engine::bank::test_bank;

    #[test]
    fn own_sets_outlive_a_change_of_bank_and_factory_sets_are_found_by_name() {
        let [first, second] = [1, 2].map(test_bank::small);
        let mut library = Library::new(&first, Vec::new());
        let own = Set::own("Door", &first.factory()[0]);
        library.add(own.clone());
        let chosen = library.sets()[1].clone();
        let library = library.with_bank(&second);
        assert_eq!(library.sets().last().unwrap().name, "Door");
        let instead = library.instead_of(&chosen);
        assert_eq!(instead.name, chosen.name);
        assert_eq!(*instead.curve, second.factory()[instead.factory.unwrap()]);
        assert_eq!(library.place(&own), Some(library.sets().len() - 1));
    }

    #[test]
    fn a_set_becomes_a_preset_s_sound_and_back() {
        let bank = test_bank::small(1);
        let library = Library::new(&bank, Vec::new());
        for set in library.sets().iter().cloned().chain([Set::own("Door", &bank.factory()[1])]) {
            let back = library.meant(&set.sound(&bank), &bank).unwrap();
            assert_eq!((back.name, back.factory, back.curve), (set.name, set.factory, set.curve));
        }
    }
}
