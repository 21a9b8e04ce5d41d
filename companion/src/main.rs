//! The same engine natively: render, describe, inspect banks, find places on the map, play; and the module at its cable.
//!
//! `commands` holds one subcommand a file. Below them: `hit` and `sequence` render offline; `audio` is the real-time side of `play`,
//! `control` all of it that is not, and `keep` what outlives it; the other modules read and write files.

mod audio;
mod bank_file;
mod commands;
mod control;
mod curve_file;
mod files;
mod hit;
#[cfg(target_os = "linux")]
mod install;
mod keep;
mod map_file;
mod midi;
mod original;
mod panel;
mod plot;
mod preset;
mod quiet;
mod realtime;
mod sequence;
mod service;
mod sound_file;
mod sounds;
mod terminal;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Neural impact sounds: render, describe, inspect banks, play; and the module.
#[derive(Debug, Parser)]
#[command(name = "neurorack", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Render(commands::render::Render),
    Describe(commands::describe::Describe),
    Banks(commands::banks::Banks),
    Map(commands::map::Map),
    Play(commands::play::Play),
    Presets(commands::presets::Presets),
    Bench(commands::bench::Bench),
    Devices(commands::devices::Devices),
    Module(commands::module::Module),
    Install(commands::install::Install),
}

/// Exit code 0 after success, 2 for a wrong command line (from clap), 1 for everything else.
fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Render(render) => render.run(),
        Command::Describe(describe) => describe.run(),
        Command::Banks(banks) => banks.run(),
        Command::Map(map) => map.run(),
        Command::Play(play) => play.run(),
        Command::Presets(presets) => presets.run(),
        Command::Bench(bench) => bench.run(),
        Command::Devices(devices) => devices.run(),
        Command::Module(module) => module.run(),
        Command::Install(install) => install.run(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if files::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("neurorack: {error:#}");
            ExitCode::FAILURE
        }
    }
}
