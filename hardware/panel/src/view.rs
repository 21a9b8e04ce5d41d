//! What the host tells of itself: everything that the screens show, borrowed for the time of one call.

use crate::WIDTH;
use crate::settings::Settings;

/// What the screens show. The host makes one for each call.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct View<'a> {
    /// Where the instrument runs.
    pub host: Host,
    /// What the host can do beside playing.
    pub offers: Offers,
    /// Banks to choose from.
    pub banks: &'a [Bank<'a>],
    /// Which of them plays.
    pub bank: Option<usize>,
    /// Sounds to choose from; those of a category stand together.
    pub sets: &'a [Set<'a>],
    /// Which of them are in F1 and F2.
    pub slots: [Option<usize>; 2],
    /// Presets that are kept, by name.
    pub presets: &'a [&'a str],
    /// The one that was loaded or kept last.
    pub preset: Option<usize>,
    /// Hits since the start.
    pub hits: u32,
    /// Heights asked of the seven descriptors, 0 to 1, in the order of [`Descriptor::ALL`](crate::Descriptor::ALL).
    pub asked: [f32; 7],
    /// The same, as they were measured.
    pub measured: [f32; 7],
    /// The last hit's waveform, one value a column, -1 to 1.
    pub scope: &'a [f32; WIDTH],
    /// Calibrated volts at CV 1 to CV 4.
    pub cv_volts: [f32; 4],
    /// Whether Gate 1 and Gate 2 are high.
    pub gates: [bool; 2],
    /// What the menu edits, as it is now.
    pub settings: Settings,
    /// Counters.
    pub statistics: Statistics,
    /// The firmware of the module that is connected; `None` without one.
    pub firmware: Option<&'a str>,
    /// The version of this program.
    pub version: &'a str,
    /// What has to be said at the moment.
    pub message: Option<Message<'a>>,
}

impl Default for View<'_> {
    /// A host that has nothing to show yet.
    fn default() -> Self {
        Self {
            host: Host::Module,
            offers: Offers::default(),
            banks: &[],
            bank: None,
            sets: &[],
            slots: [None; 2],
            presets: &[],
            preset: None,
            hits: 0,
            asked: [0.0; 7],
            measured: [0.0; 7],
            scope: &[0.0; WIDTH],
            cv_volts: [0.0; 4],
            gates: [false; 2],
            settings: Settings::default(),
            statistics: Statistics::default(),
            firmware: None,
            version: env!("CARGO_PKG_VERSION"),
            message: None,
        }
    }
}

impl<'a> View<'a> {
    /// Name of the bank that plays.
    pub(crate) fn bank_name(&self) -> &'a str {
        self.bank.and_then(|bank| self.banks.get(bank)).map_or("", |bank| bank.name)
    }

    /// Name of the sound in a slot.
    pub(crate) fn set_name(&self, slot: Slot) -> &'a str {
        self.slot(slot).and_then(|set| self.sets.get(set)).map_or("none", |set| set.name)
    }

    /// Index of the sound in a slot, if it is one of the list.
    pub(crate) fn slot(&self, slot: Slot) -> Option<usize> {
        self.slots[slot as usize].filter(|&set| set < self.sets.len())
    }
}

/// Where the instrument runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Host {
    /// The page.
    Browser,
    /// A desktop computer with a module, or the module alone.
    Module,
    /// The Jetson, which can be shut down and rebooted.
    Jetson,
}

/// What a host can do beside playing: what it cannot is not in the menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Offers {
    /// It has the map, from which sounds are drawn.
    pub map: bool,
    /// It can keep sounds of the user's own.
    pub saving: bool,
    /// Its counters can be set to zero.
    pub reset: bool,
    /// It keeps presets, and has no other list of them.
    pub presets: bool,
}

/// A bank to choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bank<'a> {
    /// Name in lists.
    pub name: &'a str,
    /// Its model card: name, kind, licence, parameters, steps, scores.
    pub card: &'a [Fact<'a>],
}

/// One line of a model card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fact<'a> {
    /// What it is; empty for plain text.
    pub term: &'a str,
    /// What it says.
    pub text: &'a str,
}

/// A sound to choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Set<'a> {
    /// Name in lists.
    pub name: &'a str,
    /// Kind of sound: kick, boom, metal, ...
    pub category: &'a str,
}

/// One of the two sounds between which CV 1 morphs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// The sound at -5 V.
    F1,
    /// The sound at +5 V.
    F2,
}

impl Slot {
    /// Both, as they are shown.
    pub const ALL: [Self; 2] = [Self::F1, Self::F2];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::F1 => "F1",
            Self::F2 => "F2",
        }
    }
}

/// Counters of the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Statistics {
    /// Hits that sound now.
    pub voices: u8,
    /// Share of the time that the sound takes of one core, in percent, where the host measures it.
    pub load_percent: Option<u8>,
    /// Events that were lost.
    pub dropped: u32,
    /// Time since the start in seconds.
    pub uptime_s: u32,
}

/// A sentence for the person at the panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Message<'a> {
    /// Tells this message from those before it: one that was dismissed does not come back.
    pub serial: u32,
    /// How serious it is.
    pub kind: MessageKind,
    /// The sentence, of any length.
    pub text: &'a str,
}

/// How serious a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageKind {
    /// Good to know; goes by itself after 4 s.
    Info,
    /// Something went wrong, and what to do; goes by itself after 12 s.
    Error,
}
