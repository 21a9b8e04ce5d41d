//! The MIDI inputs of this machine: found, opened, and found again, on a thread of their own.

use super::ear::Ear;
use super::{Options, Played, is_a_module, is_wanted, readable};
use crate::quiet::hush_alsa;
use midir::{Ignore, MidiInput, MidiInputConnection, MidiInputPort};
use neurorack_host::midi::Stream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{JoinHandle, Thread};
use std::time::{Duration, Instant};

/// Time between two looks at which ports there are. Shorter than a plug is out by hand: a port that comes back under its old
/// number is not told from one that stayed.
const LOOK: Duration = Duration::from_millis(250);

/// Time between two tries where the system has no MIDI at all.
const TRY: Duration = Duration::from_secs(2);

/// Time between two looks at controllers that move.
const CONTROLLERS: Duration = Duration::from_millis(10);

/// Ports that are listened to at once: each has a thread.
const MOST_PORTS: usize = 32;

/// What this program is called among MIDI clients: not as the module is.
const CLIENT: &str = "neurorack play";

/// MIDI inputs that are listened to until this is dropped.
#[derive(Debug)]
pub(crate) struct MidiIn {
    heard: Arc<Mutex<Ear>>,
    seen: Arc<Mutex<Seen>>,
    ends: Arc<AtomicBool>,
    supervisor: Option<JoinHandle<()>>,
}

/// What the supervisor tells.
#[derive(Debug, Default)]
struct Seen {
    devices: Vec<String>,
    /// Why fewer are listened to than were wanted.
    problem: Option<String>,
}

impl MidiIn {
    /// Listens to the ports that the options want, those that come later too. `play` is called on the drivers' threads, one
    /// call at a time, with the time at which the driver delivered; it must not wait, nor ask this `MidiIn` anything.
    pub(crate) fn open(options: Options, play: impl Fn(Instant, Played) + Clone + Send + 'static) -> Self {
        let part = options.port.clone();
        let heard = Arc::new(Mutex::new(Ear::new(options)));
        let seen = Arc::new(Mutex::new(Seen::default()));
        let ends = Arc::new(AtomicBool::new(false));
        let mut supervisor = Supervisor {
            part,
            heard: Arc::clone(&heard),
            seen: Arc::clone(&seen),
            epoch: Instant::now(),
            client: None,
            open: Vec::new(),
            play,
        };
        let should_end = Arc::clone(&ends);
        let thread = std::thread::Builder::new().name("midi".into()).spawn(move || supervisor.run(&should_end));
        let supervisor = thread
            .inspect_err(|error| lock(&seen).problem = Some(format!("MIDI gets no thread of its own ({error})")))
            .ok();
        Self { heard, seen, ends, supervisor }
    }

    /// What is listened to, or why nothing is and what to do.
    pub(crate) fn state(&self) -> String {
        let seen = lock(&self.seen);
        match (&seen.problem, seen.devices.is_empty()) {
            (Some(problem), true) => problem.clone(),
            (Some(problem), false) => format!("{}; {problem}", seen.devices.join(", ")),
            (None, true) => "no device is there: plug one in".to_owned(),
            (None, false) => seen.devices.join(", "),
        }
    }

    /// Messages of floods that were left out.
    pub(crate) fn dropped(&self) -> u64 {
        lock(&self.heard).dropped()
    }
}

impl Drop for MidiIn {
    /// Closes every port; nothing is played afterwards.
    fn drop(&mut self) {
        self.ends.store(true, Ordering::Release);
        if let Some(supervisor) = self.supervisor.take() {
            supervisor.thread().unpark();
            // One that panicked has closed its ports while it unwound.
            let _ = supervisor.join();
        }
    }
}

/// A port that is listened to.
struct Open {
    id: String,
    name: String,
    _connection: MidiInputConnection<()>,
}

/// Looks after the ports.
struct Supervisor<P> {
    part: Option<String>,
    heard: Arc<Mutex<Ear>>,
    seen: Arc<Mutex<Seen>>,
    epoch: Instant,
    /// By which ports are listed.
    client: Option<MidiInput>,
    open: Vec<Open>,
    play: P,
}

