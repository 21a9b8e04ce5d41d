//! The emulated module, driven from Rust in simulated time.
//!
//! A child process runs the firmware's ELF on a simulated RP2040 (`src/*.mjs`, which knows bytes and pins and no protocol).
//! [`Emulator`] sets its volts, gates and encoder, lets time pass, and hears its ports. Time passes only in
//! [`Emulator::run`], as fast as this machine computes it: the same commands give the same bytes.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, bail};
use neurorack_protocol::{Frame, Message, Receiver};
use serde_json::{Value, json};

/// What the module's ports said while time passed.
#[derive(Debug, Clone, Default)]
pub struct Said {
    /// Bytes of the serial port.
    pub serial: Vec<u8>,
    /// USB-MIDI events of four bytes each.
    pub midi: Vec<u8>,
}

/// A module without hardware.
#[derive(Debug)]
pub struct Emulator {
    child: Child,
    commands: ChildStdin,
    answers: BufReader<ChildStdout>,
    receiver: Receiver,
    seq: u16,
    /// Simulated microseconds since it was switched on first.
    us: u64,
    stopped: Option<String>,
}

impl Emulator {
    /// Switches a module on that runs this ELF file.
    ///
    /// # Errors
    ///
    /// Where node, its packages or the file are missing.
    pub fn start(elf: &Path) -> Result<Self> {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let mut child = Command::new("node")
            .arg(folder.join("src/main.mjs"))
            .arg(elf)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("the emulator needs node 18 or newer")?;
        let commands = child.stdin.take().context("the child has an input")?;
        let answers = BufReader::new(child.stdout.take().context("the child has an output")?);
        let mut emulator = Self { child, commands, answers, receiver: Receiver::new(), seq: 0, us: 0, stopped: None };
        emulator.tell(&json!({})).context("run `npm install` in hardware/emulator, and build the firmware")?;
        Ok(emulator)
    }

    /// Says one command (`src/commands.mjs`) and returns the answer.
    ///
    /// # Errors
    ///
    /// Where the emulator refuses it or has died.
    pub fn tell(&mut self, command: &Value) -> Result<Value> {
        writeln!(self.commands, "{command}").context("the emulator has ended")?;
        let mut line = String::new();
        if self.answers.read_line(&mut line)? == 0 {
            bail!("the emulator has ended");
        }
        let answer: Value = serde_json::from_str(&line)?;
        if let Some(error) = answer["error"].as_str() {
            bail!("{command}: {error}");
        }
        self.us = answer["us"].as_u64().context("the emulator tells its time")?;
        self.stopped = answer["stopped"].as_str().map(str::to_owned);
        Ok(answer)
    }

    /// Lets so many microseconds pass; returns what was said meanwhile.
    ///
    /// # Errors
    ///
    /// Where the emulator has died.
    pub fn listen(&mut self, us: u64) -> Result<Said> {
        let answer = self.tell(&json!({ "run": us }))?;
        Ok(Said { serial: unhex(&answer["serial"])?, midi: unhex(&answer["midi"])? })
    }

    /// Lets so many microseconds pass; returns the frames that came over the serial port meanwhile.
    ///
    /// # Errors
    ///
    /// Where the emulator has died.
    pub fn run(&mut self, us: u64) -> Result<Vec<Frame>> {
        let mut frames = Vec::new();
        let said = self.listen(us)?;
        self.receiver.receive(&said.serial, |frame| frames.push(frame));
        Ok(frames)
    }

    /// Sends bytes to the serial port.
    ///
    /// # Errors
    ///
    /// Where the emulator has died or no host has found the module yet.
    pub fn send_bytes(&mut self, bytes: &[u8]) -> Result<()> {
        self.tell(&json!({ "serial": hex(bytes) })).map(drop)
    }

    /// Sends a message to the serial port.
    ///
    /// # Errors
    ///
    /// As [`Emulator::send_bytes`].
    pub fn send(&mut self, message: Message) -> Result<()> {
        let bytes = self.frame(message).to_bytes();
        self.send_bytes(&bytes)
    }

    /// A message with the host's next number.
    pub fn frame(&mut self, message: Message) -> Frame {
        let seq = self.seq;
        self.seq = seq.wrapping_add(1);
        Frame { seq, time_us: 0, message }
    }

    /// What the display shows, page by page, a byte a column; `None` while it is off.
    ///
    /// # Errors
    ///
    /// Where the emulator has died.
    pub fn screen(&mut self) -> Result<Option<Vec<u8>>> {
        let answer = self.tell(&json!({ "screen": true }))?;
        let pixels = unhex(&answer["screen"])?;
        Ok((answer["isLit"] == true).then_some(pixels))
    }

    /// Simulated microseconds since the module was switched on first.
    #[must_use]
    pub fn us(&self) -> u64 {
        self.us
    }

    /// Why the module stands still: "power" or "bootsel".
    #[must_use]
    pub fn stopped(&self) -> Option<&str> {
        self.stopped.as_deref()
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Bytes as digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(digits: &Value) -> Result<Vec<u8>> {
    let digits = digits.as_str().context("bytes are a text")?;
    (0..digits.len() / 2).map(|at| Ok(u8::from_str_radix(&digits[2 * at..2 * at + 2], 16)?)).collect()
}
