//! Gates that are heard once, whether their edge, the state behind it or both arrive.

use crate::GATES;
use crate::message::{Edge, Gates};

/// Follows both gates. An edge travels at once and its state with every voltage, and either may be lost or overtake the other:
/// the number of rises says what is new. A gate that was high when the first message came is heard when it rises again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct GateTracker {
    /// What is known of each; nothing before the first message.
    known: [Option<Known>; GATES],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Known {
    high: bool,
    rises: u8,
}

/// How a gate is heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GateChange {
    /// Which: 0 or 1.
    pub gate: u8,
    /// Whether it rose.
    pub high: bool,
}

/// Rises that are made up for at most; a number further ahead is an older one.
const MOST_MISSED: u8 = Gates::RISES / 2;

impl GateTracker {
    /// Begins anew, as when a cable was pulled: gates that were high fall.
    pub fn forget(&mut self, mut hear: impl FnMut(GateChange)) {
        for (gate, known) in self.known.iter_mut().enumerate() {
            if known.take().is_some_and(|known| known.high) {
                hear(GateChange { gate: gate as u8, high: false });
            }
        }
    }

    /// An edge arrived.
    pub fn edge(&mut self, Edge { gate, high, rises }: Edge, mut hear: impl FnMut(GateChange)) {
        let Some(place) = self.known.get_mut(usize::from(gate)) else { return };
        match place {
            Some(known) => known.follow(gate, high, rises, hear),
            None => {
                *place = Some(Known { high, rises });
                if high {
                    hear(GateChange { gate, high });
                }
            }
        }
    }

    /// A gate rose or fell, told without a number: over MIDI.
    pub fn level(&mut self, gate: u8, high: bool, hear: impl FnMut(GateChange)) {
        let rises = self.known.get(usize::from(gate)).copied().flatten().map_or(0, |known| known.rises);
        let rises = if high { (rises + 1) % Gates::RISES } else { rises };
        self.edge(Edge { gate, high, rises }, hear);
    }

    /// The state of both arrived. `fresh` is false after so long a gap that rises in it are of the past: only levels count.
    pub fn state(&mut self, gates: Gates, fresh: bool, mut hear: impl FnMut(GateChange)) {
        let states = gates.high.into_iter().zip(gates.rises);
        for ((gate, place), (high, rises)) in self.known.iter_mut().enumerate().zip(states) {
            let gate = gate as u8;
            match place {
                Some(known) if fresh => known.follow(gate, high, rises, &mut hear),
                Some(known) => {
                    known.rises = rises;
                    if core::mem::replace(&mut known.high, high) != high {
                        hear(GateChange { gate, high });
                    }
                }
                None => *place = Some(Known { high, rises }),
            }
        }
    }
}

impl Known {
    fn follow(&mut self, gate: u8, high: bool, rises: u8, mut hear: impl FnMut(GateChange)) {
        let missed = rises.wrapping_sub(self.rises) % Gates::RISES;
        // Older than what is known: a state that an edge overtook.
        if missed > MOST_MISSED {
            return;
        }
        for _ in 0..missed {
            if core::mem::replace(&mut self.high, true) {
                hear(GateChange { gate, high: false });
            }
            hear(GateChange { gate, high: true });
        }
        self.rises = rises;
        // Without another rise a gate can only have fallen.
        if self.high && !high {
            self.high = false;
            hear(GateChange { gate, high: false });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    fn state(high: bool, rises: u8) -> Gates {
        Gates { high: [high, false], rises: [rises, 0] }
    }

    fn edge(high: bool, rises: u8) -> Edge {
        Edge { gate: 0, high, rises }
    }

    /// What is heard of Gate 1: rises as true.
    fn heard(play: impl FnOnce(&mut GateTracker, &mut dyn FnMut(GateChange))) -> Vec<bool> {
        let mut heard = Vec::new();
        let mut tracker = GateTracker::default();
        tracker.state(state(false, 6), true, |_| unreachable!("the first state is nobody's hit"));
        play(&mut tracker, &mut |change| heard.push(change.high));
        heard
    }

    #[test]
    fn an_edge_and_the_state_behind_it_are_one_hit() {
        let found = heard(|gates, mut hear| {
            gates.edge(edge(true, 7), &mut hear);
            gates.state(state(true, 7), true, &mut hear);
            gates.edge(edge(false, 7), &mut hear);
            // Sampled before the fall, sent behind it.
            gates.state(state(true, 7), true, &mut hear);
            gates.state(state(false, 7), true, &mut hear);
            gates.edge(edge(true, 0), &mut hear);
        });
        assert_eq!(found, [true, false, true]);
    }

    #[test]
    fn lost_edges_are_heard_from_the_state_and_late_ones_not_again() {
        let found = heard(|gates, mut hear| {
            // Two short pulses, all four edges lost.
            gates.state(state(false, 0), true, &mut hear);
            gates.edge(edge(true, 7), &mut hear);
            gates.edge(edge(false, 7), &mut hear);
        });
        assert_eq!(found, [true, false, true, false]);
    }

    #[test]
    fn after_a_long_gap_only_the_level_counts_and_a_pulled_cable_lets_gates_fall() {
        let found = heard(|gates, mut hear| {
            gates.state(state(false, 2), false, &mut hear);
            gates.state(state(true, 5), false, &mut hear);
            gates.forget(&mut hear);
            gates.state(state(true, 1), true, &mut hear);
        });
        assert_eq!(found, [true, false]);
    }
}
