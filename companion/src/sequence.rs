//! A piece of music for the instrument: hits and voltages over time, as a text file.
//!
//! ```text
//! # A line that starts with # is a remark.
//! tempo,96
//! beat,track,f1,f2,velocity,cv1
//! 0,,Deep boom,,1,
//! 1.5,bells,Small bell,Glass ring,0.7,-5>5/2
//! ```
//! The first column is `beat`, which needs a `tempo` line before it (beats a minute), or `seconds`. Each further line is a
//! hit at that time; lines may come in any order. `f1` is the sound: a factory set by name or number, or a file. `f2` is
//! the second sound, F1 where it is empty; `velocity` is 0 to 1, 1 where it is empty. `cv1` to `cv4` turn a voltage from
//! this hit on: `2.5` sets it, `-5>5/2` moves it from -5 to 5 V within 2 beats (or seconds), and where it is empty the
//! voltage stays as it is. A line whose `f1` is empty only turns voltages. Each `track` is an instrument of its own with
//! eight voices and four voltages, which start as on the module: CV 1 and 4 at -5 V, the others at 0 V. All tracks are
//! added and limited softly.

mod parse;
mod render;

pub(crate) use render::render;

use neurorack_engine::ControlFrame;

/// Hits and voltages, by track.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sequence {
    /// At least one, none of them empty, each in the order of time; at least one hit in all.
    tracks: Vec<Vec<Step>>,
}

/// What one line says.
#[derive(Debug, Clone, PartialEq)]
struct Step {
    at_s: f64,
    /// `None` where only voltages move.
    hit: Option<Strike>,
    /// What happens to each voltage from here on.
    cv: [Option<Ramp>; 4],
}

/// A hit, its sounds by name.
#[derive(Debug, Clone, PartialEq)]
struct Strike {
    f1: String,
    f2: String,
    velocity: f32,
}

/// A voltage on its way; one that is set at once takes no time.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Ramp {
    from: f32,
    to: f32,
    seconds: f64,
}

impl Ramp {
    /// The voltage so many seconds after its start.
    fn at(&self, elapsed_s: f64) -> f32 {
        if elapsed_s >= self.seconds {
            return self.to;
        }
        self.from + (self.to - self.from) * (elapsed_s / self.seconds) as f32
    }
}

/// The voltages of one track, as they move.
struct Voltages {
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
    fn turn(&mut self, step: &Step) {
        for (moving, ramp) in self.moving.iter_mut().zip(step.cv) {
            if let Some(ramp) = ramp {
                *moving = (step.at_s, ramp);
            }
        }
    }

    /// CV 1 to CV 4 at this time, in volts.
    fn at(&self, seconds: f64) -> [f32; 4] {
        self.moving.map(|(start, ramp)| ramp.at(seconds - start))
    }
}
