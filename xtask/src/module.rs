//! `cargo xtask module emulate`: a module without hardware that any program can open as a serial port.

use std::io::BufRead;
use std::sync::Arc;

use anyhow::Result;

use crate::firmware;
use crate::setup;

mod emulator;
#[cfg(unix)]
mod pty;
mod view;

use emulator::Emulator;

/// Run a module without hardware.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Run the real firmware on a simulated chip, at the wall clock's pace: a serial port, and a page with its panel
    Emulate {
        /// Offer the serial port on this TCP port of this machine only, and no other way
        #[arg(long, value_name = "PORT")]
        tcp: Option<u16>,
        /// The port of the page with the panel; when it is taken, the next free one
        #[arg(long, value_name = "PORT", default_value_t = 7300)]
        view: u16,
    },
}

/// Runs `cargo xtask module`.
pub(crate) fn run(args: &Args) -> Result<()> {
    let Command::Emulate { tcp, view } = args.command;
    let elf = firmware::build()?;
    setup::node::ensure_packages("hardware/emulator")?;
    let emulator = Arc::new(Emulator::start(&elf, tcp.unwrap_or(0))?);
    match tcp {
        Some(_) => println!("module: its serial port is 127.0.0.1:{}", emulator.port),
        None => offer(emulator.port)?,
    }
    let page = {
        let emulator = Arc::clone(&emulator);
        view::serve(Arc::new(move |line: &str| emulator.ask(line)), view)?
    };
    println!("module: its panel is at {}", page.url());
    println!(
        "module: or type {{\"volts\": [1, 0, 0, -5]}}, {{\"gate\": [0, true]}}, {{\"turn\": 1}}, {{\"push\": true}}; Ctrl+C ends it"
    );
    let typed = Arc::clone(&emulator);
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok).filter(|line| !line.trim().is_empty()) {
            match typed.ask(&line) {
                Ok(answer) => println!("{answer}"),
                Err(error) => eprintln!("module: {error:#}"),
            }
        }
    });
    emulator.wait()
}

/// Makes a serial port of the TCP port.
#[cfg(unix)]
fn offer(port: u16) -> Result<()> {
    let path = pty::bridge(port)?;
    println!("module: its serial port is {path}");
    Ok(())
}

/// There are no pseudo-terminals here.
#[cfg(not(unix))]
fn offer(_: u16) -> Result<()> {
    anyhow::bail!("this system has no pseudo-terminals: use --tcp PORT")
}
