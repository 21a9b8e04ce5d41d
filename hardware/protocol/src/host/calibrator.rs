//! A calibration as a host makes it: known voltages at the inputs, what they read, and the lines through that.

use crate::CV_INPUTS;
use crate::calibration::{Calibration, CalibrationError, Channel, Point};
use core::fmt;

/// Readings of which each point is the mean.
pub const READINGS: u32 = 64;

/// How far from a voltage an input may read by its nominal parts, in volts; a cable in the wrong jack reads further off.
const MOST_OFF_V: f32 = 0.25;

/// How much the readings of one point may differ, in volts: the converter's own noise is a tenth of it.
const MOST_SPREAD_V: f32 = 0.02;

/// A voltage that is put into the inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reference {
    /// -5 V.
    Low,
    /// 0 V: nothing is patched.
    Zero,
    /// 5 V.
    High,
}

impl Reference {
    /// All, from the lowest.
    pub const ALL: [Self; 3] = [Self::Low, Self::Zero, Self::High];

    /// Volts.
    #[must_use]
    pub fn volts(self) -> f32 {
        match self {
            Self::Low => -5.0,
            Self::Zero => 0.0,
            Self::High => 5.0,
        }
    }
}

/// What an input read when it was measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Measured {
    /// The voltage is there: the mean was taken.
    Taken,
    /// It reads so many volts, another voltage: nothing was taken.
    Elsewhere(f32),
    /// It moved by so many volts while it was measured: nothing was taken.
    Moving(f32),
}

/// Why there is no calibration yet; the one in use stays.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Unfinished {
    /// No input was measured at all three voltages.
    Nothing,
    /// This input, counted from 0, was measured at some voltages and not at this one.
    Missing(usize, Reference),
    /// What this input read is no calibration.
    Refused(usize, CalibrationError),
}

impl fmt::Display for Unfinished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("measure at least one input at -5, 0 and +5 V first"),
            Self::Missing(input, reference) => {
                let volts = reference.volts();
                write!(f, "CV {} was not measured at {volts:+.0} V: put it there and measure again", input + 1)
            }
            Self::Refused(input, error) => write!(f, "CV {}: {error}", input + 1),
        }
    }
}

impl core::error::Error for Unfinished {}

/// A calibration that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// For all inputs; those that were not measured keep what they had.
    pub calibration: Calibration,
    /// How far each measured input lies from its line at most, in volts.
    pub residuals_v: [Option<f32>; CV_INPUTS],
}

/// Readings of one voltage on their way.
#[derive(Debug, Clone, Copy)]
struct Run {
    reference: Reference,
    count: u32,
    sums: [u32; CV_INPUTS],
    least: [u16; CV_INPUTS],
    most: [u16; CV_INPUTS],
}

/// Collects points until there are enough for a calibration.
///
/// All inputs are measured at once; those at which the voltage is found take it, so that a person with one cable goes from jack
/// to jack and measures again.
#[derive(Debug, Clone, Default)]
pub struct Calibrator {
    /// Mean code of each input at each reference.
    codes: [[Option<f32>; Reference::ALL.len()]; CV_INPUTS],
    run: Option<Run>,
}

impl Calibrator {
    /// One that measured nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Begins to measure; readings are to be asked for ([`Message::SendRaw`](crate::Message::SendRaw)).
    pub fn begin(&mut self, reference: Reference) {
        self.run =
            Some(Run { reference, count: 0, sums: [0; CV_INPUTS], least: [u16::MAX; CV_INPUTS], most: [0; CV_INPUTS] });
    }

    /// Whether it waits for readings.
    #[must_use]
    pub fn is_measuring(&self) -> bool {
        self.run.is_some()
    }

    /// Takes the codes of all inputs; with the last of [`READINGS`] it says what became of each.
    pub fn take(&mut self, codes: [u16; CV_INPUTS]) -> Option<[Measured; CV_INPUTS]> {
        let run = self.run.as_mut()?;
        let places = run.sums.iter_mut().zip(&mut run.least).zip(&mut run.most);
        for (((sum, least), most), code) in places.zip(codes) {
            *sum += u32::from(code);
            *least = code.min(*least);
            *most = code.max(*most);
        }
        run.count += 1;
        if run.count < READINGS {
            return None;
        }
        let Run { reference, count, sums, least, most } = self.run.take()?;
        let volts = |code: u16| crate::volts(Channel::NOMINAL.steps(code));
        let mut measured = [Measured::Taken; CV_INPUTS];
        let places = measured.iter_mut().zip(&mut self.codes).zip(sums.iter().zip(least.iter().zip(most)));
        for ((measured, points), (&sum, (&least, most))) in places {
            let code = sum as f32 / count as f32;
            // Codes fall while volts rise.
            let spread_v = volts(least) - volts(most);
            let reads_v = volts(libm::roundf(code) as u16);
            if libm::fabsf(reads_v - reference.volts()) > MOST_OFF_V {
                *measured = Measured::Elsewhere(reads_v);
            } else if spread_v > MOST_SPREAD_V {
                *measured = Measured::Moving(spread_v);
            } else if let Some(point) = points.get_mut(reference as usize) {
                *point = Some(code);
            }
        }
        Some(measured)
    }

    /// Whether an input was measured at a voltage.
    #[must_use]
    pub fn has(&self, input: usize, reference: Reference) -> bool {
        self.codes.get(input).and_then(|points| points.get(reference as usize)).is_some_and(Option::is_some)
    }

