//! The module at a serial port of this machine.
//!
//! [`Link`] finds it, opens its port, keeps [`host::Session`](neurorack_protocol::host::Session) going and hands out [`Event`]s.
//! Cables may be pulled at any time: gates fall, [`State`] says why nothing comes, and what comes back is opened again.
//!
//! Times are seconds since [`Link::epoch`]. What is heard waits in a queue of [`Link::QUEUE`] events; who does not read it
//! loses the oldest voltages first, which newer ones replace, and gates last. Lost events are counted.
//!
//! ```no_run
//! use neurorack_link::{Choice, Event, Link, State};
//! use std::time::Duration;
//!
//! let link = Link::open(Choice::Any, 0.008);
//! while let Some(event) = link.next(Duration::from_secs(10)) {
//!     match event {
//!         Event::State(State::Waiting(problem)) => eprintln!("{problem}"),
//!         event => println!("{event:?}"),
//!     }
//! }
//! ```

mod inbox;
mod link;
mod outgoing;
mod ports;
mod problem;
mod talk;
#[cfg(all(unix, feature = "test-module"))]
pub mod test_module;

pub use link::{Choice, Event, Link, NotSent, Report, State};
pub use ports::{Found, modules, short_name};
pub use problem::Problem;
