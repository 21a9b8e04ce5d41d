//! `cargo xtask module emulate`: a module without hardware that any program can open as a serial port.

use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use anyhow::{Context, Result};

use crate::firmware;
use crate::process;
use crate::setup;

#[cfg(unix)]
mod pty;

/// Run a module without hardware.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Run the real firmware on a simulated chip, at the wall clock's pace, behind a serial port
    Emulate {
        /// Offer the serial port on this TCP port of this machine only, and no other way
        #[arg(long, value_name = "PORT")]
        tcp: Option<u16>,
    },
}

/// Ends the emulator with this program.
struct Emulator(Child);

impl Drop for Emulator {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs `cargo xtask module`.
pub(crate) fn run(args: &Args) -> Result<()> {
    let Command::Emulate { tcp } = args.command;
    let elf = firmware::build()?;
    setup::node::ensure_packages("hardware/emulator")?;
    let mut command = process::command("node")?;
    command.arg("hardware/emulator/src/main.mjs").arg(elf).args(["--port", &tcp.unwrap_or(0).to_string()]);
    let mut emulator = Emulator(command.stdout(Stdio::piped()).spawn().context("cannot start node")?);
    let mut answers = BufReader::new(emulator.0.stdout.take().context("standard output is piped")?);
    let mut line = String::new();
    answers.read_line(&mut line)?;
    let told: serde_json::Value = serde_json::from_str(&line).context("the emulator did not start")?;
    let port =
        told["port"].as_u64().and_then(|port| u16::try_from(port).ok()).context("the emulator names its port")?;

    let answering =
        std::thread::spawn(move || answers.lines().map_while(Result::ok).for_each(|line| println!("{line}")));
    match tcp {
        Some(_) => println!("module: its serial port is 127.0.0.1:{port}"),
        None => offer(port)?,
    }
    println!(
        "module: type {{\"volts\": [1, 0, 0, -5]}}, {{\"gate\": [0, true]}}, {{\"turn\": 1}}, {{\"push\": true}}; Ctrl+C ends it"
    );
    emulator.0.wait()?;
    // It ends with the emulator's output.
    let _ = answering.join();
    Ok(())
}

/// Makes a serial port of the TCP port.
#[cfg(unix)]
fn offer(port: u16) -> Result<()> {
    let socket = TcpStream::connect(("127.0.0.1", port)).context("the emulator does not listen")?;
    socket.set_nodelay(true)?;
    let path = pty::bridge(socket)?;
    println!("module: its serial port is {path}");
    Ok(())
}

/// There are no pseudo-terminals here.
#[cfg(not(unix))]
fn offer(_: u16) -> Result<()> {
    anyhow::bail!("this system has no pseudo-terminals: use --tcp PORT")
}
