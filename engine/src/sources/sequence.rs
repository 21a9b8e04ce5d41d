//! What a person sets at a sequencer: sixteen steps, how many of them play, and how long each lasts.

use super::{Division, within};
use serde::{Deserialize, Serialize};

/// One step of a sequence.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Step {
    /// Strength, 0 to 1; a step of strength 0 is off.
    pub velocity: f32,
    /// How likely the step plays each time it comes, 0 to 1.
    pub probability: f32,
    /// Strikes within the step, 1 to 8, evenly spaced.
    pub ratchets: u8,
    /// Length of the gate in percent of the step (of its part, with ratchets), 5 to 100.
    pub gate_percent: f32,
    /// Whether the gate stays high up to the next step and, if that one plays, into it without a new strike.
    pub tie: bool,
}

impl Default for Step {
    /// Off; where its velocity is raised, one certain strike of half a step.
    fn default() -> Self {
        Self { velocity: 0.0, probability: 1.0, ratchets: 1, gate_percent: 50.0, tie: false }
    }
}

impl Step {
    /// Most strikes within a step.
    pub const MAX_RATCHETS: u8 = 8;

    /// A plain step of this strength.
    #[must_use]
    pub fn of(velocity: f32) -> Self {
        Self { velocity, ..Self::default() }
    }

    /// The step with every value in range. Real-time safe.
    #[must_use]
    pub fn sanitised(&self) -> Self {
        Self {
            velocity: within(self.velocity, 0.0, 1.0, 0.0),
            probability: within(self.probability, 0.0, 1.0, 1.0),
            ratchets: self.ratchets.clamp(1, Self::MAX_RATCHETS),
            gate_percent: within(self.gate_percent, 5.0, 100.0, 50.0),
            tie: self.tie,
        }
    }
}

/// The steps of one sequencer.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sequence {
    /// All steps; those beyond `length` rest.
    pub steps: [Step; Self::STEPS],
    /// Steps that play, 1 to 16.
    pub length: u8,
    /// How long a step lasts.
    pub division: Division,
}

impl Default for Sequence {
    /// Sixteen sixteenths, all off.
    fn default() -> Self {
        Self { steps: [Step::default(); Self::STEPS], length: Self::STEPS as u8, division: Division::default() }
    }
}

impl Sequence {
    /// Steps that a sequence has.
    pub const STEPS: usize = 16;

    /// A sequence of plain steps with these strengths.
    #[must_use]
    pub fn of(velocities: [f32; Self::STEPS]) -> Self {
        Self { steps: velocities.map(Step::of), ..Self::default() }
    }

    /// The sequence with every value in range. Real-time safe.
    #[must_use]
    pub fn sanitised(&self) -> Self {
        Self {
            steps: self.steps.map(|step| step.sanitised()),
            length: self.length.clamp(1, Self::STEPS as u8),
            division: self.division,
        }
    }

    /// Which of the steps plays as the `turn`-th since the start.
    pub(super) fn index(&self, turn: u64) -> usize {
        (turn % u64::from(self.length.clamp(1, Self::STEPS as u8))) as usize
    }
}
