//! Finding a module, opening the way to it, losing it and finding it again.

use super::kept::Kept;
use super::line::Line;
use super::serial::SerialPort;
use super::{Module, State, midi_port, sentences, serial};
use crate::audio::pause;
use crate::clock::now_ms;
use crate::desk::{Desk, Phase};
use leptos::prelude::*;
use leptos::task::spawn_local;
use neurorack_protocol::Message;
use neurorack_protocol::host::{Heard, Pairing, Session};
use std::time::Duration;

/// Time between two looks for a module that is away.
const SEEK: Duration = Duration::from_millis(1_000);

/// How long its answer is waited for at a time, in milliseconds.
const SHORT_MS: u64 = 20;

/// Why what is at a port was not taken.
enum Failure {
    /// It may be another time: it could not be opened, or does not answer as a module does.
    ForNow(String),
    /// It is a module of another protocol: waiting helps nothing.
    ForGood(String),
}

impl Failure {
    fn sentence(self) -> String {
        match self {
            Self::ForNow(sentence) | Self::ForGood(sentence) => sentence,
        }
    }
}

/// Whom to ask for a module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ask {
    /// Nobody: only what is known.
    Nobody,
    /// The person, where none is known.
    WhereNoneIsKnown,
    /// The person.
    Always,
}

impl Module {
    /// Connects the module that was in use last, as soon as it is there, and keeps the engine told.
    pub(crate) fn follow(self, desk: Desk) {
        if Kept::read().used && serial::is_here() {
            self.state.set(State::Away);
            self.seek(desk);
        }
        serial::on_arrival(move || self.seek(desk));
        Effect::new(move |_| {
            if desk.phase.get() == Phase::Running {
                self.tell_volts(desk);
            }
        });
    }

    /// Connects a module: one that is known, or one that the person chooses. To be called inside a gesture.
    pub(super) fn connect(self, desk: Desk) {
        self.begin(desk, Ask::WhereNoneIsKnown);
    }

    /// Lets the person choose another one. To be called inside a gesture.
    pub(super) fn connect_another(self, desk: Desk) {
        self.begin(desk, Ask::Always);
    }

    /// Begins to look for a module, unless somebody does already.
    fn begin(self, desk: Desk, ask: Ask) {
        if self.talk.try_update_value(|talk| std::mem::replace(&mut talk.seeks, true)) == Some(true) {
            return;
        }
        spawn_local(async move {
            if serial::is_here() {
                self.connect_serial(desk, ask).await;
            } else if midi_port::is_here() {
                self.connect_midi(desk, ask).await;
            } else {
                desk.say(sentences::NOTHING_HERE);
            }
            self.talk.update_value(|talk| talk.seeks = false);
        });
    }

    /// Lets the module be.
    pub(super) fn disconnect(self, desk: Desk) {
        Kept::change(|kept| kept.used = false);
        self.state.set(State::Off);
        spawn_local(self.hang_up(desk));
    }

    /// Goes to the next of several known modules.
    pub(super) fn connect_next(self, desk: Desk) {
        let here = self.info.with_untracked(|info| info.as_ref().map(|info| info.uid));
        self.state.set(State::Opening);
        spawn_local(async move {
            self.hang_up(desk).await;
            self.try_ports(desk, serial::known().await, move |uid| Some(uid) != here).await;
        });
    }

    /// Restarts the module into its boot loader.
    pub(crate) fn update_firmware(self) {
        self.updates.set(true);
        self.send([Message::Bootsel]);
    }

    async fn connect_serial(self, desk: Desk, ask: Ask) {
        let before = self.state.get_untracked();
        let mut ports = if ask == Ask::Always { Vec::new() } else { serial::known().await };
        if ports.is_empty() && ask != Ask::Nobody {
            self.state.set(State::Asking);
            match serial::ask().await {
                Ok(Some(port)) => {
                    // What was connected gives way only now.
                    self.hang_up(desk).await;
                    Kept::change(|kept| kept.uid = None);
                    ports.push(port);
                }
                Ok(None) => return self.state.set(before),
                Err(error) => {
                    self.state.set(before);
                    return desk.say(sentences::not_chosen(&error));
                }
            }
        }
        if ports.is_empty() {
            return self.wait_for_it(desk);
        }
        let wanted = Kept::read().uid;
        let is_wanted = move |uid: u64| wanted.as_ref().is_none_or(|wanted| *wanted == uid.to_string());
        self.try_ports(desk, ports, is_wanted).await;
    }

    /// Connects the module that is wanted, or else the first that answers.
    async fn try_ports(self, desk: Desk, ports: Vec<SerialPort>, is_wanted: impl Fn(u64) -> bool) {
        let was_away = self.state.get_untracked() == State::Away;
        let (mut other, mut failed) = (None, None);
        for port in &ports {
            match self.try_port(desk, port).await {
                Ok(uid) if is_wanted(uid) || ports.len() == 1 => return self.settle(desk, ports.len(), uid).await,
                Ok(_) => {
                    self.hang_up(desk).await;
                    other = other.or(Some(port));
                }
                Err(failure) => failed = Some(failure),
            }
        }
        if let Some(port) = other {
            match self.try_port(desk, port).await {
                Ok(uid) => return self.settle(desk, ports.len(), uid).await,
                Err(failure) => failed = Some(failure),
            }
        }
        match failed {
            // Whoever waits for its return knows that it is not there.
            Some(Failure::ForNow(_)) if was_away => self.wait_for_it(desk),
            Some(failure) => {
                self.state.set(State::Off);
                desk.say(failure.sentence());
            }
            None => self.wait_for_it(desk),
        }
    }

