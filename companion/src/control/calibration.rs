//! A calibration of the module from the menu: three voltages, and what each input reads at them.

use neurorack_host::became;
use neurorack_protocol::host::{Calibrator, Reference};
use neurorack_protocol::{CV_INPUTS, Calibration, Message, Refusal, WireError};

/// How far the module is told of a new calibration.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Telling {
    Nothing,
    /// It is to use this one.
    Staged(Calibration),
    /// It is to keep this one.
    Committed(Calibration),
}

/// What a step leads to.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Step {
    /// What the module is told.
    pub(super) message: Option<Message>,
    /// What the person is told.
    pub(super) sentence: Option<String>,
}

impl Step {
    fn tell(message: Message) -> Self {
        Self { message: Some(message), sentence: None }
    }

    fn say(sentence: impl Into<String>) -> Self {
        Self { message: None, sentence: Some(sentence.into()) }
    }

    fn and_tell(self, message: Message) -> Self {
        Self { message: Some(message), ..self }
    }
}

/// The calibration in the making.
#[derive(Debug)]
pub(super) struct Wizard {
    calibrator: Calibrator,
    measuring: Option<Reference>,
    /// What the module uses.
    before: Calibration,
    telling: Telling,
}

impl Default for Wizard {
    fn default() -> Self {
        Self {
            calibrator: Calibrator::new(),
            measuring: None,
            before: Calibration::default(),
            telling: Telling::Nothing,
        }
    }
}

impl Wizard {
    /// Measures what the inputs read at a voltage that is there now; the first of them begins anew.
    pub(super) fn measure(&mut self, reference: Reference) -> Step {
        if reference == Reference::Zero {
            self.calibrator = Calibrator::new();
        }
        self.calibrator.begin(reference);
        self.measuring = Some(reference);
        Step::tell(Message::SendRaw(true))
    }

    /// The converter's readings came.
    pub(super) fn raw(&mut self, codes: [u16; CV_INPUTS]) -> Step {
        let Some(measured) = self.calibrator.take(codes) else { return Step::default() };
        let Some(reference) = self.measuring.take() else { return Step::tell(Message::SendRaw(false)) };
        Step::say(became(reference, measured)).and_tell(Message::SendRaw(false))
    }

    /// Makes a calibration of what was measured and has the module use it, and then keep it.
    pub(super) fn keep(&mut self) -> Step {
        match self.calibrator.finish(self.before) {
            Ok(found) => {
                self.telling = Telling::Staged(found.calibration);
                Step::tell(Message::CalibrationStage(found.calibration))
            }
            Err(why) => Step::say(format!("Not calibrated, the old calibration stays: {why}.")),
        }
    }

    /// Forgets what was measured.
    pub(super) fn discard(&mut self) -> Step {
        (self.calibrator, self.measuring) = (Calibrator::new(), None);
        Step::tell(Message::SendRaw(false))
    }

    /// The module says which calibration it uses.
    pub(super) fn uses(&mut self, calibration: Calibration, kept: bool) -> Step {
        match self.telling {
            Telling::Staged(wanted) if wanted == calibration => {
                self.telling = Telling::Committed(wanted);
                Step::tell(Message::CalibrationCommit)
            }
            Telling::Committed(wanted) if wanted == calibration && kept => {
                (self.before, self.telling) = (calibration, Telling::Nothing);
                Step::say("Calibrated: the module keeps it.")
            }
            Telling::Nothing => {
                self.before = calibration;
                Step::default()
            }
            Telling::Staged(_) | Telling::Committed(_) => Step::default(),
        }
    }

    /// The module refused something.
    pub(super) fn refused(&mut self, refusal: Refusal) -> Step {
        let telling = std::mem::replace(&mut self.telling, Telling::Nothing);
        match refusal.error {
            WireError::Calibration => Step::say(
                "The module refused the calibration, its old one stays: no input can be so far off. Check the voltages and \
                 measure again.",
            ),
            WireError::Flash => {
                let says = Step::say("The module could not write the calibration, its old one stays: try again.");
                match telling {
                    Telling::Committed(_) => says.and_tell(Message::CalibrationStage(self.before)),
                    Telling::Nothing | Telling::Staged(_) => says,
                }
            }
            // The link speaks of versions itself.
            WireError::Version => Step::default(),
            WireError::Value => Step::say(format!(
                "The module refused a message ({:02X}): bring program and firmware to the same version.",
                refusal.code
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_measurements_the_old_calibration_stays() {
        let mut wizard = Wizard::default();
        let step = wizard.keep();
        assert!(step.message.is_none() && step.sentence.unwrap().contains("old calibration stays"));
    }
}
