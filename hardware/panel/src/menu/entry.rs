//! What stands on the lists: rows with a label and a value.

use core::fmt::Write;

use super::{Deed, Page};
use crate::action::Action;
use crate::assignment::{CvInput, GateInput};
use crate::field::Field;
use crate::settings::Descriptor;
use crate::text::Words;
use crate::view::{Host, Slot, View};

/// One row of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entry {
    Open(Page),
    Edit(Field),
    Switch(Descriptor),
    Act(&'static str, Action),
    Bank(usize),
    Preset(usize),
    /// One of the values between which a list chooses at once.
    Pick(usize),
    Counter(Counter),
    /// The firmware's version.
    Version,
}

/// A number of the statistics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counter {
    Voices,
    Load,
    Hits,
    Dropped,
    Uptime,
}

/// What stands at the right of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value<'v> {
    Nothing,
    /// A page lies behind it.
    Opens,
    Text(&'v str),
    /// A note in small type.
    Note(&'v str),
    Words(Words),
    Switch(bool),
}

type Entries = heapless::Vec<Entry, 10>;

impl Page {
    /// The row at a place of a list.
    pub(crate) fn entry(self, at: usize, view: &View<'_>) -> Option<Entry> {
        match self {
            Self::Models => (at < view.banks.len()).then_some(Entry::Bank(at)),
            Self::Presets => match at.checked_sub(1) {
                None => Some(Entry::Act("Keep as it is now", Action::KeepPreset)),
                Some(preset) => (preset < view.presets.len()).then_some(Entry::Preset(preset)),
            },
            Self::Sets(_) | Self::Edit(_) => (at < self.positions(view)).then_some(Entry::Pick(at)),
            _ => self.entries(view).get(at).copied(),
        }
    }

    /// The rows of a short list.
    pub(super) fn entries(self, view: &View<'_>) -> Entries {
        let mut rows = Entries::new();
        let mut add = |entry| {
            // No page has more rows than there is room for: a test opens them all.
            let _ = rows.push(entry);
        };
        match self {
            Self::Menu => {
                add(Entry::Open(Self::Models));
                add(Entry::Open(Self::Sounds));
                if view.offers.presets {
                    add(Entry::Open(Self::Presets));
                }
                [Self::Parameters, Self::Assignment, Self::Module, Self::Admin, Self::About]
                    .into_iter()
                    .for_each(|page| add(Entry::Open(page)));
            }
            Self::Bank(bank) => {
                let plays = view.bank == Some(bank);
                let play = Entry::Act("Play a hit", Action::Strike);
                add(if plays { play } else { Entry::Act("Select", Action::PlayBank(bank)) });
                add(Entry::Open(Self::Card(bank)));
            }
            Self::Sounds => Slot::ALL.into_iter().for_each(|slot| add(Entry::Open(Self::Sound(slot)))),
            Self::Sound(slot) => {
                add(Entry::Open(Self::Sets(slot)));
                if view.offers.map {
                    add(Entry::Act("New from the map", Action::SampleFromMap(slot)));
                }
                if view.offers.saving {
                    add(Entry::Act("Save", Action::SaveSet(slot)));
                }
                add(Entry::Act("Play a hit", Action::Strike));
            }
            Self::Parameters => {
                [Field::Volume, Field::Range, Field::FreezeLength, Field::Seed, Field::Voices]
                    .into_iter()
                    .for_each(|field| add(Entry::Edit(field)));
                add(Entry::Open(Self::Variation));
            }
            Self::Variation => Descriptor::ALL.into_iter().for_each(|descriptor| add(Entry::Switch(descriptor))),
            Self::Assignment => {
                CvInput::ALL.into_iter().for_each(|input| add(Entry::Open(Self::Input(input))));
                GateInput::ALL.into_iter().for_each(|gate| add(Entry::Edit(Field::Gate(gate))));
                add(Entry::Edit(Field::Encoder));
                add(Entry::Edit(Field::Push));
            }
            Self::Input(input) => {
                [Field::Target(input), Field::Factor(input), Field::Offset(input), Field::Unpatched(input)]
                    .into_iter()
                    .for_each(|field| add(Entry::Edit(field)));
            }
            Self::Module => {
                [Self::Monitor, Self::Calibration, Self::Firmware].into_iter().for_each(|page| add(Entry::Open(page)));
            }
            Self::Firmware => {
                add(Entry::Version);
                if view.firmware.is_some() {
                    add(Entry::Open(Self::Confirm(Deed::UpdateFirmware)));
                }
            }
            Self::Admin => {
                add(Entry::Open(Self::Statistics));
                if view.host == Host::Jetson {
                    add(Entry::Open(Self::Confirm(Deed::Shutdown)));
                    add(Entry::Open(Self::Confirm(Deed::Reboot)));
                }
            }
            Self::Statistics => {
                add(Entry::Counter(Counter::Voices));
                if view.statistics.load_percent.is_some() {
                    add(Entry::Counter(Counter::Load));
                }
                [Counter::Hits, Counter::Dropped, Counter::Uptime]
                    .into_iter()
                    .for_each(|counter| add(Entry::Counter(counter)));
                if view.offers.reset {
                    add(Entry::Open(Self::Confirm(Deed::ResetStatistics)));
                }
            }
            _ => {}
        }
        rows
    }

    /// What the row at a place is called.
    pub(crate) fn label<'v>(self, entry: Entry, view: &View<'v>) -> &'v str {
        match entry {
            Entry::Open(page) => page.name(view),
            Entry::Edit(field) => field.name(),
            Entry::Switch(descriptor) => descriptor.name(),
            Entry::Act(label, _) => label,
            Entry::Bank(bank) => Self::Bank(bank).name(view),
            Entry::Preset(preset) => view.presets.get(preset).copied().unwrap_or(""),
            Entry::Pick(at) => match self {
                Self::Edit(field) => field.choice(at),
                _ => view.sets.get(at).map_or("", |set| set.name),
            },
            Entry::Counter(counter) => match counter {
                Counter::Voices => "Voices",
                Counter::Load => "Load",
                Counter::Hits => "Hits",
                Counter::Dropped => "Dropped",
                Counter::Uptime => "Uptime",
            },
            Entry::Version => "Version",
        }
    }

    /// What stands at the right of it.
    pub(crate) fn value<'v>(self, entry: Entry, view: &View<'v>) -> Value<'v> {
        match entry {
            Entry::Open(Self::Sound(slot) | Self::Sets(slot)) => Value::Text(view.set_name(slot)),
            Entry::Open(Self::Models) => Value::Text(view.bank_name()),
            Entry::Open(Self::Input(input)) => Value::Text(view.settings.cv[input as usize].target.name()),
            Entry::Open(Self::Variation) => {
                let varying = view.settings.varies.iter().filter(|&&varies| varies).count();
                Value::Words(Words::write(|text| write!(text, "{varying} of 7")))
            }
            Entry::Open(_) => Value::Opens,
            Entry::Edit(field) => Value::Words(field.value(field.read(&view.settings))),
            Entry::Switch(descriptor) => Value::Switch(view.settings.varies[descriptor as usize]),
            Entry::Bank(bank) if view.bank == Some(bank) => Value::Note("plays"),
            Entry::Bank(_) => Value::Opens,
            Entry::Preset(preset) if view.preset == Some(preset) => Value::Note("at hand"),
            Entry::Preset(_) => Value::Nothing,
            Entry::Pick(at) => match self {
                Self::Edit(_) => Value::Nothing,
                _ => view.sets.get(at).map_or(Value::Nothing, |set| Value::Note(set.category)),
            },
            Entry::Act(..) => Value::Nothing,
            Entry::Counter(counter) => Value::Words(counter.reading(view)),
            Entry::Version => Value::Text(view.firmware.unwrap_or("no module")),
        }
    }
}

impl Counter {
    fn reading(self, view: &View<'_>) -> Words {
        let statistics = view.statistics;
        Words::write(|text| match self {
            Self::Voices => write!(text, "{} of {}", statistics.voices, view.settings.voices.count()),
            Self::Load => write!(text, "{} %", statistics.load_percent.unwrap_or(0)),
            Self::Hits => write!(text, "{}", view.hits),
            Self::Dropped => write!(text, "{}", statistics.dropped),
            Self::Uptime => {
                let (minutes, seconds) = (statistics.uptime_s / 60, statistics.uptime_s % 60);
                write!(text, "{}:{:02}:{seconds:02}", minutes / 60, minutes % 60)
            }
        })
    }
}
