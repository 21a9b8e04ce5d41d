//! A panel in the terminal, for playing without a module: the screen's very pixels, gates, voltages and the output.
//!
//! `panel` draws (`oled`, `side`, `below`, `help`; `areas` says where), `keys` understands keys and mouse, `guard` leaves the
//! terminal as it was found.

mod areas;
mod below;
mod colours;
mod guard;
mod help;
mod keys;
mod oled;
mod panel;
mod side;
mod text;

use anyhow::{Context, Result};
use areas::Areas;
use colours::{Depth, Palette};
use guard::Guard;
use keys::Keys;
use neurorack_host::monitor::Levels;
use neurorack_panel::{GateInput, Pixels};
use ratatui::backend::CrosstermBackend;
use ratatui::crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate};
use ratatui::crossterm::{event, queue};
use std::io::{BufWriter, IsTerminal, Stdout, Write};
use std::time::{Duration, Instant};

/// Volts by which one press of a key turns a knob, and by which a coarse one does.
const VOLTS_FINE: f32 = 0.1;
const VOLTS_COARSE: f32 = 1.0;

/// Bytes of a whole large panel with all its colours.
const PICTURE_BYTES: usize = 64 * 1024;

/// Events that are taken at once: what a flood leaves is taken next time, so that sound and picture go on.
const MOST_EVENTS: usize = 256;

/// A terminal that shows the instrument. Dropping it puts the terminal back, also after a panic.
pub(crate) struct Terminal {
    screen: ratatui::Terminal<CrosstermBackend<BufWriter<Stdout>>>,
    keys: Keys,
    palette: Palette,
    areas: Areas,
    _guard: Guard,
}

/// What a person does at the panel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Touch {
    /// The encoder is turned by so many detents; clockwise is positive.
    Turn(i32),
    /// The screen is rolled down by so many rows: clockwise in a list, anticlockwise where a value is turned
    /// ([`neurorack_panel::Panel::sense`] tells), as on the page.
    Roll(i32),
    /// The encoder is pushed.
    Push,
    /// The encoder is held: back.
    Hold,
    /// A gate rises or falls, each in turn.
    Gate {
        /// Which gate.
        gate: GateInput,
        /// Whether it is high now.
        high: bool,
    },
    /// A key of the keyboard strikes.
    Note {
        /// Transposition, -36 to 50.
        semitones: f32,
    },
    /// A knob is turned.
    Knob {
        /// CV 1 to CV 4, from 0.
        input: usize,
        /// By so many volts.
        by_volts: f32,
    },
    /// A knob is put back to where it rests.
    Centre {
        /// CV 1 to CV 4, from 0.
        input: usize,
    },
    /// The volume is turned.
    Volume {
        /// By so many decibels.
        by_db: i32,
    },
    /// A recording is begun or ended.
    Record,
    /// The help was opened or closed; the terminal shows it by itself.
    Help,
    /// The end: Ctrl C, or the terminal is gone.
    Quit,
}

/// What the panel shows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Face<'a> {
    /// The screen.
    pub(crate) pixels: &'a Pixels,
    /// What CV 1 to CV 4 read now.
    pub(crate) cv_volts: [f32; 4],
    /// Which of them have a plug of a module.
    pub(crate) patched: [bool; 4],
    /// Whether Gate 1 and Gate 2 are high.
    pub(crate) gates: [bool; 2],
    /// The output.
    pub(crate) levels: Levels,
    /// What CV 1 to CV 4 do, in a word or two.
    pub(crate) inputs: [&'a str; 4],
    /// The bank that plays.
    pub(crate) bank: &'a str,
    /// Names of the sounds in F1 and F2.
    pub(crate) sounds: [&'a str; 2],
    /// The output's level, in decibels.
    pub(crate) volume_db: f32,
    /// How the audio output stands, as a sentence.
    pub(crate) audio: &'a str,
    /// How the module stands, as a sentence.
    pub(crate) module: &'a str,
    /// How MIDI stands, as a sentence.
    pub(crate) midi: &'a str,
    /// Length of the recording that is being made, in seconds.
    pub(crate) recording_s: Option<f64>,
    /// What was said last, the newest at the end.
    pub(crate) notes: &'a [String],
}

impl Terminal {
    /// Takes the terminal; `None` where standard input or output is none, or cannot move its cursor.
    ///
    /// # Errors
    /// Where the terminal does not do what it is told.
    pub(crate) fn open() -> Result<Option<Self>> {
        let variable = |name: &str| std::env::var(name).ok();
        let is_terminal = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
        if !is_terminal || variable("TERM").is_some_and(|term| term == "dumb") {
            return Ok(None);
        }
        let place = "this terminal cannot show the panel: try another one, or give no terminal as input";
        let guard = Guard::take().context(place)?;
        let output = BufWriter::with_capacity(PICTURE_BYTES, std::io::stdout());
        let screen = ratatui::Terminal::new(CrosstermBackend::new(output)).context(place)?;
        Ok(Some(Self {
            screen,
            keys: Keys::new(guard.tells_releases()),
            palette: Palette::new(Depth::of(variable)),
            areas: Areas::default(),
            _guard: guard,
        }))
    }

    /// What a person did meanwhile; waits so long for the first.
    pub(crate) fn touches(&mut self, wait: Duration) -> Vec<Touch> {
        let mut touches = Vec::new();
        let end = Instant::now() + wait;
        loop {
            let now = Instant::now();
            self.keys.pass(now, &mut |touch| touches.push(touch));
            // Gate 1 falls in time, and what was done is told at once.
            let until = self.keys.falls().map_or(end, |falls| falls.min(end));
            let patience = if touches.is_empty() { until.saturating_duration_since(now) } else { Duration::ZERO };
            let before = self.keys.shown;
            if self.take(patience, &mut touches).is_err() {
                touches.push(Touch::Quit);
            }
            if !touches.is_empty() || self.keys.shown != before || Instant::now() >= end {
                return touches;
            }
        }
    }

    /// Takes the events that came, waiting so long for the first.
    ///
    /// # Errors
    /// Where the terminal is gone.
    fn take(&mut self, patience: Duration, touches: &mut Vec<Touch>) -> std::io::Result<()> {
        let mut patience = patience;
        for _ in 0..MOST_EVENTS {
            if !event::poll(patience)? {
                break;
            }
            patience = Duration::ZERO;
            let event = event::read()?;
            self.keys.take(&event, Instant::now(), &self.areas, &mut |touch| touches.push(touch));
        }
        Ok(())
    }

    /// Shows the instrument as it is now: only what changed is written.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub(crate) fn draw(&mut self, face: &Face<'_>) -> Result<()> {
        let place = "the terminal cannot be drawn";
        // Terminals that know it show the picture when it is whole.
        queue!(self.screen.backend_mut(), BeginSynchronizedUpdate).context(place)?;
        if std::mem::take(&mut self.keys.shown.draws_anew) {
            // Not `clear`, which waits for the terminal to say where its cursor is.
            let area = self.screen.size().context(place)?.into();
            self.screen.resize(area).context(place)?;
        }
        let (shown, palette) = (self.keys.shown, &self.palette);
        let mut areas = Areas::default();
        self.screen.draw(|frame| areas = panel::draw(face, shown, palette, frame.buffer_mut())).context(place)?;
        self.areas = areas;
        queue!(self.screen.backend_mut(), EndSynchronizedUpdate).context(place)?;
        self.screen.backend_mut().flush().context(place)
    }
}

#[cfg(test)]
mod by_hand;
