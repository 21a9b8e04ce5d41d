//! What the menu sets: plain whole numbers, so that a step is exactly a step.

use crate::assignment::{Assignment, CvInput, EncoderTarget, GateInput, GateTarget, PushTarget, Target};

/// Everything that the menu edits. The host keeps it and shows it in the [`View`](crate::View).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Output level in decibels, -60 to 0; -60 is silence.
    pub volume_db: i8,
    /// Which volts are an input's whole travel.
    pub range: CvRange,
    /// Length of the frozen loop in milliseconds, 50 to 100.
    pub freeze_ms: u8,
    /// Seed of every random draw, 0 to 9999.
    pub seed: u16,
    /// Hits that sound at a time.
    pub voices: Voices,
    /// Which descriptors vary, in the order of [`Descriptor::ALL`].
    pub varies: [bool; 7],
    /// What CV 1 to CV 4 do.
    pub cv: [Assignment; 4],
    /// What Gate 1 and Gate 2 do.
    pub gates: [GateTarget; 2],
    /// What the encoder turns on the idle screen.
    pub encoder: EncoderTarget,
    /// What a push does on the idle screen.
    pub push: PushTarget,
}

impl Default for Settings {
    /// As printed on the panel; every descriptor varies.
    fn default() -> Self {
        Self {
            volume_db: -9,
            range: CvRange::Bipolar5,
            freeze_ms: 80,
            seed: 1,
            voices: Voices::Eight,
            varies: [true; 7],
            cv: [
                Assignment::to(Target::Morph, -50),
                Assignment::to(Target::Scrub, 0),
                Assignment::to(Target::Transient, 0),
                Assignment::to(Target::Variation, -50),
            ],
            gates: [GateTarget::Trigger, GateTarget::Freeze],
            encoder: EncoderTarget::Volume,
            push: PushTarget::Menu,
        }
    }
}

/// One change to the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// Output level in decibels, -60 to 0; -60 is silence.
    Volume(i8),
    /// Which volts are an input's whole travel.
    Range(CvRange),
    /// Length of the frozen loop in milliseconds, 50 to 100.
    FreezeLength(u8),
    /// Seed of every random draw, 0 to 9999.
    Seed(u16),
    /// Hits that sound at a time.
    Voices(Voices),
    /// Whether a descriptor varies.
    Varies(Descriptor, bool),
    /// What an input moves.
    Target(CvInput, Target),
    /// Factor on an input's volts in hundredths, -200 to 200.
    Factor(CvInput, i16),
    /// Added after the factor, in tenths of a volt, -50 to 50.
    Offset(CvInput, i8),
    /// What stands for an input's voltage while nothing is patched, in tenths of a volt, -50 to 50.
    Unpatched(CvInput, i8),
    /// What a gate does.
    Gate(GateInput, GateTarget),
    /// What the encoder turns on the idle screen.
    Encoder(EncoderTarget),
    /// What a push does on the idle screen.
    Push(PushTarget),
}

impl Settings {
    /// Makes one change.
    pub fn apply(&mut self, setting: Setting) {
        match setting {
            Setting::Volume(db) => self.volume_db = db,
            Setting::Range(range) => self.range = range,
            Setting::FreezeLength(ms) => self.freeze_ms = ms,
            Setting::Seed(seed) => self.seed = seed,
            Setting::Voices(voices) => self.voices = voices,
            Setting::Varies(descriptor, varies) => self.varies[descriptor as usize] = varies,
            Setting::Target(input, target) => self.cv[input as usize].target = target,
            Setting::Factor(input, percent) => self.cv[input as usize].range_percent = percent,
            Setting::Offset(input, decivolts) => self.cv[input as usize].offset_decivolts = decivolts,
            Setting::Unpatched(input, decivolts) => self.cv[input as usize].unpatched_decivolts = decivolts,
            Setting::Gate(gate, target) => self.gates[gate as usize] = target,
            Setting::Encoder(target) => self.encoder = target,
            Setting::Push(target) => self.push = target,
        }
    }
}

/// Which volts at an input are its whole travel, for sources that do not swing from -5 to +5 V.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CvRange {
    /// -5 to +5 V, as it is.
    Bipolar5,
    /// -2.5 to +2.5 V.
    Bipolar2,
    /// 0 to +5 V.
    Unipolar5,
}

impl CvRange {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 3] = [Self::Bipolar5, Self::Bipolar2, Self::Unipolar5];

    /// Its name, as people read it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Bipolar5 => "-5 to +5 V",
            Self::Bipolar2 => "-2.5 to +2.5 V",
            Self::Unipolar5 => "0 to +5 V",
        }
    }

    /// The voltage from -5 to +5 V that a voltage of this range stands for; beyond the range, beyond it.
    #[must_use]
    pub fn spread(self, volts: f32) -> f32 {
        match self {
            Self::Bipolar5 => volts,
            Self::Bipolar2 => 2.0 * volts,
            Self::Unipolar5 => 2.0 * volts - 5.0,
        }
    }
}

/// How many hits sound at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voices {
    /// 8 hits.
    Eight,
    /// 16 hits, for twice the work.
    Sixteen,
}

impl Voices {
    /// Both, in the order in which they are shown.
    pub const ALL: [Self; 2] = [Self::Eight, Self::Sixteen];

    /// Their number.
    #[must_use]
    pub fn count(self) -> u8 {
        match self {
            Self::Eight => 8,
            Self::Sixteen => 16,
        }
    }

    /// Their number, as people read it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Eight => "8",
            Self::Sixteen => "16",
        }
    }
}

/// One of the seven descriptors, in the order in which they are always shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Descriptor {
    /// RMS.
    Loudness,
    /// Zero-crossing rate.
    Percussivity,
    /// Centroid.
    Brightness,
    /// Roll-off.
    Tone,
    /// Bandwidth.
    Richness,
    /// Flatness.
    Noise,
    /// f0.
    Pitch,
}

impl Descriptor {
    /// All seven, in the order of the bars.
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

    /// The letter under its bar; F is the pitch, f0.
    pub(crate) fn letter(self) -> &'static str {
        match self {
            Self::Loudness => "L",
            Self::Percussivity => "P",
            Self::Brightness => "B",
            Self::Tone => "T",
            Self::Richness => "R",
            Self::Noise => "N",
            Self::Pitch => "F",
        }
    }
}
