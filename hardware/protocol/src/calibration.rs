//! How codes of the converter become volts.

use crate::{CV_INPUTS, STEPS_PER_VOLT};
use core::fmt;

/// One input: a straight line from codes to volts.
///
/// Codes are sixteenths of the converter's, 0 to 65,535; a higher voltage at the jack gives a lower code, since the input stage
/// inverts (hardware guide: -5 / 0 / +5 V at the jack are 2.837 / 1.500 / 0.163 V of 3 V at the converter).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Channel {
    /// The code at 0 V, in sixteenths of a code's sixteenth.
    zero: u32,
    /// Steps of 0.2 mV for a code, in 65,536ths.
    gain: u16,
}

/// Codes of ours at full scale.
const FULL_SCALE: f32 = 65_536.0;

/// Volts at the converter at full scale.
const REFERENCE_V: f32 = 3.0;

/// Volts at the converter for 0 V at the jack, and for each volt there.
const NOMINAL_ZERO_V: f32 = 1.5;
const NOMINAL_GAIN: f32 = 0.267_4;

/// How far parts can be off: zero in volts at the jack, gain as a share. Measured in SPICE are 20 mV and 0.24 %; five times as
/// much is a wrong voltage at the jack or a broken part.
const MOST_ZERO_V: f32 = 0.1;
const MOST_GAIN: f32 = 0.012;

/// Fractions of a code in [`Channel::zero`], and of a step in [`Channel::gain`].
const ZERO_UNIT: f32 = 16.0;
const GAIN_UNIT: f32 = 65_536.0;

impl Channel {
    /// What the parts are on paper.
    pub const NOMINAL: Self = {
        let zero = NOMINAL_ZERO_V / REFERENCE_V * FULL_SCALE * ZERO_UNIT;
        let codes_per_volt = NOMINAL_GAIN / REFERENCE_V * FULL_SCALE;
        Self { zero: zero as u32, gain: (STEPS_PER_VOLT / codes_per_volt * GAIN_UNIT) as u16 }
    };

    /// A line through 0 V at this code with so many codes for a volt.
    fn new(zero_code: f32, codes_per_volt: f32) -> Self {
        let gain = STEPS_PER_VOLT / codes_per_volt * GAIN_UNIT;
        Self { zero: libm::roundf(zero_code * ZERO_UNIT) as u32, gain: libm::roundf(gain) as u16 }
    }

    /// Volts of a code in steps of 0.2 mV. Cheap without a floating-point unit: one multiplication.
    #[must_use]
    pub fn steps(&self, code: u16) -> i16 {
        let above = i64::from(self.zero) - (i64::from(code) << 4);
        // Rounded to the nearest: 4 bits of `zero` and 16 of `gain` go.
        let steps = (above * i64::from(self.gain) + (1 << 19)) >> 20;
        steps.clamp(i16::MIN.into(), i16::MAX.into()) as i16
    }

    /// Whether parts can be so: within 100 mV and 1.2 % of what they are on paper.
    #[must_use]
    pub fn is_plausible(&self) -> bool {
        let codes_per_volt = NOMINAL_GAIN / REFERENCE_V * FULL_SCALE;
        let zero_v = (self.zero as f32 - Self::NOMINAL.zero as f32) / (ZERO_UNIT * codes_per_volt);
        let gain = f32::from(self.gain) / f32::from(Self::NOMINAL.gain) - 1.0;
        libm::fabsf(zero_v) <= MOST_ZERO_V && libm::fabsf(gain) <= MOST_GAIN
    }
}

/// All four inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Calibration {
    /// CV 1 to CV 4.
    pub channels: [Channel; CV_INPUTS],
}

impl Default for Calibration {
    fn default() -> Self {
        Self::NOMINAL
    }
}

impl Calibration {
    /// What the parts are on paper: right within 20 mV at 0 V and 12 mV more at 5 V.
    pub const NOMINAL: Self = Self { channels: [Channel::NOMINAL; CV_INPUTS] };

