//! A descriptor set with its name, and a bank with its factory sets.

use super::card::facts;
use neurorack_engine::ScaledCurve;
use neurorack_engine::bank::{ModelBank, PreparedBank};
use neurorack_engine::descriptors::DescriptorCurve;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

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
    /// Its model card, line by line: a term and what it says.
    pub(crate) facts: Vec<(String, String)>,
    /// Its name in the list.
    name: String,
    /// What the engine needs of it, at the rate it was first asked for.
    prepared: OnceLock<PreparedAt>,
}

/// A bank prepared for one sample rate in hertz.
struct PreparedAt {
    rate_hz: u32,
    bank: Arc<PreparedBank>,
}

impl BankFile {
    /// A bank for a list that already holds `others`: a name that is taken gets a number.
    pub(crate) fn new(model: ModelBank, others: &[Arc<Self>]) -> Self {
        let own = model.card().name.clone();
        let taken = others.iter().filter(|other| other.model.card().name == own).count();
        let name = if taken == 0 { own } else { format!("{own} {}", taken + 1) };
        let facts = facts(model.card());
        Self { id: next_id(), model, facts, name, prepared: OnceLock::new() }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The bank as the engine takes it at this rate: a tenth of a second of work the first time.
    pub(crate) fn prepare(&self, rate_hz: u32) -> Arc<PreparedBank> {
        let prepare = || Arc::new(self.model.prepare(rate_hz));
        let first = self.prepared.get_or_init(|| PreparedAt { rate_hz, bank: prepare() });
        if first.rate_hz == rate_hz { first.bank.clone() } else { prepare() }
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
