//! Which input moves what.

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

impl CvInput {
    /// All four, as on the panel.
    pub const ALL: [Self; 4] = [Self::Cv1, Self::Cv2, Self::Cv3, Self::Cv4];

    /// Its name on the panel.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Cv1 => "CV 1",
            Self::Cv2 => "CV 2",
            Self::Cv3 => "CV 3",
            Self::Cv4 => "CV 4",
        }
    }
}

/// One of the two gates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GateInput {
    /// Gate 1.
    Gate1,
    /// Gate 2.
    Gate2,
}

impl GateInput {
    /// Both, as on the panel.
    pub const ALL: [Self; 2] = [Self::Gate1, Self::Gate2];

    /// Its name on the panel.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Gate1 => "Gate 1",
            Self::Gate2 => "Gate 2",
        }
    }
}

/// What a voltage can move. The host maps it to its engine's target of the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// Nothing: the input is free.
    Nothing,
    /// Position between F1 and F2.
    Morph,
    /// Where the curves are read.
    Scrub,
    /// Soft boom to sharp click.
    Transient,
    /// Randomness of the descriptors.
    Variation,
    /// Output level beside the volume.
    Level,
    /// Transposition of everything that sounds, 1 V an octave.
    Pitch,
    /// Strength of coming hits.
    Velocity,
    /// The curve of loudness.
    Loudness,
    /// The curve of percussivity, the zero-crossing rate.
    Percussivity,
    /// The curve of brightness, the centroid.
    Brightness,
    /// The curve of tone, the roll-off.
    Tone,
    /// The curve of richness, the bandwidth.
    Richness,
    /// The curve of noise, the flatness.
    Noise,
    /// The curve of the pitch, f0.
    Fundamental,
    /// Where the frozen sound is read.
    FreezePosition,
    /// How far the grains scatter around this position.
    FreezeSpread,
    /// Transposition of the frozen sound.
    FreezePitch,
    /// Length of the frozen loop.
    FreezeLength,
    /// The timbre along the first dimension of a bank's latent.
    TimbreA,
    /// Along the second.
    TimbreB,
    /// Along the third.
    TimbreC,
    /// Along the fourth.
    TimbreD,
    /// How far the descriptors are those of an audio input.
    Follow,
}

impl Target {
    /// All targets, in the order in which they are shown.
    pub const ALL: [Self; 24] = [
        Self::Nothing,
        Self::Morph,
        Self::Scrub,
        Self::Transient,
        Self::Variation,
        Self::Level,
        Self::Pitch,
        Self::Velocity,
        Self::Loudness,
        Self::Percussivity,
        Self::Brightness,
        Self::Tone,
        Self::Richness,
        Self::Noise,
        Self::Fundamental,
        Self::FreezePosition,
        Self::FreezeSpread,
        Self::FreezePitch,
        Self::FreezeLength,
        Self::TimbreA,
        Self::TimbreB,
        Self::TimbreC,
        Self::TimbreD,
        Self::Follow,
    ];

    /// Its name, as people read it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Morph => "morph",
            Self::Scrub => "scrub",
            Self::Transient => "transient",
            Self::Variation => "variation",
            Self::Level => "level",
            Self::Pitch => "pitch",
            Self::Velocity => "velocity",
            Self::Loudness => "loudness",
            Self::Percussivity => "percussivity",
            Self::Brightness => "brightness",
            Self::Tone => "tone",
            Self::Richness => "richness",
            Self::Noise => "noise",
            Self::Fundamental => "fundamental",
            Self::FreezePosition => "freeze position",
            Self::FreezeSpread => "freeze spread",
            Self::FreezePitch => "freeze pitch",
            Self::FreezeLength => "freeze length",
            Self::TimbreA => "timbre A",
            Self::TimbreB => "timbre B",
            Self::TimbreC => "timbre C",
            Self::TimbreD => "timbre D",
            Self::Follow => "follow input",
        }
    }
}

/// What one voltage input does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Assignment {
    /// What it moves.
    pub target: Target,
    /// Factor on its volts in hundredths, -200 to 200 in steps of 5: an attenuverter.
    pub range_percent: i16,
    /// Added after the factor, in tenths of a volt, -50 to 50.
    pub offset_decivolts: i8,
    /// What stands for the voltage while nothing is patched, in tenths of a volt, -50 to 50.
    pub unpatched_decivolts: i8,
}

impl Assignment {
    /// An input that moves `target` over its whole range, and what it holds while nothing is patched.
    #[must_use]
    pub const fn to(target: Target, unpatched_decivolts: i8) -> Self {
        Self { target, range_percent: 100, offset_decivolts: 0, unpatched_decivolts }
    }

    /// Factor on the volts, -2 to 2.
    #[must_use]
    pub fn factor(&self) -> f32 {
        f32::from(self.range_percent) / 100.0
    }

    /// Volts added after the factor.
    #[must_use]
    pub fn offset_volts(&self) -> f32 {
        f32::from(self.offset_decivolts) / 10.0
    }

    /// Volts while nothing is patched.
    #[must_use]
    pub fn unpatched_volts(&self) -> f32 {
        f32::from(self.unpatched_decivolts) / 10.0
    }
}

/// What a gate does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GateTarget {
    /// Nothing: the gate is free.
    Nothing,
    /// A rising edge starts a hit.
    Trigger,
    /// While it is high, the sound is frozen.
    Freeze,
    /// Strikes, and lets the hit go on while the gate is high.
    Sustain,
}

impl GateTarget {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::Nothing, Self::Trigger, Self::Freeze, Self::Sustain];

    /// Its name, as people read it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Trigger => "trigger",
            Self::Freeze => "freeze",
            Self::Sustain => "sustain",
        }
    }
}

/// What the encoder turns on the idle screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EncoderTarget {
    /// The volume.
    Volume,
    /// Position between F1 and F2: the unpatched voltage of CV 1.
    Morph,
    /// Which bank plays.
    Bank,
    /// The sound in F1.
    F1,
    /// The sound in F2.
    F2,
}

impl EncoderTarget {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 5] = [Self::Volume, Self::Morph, Self::Bank, Self::F1, Self::F2];

    /// Its name, as people read it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Volume => "volume",
            Self::Morph => "morph",
            Self::Bank => "bank",
            Self::F1 => "F1",
            Self::F2 => "F2",
        }
    }
}

/// What a push does on the idle screen; a long push does the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PushTarget {
    /// A push opens the menu, a long one strikes.
    Menu,
    /// A push strikes, a long one opens the menu.
    Strike,
}

impl PushTarget {
    /// Both, in the order in which they are shown.
    pub const ALL: [Self; 2] = [Self::Menu, Self::Strike];

    /// Its name, as people read it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Menu => "menu",
            Self::Strike => "strike",
        }
    }
}
