//! What is said between page and module, once a way is open.

use super::line::Line;
use super::{Figures, Module, State};
use crate::clock::now_ms;
use crate::desk::{Desk, Phase};
use leptos::prelude::*;
use neurorack_engine::GateInput;
use neurorack_host::{Button, LONG_PUSH_MS};
use neurorack_panel::Pixels;
use neurorack_protocol::host::{Heard, Jitter, Pairing, Screen, Session};
use neurorack_protocol::{CV_INPUTS, Message, Rate, volts};
use std::time::Duration;

/// Time between two looks at what is to be said: the most pictures a second that the module's screen takes.
const TICK: Duration = Duration::from_millis(33);

/// Looks between two updates of the figures.
const FIGURES_EVERY: u32 = 8;

/// How often voltages are asked for: beyond what the engine looks at, 344 times a second.
const RATE: Rate = Rate::Hz500;

/// Glow of the sound from which the module's lamp is lit.
const LAMP_FROM: f32 = 0.15;

/// Pieces of the screen that are sent at a time: all of its rows.
const PIECES: usize = 8;

/// The state of the talk.
pub(super) struct Talk {
    pub(super) session: Session,
    pub(super) line: Option<Line>,
    /// Counts ways that were opened; what an earlier one still says is not heard.
    pub(super) turn: u32,
    /// Counts waits for a module that is away: only the last one's timer counts.
    pub(super) waits: u32,
    /// Whether somebody is on the way to a module.
    pub(super) seeks: bool,
    screen: Screen,
    pixels: Pixels,
    button: Button,
    /// Volts at the jacks with a plug, as they were heard last.
    jacks: [Option<f32>; CV_INPUTS],
    lamp: bool,
    dropped: u32,
    looks: u32,
    ticking: Option<IntervalHandle>,
}

impl Talk {
    pub(super) fn new(latency_ms: f64) -> Self {
        Self {
            session: Session::new(latency_ms / 1_000.0),
            line: None,
            turn: 0,
            waits: 0,
            seeks: false,
            screen: Screen::new(),
            pixels: Pixels::new(),
            button: Button::default(),
            jacks: [None; CV_INPUTS],
            lamp: false,
            dropped: 0,
            looks: 0,
            ticking: None,
        }
    }
}

impl Module {
    /// Bytes came from a serial port, in pieces of any length.
    pub(super) fn receive(self, desk: Desk, turn: u32, bytes: &[u8]) {
        let now_s = now_ms() / 1_000.0;
        self.listen(desk, turn, now_s, |session, hear| session.receive(bytes, now_s, hear));
    }

    /// A MIDI message came at this time of the page's clock.
    pub(super) fn receive_midi(self, desk: Desk, turn: u32, bytes: &[u8], at_ms: f64) {
        let now_s = now_ms() / 1_000.0;
        let at_s = if at_ms.is_finite() && at_ms > 0.0 { (at_ms / 1_000.0).min(now_s) } else { now_s };
        self.listen(desk, turn, now_s, |session, hear| session.receive_midi(bytes, at_s, hear));
    }

    /// Lets the session take something in, and does what it heard.
    fn listen(self, desk: Desk, turn: u32, now_s: f64, take: impl FnOnce(&mut Session, &mut dyn FnMut(Heard))) {
        let mut heard = Vec::new();
        self.talk.try_update_value(|talk| {
            if talk.turn == turn {
                take(&mut talk.session, &mut |event| heard.push(event));
            }
        });
        // Where the page was busy, voltages of the past have piled up: only the newest of them counts still.
        let past = |event: &Heard| matches!(event, Heard::Volts { at_s, .. } if *at_s < now_s);
        let newest = heard.iter().rposition(past).unwrap_or(0);
        for (index, event) in heard.into_iter().enumerate() {
            if index >= newest || !past(&event) {
                self.hear(desk, event);
            }
        }
    }

    pub(super) fn hear(self, desk: Desk, heard: Heard) {
        match heard {
            Heard::Paired(info) => {
                self.talk.update_value(|talk| {
                    talk.screen.forget();
                    talk.lamp = false;
                });
                self.info.set(Some(info));
                self.send([Message::SetRate(RATE), Message::CalibrationRead, Message::Led(false)]);
            }
            Heard::Volts { steps, patched, at_s } => {
                let jacks = std::array::from_fn(|input| patched[input].then(|| volts(steps[input])));
                self.talk.update_value(|talk| talk.jacks = jacks);
                for (shown, plugged) in self.plugged.into_iter().zip(patched) {
                    if shown.get_untracked() != plugged {
                        shown.set(plugged);
                    }
                }
                desk.audio.module_volts(desk, at_s * 1_000.0, jacks);
                self.wizard.reads(steps.map(volts));
            }
            Heard::Gate { gate, high, at_s } => {
                if let Some(gate) = GateInput::ALL.get(usize::from(gate)) {
                    desk.audio.module_gate(desk, at_s * 1_000.0, *gate, high);
                }
            }
            Heard::Turn(detents) => {
                self.talk.update_value(|talk| talk.button.turn());
                desk.menu.turn(desk, detents.into());
            }
            Heard::Push(true) => {
                let press = self.talk.try_update_value(|talk| talk.button.press());
                let held = move || {
                    let holds = press.and_then(|press| self.talk.try_update_value(|talk| talk.button.hold(press)));
                    if holds == Some(true) {
                        desk.menu.hold(desk);
                    }
                };
                set_timeout(held, Duration::from_millis(LONG_PUSH_MS));
            }
            Heard::Push(false) => {
                if self.talk.try_update_value(|talk| talk.button.release()) == Some(true) {
                    desk.menu.push(desk);
                }
            }
            Heard::Raw(codes) => self.raw(desk, codes),
            Heard::Calibration(calibration, kept) => self.calibrated(desk, calibration, kept),
            // The factory test is followed by `neurorack module test`.
            Heard::Checklist(_) => {}
            Heard::Health(health) => self.talk.update_value(|talk| talk.dropped = health.dropped),
            Heard::Refused(refusal) => self.refused(desk, refusal),
        }
    }

