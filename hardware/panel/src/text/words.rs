//! A short text written on the spot.

use core::fmt::{self, Write};

/// Most bytes of a short text.
const BYTES: usize = 24;

/// A text of at most 24 bytes; what does not fit is left out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Words(heapless::String<BYTES>);

impl Words {
    /// A copy of a text.
    pub(crate) fn of(text: &str) -> Self {
        Self::write(|words| words.write_str(text))
    }

    /// A text as it is formatted.
    pub(crate) fn write(format: impl FnOnce(&mut Self) -> fmt::Result) -> Self {
        let mut words = Self::default();
        // Formatting numbers and texts does not fail, and neither does writing here.
        let _ = format(&mut words);
        words
    }

    /// A whole number of tenths or hundredths with its sign: "+1.2", "-0.05", "0.0".
    pub(crate) fn signed(number: i32, per_unit: u32) -> Self {
        let sign = match number {
            ..0 => "-",
            0 => "",
            1.. => "+",
        };
        let (whole, part) = (number.unsigned_abs() / per_unit, number.unsigned_abs() % per_unit);
        Self::write(|text| match per_unit {
            ..=10 => write!(text, "{sign}{whole}.{part}"),
            _ => write!(text, "{sign}{whole}.{part:02}"),
        })
    }

    /// Volts in tenths, rounded: "+1.2 V".
    pub(crate) fn volts(volts: f32) -> Self {
        // Casts of what is too large or not a number saturate or give zero.
        let decivolts = (volts * 10.0 + if volts < 0.0 { -0.5 } else { 0.5 }) as i32;
        let number = Self::signed(decivolts.clamp(-999, 999), 10);
        Self::write(|text| write!(text, "{} V", number.as_str()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Write for Words {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            if self.0.push(character).is_err() {
                break;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn volts_are_rounded_to_tenths_and_keep_their_sign() {
        for (volts, text) in
            [(1.24, "+1.2 V"), (-0.06, "-0.1 V"), (-0.04, "0.0 V"), (f32::NAN, "0.0 V"), (f32::INFINITY, "+99.9 V")]
        {
            assert_eq!(Words::volts(volts).as_str(), text, "{volts}");
        }
    }

    #[test]
    fn a_text_that_is_too_long_is_cut_between_characters() {
        assert_eq!(Words::of("äääääääääääää").as_str(), "ääääääääääää");
    }
}