    /// Bytes of [`Calibration::to_bytes`].
    pub const BYTES: usize = 6 * CV_INPUTS;

    /// Volts at the four inputs in steps of 0.2 mV.
    #[must_use]
    pub fn steps(&self, codes: [u16; CV_INPUTS]) -> [i16; CV_INPUTS] {
        let mut codes = codes.into_iter();
        self.channels.map(|channel| channel.steps(codes.next().unwrap_or_default()))
    }

    /// Whether parts can be so, all of them.
    #[must_use]
    pub fn is_plausible(&self) -> bool {
        self.channels.iter().all(Channel::is_plausible)
    }

    /// For each input its zero `u32` and its gain `u16`, little-endian.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        for (place, channel) in bytes.chunks_exact_mut(6).zip(&self.channels) {
            let (zero, gain) = place.split_at_mut(4);
            zero.copy_from_slice(&channel.zero.to_le_bytes());
            gain.copy_from_slice(&channel.gain.to_le_bytes());
        }
        bytes
    }

    /// Reads [`Calibration::to_bytes`]. Any bytes are a calibration; whether parts can be so, [`Calibration::is_plausible`] says.
    #[must_use]
    pub fn from_bytes(bytes: [u8; Self::BYTES]) -> Self {
        let mut places = bytes.chunks_exact(6);
        let channels = [(); CV_INPUTS].map(|()| match places.next() {
            Some(&[a, b, c, d, e, f]) => {
                Channel { zero: u32::from_le_bytes([a, b, c, d]), gain: u16::from_le_bytes([e, f]) }
            }
            _ => Channel::NOMINAL,
        });
        Self { channels }
    }
}

/// What an input read at a known voltage.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// What was patched in.
    pub volts: f32,
    /// Mean of at least 64 codes.
    pub code: f32,
}

/// A line that was found, and how well it fits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fit {
    /// The line.
    pub channel: Channel,
    /// The largest distance of a point from it, in volts.
    pub residual_v: f32,
}

/// Why points are no calibration: the old one stays.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum CalibrationError {
    /// Too few points, or all at nearly the same voltage.
    TooFewPoints,
    /// A point lies this far from the line through all, in volts.
    Bent(f32),
    /// The line is none that parts can have.
    Implausible,
}

impl fmt::Display for CalibrationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooFewPoints => f.write_str("measure at least two voltages that are 1 V apart"),
            Self::Bent(residual_v) => {
                let millivolts = residual_v * 1e3;
                write!(
                    f,
                    "one of the voltages is {millivolts:.1} mV off the line through all: check it and measure again"
                )
            }
            Self::Implausible => {
                f.write_str("no input reads so: check that each voltage was at the right jack when it was measured")
            }
        }
    }
}

impl core::error::Error for CalibrationError {}

impl Channel {
    /// Largest distance of a point from the line, in volts.
    pub const MOST_RESIDUAL_V: f32 = 0.002;

