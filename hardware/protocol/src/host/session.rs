//! A host's talk with one module.

use super::clock::{ClockMap, Jitter};
use super::gates::GateTracker;
use crate::CV_INPUTS;
use crate::calibration::Calibration;
use crate::checklist::Checklist;
use crate::frame::{Frame, MAX_FRAME_BYTES};
use crate::message::{Cv, Health, Info, Message, Refusal};
use crate::midi::{MidiBytes, MidiMessage};
use crate::receiver::{Receiver, Reception};
use crate::usb::short_uid;
use crate::version::{Mismatch, Version};
use core::fmt;
use heapless::Vec;

/// How often an unanswered question is asked again, and a known module is asked for a sign of life, in seconds.
const ASK_S: f64 = 0.25;
const PING_S: f64 = 1.0;

/// A module that says nothing for so long is silent, in seconds; so is what never answered.
const SILENCE_S: f64 = 1.5;

/// Frames that may be missing before rises of a gate in the gap count as of the past: 50 ms at the highest rate.
const FRESH_FRAMES: u16 = 50;

/// One thing that a module told, and when it is to sound.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Heard {
    /// It answered: it is one of ours.
    Paired(Info),
    /// Volts at CV 1 to CV 4 in steps of 0.2 mV, and where a plug is.
    Volts {
        /// Calibrated.
        steps: [i16; CV_INPUTS],
        /// Whether a plug is in each.
        patched: [bool; CV_INPUTS],
        /// On the host's clock, in seconds.
        at_s: f64,
    },
    /// A gate rose or fell. Each is heard once.
    Gate {
        /// Which: 0 or 1.
        gate: u8,
        /// Whether it rose.
        high: bool,
        /// On the host's clock, in seconds.
        at_s: f64,
    },
    /// The encoder was turned by so many detents, clockwise positive.
    Turn(i16),
    /// The encoder was pushed or let go.
    Push(bool),
    /// What the converter reads, in sixteenths of a code.
    Raw([u16; CV_INPUTS]),
    /// The calibration in use, and whether it is kept.
    Calibration(Calibration, bool),
    /// How the factory test stands.
    Checklist(Checklist),
    /// Counters, once a second.
    Health(Health),
    /// Something was refused.
    Refused(Refusal),
}

/// How the talk stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Pairing {
    /// It was asked who it is.
    Asking,
    /// It is a module that we understand.
    Paired(Info),
    /// It is a module that we do not understand.
    Refused(Mismatch),
    /// It did not answer as a module does.
    Stranger,
    /// It was a module, and says nothing any more.
    Silent,
}

impl fmt::Display for Pairing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Asking => f.write_str("waiting for the module's answer"),
            Self::Paired(info) => {
                let [major, minor, patch] = info.firmware;
                write!(f, "module {:08X} with firmware {major}.{minor}.{patch}", short_uid(info.uid))
            }
            Self::Refused(mismatch) => mismatch.fmt(f),
            Self::Stranger => f.write_str(
                "this device does not answer as a Neurorack module does: choose another one, or hold the module's BOOT button \
                 while plugging it in and give it the firmware",
            ),
            Self::Silent => f.write_str("the module says nothing any more: pull its cable and plug it in again"),
        }
    }
}

/// A talk with what is at the other end of a port. Knows no ports and no clock: bytes and times are given to it.
#[derive(Debug, Clone)]
pub struct Session {
    receiver: Receiver,
    clock: ClockMap,
    gates: GateTracker,
    pairing: Pairing,
    /// When the talk began, something of the module was last heard, and it was last asked, on the host's clock.
    begun_s: Option<f64>,
    heard_s: f64,
    asked_s: f64,
    /// Number of the last frame heard, and how many were missing so far.
    last_seq: Option<u16>,
    missed: u32,
    /// Volts as they were told last over MIDI, which tells them one by one.
    steps: [i16; CV_INPUTS],
    /// Whether volts come in a stream: then answers alone are no sign of life, for a module that began anew gives them too.
    streams: bool,
    /// What the encoder stood at.
    encoder: Option<i16>,
    pushed: bool,
    /// Number of the next frame sent.
    seq: u16,
    /// The last ping: its number and when it left; and how long the last answer took.
    ping: Option<(u32, f64)>,
    pings: u32,
    round_trip_s: Option<f64>,
}