    /// The calibration that was measured, beside what the other inputs have in `before`.
    ///
    /// # Errors
    ///
    /// Where a point is missing, or points are no calibration.
    pub fn finish(&self, before: Calibration) -> Result<Found, Unfinished> {
        let mut found = Found { calibration: before, residuals_v: [None; CV_INPUTS] };
        let places = found.calibration.channels.iter_mut().zip(&mut found.residuals_v);
        for (input, ((channel, residual_v), points)) in places.zip(&self.codes).enumerate() {
            // At 0 V all inputs are measured that have no plug: this alone asks for nothing.
            let [low, zero, high] = points;
            if low.is_none() && high.is_none() {
                continue;
            }
            let point = |reference: Reference, code: &Option<f32>| match code {
                Some(code) => Ok(Point { volts: reference.volts(), code: *code }),
                None => Err(Unfinished::Missing(input, reference)),
            };
            let points = [point(Reference::Low, low)?, point(Reference::Zero, zero)?, point(Reference::High, high)?];
            let fit = Channel::fit(&points).map_err(|error| Unfinished::Refused(input, error))?;
            (*channel, *residual_v) = (fit.channel, Some(fit.residual_v));
        }
        if found.residuals_v.iter().all(Option::is_none) {
            return Err(Unfinished::Nothing);
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    /// What an input reads whose stage is off by 15 mV and a thousandth.
    fn code(volts: f32) -> u16 {
        ((1.5 - 0.2674 * 1.001 * (volts + 0.015)) / 3.0 * 65_536.0) as u16
    }

    fn measure(calibrator: &mut Calibrator, reference: Reference, volts: [f32; 4]) -> [Measured; 4] {
        calibrator.begin(reference);
        let mut measured = None;
        for k in 0..READINGS {
            assert_eq!(measured, None, "not before the last");
            // A step of noise, both ways.
            measured = calibrator.take(volts.map(|volts| code(volts) ^ (k as u16 & 1)));
        }
        assert!(!calibrator.is_measuring());
        measured.expect("the last reading")
    }

    #[test]
    fn one_cable_that_goes_from_jack_to_jack_calibrates_what_it_reached() {
        let mut calibrator = Calibrator::new();
        assert_eq!(calibrator.finish(Calibration::NOMINAL), Err(Unfinished::Nothing));
        assert_eq!(measure(&mut calibrator, Reference::Zero, [0.0; 4]), [Measured::Taken; 4]);
        assert_eq!(calibrator.finish(Calibration::NOMINAL), Err(Unfinished::Nothing), "0 V alone asks for nothing");
        for reference in [Reference::Low, Reference::High] {
            let volts = reference.volts();
            let measured = measure(&mut calibrator, reference, [0.0, volts, 0.0, volts]);
            assert_eq!([measured[1], measured[3]], [Measured::Taken; 2]);
            assert!(matches!(measured[0], Measured::Elsewhere(reads) if reads.abs() < 0.05), "{measured:?}");
        }
        let Found { calibration, residuals_v } = calibrator.finish(Calibration::NOMINAL).expect("two inputs are whole");
        assert_eq!(residuals_v.map(|residual| residual.is_some()), [false, true, false, true]);
        assert_eq!(calibration.channels[0], Channel::NOMINAL);
        for tenth in -50..=50 {
            let volts = tenth as f32 / 10.0;
            let read = crate::volts(calibration.channels[1].steps(code(volts)));
            assert!((read - volts).abs() < 1e-3, "{read} V instead of {volts} V");
        }
    }

    #[test]
    fn a_voltage_that_moves_or_is_another_is_not_taken() {
        let mut calibrator = Calibrator::new();
        calibrator.begin(Reference::High);
        let mut measured = None;
        for k in 0..READINGS {
            measured = calibrator.take([code(5.0), code(4.9 + k as f32 * 0.003), code(-5.0), code(4.6)]);
        }
        let [steady, moving, swapped, wrong] = measured.expect("the last reading");
        assert_eq!(steady, Measured::Taken);
        assert!(matches!(moving, Measured::Moving(spread) if spread > 0.15), "{moving:?}");
        assert!(matches!(swapped, Measured::Elsewhere(reads) if reads < -4.9), "{swapped:?}");
        assert!(matches!(wrong, Measured::Elsewhere(_)), "{wrong:?}");
        assert!(calibrator.has(0, Reference::High) && !calibrator.has(1, Reference::High));
    }

    #[test]
    fn what_is_missing_or_bent_is_said_and_nothing_is_found() {
        let mut calibrator = Calibrator::new();
        measure(&mut calibrator, Reference::High, [5.0, 0.0, 0.0, 0.0]);
        let says = calibrator.finish(Calibration::NOMINAL).expect_err("two are missing").to_string();
        assert!(says.contains("CV 1") && says.contains("-5 V"), "{says}");
        measure(&mut calibrator, Reference::Low, [-5.0, 0.0, 0.0, 0.0]);
        measure(&mut calibrator, Reference::Zero, [0.02, 0.0, 0.0, 0.0]);
        let says = calibrator.finish(Calibration::NOMINAL).expect_err("20 mV beside the line").to_string();
        assert!(says.contains("CV 1") && says.contains("mV off"), "{says}");
        measure(&mut calibrator, Reference::Zero, [0.0; 4]);
        assert!(calibrator.finish(Calibration::NOMINAL).is_ok(), "measured again");
    }
}
