//! What the engine tells the page, as bytes that the processor copies unread.

/// Counters and meters, copied to the page about forty times a second.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, bytemuck::Pod, bytemuck::Zeroable)]
pub struct Status {
    /// Hits started.
    pub hits: u64,
    /// Events that were lost: no room, no bank, no curve, or a message that says nothing.
    pub dropped_events: u64,
    /// Hits that gave way to later ones.
    pub stolen_voices: u64,
    /// Bank that coming hits play, by [`PreparedBank::serial`](neurorack_engine::PreparedBank::serial); 0 when none.
    pub bank_serial: u64,
    /// The `AudioContext`'s time of the last hit in seconds; negative before the first.
    pub last_trigger_s: f64,
    /// The `AudioContext`'s time after the last rendered block, in seconds.
    pub time_s: f64,
    /// Longest render so far in seconds, as the processor measured it; 0 where it has no clock.
    pub longest_render_s: f64,
    /// Hits that sound.
    pub voices: u32,
    /// Why the last bank was refused, a [`Refusal`] as a number; 0 when it was taken.
    pub refusal: u32,
    /// Largest magnitude since the last status.
    pub peak: f32,
    /// 1 while a hit sounds and `asked` holds its descriptors, else 0.
    pub has_asked: u32,
    /// The descriptors the newest hit is asked for now, in `Descriptors`' order and units.
    pub asked: [f32; 7],
    /// 1 while the sound is frozen, else 0.
    pub frozen: u32,
    /// Quarter notes since the clock's start.
    pub beats: f64,
    /// The clock's tempo in beats a minute.
    pub tempo_bpm: f32,
    /// 1 while the clock runs, else 0.
    pub running: u32,
    /// The step that each sequencer plays, from 0; `u32::MAX` while the clock stands.
    pub steps: [u32; 2],
    /// Volts of the four modulators.
    pub modulators_volts: [f32; 4],
    /// Where in its turn each modulator stands, 0 to 1.
    pub modulators_turns: [f32; 4],
    /// Volts at CV 1 to CV 4, knobs and cables together.
    pub cv_volts: [f32; 4],
    /// 1 where Gate 1 and Gate 2 are high, else 0.
    pub gates: [u32; 2],
    /// All time spent rendering so far in seconds, as the processor measured it; 0 where it has no clock.
    pub render_s: f64,
    /// Where the XY pad stands, -1 to 1 both ways.
    pub pad: [f32; 2],
    /// The take that coming hits play, by its number; 0 where they play a network.
    pub coming_take: u32,
    /// The take that the newest hit plays, by its number; 0 where it plays none or is over.
    pub sounding_take: u32,
}

impl Status {
    /// The status in these bytes; `None` when their number is wrong.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytemuck::try_pod_read_unaligned(bytes).ok()
    }

    /// The status before anything happened.
    #[must_use]
    pub fn initial() -> Self {
        Self { last_trigger_s: -1.0, ..bytemuck::Zeroable::zeroed() }
    }

    /// Why the last bank was refused.
    #[must_use]
    pub fn refusal(&self) -> Option<Refusal> {
        Refusal::ALL.into_iter().find(|&refusal| refusal as u32 == self.refusal)
    }
}

/// Why a bank was refused. The bank in use plays on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub enum Refusal {
    /// Both places for banks are taken while an old one rings out: send it again in a moment.
    Busy = 1,
    /// The image is larger than there is room for.
    TooLarge = 2,
    /// Chunks are missing or out of order.
    Incomplete = 3,
    /// The bytes are no image of this version.
    Damaged = 4,
    /// Prepared for another sample rate.
    SampleRate = 5,
}

impl Refusal {
    const ALL: [Self; 5] = [Self::Busy, Self::TooLarge, Self::Incomplete, Self::Damaged, Self::SampleRate];
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Busy => "the previous bank still rings out: choose the bank again in a moment",
            Self::TooLarge => "the bank is too large to play here: choose a smaller one",
            Self::Incomplete => "the bank did not arrive completely: choose it again",
            Self::Damaged => "the prepared bank is damaged: reload the page",
            Self::SampleRate => "the bank was prepared for another sample rate: choose it again",
        })
    }
}
