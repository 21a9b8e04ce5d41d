//! The seven descriptors as they are shown: name, unit, scale and colour.

use neurorack_engine::descriptors::Descriptors;

/// One of the seven, in the order in which they are always shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Descriptor {
    Loudness,
    Percussivity,
    Brightness,
    Tone,
    Richness,
    Noise,
    Pitch,
}

impl Descriptor {
    pub(crate) const ALL: [Self; 7] =
        [Self::Loudness, Self::Percussivity, Self::Brightness, Self::Tone, Self::Richness, Self::Noise, Self::Pitch];

    pub(crate) fn name(self) -> &'static str {
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
    pub(crate) fn unit(self) -> &'static str {
        match self {
            Self::Loudness | Self::Noise => "dB",
            Self::Percussivity => "% of samples",
            Self::Brightness | Self::Tone | Self::Richness | Self::Pitch => "Hz",
        }
    }

    /// Custom property of `tokens.css` with its colour on a plate.
    pub(crate) fn colour_token(self) -> &'static str {
        match self {
            Self::Loudness => "--plate-loudness",
            Self::Percussivity => "--plate-percussivity",
            Self::Brightness => "--plate-brightness",
            Self::Tone => "--plate-tone",
            Self::Richness => "--plate-richness",
            Self::Noise => "--plate-noise",
            Self::Pitch => "--plate-pitch",
        }
    }

    /// Its value in a frame: linear RMS, sign changes per sample, hertz, or flatness in `[0, 1]`.
    pub(crate) fn value(self, frame: &Descriptors) -> f32 {
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
    pub(crate) fn height(self, frame: &Descriptors) -> f32 {
        let (low, high) = self.range();
        let value = self.value(frame).max(low * 1e-3);
        ((value / low).ln() / (high / low).ln()).clamp(0.0, 1.0)
    }

    /// Lines of the axis: height in `[0, 1]` and label, from the bottom up.
    pub(crate) fn ticks(self) -> Vec<(f32, String)> {
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
pub(crate) const AUDIBLE_RMS: f32 = 1e-3;

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
    fn silence_lies_at_the_bottom_and_full_scale_at_the_top() {
        let frame = |rms| Descriptors { rms, ..Descriptors::default() };
        assert_eq!(Descriptor::Loudness.height(&frame(0.0)), 0.0);
        assert_eq!(Descriptor::Loudness.height(&frame(1.0)), 1.0);
    }
}
