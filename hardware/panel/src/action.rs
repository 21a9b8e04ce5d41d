//! What goes into the menu and what comes out of it.

use crate::assignment::CvInput;
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
    /// Nothing is patched: measure what each input reads at 0 V.
    Zero,
    /// The reference voltage, [`Calibration::REFERENCE_DECIVOLTS`], is at this input: measure its gain.
    Reference(CvInput),
    /// Keep what was measured.
    Keep,
    /// Forget it and go on with the calibration from before.
    Discard,
}

impl Calibration {
    /// The reference voltage in tenths of a volt.
    pub const REFERENCE_DECIVOLTS: i32 = 40;

    /// The steps that are asked for, in order.
    pub(crate) const STEPS: [Self; 6] = [
        Self::Zero,
        Self::Reference(CvInput::Cv1),
        Self::Reference(CvInput::Cv2),
        Self::Reference(CvInput::Cv3),
        Self::Reference(CvInput::Cv4),
        Self::Keep,
    ];
}
