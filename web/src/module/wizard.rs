//! A calibration of the module from the page: three voltages, what each input reads at them, and how well lines fit.

use super::Module;
use crate::desk::Desk;
use leptos::prelude::*;
use neurorack_host::became;
use neurorack_protocol::host::{Calibrator, Reference};
use neurorack_protocol::{CV_INPUTS, Calibration, Message, Refusal, WireError};

/// How far the module is told of a new calibration.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Telling {
    /// It was told of none.
    Nothing,
    /// It is to use this one.
    Staged(Calibration),
    /// It is to keep this one.
    Committed(Calibration),
    /// It is to forget what it keeps.
    Cleared,
}

/// The calibration in the making. `Copy`; a part of the module.
#[derive(Clone, Copy)]
pub(super) struct Wizard {
    /// Whether each input was measured at each reference.
    pub(super) taken: RwSignal<[[bool; Reference::ALL.len()]; CV_INPUTS]>,
    /// The voltage that is being measured.
    pub(super) measuring: RwSignal<Option<Reference>>,
    /// What came of the last step.
    pub(super) says: RwSignal<String>,
    /// How far each measured input lies from its line, in volts, once there is a calibration.
    pub(super) residuals_v: RwSignal<Option<[Option<f32>; CV_INPUTS]>>,
    /// What the inputs read, to a millivolt; shown while the dialog is open.
    pub(super) volts: RwSignal<[f32; CV_INPUTS]>,
    /// Whether anybody looks at it.
    pub(super) open: RwSignal<bool>,
    calibrator: StoredValue<Calibrator>,
    /// What the module used before.
    before: StoredValue<Option<Calibration>>,
    telling: StoredValue<Telling>,
}

impl Wizard {
    pub(super) fn new() -> Self {
        Self {
            taken: RwSignal::default(),
            measuring: RwSignal::new(None),
            says: RwSignal::default(),
            residuals_v: RwSignal::new(None),
            volts: RwSignal::default(),
            open: RwSignal::new(false),
            calibrator: StoredValue::default(),
            before: StoredValue::new(None),
            telling: StoredValue::new(Telling::Nothing),
        }
    }

    /// What the inputs read now.
    pub(super) fn reads(self, volts: [f32; CV_INPUTS]) {
        let volts = volts.map(|volts| (volts * 1e3).round() / 1e3);
        if self.open.get_untracked() && self.volts.get_untracked() != volts {
            self.volts.set(volts);
        }
    }

    /// Forgets what was measured.
    pub(super) fn restart(self) {
        self.calibrator.set_value(Calibrator::new());
        self.measuring.set(None);
        self.residuals_v.set(None);
        self.says.set(String::new());
        self.show_taken();
    }

    fn show_taken(self) {
        let taken = self.calibrator.with_value(|calibrator| {
            std::array::from_fn(|input| Reference::ALL.map(|reference| calibrator.has(input, reference)))
        });
        self.taken.set(taken);
    }
}

impl Module {
    /// Measures what the inputs read at a voltage that is there now.
    pub(super) fn measure_reference(self, reference: Reference) {
        self.wizard.calibrator.update_value(|calibrator| calibrator.begin(reference));
        self.wizard.measuring.set(Some(reference));
        self.wizard.residuals_v.set(None);
        self.send([Message::SendRaw(true)]);
    }

    /// The converter's readings came.
    pub(super) fn raw(self, desk: Desk, codes: [u16; CV_INPUTS]) {
        let wizard = self.wizard;
        let measured = wizard.calibrator.try_update_value(|calibrator| calibrator.take(codes)).flatten();
        let Some(measured) = measured else { return };
        self.send([Message::SendRaw(false)]);
        let reference = wizard.measuring.get_untracked();
        wizard.measuring.set(None);
        wizard.show_taken();
        let sentence = reference.map(|reference| became(reference, measured)).unwrap_or_default();
        desk.menu.note(desk, sentence.clone());
        wizard.says.set(sentence);
    }

