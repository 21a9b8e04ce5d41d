//! The way to a module, for as long as a program runs.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use neurorack_protocol::host::{Heard, Jitter, PICTURE_BYTES, Session};
use neurorack_protocol::{Info, Message, Reception};

use crate::inbox::Inbox;
use crate::outgoing::Outgoing;
use crate::ports::{Found, modules};
use crate::problem::Problem;
use crate::talk;

/// Which module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// The only one that is plugged in.
    Any,
    /// Whatever is at this port: a device, or a pseudo-terminal.
    Port(String),
}

/// How the link stands.
#[derive(Debug, Clone, PartialEq)]
pub enum State {
    /// This port is open, and what is there was asked who it is.
    Asking {
        /// Its name.
        port: String,
    },
    /// A module that we understand is there.
    Paired(Info),
    /// None is, for this reason; it is looked for again and again.
    Waiting(Problem),
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Asking { port } => write!(f, "waiting for an answer from {port}"),
            Self::Paired(info) => neurorack_protocol::host::Pairing::Paired(*info).fmt(f),
            Self::Waiting(problem) => problem.fmt(f),
        }
    }
}

/// What happened, in its order.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The link stands differently. A module that was met is told here, not as [`Heard::Paired`].
    State(State),
    /// The module told something; times are seconds since [`Link::epoch`].
    Heard(Heard),
}

/// Why a message was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotSent {
    /// There is no module.
    #[error("no module is there that could do this")]
    NoModule,
    /// It takes messages more slowly than they are sent.
    #[error("the module does not keep up: send less at once")]
    Full,
}

/// How well the module is heard.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Report {
    /// By how much messages are late beside the quickest.
    pub jitter: Jitter,
    /// How long the last question and its answer took, in seconds.
    pub round_trip_s: Option<f64>,
    /// Frames that never came.
    pub missed: u32,
    /// What was received since the port was opened.
    pub reception: Reception,
    /// Events that nobody read in time.
    pub lost: u64,
}

/// What both sides of the link's threads use.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) epoch: Instant,
    pub(crate) latency_s: f64,
    pub(crate) inbox: Inbox,
    pub(crate) outgoing: Outgoing,
    session: Mutex<Session>,
    state: Mutex<State>,
    /// The module that was met last.
    known: Mutex<Option<u64>>,
    is_closed: AtomicBool,
}

impl Shared {
    /// The clock that events are placed on, in seconds.
    pub(crate) fn now_s(&self) -> f64 {
        self.epoch.elapsed().as_secs_f64()
    }

    pub(crate) fn session(&self) -> MutexGuard<'_, Session> {
        // Nothing of a talk is left half done by a panic.
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn state(&self) -> State {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The link stands so; told once.
    pub(crate) fn set_state(&self, state: State) {
        let mut now = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if *now != state {
            now.clone_from(&state);
            self.inbox.push(Event::State(state));
        }
    }

    pub(crate) fn known(&self) -> Option<u64> {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn set_known(&self, uid: u64) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(uid);
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Relaxed)
    }
}

/// Finds a module, talks with it, and finds it again. Two threads of its own do the work; dropping it ends them and closes the
/// port.
#[derive(Debug)]
pub struct Link {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Link {
    /// Events that wait to be read, at most: four seconds of voltages.
    pub const QUEUE: usize = 4_096;

    /// Begins to look for a module. Gates and voltages sound `latency_s` later than their quickest message would come: 8 ms hide
    /// the unevenness of USB.
    #[must_use]
    pub fn open(choice: Choice, latency_s: f64) -> Self {
        Self::open_among(choice, latency_s, modules)
    }

    /// The same where `find` says which modules are plugged in.
    #[must_use]
    pub fn open_among(
        choice: Choice,
        latency_s: f64,
        find: impl Fn() -> Result<Vec<Found>, Problem> + Send + 'static,
    ) -> Self {
        let shared = Arc::new(Shared {
            epoch: Instant::now(),
            latency_s,
            inbox: Inbox::new(Self::QUEUE),
            outgoing: Outgoing::default(),
            session: Mutex::new(Session::new(latency_s)),
            // Never told: the first state that is known is another.
            state: Mutex::new(State::Asking { port: String::new() }),
            known: Mutex::new(None),
            is_closed: AtomicBool::new(false),
        });
        let theirs = Arc::clone(&shared);
        let thread = std::thread::spawn(move || talk::run(&theirs, &choice, &find));
        Self { shared, thread: Some(thread) }
    }

    /// The next event; waits so long for one.
    #[must_use]
    pub fn next(&self, timeout: Duration) -> Option<Event> {
        self.shared.inbox.pop(timeout)
    }

    /// How the link stands now; events before may still wait to be read.
    #[must_use]
    pub fn state(&self) -> State {
        self.shared.state()
    }

    /// Sends a message. A rate and the lamp are told again to a module that comes back.
    ///
    /// # Errors
    ///
    /// Where no module is there or too many messages wait.
    pub fn send(&self, message: Message) -> Result<(), NotSent> {
        if !matches!(self.shared.state(), State::Paired(_)) {
            return Err(NotSent::NoModule);
        }
        if self.shared.outgoing.send(message) { Ok(()) } else { Err(NotSent::Full) }
    }

    /// Shows a picture on the module's screen from now on, whenever a module is there: 16 bytes a row from the top, the leftmost
    /// pixel in the highest bit. What changed travels, at most 30 times a second; pictures in between are left out.
    pub fn show(&self, picture: &[u8; PICTURE_BYTES]) {
        self.shared.outgoing.show(picture);
    }

    /// How well the module is heard.
    #[must_use]
    pub fn report(&self) -> Report {
        let session = self.shared.session();
        Report {
            jitter: session.jitter(),
            round_trip_s: session.round_trip_s(),
            missed: session.missed(),
            reception: session.reception(),
            lost: self.shared.inbox.lost(),
        }
    }

    /// The moment that times are counted from.
    #[must_use]
    pub fn epoch(&self) -> Instant {
        self.shared.epoch
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.shared.is_closed.store(true, Ordering::Relaxed);
        self.shared.outgoing.set_over(true);
        if let Some(thread) = self.thread.take() {
            // A panic of it was reported when it happened.
            let _ = thread.join();
        }
    }
}
