//! The emulator as a child, asked by a terminal and a page at once.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::process;

/// How often it is looked whether it still runs.
const LOOK: Duration = Duration::from_millis(200);

/// A module without hardware at the wall clock's pace. It ends with this program.
pub(super) struct Emulator {
    child: Mutex<Child>,
    talk: Mutex<(ChildStdin, BufReader<ChildStdout>)>,
    /// The TCP port of its serial port.
    pub(super) port: u16,
}

impl Emulator {
    /// Starts it with this firmware; its serial port is at the TCP port `port`, 0 for any.
    pub(super) fn start(elf: &Path, port: u16) -> Result<Self> {
        let mut command = process::command("node")?;
        command.arg("hardware/emulator/src/main.mjs").arg(elf).args(["--port", &port.to_string(), "--with-input"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("cannot start node")?;
        let commands = child.stdin.take().context("standard input is piped")?;
        let mut answers = BufReader::new(child.stdout.take().context("standard output is piped")?);
        let mut line = String::new();
        answers.read_line(&mut line)?;
        let told: serde_json::Value = serde_json::from_str(&line).context("the emulator did not start")?;
        let port = told["port"].as_u64().and_then(|port| u16::try_from(port).ok());
        let port = port.context("the emulator names its port")?;
        Ok(Self { child: Mutex::new(child), talk: Mutex::new((commands, answers)), port })
    }

    /// Says one line and returns its answer, a line too.
    pub(super) fn ask(&self, line: &str) -> Result<String> {
        let mut talk = self.talk.lock().unwrap_or_else(PoisonError::into_inner);
        let (commands, answers) = &mut *talk;
        writeln!(commands, "{line}").context("the emulator has ended")?;
        loop {
            let mut answer = String::new();
            if answers.read_line(&mut answer)? == 0 {
                bail!("the emulator has ended");
            }
            // What the MIDI port says comes between.
            if !answer.starts_with("{\"midi\"") {
                return Ok(answer.trim_end().to_owned());
            }
            print!("{answer}");
        }
    }

    /// Waits until it ends.
    pub(super) fn wait(&self) -> Result<()> {
        loop {
            if self.child.lock().unwrap_or_else(PoisonError::into_inner).try_wait()?.is_some() {
                return Ok(());
            }
            std::thread::sleep(LOOK);
        }
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        let child = self.child.get_mut().unwrap_or_else(PoisonError::into_inner);
        // It may have ended already.
        let _ = child.kill();
        let _ = child.wait();
    }
}
