//! What goes into the menu and what comes out of it.

use crate::settings::Setting;
use crate::view::Slot;

/// What happened at the panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// The encoder was turned by so many detents; clockwise is positive.
    Turn(i8),
    /// The encoder was pushed and let go.
    Push,
    /// The encoder was held down for about 0.6 s: back.
    LongPush,
    /// So many milliseconds went by since the last tick. To be given before any other input, and about ten times a second
    /// while [`Panel::waits`](crate::Panel::waits).
    Tick(u32),
}

/// What the host is to do. Every index lies within the lists of the view it was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Play this bank of [`View::banks`](crate::View::banks) from now on.
    PlayBank(usize),
    /// Put this set of [`View::sets`](crate::View::sets) into a slot.
    ChooseSet {
        /// F1 or F2.
        slot: Slot,
        /// Index of the set.
        set: usize,
    },
    /// Invent a sound: draw a point of the map and put its curve into a slot.
    SampleFromMap(Slot),
    /// Keep the sound in a slot as a set of the user's own.
    SaveSet(Slot),
    /// Make the instrument what this preset of [`View::presets`](crate::View::presets) says.
    LoadPreset(usize),
    /// Keep the instrument as a preset under a free name.
    KeepPreset,
    /// Change a setting; [`Settings::apply`](crate::Settings::apply) does it.
    Set(Setting),
    /// Strike once, as Gate 1 does.
    Strike,
    /// One step of the calibration.
    Calibrate(Calibration),
    /// Start the module's boot loader to take a new firmware.
    UpdateFirmware,
    /// Set all counters of the statistics to zero.
    ResetStatistics,
    /// Switch the Jetson off.
    Shutdown,
    /// Start the Jetson anew.
    Reboot,
}

/// The steps of a calibration, in their order; [`Calibration::Discard`] may end it at any time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Calibration {
    /// This voltage is at the inputs, or at some of them: measure what they read.
    Measure(Reference),
    /// Keep what was measured.
    Keep,
    /// Forget it and go on with the calibration from before.
    Discard,
}

/// A known voltage at the inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reference {
    /// -5 V.
    Low,
    /// 0 V: nothing is patched.
    Zero,
    /// +5 V.
    High,
}

impl Calibration {
    /// The steps that are asked for, in order: what needs no cable first.
    pub(crate) const STEPS: [Self; 4] =
        [Self::Measure(Reference::Zero), Self::Measure(Reference::Low), Self::Measure(Reference::High), Self::Keep];
}