impl<P: Fn(Instant, Played) + Clone + Send + 'static> Supervisor<P> {
    fn run(&mut self, ends: &AtomicBool) {
        let mut next_look = Instant::now();
        while !ends.load(Ordering::Acquire) {
            let now = Instant::now();
            if now >= next_look {
                self.look();
                next_look = now + if self.client.is_some() { LOOK } else { TRY };
            }
            if lock(&self.heard).waits() {
                std::thread::sleep(CONTROLLERS);
                let now = Instant::now();
                lock(&self.heard).look(self.ms(now), |played| (self.play)(now, played));
            } else {
                std::thread::park_timeout(next_look.saturating_duration_since(Instant::now()));
            }
        }
    }

    fn ms(&self, now: Instant) -> f64 {
        1e3 * now.duration_since(self.epoch).as_secs_f64()
    }

    /// Closes the ports that are gone and opens those that came.
    fn look(&mut self) {
        hush_alsa();
        let ports = match self.ports() {
            Ok(ports) => ports,
            Err(problem) => return self.tell(Some(problem)),
        };
        let mut problem = None;
        let before = self.open.len();
        self.open.retain(|open| ports.iter().any(|(port, name)| port.id() == open.id && *name == open.name));
        if self.open.len() < before {
            lock(&self.heard).port_gone(|played| (self.play)(Instant::now(), played));
        }
        let others = ports.iter().filter(|(_, name)| !is_a_module(name)).count();
        let wanted: Vec<_> = ports.into_iter().filter(|(_, name)| is_wanted(name, self.part.as_deref())).collect();
        if wanted.len() > MOST_PORTS {
            problem = Some(format!("only {MOST_PORTS} of {} ports are listened to: choose with --midi", wanted.len()));
        }
        if let (true, Some(part), 1..) = (wanted.is_empty(), &self.part, others) {
            problem = Some(format!("no port has \"{part}\" in its name: `neurorack devices` names them"));
        }
        for (port, name) in wanted {
            let is_open = self.open.iter().any(|open| port.id() == open.id && name == open.name);
            if is_open || self.open.len() >= MOST_PORTS {
                continue;
            }
            match self.connect(&port) {
                Ok(connection) => self.open.push(Open { id: port.id(), name, _connection: connection }),
                Err(reason) => {
                    let name = readable(&name);
                    problem = Some(format!("{name} cannot be opened ({reason}): close other programs that use it"));
                }
            }
        }
        self.tell(problem);
    }

    /// All inputs with their names.
    fn ports(&mut self) -> Result<Vec<(MidiInputPort, String)>, String> {
        if self.client.is_none() {
            self.client = Some(client()?);
        }
        Ok(self.client.as_ref().map(named).unwrap_or_default())
    }

    fn connect(&self, port: &MidiInputPort) -> Result<MidiInputConnection<()>, String> {
        let mut input = client()?;
        input.ignore(Ignore::SysexAndActiveSense);
        let heard = Arc::clone(&self.heard);
        let play = self.play.clone();
        let epoch = self.epoch;
        let supervisor: Thread = std::thread::current();
        let mut stream = Stream::default();
        let hear = move |_: u64, bytes: &[u8], (): &mut ()| {
            let now = Instant::now();
            let now_ms = 1e3 * now.duration_since(epoch).as_secs_f64();
            if lock(&heard).hear(&mut stream, now_ms, bytes, |played| play(now, played)) {
                supervisor.unpark();
            }
        };
        input.connect(port, "in", hear, ()).map_err(|error| error.kind().to_string())
    }

    fn tell(&self, problem: Option<String>) {
        let mut seen = lock(&self.seen);
        seen.problem = problem;
        seen.devices.clear();
        seen.devices.extend(self.open.iter().map(|open| readable(&open.name).to_owned()));
    }
}

/// The names of the MIDI inputs, without those of modules.
///
/// # Errors
/// Where this system has no MIDI, or lets this user not use it: with a sentence that says what to do.
pub(crate) fn names() -> Result<Vec<String>, String> {
    hush_alsa();
    let others = named(&client()?).into_iter().filter(|(_, name)| !is_a_module(name));
    Ok(others.map(|(_, name)| readable(&name).to_owned()).collect())
}

fn named(client: &MidiInput) -> Vec<(MidiInputPort, String)> {
    // One without a name went away while it was asked.
    client.ports().into_iter().filter_map(|port| client.port_name(&port).ok().map(|name| (port, name))).collect()
}

fn client() -> Result<MidiInput, String> {
    MidiInput::new(CLIENT).map_err(|_| refused())
}

/// Why the system's MIDI cannot be used.
#[cfg(target_os = "linux")]
fn refused() -> String {
    use std::io::ErrorKind;
    match std::fs::File::open("/dev/snd/seq").map_err(|error| error.kind()) {
        Err(ErrorKind::NotFound) => {
            "this system has no MIDI sequencer: load it with `sudo modprobe snd-seq`, or plug a device in".into()
        }
        Err(ErrorKind::PermissionDenied) => {
            "you may not use MIDI devices: run `sudo usermod -a -G audio $USER` and log in again".into()
        }
        Err(error) => format!("the MIDI sequencer cannot be opened ({error}): restart this computer if it stays so"),
        Ok(_) => "the MIDI sequencer takes no further program: close one that uses MIDI".into(),
    }
}

#[cfg(not(target_os = "linux"))]
fn refused() -> String {
    "this system's MIDI cannot be opened: close other programs that use it".into()
}

/// Whoever panicked with it left nothing half done that matters.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_open_and_close_on_any_machine_and_say_how_they_stand() {
        let part = Some("no device has this name".to_owned());
        let midi = MidiIn::open(Options { port: part, ..Options::default() }, |_, _| {});
        // However fast the supervisor is, there is a sentence.
        assert!(!midi.state().is_empty());
        assert_eq!(midi.dropped(), 0);
        drop(midi);
    }
}
