//! The Eurorack module at the page: found, asked who it is, heard, shown the screen's pixels, calibrated.
//!
//! `neurorack_protocol::host::Session` speaks the protocol; this carries bytes to it, its gates and voltages to the engine, and
//! the menu to the module's screen.

mod block;
mod connect;
mod kept;
mod line;
mod midi_port;
mod sentences;
mod serial;
mod talk;
mod wizard;
mod wizard_view;

pub(crate) use block::ModuleBlock;
use kept::Kept;
use leptos::prelude::*;
pub(crate) use midi_port::is_a_module;
use neurorack_engine::sources::Input;
use neurorack_protocol::{Info, NEWEST_FIRMWARE};
use talk::Talk;
use wizard::Wizard;

/// How far a module is away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// Nobody asked for one.
    Off,
    /// The browser asks the person which one.
    Asking,
    /// The module is asked who it is.
    Opening,
    On,
    /// It says nothing any more, though its port is open.
    Silent,
    /// It is not there; it is connected as soon as it is.
    Away,
}

impl State {
    /// The value of `data-state`, for tests.
    fn key(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Asking => "asking",
            Self::Opening => "opening",
            Self::On => "on",
            Self::Silent => "silent",
            Self::Away => "away",
        }
    }
}

/// What is measured on the way from the module, a few times a second.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Figures {
    /// By how much messages are late beside the quickest, in milliseconds: half of them, and 99 of 100.
    pub(crate) median_ms: f32,
    pub(crate) p99_ms: f32,
    /// Half of a question's and its answer's way, in milliseconds.
    pub(crate) way_ms: Option<f32>,
    /// Frames that never came, and those that the module could not send.
    pub(crate) missed: u32,
    pub(crate) dropped: u32,
}

/// The module as the page knows it. `Copy`; a part of the desk.
#[derive(Clone, Copy)]
pub(crate) struct Module {
    pub(crate) state: RwSignal<State>,
    /// What it said of itself, while it is connected.
    pub(crate) info: RwSignal<Option<Info>>,
    /// Where a plug is at CV 1 to CV 4.
    pub(crate) plugged: [RwSignal<bool>; 4],
    /// By what way it is connected.
    way: RwSignal<&'static str>,
    figures: RwSignal<Figures>,
    /// How much later than its quickest message an event sounds, in milliseconds.
    latency_ms: RwSignal<f64>,
    /// Whether it was sent into its boot loader and did not come back yet.
    updates: RwSignal<bool>,
    /// Modules that the page may use.
    known: RwSignal<usize>,
    wizard: Wizard,
    talk: StoredValue<Talk, LocalStorage>,
}

impl Module {
    pub(crate) fn new() -> Self {
        let kept = Kept::read();
        Self {
            state: RwSignal::new(State::Off),
            info: RwSignal::new(None),
            plugged: [false; 4].map(RwSignal::new),
            way: RwSignal::new(""),
            figures: RwSignal::default(),
            latency_ms: RwSignal::new(kept.latency_ms),
            updates: RwSignal::new(false),
            known: RwSignal::new(0),
            wizard: Wizard::new(),
            talk: StoredValue::new_local(Talk::new(kept.latency_ms)),
        }
    }

    /// Whether something is plugged into this input at the module.
    pub(crate) fn is_plugged(self, input: Input) -> bool {
        input.cv().is_some_and(|index| self.plugged[index].get())
    }

    /// The firmware of the module that is connected, as text.
    pub(crate) fn firmware(self) -> Option<String> {
        self.info.with_untracked(|info| info.as_ref().map(|info| version(info.firmware)))
    }
}

/// A version as it is written.
fn version([major, minor, patch]: [u8; 3]) -> String {
    format!("{major}.{minor}.{patch}")
}

/// Whether there is a newer firmware than the module has.
fn is_outdated(info: &Info) -> bool {
    info.firmware < NEWEST_FIRMWARE
}
