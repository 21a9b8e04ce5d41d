//! Levels of the gates and how often they rose.

use neurorack_protocol::{Edge, GATES, Gates};

/// Both gates as they are.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Rises {
    pub(crate) gates: Gates,
}

impl Rises {
    /// A gate's pin changed and reads `high` now; returns what happened. A pin that changed and reads as before has changed
    /// twice.
    pub(crate) fn changed(&mut self, gate: usize, high: bool) -> heapless::Vec<Edge, 2> {
        let mut edges = heapless::Vec::new();
        let Some(was) = self.gates.high.get(gate).copied() else { return edges };
        if was == high {
            edges.extend(self.step(gate, !high));
        }
        edges.extend(self.step(gate, high));
        edges
    }

    fn step(&mut self, gate: usize, high: bool) -> Option<Edge> {
        let rises = self.gates.rises.get_mut(gate)?;
        *rises = (*rises + u8::from(high)) % Gates::RISES;
        let rises = *rises;
        *self.gates.high.get_mut(gate)? = high;
        Some(Edge { gate: (gate % GATES) as u8, high, rises })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pulse_that_is_over_before_it_is_read_is_two_edges() {
        let mut rises = Rises::default();
        assert_eq!(rises.changed(1, true).as_slice(), [Edge { gate: 1, high: true, rises: 1 }]);
        assert_eq!(
            rises.changed(1, true).as_slice(),
            [Edge { gate: 1, high: false, rises: 1 }, Edge { gate: 1, high: true, rises: 2 }],
        );
        assert_eq!(rises.changed(1, false).as_slice(), [Edge { gate: 1, high: false, rises: 2 }]);
        assert_eq!(rises.changed(7, true).as_slice(), []);
    }
}
