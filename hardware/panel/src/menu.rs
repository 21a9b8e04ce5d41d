//! The menu as a tree: which pages there are, what stands on them, and what a push does there.

use core::fmt::Write;

use crate::action::{Action, Calibration};
use crate::assignment::{CvInput, GateInput};
use crate::field::{Field, Style};
use crate::settings::{Descriptor, Setting};
use crate::text::{Face, Lines, Words};
use crate::view::{Fact, Host, Slot, View};

/// Rows of a list or lines of a text that are seen at a time.
pub(crate) const VISIBLE: usize = 5;

/// Pixels that a line of text may take beside the scroll bar.
pub(crate) const TEXT_WIDTH: u32 = 119;

/// A page of the menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Page {
    Menu,
    Models,
    Bank(usize),
    Card(usize),
    Sounds,
    Sound(Slot),
    Sets(Slot),
    Parameters,
    Variation,
    Assignment,
    Input(CvInput),
    Module,
    Monitor,
    Calibration,
    NoModule,
    Firmware,
    Admin,
    Statistics,
    About,
    Edit(Field),
    Confirm(Deed),
}

/// What is asked about before it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deed {
    UpdateFirmware,
    ResetStatistics,
    Shutdown,
    Reboot,
}

/// How a page is drawn and used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Rows, one of them chosen.
    List,
    /// Lines that scroll.
    Text,
    /// One number over a bar.
    Bar,
    Monitor,
    Calibration,
    Confirm,
}

/// One row of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entry {
    Open(Page),
    Edit(Field),
    Switch(Descriptor),
    Act(&'static str, Action),
    Bank(usize),
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

/// What a push does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Push {
    Nothing,
    Back,
    Enter(Page),
    Do(Action),
    /// Do it and show the idle screen.
    Finish(Action),
}

type Entries = heapless::Vec<Entry, 10>;

impl Deed {
    pub(crate) fn question(self) -> &'static str {
        match self {
            Self::UpdateFirmware => "Stop playing and wait for a new firmware over USB?",
            Self::ResetStatistics => "Set all counters to zero?",
            Self::Shutdown => "Stop playing and shut the Jetson down?",
            Self::Reboot => "Stop playing and start the Jetson anew?",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::UpdateFirmware => "Update firmware",
            Self::ResetStatistics => "Reset counters",
            Self::Shutdown => "Shut down",
            Self::Reboot => "Reboot",
        }
    }

    fn action(self) -> Action {
        match self {
            Self::UpdateFirmware => Action::UpdateFirmware,
            Self::ResetStatistics => Action::ResetStatistics,
            Self::Shutdown => Action::Shutdown,
            Self::Reboot => Action::Reboot,
        }
    }
}

