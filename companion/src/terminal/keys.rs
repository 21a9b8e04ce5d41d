//! What keys and mouse do: the page's keys, as far as a terminal has them.
//!
//! Terminals with the kitty protocol, and Windows, tell when a key is let go: gates are high as long as their key is down.
//! Others tell presses alone, and a held key as many of them. There Gate 1 falls [`FALLS`] after its last press, Gate 2 changes
//! sides with each, and a press that follows the one before within [`REPEATS`] is the key's own repeat and strikes nothing. The
//! first repeat comes after a pause as long as a hand's: a key that is held strikes twice, and not again.

use super::areas::Areas;
use super::{Touch, VOLTS_COARSE, VOLTS_FINE};
use neurorack_panel::GateInput;
use ratatui::crossterm::event::{
    Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};
use ratatui::layout::Position;
use std::time::{Duration, Instant};

/// How long Gate 1 stays high where the terminal does not tell that its key was let go.
pub(super) const FALLS: Duration = Duration::from_millis(120);

/// Presses of one key that follow each other faster are its repeat: the slowest usual one takes 92 ms, a fast finger 100.
pub(super) const REPEATS: Duration = Duration::from_millis(95);

/// Keys that may be down at once; more fingers there are not.
const MOST_HELD: usize = 12;

/// Octaves that the notes can be moved by, down and up.
const MOST_OCTAVES: i32 = 3;

/// Letters from C on, by their place on most keyboards: A to L are white, the row above is black.
const NOTES: &str = "awsedftgyhujkol";

/// What of the keys is seen on the panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Shown {
    /// Whether the terminal tells that a key was let go.
    pub(super) releases: bool,
    /// Octaves that the notes are moved by.
    pub(super) octave: i32,
    /// Which of the knobs CV 1 to CV 4 is in hand, from 0.
    pub(super) at_hand: usize,
    /// Whether the help is shown.
    pub(super) helps: bool,
    /// Whether everything is to be drawn anew.
    pub(super) draws_anew: bool,
}

/// The state of the keys.
#[derive(Debug, Clone, Default)]
pub(super) struct Keys {
    pub(super) shown: Shown,
    held: Vec<KeyCode>,
    last: Option<(KeyCode, Instant)>,
    /// Which gates are high.
    high: [bool; 2],
    gate_1_falls: Option<Instant>,
    /// The gate that the mouse holds.
    clicked: Option<GateInput>,
}

impl Keys {
    /// No key is down; says whether the terminal tells when one is let go.
    pub(super) fn new(releases: bool) -> Self {
        Self { shown: Shown { releases, ..Shown::default() }, ..Self::default() }
    }

    /// When Gate 1 falls by itself.
    pub(super) fn falls(&self) -> Option<Instant> {
        self.gate_1_falls
    }

    /// Lets time pass.
    pub(super) fn pass(&mut self, now: Instant, touch: &mut impl FnMut(Touch)) {
        if self.gate_1_falls.is_some_and(|falls| falls <= now) {
            self.gate(GateInput::Gate1, false, touch);
        }
    }

    /// Takes what the terminal says.
    pub(super) fn take(&mut self, event: &Event, now: Instant, areas: &Areas, touch: &mut impl FnMut(Touch)) {
        match event {
            Event::Key(key) => self.key(*key, now, touch),
            Event::Mouse(mouse) => self.mouse(*mouse, areas, touch),
            // What is let go while another window has the keyboard is never heard of.
            Event::FocusLost => {
                self.held.clear();
                for gate in GateInput::ALL {
                    if self.shown.releases || self.clicked == Some(gate) {
                        self.gate(gate, false, touch);
                    }
                }
                self.clicked = None;
            }
            Event::Resize(..) => self.shown.draws_anew = true,
            // What is pasted is no playing.
            Event::FocusGained | Event::Paste(_) => {}
        }
    }

    fn key(&mut self, key: KeyEvent, now: Instant, touch: &mut impl FnMut(Touch)) {
        let code = match key.code {
            KeyCode::Char(letter) => KeyCode::Char(letter.to_ascii_lowercase()),
            other => other,
        };
        if key.kind == KeyEventKind::Release {
            self.held.retain(|held| *held != code);
            match code {
                KeyCode::Char(' ') => self.gate(GateInput::Gate1, false, touch),
                KeyCode::Char('b') => self.gate(GateInput::Gate2, false, touch),
                _ => {}
            }
            return;
        }
        let repeats = if self.shown.releases {
            key.kind == KeyEventKind::Repeat || self.held.contains(&code)
        } else {
            self.last.is_some_and(|(last, at)| last == code && now.saturating_duration_since(at) < REPEATS)
        };
        self.last = Some((code, now));
        if self.shown.releases && !repeats && self.held.len() < MOST_HELD {
            self.held.push(code);
        }
        if key
            .modifiers
            .intersects(KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SUPER | KeyModifiers::META)
        {
            if key.modifiers == KeyModifiers::CONTROL && !repeats {
                match code {
                    KeyCode::Char('c' | 'q') => touch(Touch::Quit),
                    KeyCode::Char('l') => self.shown.draws_anew = true,
                    _ => {}
                }
            }
            return;
        }
        self.plain(code, key.modifiers.contains(KeyModifiers::SHIFT), touch);
        if !repeats {
            self.struck(code, now, touch);
        } else if code == KeyCode::Char(' ') && self.gate_1_falls.is_some() {
            self.gate_1_falls = Some(now + FALLS);
        }
    }