    /// Sends messages, where there is a way.
    pub(super) fn send(self, messages: impl IntoIterator<Item = Message>) {
        self.talk.update_value(|talk| {
            if let Some(line) = &talk.line {
                line.send(&mut talk.session, messages);
            }
        });
    }

    /// Begins to look again and again at what is to be said.
    pub(super) fn keep_talking(self, desk: Desk) {
        let ticking = set_interval_with_handle(move || self.look(desk), TICK).ok();
        let before = self.talk.try_update_value(|talk| std::mem::replace(&mut talk.ticking, ticking)).flatten();
        if let Some(before) = before {
            before.clear();
        }
        self.look(desk);
    }

    /// Ends it.
    pub(super) fn fall_silent(self) {
        if let Some(ticking) = self.talk.try_update_value(|talk| talk.ticking.take()).flatten() {
            ticking.clear();
        }
    }

    /// Says what is due: who are you, are you there, what the screen shows, whether it sounds.
    fn look(self, desk: Desk) {
        let now_s = now_ms() / 1_000.0;
        let mut heard = Vec::new();
        let pairing = self.talk.try_update_value(|talk| {
            while let Some(message) = talk.session.due(now_s, |event| heard.push(event)) {
                if let Some(line) = &talk.line {
                    line.send(&mut talk.session, [message]);
                }
            }
            talk.session.pairing()
        });
        heard.into_iter().for_each(|event| self.hear(desk, event));
        let state = match (self.state.get_untracked(), pairing) {
            (State::On, Some(Pairing::Silent)) => State::Silent,
            (State::Silent, Some(Pairing::Paired(_))) => State::On,
            (state, _) => state,
        };
        if self.state.get_untracked() != state {
            self.state.set(state);
        }
        if state == State::Silent {
            self.pull_plugs(desk);
        }
        if state == State::On {
            self.show(desk);
            self.measure();
        }
    }

    /// Brings the module's screen and lamp to what the page shows.
    fn show(self, desk: Desk) {
        let has_screen = self.info.with_untracked(|info| info.as_ref().is_some_and(|info| info.has_screen));
        // Drawing looks at this part of the desk too: the pixels are taken out meanwhile.
        let pixels = self.talk.try_update_value(|talk| std::mem::replace(&mut talk.pixels, Pixels::new()));
        let Some(mut pixels) = pixels.filter(|_| has_screen) else { return };
        desk.menu.draw(desk, &mut pixels);
        let sounds = desk.phase.get_untracked() == Phase::Running && desk.glow.get_untracked() > LAMP_FROM;
        self.talk.update_value(|talk| {
            let Some(line) = talk.line.as_ref().filter(|line| line.is_free()) else { return };
            let pieces = std::iter::from_fn(|| talk.screen.next(pixels.data())).take(PIECES).map(Message::Oled);
            let lamp = (std::mem::replace(&mut talk.lamp, sounds) != sounds).then_some(Message::Led(sounds));
            line.send(&mut talk.session, pieces.chain(lamp));
        });
        self.talk.update_value(|talk| talk.pixels = pixels);
    }

    /// Shows what is measured, a few times a second.
    fn measure(self) {
        let figures = self.talk.try_update_value(|talk| {
            talk.looks = talk.looks.wrapping_add(1);
            let Jitter { median_ms, p99_ms } = talk.session.jitter();
            talk.looks.is_multiple_of(FIGURES_EVERY).then(|| Figures {
                median_ms,
                p99_ms,
                way_ms: talk.session.round_trip_s().map(|round_trip_s| (round_trip_s * 500.0) as f32),
                missed: talk.session.missed(),
                dropped: talk.dropped,
            })
        });
        if let Some(figures) = figures.flatten().filter(|figures| self.figures.get_untracked() != *figures) {
            self.figures.set(figures);
        }
    }

    /// Lets events sound so much later than their quickest message would come.
    pub(super) fn use_latency(self, latency_ms: f64) {
        self.latency_ms.set(latency_ms);
        self.talk.update_value(|talk| talk.session.set_latency(latency_ms / 1_000.0));
        super::Kept::change(|kept| kept.latency_ms = latency_ms);
    }

    /// The module's jacks read nothing any more.
    pub(super) fn pull_plugs(self, desk: Desk) {
        let nothing = [None; CV_INPUTS];
        if self.talk.try_update_value(|talk| std::mem::replace(&mut talk.jacks, nothing)) != Some(nothing) {
            desk.audio.module_volts(desk, now_ms(), nothing);
        }
        self.plugged.iter().filter(|plugged| plugged.get_untracked()).for_each(|plugged| plugged.set(false));
    }

    /// The engine begins to play: it hears what the jacks read. Over MIDI only changes are told.
    pub(super) fn tell_volts(self, desk: Desk) {
        let jacks = self.talk.with_value(|talk| talk.jacks);
        if jacks != [None; CV_INPUTS] {
            desk.audio.module_volts(desk, now_ms(), jacks);
        }
    }
}