impl Page {
    /// Its name: in the list that leads to it and, after the name of what it belongs to, as its title.
    pub(crate) fn name<'v>(self, view: &View<'v>) -> &'v str {
        match self {
            Self::Menu => "Menu",
            Self::Models => "Models",
            Self::Bank(bank) => view.banks.get(bank).map_or("", |bank| bank.name),
            Self::Card(_) => "Info card",
            Self::Sounds => "Sounds",
            Self::Sound(slot) => slot.name(),
            Self::Sets(_) => "Choose",
            Self::Parameters => "Parameters",
            Self::Variation => "Variation of",
            Self::Assignment => "Assignment",
            Self::Input(input) => input.name(),
            Self::Module | Self::NoModule => "Module",
            Self::Monitor => "CV monitor",
            Self::Calibration => "Calibration",
            Self::Firmware => "Firmware",
            Self::Admin => "Admin",
            Self::Statistics => "Statistics",
            Self::About => "About",
            Self::Edit(field) => field.name(),
            Self::Confirm(deed) => deed.name(),
        }
    }

    /// What the page belongs to, where its name alone does not say so; else empty.
    pub(crate) fn owner<'v>(self, view: &View<'v>) -> &'v str {
        match self {
            Self::Card(bank) => view.banks.get(bank).map_or("", |bank| bank.name),
            Self::Sets(slot) => slot.name(),
            Self::Edit(field) => field.owner().unwrap_or(""),
            _ => "",
        }
    }

    pub(crate) fn kind(self) -> Kind {
        match self {
            Self::Card(_) | Self::About | Self::NoModule => Kind::Text,
            Self::Edit(field) if field.style() != Style::Names => Kind::Bar,
            Self::Monitor => Kind::Monitor,
            Self::Calibration => Kind::Calibration,
            Self::Confirm(_) => Kind::Confirm,
            _ => Kind::List,
        }
    }

    /// Whether it can still be shown: the bank it speaks of, or the module, may be gone.
    pub(crate) fn exists(self, view: &View<'_>) -> bool {
        match self {
            Self::Bank(bank) | Self::Card(bank) => bank < view.banks.len(),
            Self::Calibration | Self::Confirm(Deed::UpdateFirmware) => view.firmware.is_some(),
            _ => true,
        }
    }

    /// How many places there are to turn to; 0 for an empty list.
    pub(crate) fn positions(self, view: &View<'_>) -> usize {
        match self {
            Self::Models => view.banks.len(),
            Self::Sets(_) => view.sets.len(),
            Self::Edit(field) => field.len(),
            Self::Monitor => 1,
            Self::Calibration => Calibration::STEPS.len(),
            Self::Confirm(_) => 2,
            Self::Card(_) | Self::About | Self::NoModule => {
                self.lines(view).count().saturating_sub(VISIBLE).saturating_add(1)
            }
            _ => self.entries(view).len(),
        }
    }

    /// Where the page is entered: at the value that holds.
    pub(crate) fn entrance(self, view: &View<'_>) -> Option<usize> {
        match self {
            Self::Sets(slot) => view.slot(slot),
            Self::Edit(field) => Some(field.read(&view.settings)),
            Self::Models => view.bank,
            _ => None,
        }
    }

    /// The change that turning to a place makes at once.
    pub(crate) fn live(self, at: usize, view: &View<'_>) -> Option<Action> {
        match self {
            Self::Sets(slot) if at < view.sets.len() => Some(Action::ChooseSet { slot, set: at }),
            Self::Edit(field) => Some(Action::Set(field.setting(at))),
            _ => None,
        }
    }

    /// The row at a place of a list.
    pub(crate) fn entry(self, at: usize, view: &View<'_>) -> Option<Entry> {
        match self {
            Self::Models => (at < view.banks.len()).then_some(Entry::Bank(at)),
            Self::Sets(_) | Self::Edit(_) => (at < self.positions(view)).then_some(Entry::Pick(at)),
            _ => self.entries(view).get(at).copied(),
        }
    }

    /// The rows of a short list.
    fn entries(self, view: &View<'_>) -> Entries {
        let mut rows = Entries::new();
        let mut add = |entry| {
            // No page has more rows than there is room for: a test opens them all.
            let _ = rows.push(entry);
        };
        match self {
            Self::Menu => {
                [Self::Models, Self::Sounds, Self::Parameters, Self::Assignment, Self::Module, Self::Admin, Self::About]
                    .into_iter()
                    .for_each(|page| add(Entry::Open(page)))
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
            Entry::Pick(at) => match self {
                Self::Edit(_) => Value::Nothing,
                _ => view.sets.get(at).map_or(Value::Nothing, |set| Value::Note(set.category)),
            },
            Entry::Act(..) => Value::Nothing,
            Entry::Counter(counter) => Value::Words(counter.reading(view)),
            Entry::Version => Value::Text(view.firmware.unwrap_or("no module")),
        }
    }

    /// What a push at a place does.
    pub(crate) fn push(self, at: usize, view: &View<'_>) -> Push {
        match self {
            Self::Confirm(deed) => {
                if at == 1 && self.exists(view) {
                    Push::Finish(deed.action())
                } else {
                    Push::Back
                }
            }
            Self::Card(_) | Self::About | Self::NoModule | Self::Monitor | Self::Sets(_) | Self::Edit(_) => Push::Back,
            _ => match self.entry(at, view) {
                Some(Entry::Open(Self::Calibration)) if view.firmware.is_none() => Push::Enter(Self::NoModule),
                Some(Entry::Open(page)) => Push::Enter(page),
                Some(Entry::Edit(field)) => Push::Enter(Self::Edit(field)),
                Some(Entry::Bank(bank)) => Push::Enter(Self::Bank(bank)),
                Some(Entry::Act(_, action)) => Push::Do(action),
                Some(Entry::Switch(descriptor)) => {
                    let varies = view.settings.varies[descriptor as usize];
                    Push::Do(Action::Set(Setting::Varies(descriptor, !varies)))
                }
                Some(Entry::Pick(_) | Entry::Counter(_) | Entry::Version) | None => Push::Nothing,
            },
        }
    }

    /// The lines of a text page: a term at the left and what it says at the right, or below where both do not fit.
    pub(crate) fn lines<'v>(self, view: &View<'v>) -> impl Iterator<Item = Line<'v>> + use<'v> {
        let facts: &'v [Fact<'v>] = match self {
            Self::Card(bank) => view.banks.get(bank).map_or(&[], |bank| bank.card),
            Self::NoModule => &NO_MODULE,
            Self::About => &ABOUT,
            _ => &[],
        };
        // The version stands below the name.
        let (first, rest) = if self == Self::About { facts.split_at(1) } else { (&[][..], facts) };
        let version = (self == Self::About).then_some(Fact { term: "Version", text: view.version });
        first.iter().copied().chain(version).chain(rest.iter().copied()).flat_map(lines_of)
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