impl Session {
    /// A talk that has not begun. Events sound `latency_s` later than their quickest message would come.
    #[must_use]
    pub fn new(latency_s: f64) -> Self {
        Self {
            receiver: Receiver::new(),
            clock: ClockMap::new(latency_s),
            gates: GateTracker::default(),
            pairing: Pairing::Asking,
            begun_s: None,
            heard_s: 0.0,
            asked_s: f64::NEG_INFINITY,
            last_seq: None,
            missed: 0,
            steps: [0; CV_INPUTS],
            streams: false,
            encoder: None,
            pushed: false,
            seq: 0,
            ping: None,
            pings: 0,
            round_trip_s: None,
        }
    }

    /// Takes what arrived at `now_s` of the host's clock, in pieces of any length. Before the module said who it is nothing is
    /// heard.
    pub fn receive(&mut self, bytes: &[u8], now_s: f64, mut hear: impl FnMut(Heard)) {
        for &byte in bytes {
            if let Some(frame) = self.receiver.receive_byte(byte) {
                self.take(frame, now_s, &mut hear);
            }
        }
    }

    /// Takes a frame that came another way: in System Exclusive.
    pub fn take(&mut self, Frame { seq, time_us, message }: Frame, now_s: f64, mut hear: impl FnMut(Heard)) {
        if let Message::Info(info) = message {
            self.meet(info, now_s, &mut hear);
        }
        if !matches!(self.pairing, Pairing::Paired(_) | Pairing::Silent) {
            return;
        }
        let gap = self.last_seq.map_or(0, |last| seq.wrapping_sub(last).wrapping_sub(1));
        self.last_seq = Some(seq);
        // A number behind the last is of a module that began anew, which says so itself.
        if gap < u16::MAX / 2 {
            self.missed = self.missed.saturating_add(gap.into());
        }
        self.streams |= matches!(message, Message::Cv(_));
        if !self.streams || !matches!(message, Message::Pong(_)) {
            self.heard_s = now_s;
        }
        match message {
            Message::Cv(cv) => self.look(cv, time_us, now_s, gap <= FRESH_FRAMES, hear),
            Message::Edge(edge) => {
                let at_s = self.clock.place(time_us, now_s);
                self.gates.edge(edge, |change| hear(Heard::Gate { gate: change.gate, high: change.high, at_s }));
            }
            Message::Raw(codes) => hear(Heard::Raw(codes)),
            Message::Pong(number) => {
                self.round_trip_s = self.ping.filter(|(asked, _)| *asked == number).map(|(_, at_s)| now_s - at_s);
            }
            Message::CalibrationState { calibration, kept } => hear(Heard::Calibration(calibration, kept)),
            Message::Checklist(list) => hear(Heard::Checklist(list)),
            Message::Health(health) => hear(Heard::Health(health)),
            Message::Refused(refusal) => hear(Heard::Refused(refusal)),
            // What only hosts say comes from no module.
            _ => {}
        }
    }

    /// Takes a MIDI message of the module that arrived at `now_s`. MIDI tells no times: what it says sounds by the latency later.
    /// Nor does it tell where plugs are: every input has one.
    pub fn receive_midi(&mut self, bytes: &[u8], now_s: f64, mut hear: impl FnMut(Heard)) {
        let Some(message) = MidiMessage::read(bytes) else { return };
        if let MidiMessage::Frame(frame) = message {
            return self.take(frame, now_s, hear);
        }
        if !matches!(self.pairing, Pairing::Paired(_)) {
            return;
        }
        self.heard_s = now_s;
        let at_s = now_s + self.clock.latency_s();
        match message {
            MidiMessage::Cv { input, steps } => {
                if let Some(place) = self.steps.get_mut(usize::from(input)) {
                    *place = steps;
                }
                hear(Heard::Volts { steps: self.steps, patched: [true; CV_INPUTS], at_s });
            }
            MidiMessage::Gate { gate, high } => {
                self.gates.level(gate, high, |change| hear(Heard::Gate { gate: change.gate, high: change.high, at_s }));
            }
            MidiMessage::Turn(detents) => hear(Heard::Turn(detents.into())),
            MidiMessage::Push(pushed) => {
                if core::mem::replace(&mut self.pushed, pushed) != pushed {
                    hear(Heard::Push(pushed));
                }
            }
            MidiMessage::Frame(_) => {}
        }
    }

