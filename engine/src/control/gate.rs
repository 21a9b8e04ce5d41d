//! Gates: voltages with two thresholds, so that noise on a slow edge strikes once.

/// A Schmitt trigger on a voltage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Gate {
    high: bool,
}

/// What a gate did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GateEdge {
    /// It went high.
    Rising,
    /// It went low.
    Falling,
}

impl Gate {
    /// Above this voltage the gate goes high.
    pub const ON_VOLTS: f32 = 2.5;

    /// Below this voltage it goes low.
    pub const OFF_VOLTS: f32 = 2.2;

    /// Takes the next voltage; the edge, if there was one. What is not a number changes nothing. Real-time safe.
    pub fn update(&mut self, volts: f32) -> Option<GateEdge> {
        if !self.high && volts > Self::ON_VOLTS {
            self.high = true;
            Some(GateEdge::Rising)
        } else if self.high && volts < Self::OFF_VOLTS {
            self.high = false;
            Some(GateEdge::Falling)
        } else {
            None
        }
    }

    /// Whether the gate is high.
    #[must_use]
    pub fn is_high(&self) -> bool {
        self.high
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_noisy_edge_strikes_once() {
        let mut gate = Gate::default();
        let volts = [0.0, 2.4, 2.6, 2.4, 2.6, 2.3, f32::NAN, 5.0, 2.1, 2.4, 0.0];
        let edges: Vec<_> = volts.iter().filter_map(|&volts| gate.update(volts)).collect();
        assert_eq!(edges, [GateEdge::Rising, GateEdge::Falling]);
        assert!(!gate.is_high());
    }
}
