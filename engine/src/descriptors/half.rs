//! Curves in 16-bit numbers: what is rounded once survives every link and file to the bit.

use super::{DescriptorCurve, Descriptors, Timbre};
use half::f16;

/// The 16-bit number that lies nearest; what is too large for one, the largest there is.
fn number_in_16_bits(value: f32) -> f32 {
    let most = f16::MAX.to_f32();
    f16::from_f32(value.clamp(-most, most)).to_f32()
}

impl Descriptors {
    /// The frame with values that 16 bits hold exactly.
    #[must_use]
    pub fn in_16_bits(self) -> Self {
        Self::from_array(self.to_array().map(number_in_16_bits))
    }
}

impl Timbre {
    /// The timbre with numbers that 16 bits hold exactly.
    #[must_use]
    pub fn in_16_bits(&self) -> Self {
        // The limit itself is one of these numbers, so none is rounded beyond it.
        Self::new(self.values().map(number_in_16_bits)).unwrap_or(*self)
    }
}

impl DescriptorCurve {
    /// The curve and its timbre with numbers that 16 bits hold exactly.
    #[must_use]
    pub fn in_16_bits(&self) -> Self {
        let frames = self.frames().iter().map(|frame| frame.in_16_bits()).collect();
        let timbre = self.timbre().map(Timbre::in_16_bits);
        Self::new(frames).map_or_else(|_| self.clone(), |rounded| rounded.with_timbre(timbre))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_too_large_for_16_bits_becomes_the_largest() {
        let frame = Descriptors { rms: -1e9, rolloff_hz: 1e9, f0_hz: 200.03, ..Descriptors::default() };
        let rounded = frame.in_16_bits();
        assert_eq!((rounded.rms, rounded.rolloff_hz), (-65_504.0, 65_504.0));
        assert!((rounded.f0_hz - 200.03).abs() < 0.1);
    }

    proptest! {
        #[test]
        fn rounding_twice_changes_nothing(
            values in prop::collection::vec(prop::array::uniform7(-70_000.0f32..70_000.0), 1..8),
            timbre in prop::collection::vec(-Timbre::LIMIT..=Timbre::LIMIT, Timbre::COUNT),
        ) {
            let frames = values.into_iter().map(Descriptors::from_array).collect();
            let timbre = Timbre::new(timbre.try_into().expect("as many as there are"));
            let once = DescriptorCurve::new(frames).expect("finite frames").with_timbre(timbre).in_16_bits();
            prop_assert!(once.timbre().is_some());
            prop_assert_eq!(once.in_16_bits(), once);
        }
    }
}
