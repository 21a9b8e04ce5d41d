//! The seven descriptors as they are shown: name, unit and scale.

use neurorack_engine::descriptors::Descriptors;

/// One of the seven, in the order in which they are always shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Descriptor {
    /// RMS.
    Loudness,
    /// Zero-crossing rate.
    Percussivity,
    /// Centroid.
    Brightness,
    /// Roll-off, 85 %.
    Tone,
    /// Bandwidth.
    Richness,
    /// Flatness.
    Noise,
    /// f0.
    Pitch,
}

impl Descriptor {
    /// All seven, in that order.
    pub const ALL: [Self; 7] =
        [Self::Loudness, Self::Percussivity, Self::Brightness, Self::Tone, Self::Richness, Self::Noise, Self::Pitch];

    /// Its name, as people read it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Loudness => "Loudness",
            Self::Percussivity => "Percussivity",
            Self::Brightness => "Brightness",
            Self::Tone => "Tone",
            Self::Richness => "Richness",
            Self::Noise => "Noise",
            Self::Pitch => "Pitch",
        }
    }

    /// Unit of the vertical axis.
    #[must_use]
    pub fn unit(self) -> &'static str {
        match self {
            Self::Loudness | Self::Noise => "dB",
            Self::Percussivity => "% of samples",
            Self::Brightness | Self::Tone | Self::Richness | Self::Pitch => "Hz",
        }
    }

    /// Its value in a frame: linear RMS, sign changes per sample, hertz, or flatness in `[0, 1]`.
    #[must_use]
    pub fn value(self, frame: &Descriptors) -> f32 {
        match self {
            Self::Loudness => frame.rms,
            Self::Percussivity => frame.zcr,
            Self::Brightness => frame.centroid_hz,
            Self::Tone => frame.rolloff_hz,
            Self::Richness => frame.bandwidth_hz,
            Self::Noise => frame.flatness,
            Self::Pitch => frame.f0_hz,
        }
    }

    /// The same frame with another value, in the unit of [`Self::value`].
    #[must_use]
    pub fn with_value(self, frame: &Descriptors, value: f32) -> Descriptors {
        let mut frame = *frame;
        let place = match self {
            Self::Loudness => &mut frame.rms,
            Self::Percussivity => &mut frame.zcr,
            Self::Brightness => &mut frame.centroid_hz,
            Self::Tone => &mut frame.rolloff_hz,
            Self::Richness => &mut frame.bandwidth_hz,
            Self::Noise => &mut frame.flatness,
            Self::Pitch => &mut frame.f0_hz,
        };
        *place = value;
        frame
    }

    /// Lower and upper end of the axis, in the unit of [`Self::value`]; every axis is logarithmic.
    fn range(self) -> (f32, f32) {
        match self {
            Self::Loudness => (1e-3, 1.0),
            Self::Percussivity => (2e-3, 0.5),
            Self::Brightness | Self::Tone => (40.0, 16_000.0),
            Self::Richness => (40.0, 10_000.0),
            Self::Noise => (1e-6, 1.0),
            Self::Pitch => (30.0, 5_000.0),
        }
    }

    /// Where a value lies on the axis, 0 at the bottom and 1 at the top, clamped to it.
    #[must_use]
    pub fn height(self, frame: &Descriptors) -> f32 {
        self.place(frame).clamp(0.0, 1.0)
    }

    /// Where a value lies on the axis and beyond its ends: below 0 what is not drawn, down to a thousandth of the lower end.
    #[must_use]
    pub fn place(self, frame: &Descriptors) -> f32 {
        let (low, high) = self.range();
        let value = self.value(frame).max(low * 1e-3);
        (value / low).ln() / (high / low).ln()
    }

    /// The value at a place of the axis, in the unit of [`Self::value`].
    #[must_use]
    pub fn value_at(self, place: f32) -> f32 {
        let (low, high) = self.range();
        low * (high / low).powf(place)
    }

    /// A value in words, with its unit: "\u{2212}12 dB", "1.2 kHz", "8 %".
    #[must_use]
    pub fn say(self, value: f32) -> String {
        let three = |value: f32| match value {
            100.0.. => format!("{value:.0}"),
            10.0.. => format!("{value:.1}"),
            _ => format!("{value:.2}"),
        };
        match self {
            Self::Loudness => format!("{} dB", minus((20.0 * value.max(1e-9).log10()).round() as i32)),
            Self::Noise => format!("{} dB", minus((10.0 * value.max(1e-18).log10()).round() as i32)),
            Self::Percussivity => format!("{} %", three(value * 100.0)),
            _ if value < 1_000.0 => format!("{} Hz", three(value)),
            _ => format!("{} kHz", three(value / 1_000.0)),
        }
    }

    /// Lines of the axis: height in `[0, 1]` and label, from the bottom up.
    #[must_use]
    pub fn ticks(self) -> Vec<(f32, String)> {
        let (low, high) = self.range();
        let at = |value: f32| (value / low).ln() / (high / low).ln();
        match self {
            Self::Loudness => [-60, -45, -30, -15, 0].map(|db| (at(10f32.powf(db as f32 / 20.0)), minus(db))).into(),
            Self::Noise => [-60, -45, -30, -15, 0].map(|db| (at(10f32.powf(db as f32 / 10.0)), minus(db))).into(),
            Self::Percussivity => [0.5f32, 2.0, 10.0, 50.0].map(|share| (at(share / 100.0), share.to_string())).into(),
            _ => [50.0f32, 200.0, 1_000.0, 5_000.0, 10_000.0]
                .iter()
                .filter(|&&hz| hz >= low && hz <= high)
                .map(|&hz| (at(hz), if hz < 1_000.0 { format!("{hz}") } else { format!("{} k", hz / 1_000.0) }))
                .collect(),
        }
    }
}

