//! A descriptor set with its name, and a bank with its factory sets.

use crate::descriptor::Descriptor;
use crate::workshop;
use neurorack_engine::ScaledCurve;
use neurorack_engine::bank::Catalogue;
use neurorack_engine::descriptors::DescriptorCurve;
use neurorack_host::facts;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

/// Numbers every set and bank of this page differently.
fn next_id() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// A sound that can be asked for.
#[derive(Debug)]
pub(crate) struct SoundSet {
    pub(crate) id: u32,
    pub(crate) name: String,
    /// Where it comes from, in a few words.
    pub(crate) note: String,
    pub(crate) curve: DescriptorCurve,
    /// The same curve as the network morphs it.
    pub(crate) scaled: ScaledCurve,
    /// Whether the user brought it: such sets outlive a change of bank.
    pub(crate) own: bool,
    /// Whether it is another set after the user's hand: it keeps its number while the hand goes on.
    pub(crate) edited: bool,
    /// Counts everything that sets have been: two sets of one number and one revision are the same.
    pub(crate) revision: u32,
    /// The points of each curve, chosen when they are first asked for.
    handles: [OnceLock<Vec<usize>>; Descriptor::ALL.len()],
}

impl SoundSet {
    /// A set of the user's own holds what 16-bit numbers can hold: a link made of them is this very sound.
    pub(crate) fn new(name: String, note: String, curve: DescriptorCurve, own: bool) -> Self {
        let curve = if own { curve.in_16_bits() } else { curve };
        let scaled = ScaledCurve::from(&curve);
        Self {
            id: next_id(),
            name,
            note,
            curve,
            scaled,
            own,
            edited: false,
            revision: next_id(),
            handles: Default::default(),
        }
    }

    /// The same set with another curve, and with these points on the descriptor that was edited.
    pub(crate) fn with_curve(&self, curve: DescriptorCurve, points: Option<(Descriptor, Vec<usize>)>) -> Self {
        let scaled = ScaledCurve::from(&curve);
        // Points of another length, or on what is no longer drawn, mean nothing any more.
        let extent = |curve: &DescriptorCurve| {
            let frames = curve.frames();
            (frames.len(), workshop::shown(Descriptor::Tone, frames).len())
        };
        let as_long = extent(&curve) == extent(&self.curve);
        let mut handles = if as_long { self.handles.clone() } else { Default::default() };
        if let Some((descriptor, points)) = points {
            handles[descriptor as usize] = OnceLock::from(points);
        }
        Self {
            id: self.id,
            name: self.name.clone(),
            note: self.note.clone(),
            curve,
            scaled,
            own: self.own,
            edited: self.edited,
            revision: next_id(),
            handles,
        }
    }

    /// Makes it a set of its own, which the user edits.
    pub(crate) fn into_edited(self, name: String) -> Self {
        Self { id: next_id(), name, note: "edited by hand".into(), own: true, edited: true, ..self }
    }

    /// The same set under another's number and name.
    pub(crate) fn named_as(self, other: &Self) -> Self {
        let Self { id, own, edited, .. } = *other;
        Self { id, own, edited, name: other.name.clone(), note: other.note.clone(), ..self }
    }

    /// Frames at which a descriptor's curve can be taken hold of, in order.
    pub(crate) fn handles(&self, descriptor: Descriptor) -> &[usize] {
        self.handles[descriptor as usize].get_or_init(|| {
            let shown = workshop::shown(descriptor, self.curve.frames()).len();
            workshop::handles(&workshop::line(descriptor, &self.curve)[..shown])
        })
    }
}

impl PartialEq for SoundSet {
    fn eq(&self, other: &Self) -> bool {
        (self.id, self.revision) == (other.id, other.revision)
    }
}

/// A bank that was read and found good; what plays it is kept by the audio under the bank's number.
pub(crate) struct BankFile {
    pub(crate) id: u32,
    pub(crate) model: Catalogue,
    /// Its model card, line by line: a term and what it says.
    pub(crate) facts: Vec<(String, String)>,
    /// Its name in the list.
    name: String,
    /// Its sets, made when they are first asked for.
    factory: OnceLock<Vec<Arc<SoundSet>>>,
}

impl BankFile {
    /// What the engine calls it: the first eight bytes of the file's hash.
    pub(crate) fn serial(&self) -> u64 {
        let hash = self.model.hash();
        u64::from_le_bytes(std::array::from_fn(|byte| hash[byte]))
    }

    /// A bank for a list that already holds `others`: a name that is taken gets a number.
    pub(crate) fn new(model: Catalogue, others: &[Arc<Self>]) -> Self {
        let own = model.card().name.clone();
        let taken = others.iter().filter(|other| other.model.card().name == own).count();
        let name = if taken == 0 { own } else { format!("{own} {}", taken + 1) };
        let facts = facts(model.card());
        Self { id: next_id(), model, facts, name, factory: OnceLock::new() }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Its factory sets, in its own order; the same ones each time.
    pub(crate) fn factory(&self) -> &[Arc<SoundSet>] {
        self.factory.get_or_init(|| factory(&self.model))
    }
}

fn factory(bank: &Catalogue) -> Vec<Arc<SoundSet>> {
    let (entries, curves) = (&bank.card().factory, bank.factory());
    entries
        .iter()
        .zip(curves)
        .map(|(entry, curve)| {
            let note = [entry.category.as_str(), entry.licence.as_str()];
            let mut note = note.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
            if !entry.author.is_empty() {
                note = format!("{note}, recorded by {}", entry.author);
            }
            Arc::new(SoundSet::new(entry.name.clone(), note, curve.clone(), false))
        })
        .collect()
}
