//! The panel's voltages at one instant; gates are events.

use super::within;

/// What the controls say while a block is rendered. Every host fills it, whatever its knobs and cables are. Gates have
/// edges at exact samples and travel as [`Event`](crate::Event)s.
///
/// Values that make no sense (not a number, out of range) are put right by [`ControlFrame::sanitised`], which
/// [`Instrument::render`](crate::instrument::Instrument::render) calls.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ControlFrame {
    /// CV 1 to CV 4 in volts, -5 to 5. An unpatched input holds the value of its knob.
    pub cv: [f32; 4],
    /// Output level, 0 to 1, as a factor on the samples.
    pub level: f32,
}

impl Default for ControlFrame {
    /// CV 1 at -5 V (F1 alone), CV 2 and 3 neutral at 0 V, CV 4 at -5 V (no variation); full level.
    fn default() -> Self {
        Self { cv: [-5.0, 0.0, 0.0, -5.0], level: 1.0 }
    }
}

impl ControlFrame {
    /// Volts that an input can carry, to each side of zero.
    pub const MAX_VOLTS: f32 = 5.0;

    /// The frame with every value in range; what is not a number becomes 0 V or silence. Real-time safe.
    #[must_use]
    pub fn sanitised(&self) -> Self {
        Self {
            cv: self.cv.map(|volts| within(volts, -Self::MAX_VOLTS, Self::MAX_VOLTS, 0.0)),
            level: within(self.level, 0.0, 1.0, 0.0),
        }
    }
}
