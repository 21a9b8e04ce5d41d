//! The module at its cable: what it plays goes straight to the audio side, all else to the menu.

use crate::audio::{Deed, Hands};
use neurorack_engine::GateInput;
use neurorack_engine::sources::Action;
use neurorack_link::{Choice, Event, Link, Report, State};
use neurorack_panel::Pixels;
use neurorack_protocol::host::Heard;
use neurorack_protocol::{CV_INPUTS, Calibration, Health, Info, Message, Rate, Refusal, volts};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// How long the thread waits for the module before it looks whether it is to end.
const WAIT: Duration = Duration::from_millis(100);

/// What the module told that is not played.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Told {
    /// The encoder was turned by so many detents.
    Turn(i32),
    /// It was pushed or let go.
    Push(bool),
    /// What the converter reads.
    Raw([u16; CV_INPUTS]),
    /// The calibration in use, and whether it is kept.
    Calibration(Calibration, bool),
    /// Something was refused.
    Refused(Refusal),
    /// Its counters.
    Health(Health),
    /// It came, or went.
    State(State),
}

/// What the jacks read last.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Reading {
    /// Volts at the jacks that have a plug.
    pub(crate) volts: [Option<f32>; CV_INPUTS],
    /// Whether each gate is high.
    pub(crate) gates: [bool; 2],
}

/// A module, wherever it is at the moment. Its thread ends with it.
pub(crate) struct Jacks {
    link: Arc<Link>,
    told: Receiver<Told>,
    reading: Arc<Mutex<Reading>>,
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Jacks {
    /// Looks for a module; what it plays sounds `latency_s` after its quickest message would come.
    pub(crate) fn open(choice: Choice, latency_s: f64, hands: Hands) -> Self {
        let link = Arc::new(Link::open(choice, latency_s));
        let (teller, told) = mpsc::channel();
        let reading = Arc::new(Mutex::new(Reading::default()));
        let is_over = Arc::new(AtomicBool::new(false));
        let listener = Listener {
            link: Arc::clone(&link),
            latency_s,
            hands,
            teller,
            reading: Arc::clone(&reading),
            is_over: Arc::clone(&is_over),
        };
        let thread = std::thread::spawn(move || listener.run());
        Self { link, told, reading, is_over, thread: Some(thread) }
    }

    /// What was told since the last call, one by one.
    pub(crate) fn next(&self) -> Option<Told> {
        self.told.try_recv().ok()
    }

    /// What the jacks read last; without a module, what they read before it went.
    pub(crate) fn reading(&self) -> Reading {
        *self.reading.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The module that is there.
    pub(crate) fn info(&self) -> Option<Info> {
        match self.link.state() {
            State::Paired(info) => Some(info),
            _ => None,
        }
    }

    /// Shows a picture on the module's screen.
    pub(crate) fn show(&self, pixels: &Pixels) {
        self.link.show(pixels.data());
    }

    /// Sends a message; where no module is, nothing happens.
    pub(crate) fn send(&self, message: Message) {
        // A module that comes back is told the rate and the lamp anew.
        let _ = self.link.send(message);
    }

    /// How it stands, in a sentence.
    pub(crate) fn state(&self) -> String {
        self.link.state().to_string()
    }

    /// How well it is heard.
    pub(crate) fn report(&self) -> Report {
        self.link.report()
    }
}

impl Drop for Jacks {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // A panic of it was reported when it happened.
            let _ = thread.join();
        }
    }
}

/// The thread between link and audio side: the menu's work never holds up a gate.
struct Listener {
    link: Arc<Link>,
    latency_s: f64,
    hands: Hands,
    teller: Sender<Told>,
    reading: Arc<Mutex<Reading>>,
    is_over: Arc<AtomicBool>,
}

impl Listener {
    fn run(self) {
        while !self.is_over.load(Ordering::Relaxed) {
            match self.link.next(WAIT) {
                Some(Event::Heard(heard)) => self.hear(heard),
                Some(Event::State(state)) => {
                    if matches!(state, State::Paired(_)) {
                        for message in [Message::SetRate(Rate::Hz1000), Message::CalibrationRead] {
                            // A module that went at once is asked when it is back.
                            let _ = self.link.send(message);
                        }
                    }
                    self.tell(Told::State(state));
                }
                None => {}
            }
        }
    }

    fn hear(&self, heard: Heard) {
        match heard {
            Heard::Volts { steps, patched, at_s } => {
                let read = std::array::from_fn(|input| patched[input].then(|| volts(steps[input])));
                self.read(|reading| reading.volts = read);
                self.play(at_s, Action::Jacks { volts: read });
            }
            Heard::Gate { gate, high, at_s } => {
                let index = usize::from(gate);
                let Some(&gate) = GateInput::ALL.get(index) else { return };
                self.read(|reading| reading.gates[index] = high);
                let action = if high { Action::Press { gate, velocity: 1.0 } } else { Action::Release { gate } };
                self.play(at_s, action);
            }
            Heard::Turn(detents) => self.tell(Told::Turn(detents.into())),
            Heard::Push(down) => self.tell(Told::Push(down)),
            Heard::Raw(codes) => self.tell(Told::Raw(codes)),
            Heard::Calibration(calibration, kept) => self.tell(Told::Calibration(calibration, kept)),
            Heard::Refused(refusal) => self.tell(Told::Refused(refusal)),
            Heard::Health(health) => self.tell(Told::Health(health)),
            // The link tells of it as a state; the factory test is followed by `neurorack module test`.
            Heard::Paired(_) | Heard::Checklist(_) => {}
        }
    }

    /// Plays at a time of the link's clock.
    fn play(&self, at_s: f64, action: Action) {
        let moment = self.link.epoch() + Duration::from_secs_f64(at_s.max(0.0));
        self.hands.module_at(moment, self.latency_s, Deed::Act(action));
    }

    fn read(&self, change: impl FnOnce(&mut Reading)) {
        change(&mut self.reading.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn tell(&self, told: Told) {
        // Who no longer listens is about to end this thread.
        let _ = self.teller.send(told);
    }
}