/// A line of a text page; both sides fit beside each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Line<'v> {
    pub(crate) left: &'v str,
    pub(crate) right: &'v str,
}

/// The lines of one fact.
fn lines_of<'v>(fact: Fact<'v>) -> impl Iterator<Item = Line<'v>> {
    let together = Face::TEXT.width(fact.term).saturating_add(6).saturating_add(Face::TEXT.width(fact.text));
    let beside = !fact.term.is_empty() && !fact.text.contains('\n') && together <= TEXT_WIDTH;
    let first = (!fact.term.is_empty()).then_some(Line { left: fact.term, right: if beside { fact.text } else { "" } });
    let below = if beside { "" } else { fact.text };
    first.into_iter().chain(Lines::of(below, Face::TEXT, TEXT_WIDTH).map(|line| Line { left: line, right: "" }))
}

const fn paragraph(text: &str) -> Fact<'_> {
    Fact { term: "", text }
}

/// Behind Calibration while there is no module.
const NO_MODULE: [Fact<'static>; 1] = [paragraph("No module is connected: plug its USB cable in and connect it.")];

/// What the instrument is and whose ideas it stands on.
const ABOUT: [Fact<'static>; 4] = [
    paragraph("Neurorack, a neural impact synthesiser."),
    paragraph(
        "An independent implementation, after the Neurorack by the ACIDS group at IRCAM, to whom the idea is due.",
    ),
    Fact { term: "Program", text: "MIT or Apache-2.0" },
    paragraph("Banks and sounds have licences of their own: see their info cards."),
];

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::vec::Vec;

    #[test]
    fn facts_stand_beside_their_term_or_below_it() {
        let lines = |term, text| lines_of(Fact { term, text }).collect::<Vec<_>>();
        assert_eq!(lines("Kind", "sinc-nsf"), [Line { left: "Kind", right: "sinc-nsf" }]);
        let long = lines("Trained on", "1793 recordings of free sounds");
        assert_eq!(long[0], Line { left: "Trained on", right: "" });
        assert!(long.len() > 1 && long.iter().all(|line| Face::TEXT.width(line.left) <= TEXT_WIDTH), "{long:?}");
        assert!(lines("", "").is_empty());
    }
}
