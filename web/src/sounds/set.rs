//! A descriptor set with its name, and a bank with its factory sets.

use neurorack_engine::ScaledCurve;
use neurorack_engine::bank::ModelBank;
use neurorack_engine::descriptors::DescriptorCurve;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Numbers every set and bank of this page differently.
fn next_id() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// A sound that can be asked for.
#[derive(Debug, PartialEq)]
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
}

impl SoundSet {
    pub(crate) fn new(name: String, note: String, curve: DescriptorCurve, own: bool) -> Self {
        let scaled = ScaledCurve::from(&curve);
        Self { id: next_id(), name, note, curve, scaled, own }
    }
}

/// A bank that was read and found good.
pub(crate) struct BankFile {
    pub(crate) id: u32,
    pub(crate) model: ModelBank,
}

impl BankFile {
    pub(crate) fn new(model: ModelBank) -> Self {
        Self { id: next_id(), model }
    }

    pub(crate) fn name(&self) -> &str {
        &self.model.card().name
    }
}

/// The factory sets of a bank, in the bank's order.
pub(crate) fn factory(bank: &BankFile) -> Vec<Arc<SoundSet>> {
    let (entries, curves) = (&bank.model.card().factory, bank.model.factory());
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
