//! `cargo xtask hardware check | generate | route | fab`: the module's board and faceplate, made from `hardware/board/source`.

use std::process::Command;

use anyhow::{Result, bail};

use crate::process;
use crate::setup::kicad;
use crate::tally::Tally;

/// Check the module's board and faceplate, or make their files anew.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Task,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::Subcommand)]
enum Task {
    /// Everything that must be true of the board: rules, netlist, simulation, dimensions, pins of the firmware
    Check,
    /// Make schematic, boards, SPICE decks and bill of materials anew from their source
    Generate,
    /// Route the board anew, where placement or circuit changed (needs numpy)
    Route,
    /// Write what a fab house takes: gerbers, drill, positions, and pictures
    Fab,
}

/// Runs `cargo xtask hardware`.
pub(crate) fn run(args: &Args) -> Result<()> {
    kicad::try_ensure();
    match args.command {
        Task::Check => {
            let tally = tally()?;
            if tally.skipped > 0 {
                println!("{} skipped: see above what is missing on this machine", tally.skipped);
            }
            if tally.failed > 0 {
                bail!("{} of the board's checks failed, see above", tally.failed);
            }
            Ok(())
        }
        Task::Generate => process::run(&mut source("generate")?),
        Task::Route => process::run(&mut source("route")?),
        Task::Fab => process::run(&mut source("fab")?),
    }
}

/// What the checks found, with what is here; installs nothing.
pub(crate) fn tally() -> Result<Tally> {
    let mut tally = Tally::default();
    let succeeded = process::watch(&mut source("check")?, |line| {
        tally.read(line);
        tally.skipped += usize::from(line.starts_with("SKIPPED "));
    })?;
    Ok(tally.settled(succeeded))
}

fn source(task: &str) -> Result<Command> {
    let mut command = kicad::python()?;
    // No folders of compiled Python in the clone.
    command.args(["-B", "hardware/board/source/main.py", task]);
    if let Some(reader) = kicad::gerber_reader() {
        command.env("NEURORACK_GERBER_PYTHON", reader);
    }
    Ok(command)
}
