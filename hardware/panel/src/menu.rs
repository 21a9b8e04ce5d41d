//! The menu as a tree: which pages there are, how they are used, and where a push leads.

mod entry;
mod lines;

pub(crate) use entry::{Entry, Value};
pub(crate) use lines::Line;

use crate::action::{Action, Calibration};
use crate::assignment::CvInput;
use crate::field::{Field, Style};
use crate::settings::Setting;
use crate::view::{Host, Slot, View};

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
    Presets,
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
            Self::Presets => "Presets",
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

    /// Whether it can still be shown: the bank it speaks of, the module, or what the host offers may be gone.
    pub(crate) fn exists(self, view: &View<'_>) -> bool {
        match self {
            Self::Bank(bank) | Self::Card(bank) => bank < view.banks.len(),
            Self::Presets => view.offers.presets,
            Self::Calibration | Self::Confirm(Deed::UpdateFirmware) => view.firmware.is_some(),
            Self::Confirm(Deed::Shutdown | Deed::Reboot) => view.host == Host::Jetson,
            Self::Confirm(Deed::ResetStatistics) => view.offers.reset,
            _ => true,
        }
    }

    /// How many places there are to turn to; 0 for an empty list.
    pub(crate) fn positions(self, view: &View<'_>) -> usize {
        match self {
            Self::Models => view.banks.len(),
            Self::Sets(_) => view.sets.len(),
            // The first row keeps another one.
            Self::Presets => view.presets.len().saturating_add(1),
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
            Self::Presets => {
                view.preset.filter(|&preset| preset < view.presets.len()).map(|preset| preset.saturating_add(1))
            }
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
                Some(Entry::Preset(preset)) => Push::Do(Action::LoadPreset(preset)),
                Some(Entry::Switch(descriptor)) => {
                    let varies = view.settings.varies[descriptor as usize];
                    Push::Do(Action::Set(Setting::Varies(descriptor, !varies)))
                }
                Some(Entry::Pick(_) | Entry::Counter(_) | Entry::Version) | None => Push::Nothing,
            },
        }
    }
}