    /// Opens a port and asks who is there; gives the module's number. What is no module of ours is closed again.
    async fn try_port(self, desk: Desk, port: &SerialPort) -> Result<u64, Failure> {
        if self.state.get_untracked() != State::Away {
            self.state.set(State::Opening);
        }
        let port = serial::Port::open(port).await.map_err(|error| Failure::ForNow(sentences::not_opened(&error)))?;
        let turn = self.next_turn();
        port.read(move |bytes| self.receive(desk, turn, bytes), move || self.ended(desk, turn));
        self.greet(desk, Line::Serial(port)).await
    }

    async fn connect_midi(self, desk: Desk, ask: Ask) {
        if ask != Ask::Nobody {
            self.state.set(State::Asking);
        }
        let access = match midi_port::ask().await {
            Ok(access) => access,
            Err(error) => {
                self.state.set(State::Off);
                return desk.say(sentences::no_midi(&error));
            }
        };
        if ask != Ask::Nobody {
            self.state.set(State::Opening);
        }
        let modules = midi_port::modules(&access);
        let count = modules.len();
        let mut failed = None;
        for ports in modules {
            let turn = self.next_turn();
            let take = move |bytes: &[u8], at_ms: f64| self.receive_midi(desk, turn, bytes, at_ms);
            let port = midi_port::Port::open(access.clone(), ports, take, move || self.ended(desk, turn));
            match self.greet(desk, Line::Midi(port)).await {
                Ok(uid) => return self.settle(desk, count, uid).await,
                Err(failure) => failed = Some(failure),
            }
        }
        match failed {
            Some(Failure::ForNow(_)) if ask == Ask::Nobody => self.wait_for_it(desk),
            Some(failure) => {
                self.state.set(State::Off);
                desk.say(failure.sentence());
            }
            None => {
                if ask != Ask::Nobody {
                    desk.say(sentences::NO_MODULE_ON_MIDI);
                }
                self.wait_for_it(desk);
            }
        }
    }

    /// A new way begins: gives its number, by which what comes from it is heard.
    fn next_turn(self) -> u32 {
        let latency_s = self.latency_ms.get_untracked() / 1_000.0;
        let turn = self.talk.try_update_value(|talk| {
            talk.session = Session::new(latency_s);
            talk.turn = talk.turn.wrapping_add(1);
            talk.turn
        });
        turn.unwrap_or_default()
    }

    /// Asks who is at the other end until it is known.
    async fn greet(self, desk: Desk, line: Line) -> Result<u64, Failure> {
        self.way.set(line.name());
        let turn = self.talk.try_update_value(|talk| {
            talk.line = Some(line);
            talk.turn
        });
        self.keep_talking(desk);
        loop {
            let (now, pairing) = self.talk.with_value(|talk| (talk.turn, talk.session.pairing()));
            if Some(now) != turn {
                return Err(Failure::ForNow(said(Pairing::Silent)));
            }
            match pairing {
                Pairing::Paired(info) => return Ok(info.uid),
                Pairing::Asking => pause(SHORT_MS).await,
                Pairing::Refused(_) => {
                    self.hang_up(desk).await;
                    return Err(Failure::ForGood(said(pairing)));
                }
                Pairing::Stranger | Pairing::Silent => {
                    self.hang_up(desk).await;
                    return Err(Failure::ForNow(said(pairing)));
                }
            }
        }
    }

    /// One of so many known modules stays, unless the person wants none any more.
    async fn settle(self, desk: Desk, known: usize, uid: u64) {
        if self.state.get_untracked() == State::Off {
            return self.hang_up(desk).await;
        }
        self.known.set(known);
        self.updates.set(false);
        self.state.set(State::On);
        Kept::change(|kept| (kept.used, kept.uid) = (true, Some(uid.to_string())));
    }

    /// The way of this number has ended by itself: the cable was pulled.
    fn ended(self, desk: Desk, turn: u32) {
        if self.talk.with_value(|talk| talk.turn == turn && talk.line.is_some()) {
            let was_on = matches!(self.state.get_untracked(), State::On | State::Silent);
            spawn_local(async move {
                self.hang_up(desk).await;
                if was_on {
                    self.wait_for_it(desk);
                }
            });
        }
    }

    /// Closes the way: gates fall, plugs are pulled.
    async fn hang_up(self, desk: Desk) {
        self.fall_silent();
        let mut heard: Vec<Heard> = Vec::new();
        let line = self.talk.try_update_value(|talk| {
            talk.session.release(now_ms() / 1_000.0, |event| heard.push(event));
            talk.turn = talk.turn.wrapping_add(1);
            talk.line.take()
        });
        heard.into_iter().for_each(|event| self.hear(desk, event));
        self.pull_plugs(desk);
        self.info.set(None);
        if let Some(line) = line.flatten() {
            line.close().await;
        }
    }

    /// Nothing is there: looks again and again until something is.
    fn wait_for_it(self, desk: Desk) {
        self.state.set(State::Away);
        let wait = self.talk.try_update_value(|talk| {
            talk.waits = talk.waits.wrapping_add(1);
            talk.waits
        });
        set_timeout(
            move || {
                if Some(self.talk.with_value(|talk| talk.waits)) == wait {
                    self.seek(desk);
                }
            },
            SEEK,
        );
    }

    /// Looks once for a module that is away.
    fn seek(self, desk: Desk) {
        if self.state.get_untracked() == State::Away {
            self.begin(desk, Ask::Nobody);
        }
    }
}

/// How a talk stands, as a sentence.
fn said(pairing: Pairing) -> String {
    let words = pairing.to_string();
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).chain(['.']).collect())
}
