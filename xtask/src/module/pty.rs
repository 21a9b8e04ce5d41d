//! A pseudo-terminal that looks like the module's serial port.

use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags, fcntl_setfl};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

/// How often it is looked whether a program opened the terminal.
const LOOK: Duration = Duration::from_millis(10);

/// Carries bytes between a new pseudo-terminal and a TCP port of this machine; returns the terminal's path.
///
/// The TCP port is connected while a program has the terminal open, and only then: that is what DTR is on a real port.
pub(super) fn bridge(port: u16) -> Result<String> {
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)
        .context("this system gives no pseudo-terminal")?;
    grantpt(&ours)?;
    unlockpt(&ours)?;
    let path = ptsname(&ours, Vec::new())?.into_string().context("a terminal's path is text")?;
    // Raw: bytes are bytes, nothing is echoed. Opened and closed once: from then on it hangs up while nobody has it open.
    let theirs = rustix::fs::open(path.as_str(), OFlags::RDWR | OFlags::NOCTTY, Mode::empty())?;
    let mut attributes = tcgetattr(&theirs)?;
    attributes.make_raw();
    tcsetattr(&theirs, OptionalActions::Now, &attributes)?;
    drop(theirs);
    fcntl_setfl(&ours, OFlags::RDWR | OFlags::NONBLOCK)?;
    let mut terminal = File::from(ours);
    std::thread::spawn(move || {
        loop {
            if is_open(&terminal) {
                // The module or the program is gone: the next program begins anew.
                let _ = carry(&mut terminal, port);
            }
            std::thread::sleep(LOOK);
        }
    });
    Ok(path)
}

/// Whether a program has the terminal open.
fn is_open(terminal: &File) -> bool {
    let mut state = [PollFd::new(terminal, PollFlags::IN)];
    poll(&mut state, Some(&Timespec::default())).is_ok() && !state[0].revents().contains(PollFlags::HUP)
}

/// Carries bytes until the terminal is closed or the module is gone. A program that does not read stalls the module, as it does
/// over USB.
fn carry(terminal: &mut File, port: u16) -> std::io::Result<()> {
    let mut socket = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    socket.set_nodelay(true)?;
    let mut bytes = [0; 4_096];
    let mut to_program: Vec<u8> = Vec::new();
    loop {
        let (wanted, from_module) = match to_program.is_empty() {
            true => (PollFlags::IN, PollFlags::IN),
            false => (PollFlags::IN | PollFlags::OUT, PollFlags::empty()),
        };
        let mut state = [PollFd::new(&*terminal, wanted), PollFd::new(&socket, from_module)];
        poll(&mut state, None)?;
        let (program, module) = (state[0].revents(), state[1].revents());
        if program.contains(PollFlags::HUP) {
            return Ok(());
        }
        if program.contains(PollFlags::IN) {
            let count = terminal.read(&mut bytes)?;
            socket.write_all(&bytes[..count])?;
        }
        if module.intersects(PollFlags::IN | PollFlags::HUP) && to_program.is_empty() {
            match socket.read(&mut bytes)? {
                0 => return Ok(()),
                count => to_program.extend_from_slice(&bytes[..count]),
            }
        }
        match terminal.write(&to_program) {
            Ok(count) => drop(to_program.drain(..count)),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn a_program_that_opens_and_closes_the_terminal_is_a_connection_that_begins_and_ends() {
        let module = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let path = bridge(module.local_addr().unwrap().port()).unwrap();
        for round in 0..3u8 {
            let mut program = File::options().read(true).write(true).open(&path).unwrap();
            let (mut socket, _) = module.accept().unwrap();
            let mut bytes = [0; 3];
            program.write_all(&[round, 0, 13]).unwrap();
            socket.read_exact(&mut bytes).unwrap();
            assert_eq!(bytes, [round, 0, 13]);
            socket.write_all(&[3, 10, round]).unwrap();
            program.read_exact(&mut bytes).unwrap();
            assert_eq!(bytes, [3, 10, round]);
            drop(program);
            assert_eq!(socket.read(&mut bytes).unwrap(), 0, "round {round}: it is closed");
        }
    }

    #[test]
    fn a_program_that_does_not_read_for_a_while_loses_no_byte() {
        let module = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let path = bridge(module.local_addr().unwrap().port()).unwrap();
        let mut program = File::options().read(true).write(true).open(&path).unwrap();
        let (mut socket, _) = module.accept().unwrap();
        let sent: Vec<u8> = (0..200_000u32).map(|k| (k % 251) as u8).collect();
        std::thread::scope(|scope| {
            scope.spawn(|| socket.write_all(&sent).unwrap());
            std::thread::sleep(Duration::from_millis(50));
            let mut came = vec![0; sent.len()];
            program.read_exact(&mut came).unwrap();
            assert!(came == sent);
        });
    }
}
