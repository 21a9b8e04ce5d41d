//! A module that answered, and how one is asked.

use anyhow::{Result, bail};
use neurorack_link::{Choice, Event, Link, State};
use neurorack_protocol::host::Heard;
use neurorack_protocol::{Info, Message};
use std::time::{Duration, Instant};

/// How long a module may take to answer: a calibration is written in 50 ms.
const PATIENCE: Duration = Duration::from_secs(5);

/// Events are placed so much later than their quickest message: enough for the unevenness of USB.
const LATENCY_S: f64 = 0.008;

/// Which port.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct PortArgument {
    /// The module's serial port, such as /dev/ttyACM0 or COM3; without it the only module that is plugged in.
    #[arg(long, value_name = "PATH")]
    port: Option<String>,
}

impl PortArgument {
    /// Waits for a module's answer.
    ///
    /// # Errors
    ///
    /// Why there is none, with what to do.
    pub(crate) fn meet(&self) -> Result<Met> {
        let choice = self.port.clone().map_or(Choice::Any, Choice::Port);
        let link = Link::open(choice, LATENCY_S);
        loop {
            match link.next(PATIENCE) {
                Some(Event::State(State::Paired(info))) => return Ok(Met { link, info }),
                Some(Event::State(State::Waiting(problem))) => return Err(problem.into()),
                Some(_) => {}
                None => bail!("{}", link.state()),
            }
        }
    }
}

/// A module that answered.
pub(crate) struct Met {
    pub(crate) link: Link,
    pub(crate) info: Info,
}

impl Met {
    /// Sends a message; nothing is answered.
    pub(crate) fn send(&self, message: Message) -> Result<()> {
        self.link.send(message)?;
        Ok(())
    }

    /// Waits for what `wanted` makes something of.
    ///
    /// # Errors
    ///
    /// Where the module refuses what it was asked, is gone, or does not answer.
    pub(crate) fn wait<T>(&self, mut wanted: impl FnMut(Heard) -> Option<T>) -> Result<T> {
        let end = Instant::now() + PATIENCE;
        loop {
            match self.link.next(end.saturating_duration_since(Instant::now())) {
                Some(Event::Heard(Heard::Refused(refusal))) => bail!("{}", refusal.error.sentence()),
                Some(Event::Heard(heard)) => {
                    if let Some(found) = wanted(heard) {
                        return Ok(found);
                    }
                }
                Some(Event::State(State::Waiting(problem))) => return Err(problem.into()),
                Some(Event::State(_)) => {}
                None => bail!("the module does not answer: pull its cable, plug it in again and try once more"),
            }
            if Instant::now() >= end {
                bail!("the module does not answer: pull its cable, plug it in again and try once more");
            }
        }
    }

    /// Sends a message and waits for its answer.
    ///
    /// # Errors
    ///
    /// As [`Met::wait`].
    pub(crate) fn ask<T>(&self, message: Message, wanted: impl FnMut(Heard) -> Option<T>) -> Result<T> {
        self.send(message)?;
        self.wait(wanted)
    }
}
