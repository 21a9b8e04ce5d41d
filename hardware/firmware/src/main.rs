//! Firmware of the Neurorack module.
//!
//! What it does is decided in `neurorack-module`; here its tasks, one a file, are wired to the RP2040. Three executors, most
//! urgent first: sampler, gates and encoder; USB and the host's commands; display, flash and watchdog.

#![no_std]
#![no_main]

mod calibration;
mod cv;
mod encoder;
mod gates;
mod oled;
mod pins;
mod shared;
mod usb;
mod watch;

use embassy_executor::Spawner;
use embassy_rp::executor::{Executor, InterruptExecutor};
use embassy_rp::gpio::{Input, Level, Output, Pull};
use embassy_rp::interrupt;
use embassy_rp::interrupt::{InterruptExt, Priority};
use embassy_rp::watchdog::Watchdog;
use neurorack_module::{Alone, Identity, Module};
use static_cell::StaticCell;

use calibration::Store;
use pins::Board;
use shared::Shared;

/// Revision of the board that the pins are those of.
const HARDWARE: u8 = 1;

/// The firmware's version, and the commit it was built from.
const VERSION: &str = env!("CARGO_PKG_VERSION");
const FIRMWARE: [u8; 3] = [
    number(env!("CARGO_PKG_VERSION_MAJOR"), 10) as u8,
    number(env!("CARGO_PKG_VERSION_MINOR"), 10) as u8,
    number(env!("CARGO_PKG_VERSION_PATCH"), 10) as u8,
];
const COMMIT: [u8; 4] = number(env!("COMMIT"), 16).to_be_bytes();

const fn number(text: &str, radix: u32) -> u32 {
    match u32::from_str_radix(text, radix) {
        Ok(number) => number,
        Err(_) => panic!("cargo and git give numbers"),
    }
}

static URGENT: InterruptExecutor = InterruptExecutor::new();
static SOON: InterruptExecutor = InterruptExecutor::new();
static LATER: StaticCell<Executor> = StaticCell::new();

static SHARED: StaticCell<Shared> = StaticCell::new();
static ALONE: StaticCell<Alone> = StaticCell::new();

#[interrupt]
unsafe fn SWI_IRQ_1() {
    // SAFETY: this is its interrupt, which is unmasked by `start`.
    unsafe { URGENT.on_interrupt() }
}

#[interrupt]
unsafe fn SWI_IRQ_0() {
    // SAFETY: this is its interrupt, which is unmasked by `start`.
    unsafe { SOON.on_interrupt() }
}

#[cortex_m_rt::entry]
fn main() -> ! {
    let board = Board::new(embassy_rp::init(embassy_rp::config::Config::default()));
    let mut watchdog = Watchdog::new(board.watchdog);
    let (reset, watchdog_resets) = watch::cause(&mut watchdog);
    let mut store = Store::new(board.flash);
    let uid = store.uid();
    let identity = Identity { firmware: FIRMWARE, commit: COMMIT, hardware: HARDWARE, uid, reset, watchdog_resets };
    let module = Module::new(identity, store.kept().calibration);
    let shared = &*SHARED.init_with(|| Shared::new(module, Output::new(board.lamp, Level::Low)));
    let alone = ALONE.init_with(|| Alone::new(VERSION));

    interrupt::SWI_IRQ_1.set_priority(Priority::P1);
    let urgent = URGENT.start(interrupt::SWI_IRQ_1);
    interrupt::SWI_IRQ_0.set_priority(Priority::P2);
    let soon = SOON.start(interrupt::SWI_IRQ_0);
    let gates = [Input::new(board.gates.one, Pull::Down), Input::new(board.gates.two, Pull::Down)];

    urgent.spawn(spawnable(cv::sample(board.converter, shared)));
    for (gate, pin) in gates.into_iter().enumerate() {
        urgent.spawn(spawnable(gates::watch(gate, pin, shared)));
    }
    urgent.spawn(spawnable(encoder::read(board.contacts, shared)));
    soon.spawn(spawnable(usb::start(board.usb, uid, shared)));
    LATER.init(Executor::new()).run(|later: Spawner| {
        later.spawn(spawnable(oled::show(board.display, alone, shared)));
        later.spawn(spawnable(calibration::keep(store, shared)));
        later.spawn(spawnable(watch::watch(watchdog, shared)));
    })
}

/// A task has its place in memory as often as it is spawned here.
pub(crate) fn spawnable<T, E>(token: Result<T, E>) -> T {
    match token {
        Ok(token) => token,
        Err(_) => panic!("a task is spawned once too often"),
    }
}
