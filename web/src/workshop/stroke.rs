//! One movement of the hand on a set: it sounds with the next hit while the hand still moves, and is one step of undo.

use crate::descriptor::Descriptor;
use crate::desk::{Desk, Slot};
use crate::sounds::SoundSet;
use leptos::prelude::*;
use neurorack_engine::descriptors::DescriptorCurve;
use std::sync::Arc;

/// A movement from touch to release. Everything it shows is made of what was there when it began, so that going back to
/// where it began changes nothing.
#[derive(Debug, Clone)]
pub(crate) struct Stroke {
    pub(crate) slot: Slot,
    /// The set as the movement found it.
    pub(crate) origin: Arc<SoundSet>,
    /// The set that the movement makes, once it has made one.
    edited: Option<Arc<SoundSet>>,
    change: String,
    /// Whether it may be one step of undo with the movement before.
    run: bool,
}

impl Stroke {
    /// A movement on the set at hand; `change` names what is changed ("Loudness"). `None` while there is no set.
    pub(crate) fn begin(desk: Desk, change: &str) -> Option<Self> {
        let slot = desk.at_hand.get_untracked();
        let origin = desk.slot(slot).get_untracked()?;
        let change = format!("{change} of {}", slot.name());
        Some(Self { slot, origin, edited: None, change, run: false })
    }

    /// A press of a key, which is one step of undo with the presses before it.
    pub(crate) fn key(desk: Desk, change: &str) -> Option<Self> {
        Self::begin(desk, change).map(|stroke| Self { run: true, ..stroke })
    }

    /// Asks for this curve from the next hit on, with these points on the descriptor that is edited.
    pub(crate) fn show(&mut self, desk: Desk, curve: DescriptorCurve, points: Option<(Descriptor, Vec<usize>)>) {
        let edited = self.origin.with_curve(curve, points);
        let edited = match &self.edited {
            Some(begun) => edited.named_as(begun),
            None => {
                if self.run {
                    desk.history.remember_run(desk, &self.change);
                } else {
                    desk.history.remember(desk, &self.change);
                }
                if goes_on(desk, self.slot, &self.origin) {
                    edited
                } else {
                    edited.into_edited(free_name(desk, &self.origin))
                }
            }
        };
        let edited = Arc::new(edited);
        if self.edited.is_none() {
            desk.keep_sound(&edited);
        }
        desk.slot(self.slot).set(Some(edited.clone()));
        self.edited = Some(edited);
    }

    /// The hand lets go: the library has the set as it is now.
    pub(crate) fn end(self, desk: Desk) {
        if let Some(edited) = self.edited {
            desk.keep_sound(&edited);
        }
    }

    /// Shows one curve and ends.
    pub(crate) fn once(mut self, desk: Desk, curve: DescriptorCurve, points: Option<(Descriptor, Vec<usize>)>) {
        self.show(desk, curve, points);
        self.end(desk);
    }
}

/// Whether a set is the user's edit already and no other slot plays it too: then it is edited further and not copied.
fn goes_on(desk: Desk, slot: Slot, set: &SoundSet) -> bool {
    let elsewhere = Slot::BOTH
        .into_iter()
        .filter(|&other| other != slot)
        .any(|other| desk.slot(other).with_untracked(|held| held.as_ref().is_some_and(|held| held.id == set.id)));
    set.edited && !elsewhere
}

/// A name for the edited set that no set has yet: "Anvil, edited", "Anvil, edited 2".
fn free_name(desk: Desk, origin: &SoundSet) -> String {
    const EDITED: &str = ", edited";
    let stem = origin.name.split(EDITED).next().unwrap_or_default();
    let taken = |name: &str| desk.library.with_untracked(|library| library.iter().any(|set| set.name == name));
    let first = format!("{stem}{EDITED}");
    if !taken(&first) {
        return first;
    }
    (2..).map(|number| format!("{first} {number}")).find(|name| !taken(name)).unwrap_or(first)
}