    fn meet(&mut self, info: Info, now_s: f64, mut hear: impl FnMut(Heard)) {
        let known = matches!(self.pairing, Pairing::Paired(known) if known.uid == info.uid);
        self.pairing = match info.protocol.check() {
            Ok(()) => Pairing::Paired(info),
            Err(mismatch) => Pairing::Refused(mismatch),
        };
        if known || !matches!(self.pairing, Pairing::Paired(_)) {
            return;
        }
        self.heard_s = now_s;
        self.streams = false;
        self.clock.forget();
        self.last_seq = None;
        self.encoder = None;
        self.gates.forget(|change| hear(Heard::Gate { gate: change.gate, high: change.high, at_s: now_s }));
        hear(Heard::Paired(info));
    }

    fn look(&mut self, cv: Cv, time_us: u32, now_s: f64, fresh: bool, mut hear: impl FnMut(Heard)) {
        let at_s = self.clock.place(time_us, now_s);
        self.gates.state(cv.gates, fresh, |change| hear(Heard::Gate { gate: change.gate, high: change.high, at_s }));
        hear(Heard::Volts { steps: cv.steps, patched: cv.patched, at_s });
        let turned = self.encoder.map_or(0, |before| cv.encoder.wrapping_sub(before));
        self.encoder = Some(cv.encoder);
        if turned != 0 {
            hear(Heard::Turn(turned));
        }
        if core::mem::replace(&mut self.pushed, cv.pushed) != cv.pushed {
            hear(Heard::Push(cv.pushed));
        }
    }

    /// What is to be sent at `now_s` without anybody's asking: who are you, and are you there. To be asked for again until
    /// there is nothing, some ten times a second.
    pub fn due(&mut self, now_s: f64, mut hear: impl FnMut(Heard)) -> Option<Message> {
        let begun_s = *self.begun_s.get_or_insert(now_s);
        match self.pairing {
            Pairing::Asking if now_s - begun_s > SILENCE_S => self.pairing = Pairing::Stranger,
            Pairing::Paired(_) if now_s - self.heard_s > SILENCE_S => {
                self.pairing = Pairing::Silent;
                self.release(now_s, &mut hear);
            }
            _ => {}
        }
        let paired = matches!(self.pairing, Pairing::Paired(_));
        if now_s - self.asked_s < if paired { PING_S } else { ASK_S } {
            return None;
        }
        self.asked_s = now_s;
        if !paired {
            return Some(Message::Hello(Version::OURS));
        }
        self.pings = self.pings.wrapping_add(1);
        self.ping = Some((self.pings, now_s));
        Some(Message::Ping(self.pings))
    }

    /// The port is gone: gates that were high fall. The next thing that is heard begins anew.
    pub fn release(&mut self, now_s: f64, mut hear: impl FnMut(Heard)) {
        self.gates.forget(|change| hear(Heard::Gate { gate: change.gate, high: change.high, at_s: now_s }));
        if core::mem::take(&mut self.pushed) {
            hear(Heard::Push(false));
        }
        self.last_seq = None;
        self.encoder = None;
        self.steps = [0; CV_INPUTS];
    }

    /// A message as it is sent over a serial port, with the next number. `time_us` is the host's time, which the module does not
    /// use.
    pub fn to_bytes(&mut self, message: Message, time_us: u32) -> Vec<u8, MAX_FRAME_BYTES> {
        self.frame(message, time_us).to_bytes()
    }

    /// The same as it is sent over MIDI.
    pub fn to_midi(&mut self, message: Message, time_us: u32) -> MidiBytes {
        MidiMessage::Frame(self.frame(message, time_us)).to_bytes()
    }

    fn frame(&mut self, message: Message, time_us: u32) -> Frame {
        let seq = self.seq;
        self.seq = seq.wrapping_add(1);
        Frame { seq, time_us, message }
    }

    /// How the talk stands.
    #[must_use]
    pub fn pairing(&self) -> Pairing {
        self.pairing
    }

    /// Lets events sound so much later than their quickest message would come, from now on.
    pub fn set_latency(&mut self, latency_s: f64) {
        self.clock.set_latency(latency_s);
    }

    /// By how much events sound later than their quickest message would come, in seconds.
    #[must_use]
    pub fn latency_s(&self) -> f64 {
        self.clock.latency_s()
    }

    /// By how much messages are late beside the quickest.
    #[must_use]
    pub fn jitter(&self) -> Jitter {
        self.clock.jitter()
    }

    /// How long the last ping and its answer took, in seconds.
    #[must_use]
    pub fn round_trip_s(&self) -> Option<f64> {
        self.round_trip_s
    }

    /// Frames of the module that never came.
    #[must_use]
    pub fn missed(&self) -> u32 {
        self.missed
    }

    /// What was received so far.
    #[must_use]
    pub fn reception(&self) -> Reception {
        self.receiver.reception()
    }
}
