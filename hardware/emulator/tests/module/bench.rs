//! A module on the bench, and what every test does with one.

use std::path::PathBuf;

use neurorack_emulator::Emulator;
use neurorack_protocol::{Cv, Frame, Health, Info, Message, Version};
use serde_json::{Value, json};

/// A millisecond and a second in microseconds.
pub(crate) const MS: u64 = 1_000;
pub(crate) const S: u64 = 1_000_000;

/// A module that was just switched on.
pub(crate) fn switched_on() -> Emulator {
    let elf = std::env::var_os("NEURORACK_FIRMWARE").map(PathBuf::from);
    let elf = elf.expect("NEURORACK_FIRMWARE names the firmware's ELF: run `cargo xtask firmware test`");
    Emulator::start(&elf).unwrap_or_else(|error| panic!("{error:#}"))
}

/// Waits until the USB host has found the module; returns what it found.
pub(crate) fn found(module: &mut Emulator) -> Value {
    for _ in 0..50 {
        module.run(10 * MS).expect("it runs");
        let state = tell(module, json!({ "state": true }));
        if !state["device"].is_null() {
            return state["device"].clone();
        }
    }
    panic!("no USB device was found within half a second");
}

/// Opens the serial port and says hello; returns the module's name.
pub(crate) fn paired(module: &mut Emulator) -> Info {
    tell(module, json!({ "open": true }));
    module.run(5 * MS).expect("it runs");
    say(module, Message::Hello(Version::OURS));
    let frames = module.run(20 * MS).expect("it runs");
    let info = frames.iter().find_map(|frame| match frame.message {
        Message::Info(info) => Some(info),
        _ => None,
    });
    info.unwrap_or_else(|| panic!("it did not say who it is: {frames:?}"))
}

/// A module that a host has met.
pub(crate) fn met() -> Emulator {
    let mut module = switched_on();
    found(&mut module);
    paired(&mut module);
    module
}

pub(crate) fn tell(module: &mut Emulator, command: Value) -> Value {
    module.tell(&command).unwrap_or_else(|error| panic!("{error:#}"))
}

pub(crate) fn say(module: &mut Emulator, message: Message) {
    module.send(message).unwrap_or_else(|error| panic!("{error:#}"));
}

/// What was said while so many microseconds passed.
pub(crate) fn run(module: &mut Emulator, us: u64) -> Vec<Frame> {
    module.run(us).unwrap_or_else(|error| panic!("{error:#}"))
}

/// The voltages among frames, with their times.
pub(crate) fn cvs(frames: &[Frame]) -> Vec<(u32, Cv)> {
    let cv = |frame: &Frame| match frame.message {
        Message::Cv(cv) => Some((frame.time_us, cv)),
        _ => None,
    };
    frames.iter().filter_map(cv).collect()
}

/// The last report of how it is.
pub(crate) fn health(frames: &[Frame]) -> Health {
    let health = frames.iter().rev().find_map(|frame| match frame.message {
        Message::Health(health) => Some(health),
        _ => None,
    });
    health.expect("it says once a second how it is")
}
