//! The one table in which voltages become parameters.

use super::ControlFrame;

/// One of the four voltage inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CvInput {
    /// CV 1.
    Cv1,
    /// CV 2.
    Cv2,
    /// CV 3.
    Cv3,
    /// CV 4.
    Cv4,
}

/// A straight line from volts to a parameter, flat beyond its ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Law {
    /// Volts at both ends; they differ.
    pub volts: [f32; 2],
    /// The parameter at these ends, in its own unit.
    pub values: [f32; 2],
}

impl Law {
    /// Morph position `α = (v + 5) / 10`: F1 at -5 V, F2 at +5 V.
    pub const MORPH: Self = Self { volts: [-5.0, 5.0], values: [0.0, 1.0] };

    /// The parameter at this voltage. Real-time safe.
    #[must_use]
    pub fn apply(&self, volts: f32) -> f32 {
        let part = ((volts - self.volts[0]) / (self.volts[1] - self.volts[0])).clamp(0.0, 1.0);
        self.values[0] + part * (self.values[1] - self.values[0])
    }
}

/// An input and the law that gives its voltage a meaning.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Patch {
    /// Where the voltage comes from.
    pub input: CvInput,
    /// What it means.
    pub law: Law,
}

impl Patch {
    /// The parameter under these controls. Real-time safe.
    #[must_use]
    pub fn read(&self, frame: &ControlFrame) -> f32 {
        self.law.apply(frame.volts(self.input))
    }
}

/// Which input drives which parameter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CvMapping {
    /// Position between F1 (0) and F2 (1), acting while hits sound.
    pub morph: Patch,
}

impl Default for CvMapping {
    /// As printed on the panel.
    fn default() -> Self {
        Self { morph: Patch { input: CvInput::Cv1, law: Law::MORPH } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cv_1_morphs_from_minus_five_to_plus_five_volts() {
        for (volts, alpha) in [(-9.0, 0.0), (-5.0, 0.0), (0.0, 0.5), (2.5, 0.75), (5.0, 1.0), (9.0, 1.0)] {
            let frame = ControlFrame { cv: [volts, 0.0, 0.0, 0.0], ..ControlFrame::default() };
            assert!((CvMapping::default().morph.read(&frame) - alpha).abs() < 1e-6, "{volts} V");
        }
    }
}
