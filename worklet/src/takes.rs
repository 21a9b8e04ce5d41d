//! Memory for takes, and the one that is arriving.

use crate::message::TakeData;
use neurorack_engine::{Instrument, TAKES, Take, TakeLabel};
use std::sync::Arc;

/// As many takes as the instrument can hold and one that arrives. A take that only this list holds is free.
///
/// What is not welcome, damaged or finds no room is left out: the one who renders sees in the status which take is played,
/// and sends another.
pub(crate) struct Takes {
    memory: Vec<Arc<Take>>,
    /// Which of them is being filled.
    arriving: Option<usize>,
    /// The bank whose takes are played.
    welcome: Option<u64>,
}

impl Takes {
    /// Allocates 6 MiB.
    pub(crate) fn new() -> Self {
        Self { memory: (0..=TAKES).map(|_| Arc::default()).collect(), arriving: None, welcome: None }
    }

    /// From now on takes of this bank are played, or none.
    pub(crate) fn welcome(&mut self, bank: Option<u64>) {
        self.welcome = bank;
        self.arriving = None;
    }

    /// A take of so many samples will come. Retired takes are to be collected before.
    pub(crate) fn begin(&mut self, label: TakeLabel, samples: usize) {
        self.arriving = None;
        if self.welcome != Some(label.bank) {
            return;
        }
        let Some(place) = self.memory.iter().position(|take| Arc::strong_count(take) == 1) else { return };
        if Arc::get_mut(&mut self.memory[place]).is_some_and(|take| take.begin(label, samples)) {
            self.arriving = Some(place);
        }
    }

    /// The next samples.
    pub(crate) fn extend(&mut self, offset: usize, data: TakeData<'_>) {
        let Some(place) = self.arriving else { return };
        if !Arc::get_mut(&mut self.memory[place]).is_some_and(|take| take.extend(offset, data.samples())) {
            self.arriving = None;
        }
    }

    /// The take is to be played, if all of it came.
    pub(crate) fn play(&mut self, instrument: &mut Instrument) {
        if let Some(place) = self.arriving.take() {
            // One that was refused is only in the list again.
            let _ = instrument.use_take(Arc::clone(&self.memory[place]));
        }
    }
}
