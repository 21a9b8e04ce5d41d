//! A path over the map on the audio clock: curves for coming hits, and hits ahead of their time.

use super::{Audio, link};
use crate::desk::Slot;
use leptos::prelude::*;
use neurorack_engine::ScaledCurve;

impl Audio {
    /// The time of the audio clock, in seconds: all before it is rendered. `None` before there is one.
    pub(crate) fn time_s(self) -> Option<f64> {
        self.state.try_with_value(|state| state.graph.as_ref().map(super::Graph::time_s)).flatten()
    }

    /// Coming hits ask for this curve in the place of a slot's, which stays what it is on the page.
    pub(crate) fn asks_for(self, slot: Slot, curve: &ScaledCurve) {
        self.send(|_| link::curve(slot, curve));
    }

    /// Strikes at this time of the audio clock, in seconds, with full strength.
    pub(crate) fn strike_at(self, time_s: f64) {
        self.send(|_| link::note(time_s, 0.0, 1.0));
    }
}