    /// Makes a calibration of what was measured and has the module keep it.
    pub(super) fn keep_calibration(self, desk: Desk) {
        let before = self.wizard.before.get_value().unwrap_or_default();
        match self.wizard.calibrator.with_value(|calibrator| calibrator.finish(before)) {
            Ok(found) => {
                self.wizard.residuals_v.set(Some(found.residuals_v));
                self.wizard.telling.set_value(Telling::Staged(found.calibration));
                self.send([Message::CalibrationStage(found.calibration)]);
            }
            Err(why) => self.say_of_calibration(desk, format!("Not calibrated, the old calibration stays: {why}.")),
        }
    }

    /// Has the module forget its calibration.
    pub(super) fn clear_calibration(self) {
        self.wizard.telling.set_value(Telling::Cleared);
        self.send([Message::CalibrationClear]);
    }

    /// The module says which calibration it uses.
    pub(super) fn calibrated(self, desk: Desk, calibration: Calibration, kept: bool) {
        let next = match self.wizard.telling.get_value() {
            Telling::Staged(wanted) if wanted == calibration => {
                self.send([Message::CalibrationCommit]);
                Telling::Committed(wanted)
            }
            Telling::Committed(wanted) if wanted == calibration && kept => {
                self.wizard.before.set_value(Some(calibration));
                self.note_calibrated(true);
                self.say_of_calibration(desk, "Calibrated: the module keeps it.".into());
                Telling::Nothing
            }
            Telling::Cleared => {
                self.wizard.before.set_value(Some(calibration));
                self.note_calibrated(false);
                self.wizard.restart();
                self.say_of_calibration(desk, "Forgotten: the module uses the values on paper.".into());
                Telling::Nothing
            }
            Telling::Nothing => {
                self.wizard.before.set_value(Some(calibration));
                Telling::Nothing
            }
            telling => telling,
        };
        self.wizard.telling.set_value(next);
    }

    /// The module refused something.
    pub(super) fn refused(self, desk: Desk, refusal: Refusal) {
        let telling = self.wizard.telling.get_value();
        self.wizard.telling.set_value(Telling::Nothing);
        let sentence = match refusal.error {
            WireError::Calibration => {
                "The module refused the calibration, its old one stays: no input can be so far off. Check the \
                                       voltages and measure again."
                    .to_owned()
            }
            WireError::Flash => {
                if let (Telling::Committed(_), Some(before)) = (telling, self.wizard.before.get_value()) {
                    self.send([Message::CalibrationStage(before)]);
                }
                "The module could not write the calibration, its old one stays: try again. If that helps nothing, its flash is worn."
                    .to_owned()
            }
            // The session speaks of versions itself.
            WireError::Version => return,
            WireError::Value => format!(
                "The module refused a message ({:02X}): bring page and firmware to the same version.",
                refusal.code
            ),
        };
        self.say_of_calibration(desk, sentence);
    }

    fn note_calibrated(self, calibrated: bool) {
        self.info.update(|info| {
            if let Some(info) = info {
                info.calibrated = calibrated;
            }
        });
    }

    fn say_of_calibration(self, desk: Desk, sentence: String) {
        desk.menu.note(desk, sentence.clone());
        self.wizard.says.set(sentence);
    }

    /// A step of the calibration from the menu.
    pub(crate) fn calibrate(self, desk: Desk, step: neurorack_panel::Calibration) {
        use neurorack_panel::{Calibration as Step, Reference as Wanted};
        match step {
            Step::Measure(wanted) => {
                if wanted == Wanted::Zero {
                    self.wizard.restart();
                }
                self.measure_reference(match wanted {
                    Wanted::Low => Reference::Low,
                    Wanted::Zero => Reference::Zero,
                    Wanted::High => Reference::High,
                });
            }
            Step::Keep => self.keep_calibration(desk),
            Step::Discard => {
                self.send([Message::SendRaw(false)]);
                self.wizard.restart();
            }
        }
    }
}
