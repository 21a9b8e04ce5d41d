//! What a person sets at a modulator: shape, speed, depth.

use super::{GateInput, Span, within};
use serde::{Deserialize, Serialize};

/// How a modulator moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Shape {
    /// From the middle up, down and back.
    #[default]
    Sine,
    /// As the sine, in straight lines.
    Triangle,
    /// High for half a turn, low for the other.
    Square,
    /// Rises in a straight line and drops.
    Saw,
    /// A new random level each turn.
    SampleAndHold,
    /// Moves smoothly to a new random level each turn.
    SmoothNoise,
    /// Rises in a straight line when its gate strikes and decays exponentially.
    Envelope,
}

impl Shape {
    /// All shapes, in the order of their codes.
    pub const ALL: [Self; 7] =
        [Self::Sine, Self::Triangle, Self::Square, Self::Saw, Self::SampleAndHold, Self::SmoothNoise, Self::Envelope];
}

/// The settings of one modulator.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Modulation {
    /// How it moves.
    pub shape: Shape,
    /// Turns a second, 0.01 to 20; of meaning while `span` is `None`.
    pub rate_hz: f32,
    /// The musical time of one turn; `None` runs free.
    ///
    /// A synchronised modulator stands where the bar stands, and rests while the clock rests.
    pub span: Option<Span>,
    /// Where a turn begins, in turns, 0 to 1.
    pub phase: f32,
    /// How far it reaches, 0 to 1 (5 V).
    pub depth: f32,
    /// Whether it moves to both sides of 0 V, or from 0 V upwards.
    pub bipolar: bool,
    /// Whether the turn begins anew when `gate` strikes.
    pub retrigger: bool,
    /// The gate that starts the envelope, and the turn.
    pub gate: GateInput,
    /// Rise of the envelope in milliseconds, 0 to 10,000.
    pub attack_ms: f32,
    /// Fall of the envelope to a hundredth in milliseconds, 1 to 30,000.
    pub decay_ms: f32,
}

impl Default for Modulation {
    /// A sine of 0.25 Hz at full depth.
    fn default() -> Self {
        Self {
            shape: Shape::Sine,
            rate_hz: 0.25,
            span: None,
            phase: 0.0,
            depth: 1.0,
            bipolar: true,
            retrigger: false,
            gate: GateInput::Gate1,
            attack_ms: 5.0,
            decay_ms: 400.0,
        }
    }
}

impl Modulation {
    /// The settings with every value in range. Real-time safe.
    #[must_use]
    pub fn sanitised(&self) -> Self {
        Self {
            rate_hz: within(self.rate_hz, 0.01, 20.0, 0.25),
            phase: within(self.phase, 0.0, 1.0, 0.0),
            depth: within(self.depth, 0.0, 1.0, 0.0),
            attack_ms: within(self.attack_ms, 0.0, 10_000.0, 5.0),
            decay_ms: within(self.decay_ms, 1.0, 30_000.0, 400.0),
            ..*self
        }
    }
}
