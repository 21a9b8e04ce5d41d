//! What a sequence is: hits, and voltages that move.

use neurorack_engine::ControlFrame;

/// Hits and voltages, by track.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sequence {
    /// At least one, none of them empty, each in the order of time; at least one hit in all.
    pub(super) tracks: Vec<Vec<Step>>,
}

/// What one line says.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Step {
    pub(super) at_s: f64,
    /// `None` where only voltages move.
    pub(super) hit: Option<Strike>,
    /// What happens to each voltage from here on.
    pub(super) cv: [Option<Ramp>; 4],
}

/// A hit, its sounds by name.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Strike {
    pub(super) f1: String,
    pub(super) f2: String,
    pub(super) velocity: f32,
}

/// A voltage on its way; one that is set at once takes no time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Ramp {
    pub(super) from: f32,
    pub(super) to: f32,
    pub(super) seconds: f64,
}

impl Ramp {
    /// The voltage so many seconds after its start.
    pub(super) fn at(&self, elapsed_s: f64) -> f32 {
        if elapsed_s >= self.seconds {
            return self.to;
        }
        self.from + (self.to - self.from) * (elapsed_s / self.seconds) as f32
    }
}

/// The voltages of one track, as they move.
pub(super) struct Voltages {
    /// When each began, and how it goes on.
    moving: [(f64, Ramp); 4],
}

impl Default for Voltages {
    fn default() -> Self {
        let still = |volts| (0.0, Ramp { from: volts, to: volts, seconds: 0.0 });
        Self { moving: ControlFrame::default().cv.map(still) }
    }
}

impl Voltages {
    /// Takes up what a step turns.
    pub(super) fn turn(&mut self, step: &Step) {
        for (moving, ramp) in self.moving.iter_mut().zip(step.cv) {
            if let Some(ramp) = ramp {
                *moving = (step.at_s, ramp);
            }
        }
    }

    /// CV 1 to CV 4 at this time, in volts.
    pub(super) fn at(&self, seconds: f64) -> [f32; 4] {
        self.moving.map(|(start, ramp)| ramp.at(seconds - start))
    }
}
