//! The panel in the terminal while the instrument plays.

use super::arguments::Ends;
use crate::control::Desk;
use crate::terminal::{Terminal, Touch};
use anyhow::Result;
use neurorack_engine::sources::Action;
use neurorack_panel::Pixels;
use std::time::{Duration, Instant};

/// Time between two looks at everything while nothing is touched, and between two pictures.
const TICK: Duration = Duration::from_millis(12);
const PICTURE: Duration = Duration::from_millis(33);

/// A terminal that shows the instrument.
pub(super) struct Shown {
    terminal: Terminal,
}

impl Shown {
    /// Takes the terminal, if there is one.
    pub(super) fn begin() -> Result<Option<Self>> {
        Ok(Terminal::open()?.map(|terminal| Self { terminal }))
    }

    /// Does what is done at the panel until the end.
    pub(super) fn follow(mut self, desk: &mut Desk, ends: &Ends) -> Result<()> {
        let mut pixels = Pixels::new();
        let mut drawn: Option<Instant> = None;
        while !ends.now(desk) {
            for touch in self.terminal.touches(TICK) {
                if touch == Touch::Quit {
                    return Ok(());
                }
                act(desk, touch);
            }
            desk.look();
            desk.show(&mut pixels);
            // The panel shows what was said by itself.
            desk.unsaid();
            if drawn.is_none_or(|drawn| drawn.elapsed() >= PICTURE) {
                drawn = Some(Instant::now());
                desk.with_face(&pixels, |face| self.terminal.draw(face))?;
            }
        }
        Ok(())
    }
}

fn act(desk: &mut Desk, touch: Touch) {
    match touch {
        Touch::Turn(detents) => desk.turn(detents),
        Touch::Roll(down) => desk.roll(down),
        Touch::Push => desk.push(),
        Touch::Hold => desk.hold(),
        Touch::Gate { gate, high } => {
            let gate = match gate {
                neurorack_panel::GateInput::Gate1 => neurorack_engine::GateInput::Gate1,
                neurorack_panel::GateInput::Gate2 => neurorack_engine::GateInput::Gate2,
            };
            desk.play(if high { Action::Press { gate, velocity: 1.0 } } else { Action::Release { gate } });
        }
        Touch::Note { semitones } => desk.play_note(1.0, semitones),
        Touch::Knob { input, by_volts } => desk.turn_knob(input, desk.knob(input) + by_volts),
        Touch::Centre { input } => desk.rest_knob(input),
        Touch::Volume { by_db } => desk.use_volume((desk.volume_db() + by_db as f32).round()),
        Touch::Record => desk.record(None),
        Touch::Help | Touch::Quit => {}
    }
}
