//! A pseudo-terminal that looks like the module's serial port.

use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::fd::OwnedFd;

use anyhow::{Context, Result};
use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

/// Carries bytes between a new pseudo-terminal and a socket until one of them ends; returns the terminal's path.
pub(super) fn bridge(socket: TcpStream) -> Result<String> {
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).context("this system gives no pseudo-terminal")?;
    grantpt(&ours)?;
    unlockpt(&ours)?;
    let path = ptsname(&ours, Vec::new())?.into_string().context("a terminal's path is text")?;
    // Kept open: a terminal that nobody has open reads as an error. Raw: bytes are bytes, nothing is echoed.
    let theirs = rustix::fs::open(path.as_str(), OFlags::RDWR | OFlags::NOCTTY, Mode::empty())?;
    let mut attributes = tcgetattr(&theirs)?;
    attributes.make_raw();
    tcsetattr(&theirs, OptionalActions::Now, &attributes)?;

    let (from_program, to_module) = (File::from(ours.try_clone()?), socket.try_clone()?);
    let (from_module, to_program) = (socket, File::from(ours));
    std::thread::spawn(move || carry(from_program, to_module));
    std::thread::spawn(move || {
        carry(from_module, to_program);
        drop::<OwnedFd>(theirs);
    });
    Ok(path)
}

fn carry(mut from: impl Read, mut to: impl Write) {
    let mut bytes = [0; 4096];
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        if to.write_all(&bytes[..count]).is_err() {
            return;
        }
    }
}