    /// The line that fits the points best by least squares.
    ///
    /// # Errors
    ///
    /// Where the points do not say, are off the line by more than [`Channel::MOST_RESIDUAL_V`], or give a line that the parts
    /// cannot have.
    pub fn fit(points: &[Point]) -> Result<Fit, CalibrationError> {
        let finite = points.iter().all(|point| point.volts.is_finite() && point.code.is_finite());
        let count = points.len() as f32;
        let mean = |of: fn(&Point) -> f32| points.iter().map(of).sum::<f32>() / count;
        let (mean_v, mean_code) = (mean(|point| point.volts), mean(|point| point.code));
        let spread: f32 = points.iter().map(|point| (point.volts - mean_v) * (point.volts - mean_v)).sum();
        // Two points 1 V apart have 0.5.
        if !finite || points.len() < 2 || spread < 0.499 {
            return Err(CalibrationError::TooFewPoints);
        }
        let together: f32 = points.iter().map(|point| (point.volts - mean_v) * (point.code - mean_code)).sum();
        // Codes fall while volts rise.
        let codes_per_volt = -together / spread;
        let zero_code = mean_code + codes_per_volt * mean_v;
        if !(1.0..FULL_SCALE).contains(&codes_per_volt) || !(0.0..FULL_SCALE).contains(&zero_code) {
            return Err(CalibrationError::Implausible);
        }
        let off = |point: &Point| libm::fabsf((zero_code - point.code) / codes_per_volt - point.volts);
        let residual_v = points.iter().map(off).fold(0.0, f32::max);
        let channel = Self::new(zero_code, codes_per_volt);
        if !channel.is_plausible() {
            return Err(CalibrationError::Implausible);
        }
        if residual_v > Self::MOST_RESIDUAL_V {
            return Err(CalibrationError::Bent(residual_v));
        }
        Ok(Fit { channel, residual_v })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;
    use std::vec::Vec;

    /// What a stage that is off by so much reads.
    fn code(volts: f32, zero_v: f32, gain: f32) -> f32 {
        (NOMINAL_ZERO_V - NOMINAL_GAIN * gain * (volts + zero_v)) / REFERENCE_V * FULL_SCALE
    }

    fn points(zero_v: f32, gain: f32) -> Vec<Point> {
        [-5.0, 0.0, 5.0].map(|volts| Point { volts, code: code(volts, zero_v, gain) }).to_vec()
    }

    #[test]
    fn nominal_values_are_those_of_the_hardware_guide() {
        for (converter_v, jack_v) in [(2.837, -5.0), (1.5, 0.0), (0.163, 5.0)] {
            let code = (converter_v / REFERENCE_V * FULL_SCALE) as u16;
            let found = crate::volts(Channel::NOMINAL.steps(code));
            assert!((found - jack_v).abs() < 1e-3, "{converter_v} V are {found} V at the jack");
        }
    }

    #[test]
    fn after_three_voltages_every_voltage_is_right_within_half_a_millivolt() {
        for (zero_v, gain) in [(0.0, 1.0), (0.02, 1.0024), (-0.02, 0.9976), (0.09, 0.99)] {
            let Fit { channel, residual_v } = Channel::fit(&points(zero_v, gain)).expect("a straight line");
            assert!(residual_v < 1e-4, "{residual_v}");
            for step in -50..=50 {
                let volts = step as f32 / 10.0;
                let found = crate::volts(channel.steps(code(volts, zero_v, gain) as u16));
                assert!((found - volts).abs() < 5e-4, "{found} V instead of {volts} V");
            }
        }
    }

    #[test]
    fn what_parts_cannot_be_is_refused_with_a_sentence_that_says_what_to_do() {
        let mut bent = points(0.0, 1.0);
        bent[1].code += 60.0;
        let mut swapped = points(0.0, 1.0);
        swapped.iter_mut().for_each(|point| point.volts = -point.volts);
        let cases: [(&[Point], &str); 7] = [
            (&[], "at least two"),
            (&points(0.0, 1.0)[..1], "at least two"),
            (&[Point { volts: f32::NAN, code: 1.0 }, Point { volts: 1.0, code: 2.0 }], "at least two"),
            (&bent, "mV off the line"),
            (&swapped, "no input reads so"),
            (&points(0.5, 1.0), "no input reads so"),
            (&points(0.0, 1.1), "no input reads so"),
        ];
        for (points, says) in cases {
            let sentence = Channel::fit(points).expect_err(says).to_string();
            assert!(sentence.contains(says), "{sentence}");
        }
    }

    #[test]
    fn a_code_at_the_ends_holds_and_never_wraps() {
        let steep = Calibration::from_bytes([0xFF; Calibration::BYTES]);
        assert!(!steep.is_plausible());
        assert_eq!(steep.steps([0; 4]), [i16::MAX; 4]);
        let none = Calibration::from_bytes([0; Calibration::BYTES]);
        assert_eq!(none.steps([u16::MAX; 4]), [0; 4]);
        assert!(Calibration::NOMINAL.is_plausible());
        assert_eq!(Calibration::from_bytes(Calibration::NOMINAL.to_bytes()), Calibration::NOMINAL);
    }
}