    /// Keys that go on while they are held.
    fn plain(&mut self, code: KeyCode, shift: bool, touch: &mut impl FnMut(Touch)) {
        let input = self.shown.at_hand;
        match code {
            KeyCode::Left | KeyCode::Down if shift => touch(Touch::Knob { input, by_volts: -VOLTS_COARSE }),
            KeyCode::Right | KeyCode::Up if shift => touch(Touch::Knob { input, by_volts: VOLTS_COARSE }),
            KeyCode::Left => touch(Touch::Turn(-1)),
            KeyCode::Right => touch(Touch::Turn(1)),
            KeyCode::Up => touch(Touch::Roll(-1)),
            KeyCode::Down => touch(Touch::Roll(1)),
            KeyCode::PageUp => touch(Touch::Roll(-5)),
            KeyCode::PageDown => touch(Touch::Roll(5)),
            KeyCode::Char('-' | '_') => touch(Touch::Knob { input, by_volts: -VOLTS_FINE }),
            KeyCode::Char('+' | '=') => touch(Touch::Knob { input, by_volts: VOLTS_FINE }),
            KeyCode::Char('[') => touch(Touch::Knob { input, by_volts: -VOLTS_COARSE }),
            KeyCode::Char(']') => touch(Touch::Knob { input, by_volts: VOLTS_COARSE }),
            KeyCode::Char(',' | '<') => touch(Touch::Volume { by_db: -1 }),
            KeyCode::Char('.' | '>') => touch(Touch::Volume { by_db: 1 }),
            _ => {}
        }
    }

    /// Keys that do something once, however long they are held.
    fn struck(&mut self, code: KeyCode, now: Instant, touch: &mut impl FnMut(Touch)) {
        match code {
            KeyCode::Char(' ') => {
                // A second press before the first has fallen: an edge needs a fall.
                self.gate(GateInput::Gate1, false, touch);
                self.gate(GateInput::Gate1, true, touch);
                self.gate_1_falls = (!self.shown.releases).then_some(now + FALLS);
            }
            KeyCode::Char('b') => self.gate(GateInput::Gate2, self.shown.releases || !self.high[1], touch),
            KeyCode::Char('z') => self.shown.octave = (self.shown.octave - 1).max(-MOST_OCTAVES),
            KeyCode::Char('x') => self.shown.octave = (self.shown.octave + 1).min(MOST_OCTAVES),
            KeyCode::Char(digit @ '1'..='4') => self.shown.at_hand = digit as usize - '1' as usize,
            KeyCode::Char('0') => touch(Touch::Centre { input: self.shown.at_hand }),
            KeyCode::Char('r') => touch(Touch::Record),
            KeyCode::Char('?') | KeyCode::F(1) => {
                self.shown.helps = !self.shown.helps;
                touch(Touch::Help);
            }
            KeyCode::Esc if self.shown.helps => self.shown.helps = false,
            KeyCode::Esc | KeyCode::Backspace => touch(Touch::Hold),
            KeyCode::Enter => touch(Touch::Push),
            KeyCode::Char(letter) => {
                if let Some(key) = NOTES.find(letter) {
                    touch(Touch::Note { semitones: (key as i32 + 12 * self.shown.octave) as f32 });
                }
            }
            _ => {}
        }
    }

    fn mouse(&mut self, mouse: MouseEvent, areas: &Areas, touch: &mut impl FnMut(Touch)) {
        let at = Position::new(mouse.column, mouse.row);
        let is_at_screen = areas.screen.contains(at);
        let knob = areas.cvs.iter().position(|area| area.contains(at));
        match mouse.kind {
            MouseEventKind::ScrollUp | MouseEventKind::ScrollDown => {
                let up = mouse.kind == MouseEventKind::ScrollUp;
                if is_at_screen {
                    touch(Touch::Roll(if up { -1 } else { 1 }));
                } else if let Some(input) = knob {
                    self.shown.at_hand = input;
                    touch(Touch::Knob { input, by_volts: if up { VOLTS_FINE } else { -VOLTS_FINE } });
                }
            }
            MouseEventKind::Down(MouseButton::Left) => {
                if let Some(gate) = areas.gates.iter().position(|area| area.contains(at)) {
                    let gate = GateInput::ALL[gate];
                    self.clicked = Some(gate);
                    self.gate(gate, false, touch);
                    self.gate(gate, true, touch);
                } else if is_at_screen {
                    touch(Touch::Push);
                } else if let Some(input) = knob {
                    self.shown.at_hand = input;
                }
            }
            MouseEventKind::Down(MouseButton::Right) if is_at_screen => touch(Touch::Hold),
            MouseEventKind::Up(_) => {
                if let Some(gate) = self.clicked.take() {
                    self.gate(gate, false, touch);
                }
            }
            _ => {}
        }
    }

    /// A gate rises or falls; what it is already is not said again.
    fn gate(&mut self, gate: GateInput, high: bool, touch: &mut impl FnMut(Touch)) {
        if gate == GateInput::Gate1 {
            self.gate_1_falls = None;
        }
        if std::mem::replace(&mut self.high[gate as usize], high) != high {
            touch(Touch::Gate { gate, high });
        }
    }
}

#[cfg(test)]
mod tests;
