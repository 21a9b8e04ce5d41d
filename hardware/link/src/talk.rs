//! The threads: one looks for the module and reads, one writes while a port is open.

use std::io::{ErrorKind, Read, Write};
use std::time::{Duration, Instant};

use neurorack_protocol::Message;
use neurorack_protocol::host::{Heard, Pairing, Session};
use serialport::{ClearBuffer, SerialPort};

use crate::link::{Choice, Event, Shared, State};
use crate::ports::{Found, choose};
use crate::problem::Problem;

/// From one look for the module to the next, and until what was no module is asked again.
const LOOK_EVERY: Duration = Duration::from_millis(250);
const ASK_AGAIN: Duration = Duration::from_secs(2);

/// Reading and writing wait so long at most, to see whether the link was closed.
const PORT_WAIT: Duration = Duration::from_millis(20);

/// USB takes any rate; 0 would mean "hang up".
const BAUD: u32 = 115_200;

/// A link is for as long as its program runs.
pub(crate) fn run(shared: &Shared, choice: &Choice, find: &dyn Fn() -> Result<Vec<Found>, Problem>) {
    while !shared.is_closed() {
        let opened = find().or_else(|problem| match choice {
            // A named port needs no list.
            Choice::Port(_) => Ok(Vec::new()),
            Choice::Any => Err(problem),
        });
        let opened = opened.and_then(|found| choose(choice, &found, shared.known())).and_then(|port| open(&port));
        let problem = match opened {
            Ok((name, port)) => talk(shared, &name, port),
            Err(problem) => problem,
        };
        let pause = match problem {
            Problem::Stranger { .. } | Problem::Version(_) => ASK_AGAIN,
            _ => LOOK_EVERY,
        };
        // That a module is not there says less than why it went.
        let is_known = matches!(shared.state(), State::Waiting(Problem::Unplugged));
        if !(is_known && problem.is_absence()) {
            shared.set_state(State::Waiting(problem));
        }
        sleep(shared, pause);
    }
}

fn sleep(shared: &Shared, pause: Duration) {
    let end = Instant::now() + pause;
    while !shared.is_closed() && Instant::now() < end {
        std::thread::sleep(PORT_WAIT);
    }
}

fn open(name: &str) -> Result<(String, Box<dyn SerialPort>), Problem> {
    let at = |baud| serialport::new(name, baud).timeout(PORT_WAIT).dtr_on_open(true).open();
    // On macOS a pseudo-terminal takes no rate: the crate leaves it alone where it is 0.
    let port = at(BAUD).or_else(|error| if cfg!(target_os = "macos") { at(0) } else { Err(error) });
    port.map(|port| (name.to_owned(), port)).map_err(|error| Problem::opening(name, &error))
}

/// Talks until the port is gone, what is there turns out to be no module of ours, or the link is closed.
fn talk(shared: &Shared, name: &str, mut port: Box<dyn SerialPort>) -> Problem {
    let writing = match port.try_clone() {
        Ok(port) => port,
        Err(error) => return Problem::opening(name, &error),
    };
    // What an earlier program left unread is of the past. Where that fails, the session does not hear it either.
    let _ = port.clear(ClearBuffer::Input);
    *shared.session() = Session::new(shared.latency_s);
    // A reason that is known is not hidden while the same is asked again.
    if !matches!(shared.state(), State::Waiting(Problem::Stranger { .. } | Problem::Version(_))) {
        shared.set_state(State::Asking { port: name.to_owned() });
    }
    shared.outgoing.set_over(false);
    let problem = std::thread::scope(|scope| {
        scope.spawn(|| write(shared, writing));
        let problem = read(shared, name, &mut port);
        shared.outgoing.set_over(true);
        problem
    });
    let mut session = shared.session();
    session.release(shared.now_s(), |heard| shared.inbox.push(Event::Heard(heard)));
    problem
}

/// Reads until there is a reason to stop.
fn read(shared: &Shared, name: &str, port: &mut Box<dyn SerialPort>) -> Problem {
    let mut bytes = [0; 1_024];
    while !shared.is_closed() {
        match port.read(&mut bytes) {
            Ok(0) => return Problem::Unplugged,
            Ok(count) => {
                let now_s = shared.now_s();
                let mut session = shared.session();
                session.receive(&bytes[..count], now_s, |heard| hear(shared, heard));
                follow(shared, session.pairing());
            }
            Err(error) if matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::Interrupted) => {}
            Err(_) => return Problem::Unplugged,
        }
        match shared.session().pairing() {
            Pairing::Stranger => return Problem::Stranger { port: name.to_owned() },
            Pairing::Refused(mismatch) => return Problem::Version(mismatch),
            Pairing::Asking | Pairing::Paired(_) | Pairing::Silent => {}
        }
    }
    Problem::Unplugged
}

/// Tells on what the module told.
fn hear(shared: &Shared, heard: Heard) {
    match heard {
        Heard::Paired(info) => {
            shared.outgoing.meet();
            shared.set_known(info.uid);
            shared.set_state(State::Paired(info));
        }
        // The module drew over what was sent.
        Heard::Checklist(list) if !list.runs => {
            shared.outgoing.forget_screen();
            shared.inbox.push(Event::Heard(heard));
        }
        heard => shared.inbox.push(Event::Heard(heard)),
    }
}

/// The state after what was said last. Strangers end the talk, which tells of them.
fn follow(shared: &Shared, pairing: Pairing) {
    match pairing {
        Pairing::Paired(info) => shared.set_state(State::Paired(info)),
        Pairing::Silent => shared.set_state(State::Waiting(Problem::Silent)),
        Pairing::Asking | Pairing::Stranger | Pairing::Refused(_) => {}
    }
}

/// Writes what is due and what is asked for, until the port is gone.
fn write(shared: &Shared, mut port: Box<dyn SerialPort>) {
    while !shared.outgoing.is_over() {
        let (due, is_met) = {
            let mut session = shared.session();
            let due = session.due(shared.now_s(), |heard| hear(shared, heard));
            follow(shared, session.pairing());
            (due, matches!(session.pairing(), Pairing::Paired(_)))
        };
        let message = due.or_else(|| shared.outgoing.next(PORT_WAIT, is_met));
        if let Some(message) = message
            && say(shared, &mut port, message).is_err()
        {
            // Reading finds out that the port is gone.
            return;
        }
    }
}

/// Writes one message whole. A module that does not read is waited for.
fn say(shared: &Shared, port: &mut Box<dyn SerialPort>, message: Message) -> std::io::Result<()> {
    let bytes = shared.session().to_bytes(message, 0);
    let mut rest = bytes.as_slice();
    while !rest.is_empty() && !shared.outgoing.is_over() {
        match port.write(rest) {
            Ok(count) => rest = rest.get(count..).unwrap_or_default(),
            Err(error) if matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::Interrupted) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