/// A whole number with a true minus sign.
fn minus(value: i32) -> String {
    if value < 0 { format!("\u{2212}{}", -value) } else { value.to_string() }
}

/// Frames quieter than this (-60 dB) have no spectrum worth showing.
pub const AUDIBLE_RMS: f32 = 1e-3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_axis_runs_from_bottom_to_top() {
        for descriptor in Descriptor::ALL {
            let ticks = descriptor.ticks();
            assert!(ticks.len() >= 3, "{} has an axis to read", descriptor.name());
            assert!(ticks.windows(2).all(|pair| pair[0].0 < pair[1].0), "{} rises", descriptor.name());
            assert!(ticks.iter().all(|(at, _)| (-0.001..=1.001).contains(at)), "{} fits", descriptor.name());
        }
    }

    #[test]
    fn a_place_is_the_place_of_its_value() {
        for descriptor in Descriptor::ALL {
            for place in [-0.2, 0.0, 0.3, 1.0] {
                let frame = descriptor.with_value(&Descriptors::default(), descriptor.value_at(place));
                let found = descriptor.place(&frame);
                assert!((found - place).abs() < 1e-5, "{} at {place}: {found}", descriptor.name());
            }
        }
    }

    #[test]
    fn values_are_said_with_their_units() {
        let said = [
            Descriptor::Loudness.say(0.25),
            Descriptor::Noise.say(1.0),
            Descriptor::Percussivity.say(0.08),
            Descriptor::Pitch.say(440.0),
            Descriptor::Tone.say(1_234.0),
        ];
        assert_eq!(said, ["\u{2212}12 dB", "0 dB", "8.00 %", "440 Hz", "1.23 kHz"]);
    }

    #[test]
    fn silence_lies_at_the_bottom_and_full_scale_at_the_top() {
        let frame = |rms| Descriptors { rms, ..Descriptors::default() };
        assert_eq!(Descriptor::Loudness.height(&frame(0.0)), 0.0);
        assert_eq!(Descriptor::Loudness.height(&frame(1.0)), 1.0);
    }
}
