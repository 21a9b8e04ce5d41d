//! Note values: how long a sequencer's step lasts, and over which time a modulator goes round.

use super::Clock;
use serde::{Deserialize, Serialize};

/// How long a step of a sequencer lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Division {
    /// 1/4.
    Quarter,
    /// 1/8.
    Eighth,
    /// 1/8T: three in a quarter note.
    EighthTriplet,
    /// 1/16.
    #[default]
    Sixteenth,
    /// 1/16T: six in a quarter note.
    SixteenthTriplet,
    /// 1/32.
    ThirtySecond,
}

impl Division {
    /// All divisions, in the order of their codes.
    pub const ALL: [Self; 6] =
        [Self::Quarter, Self::Eighth, Self::EighthTriplet, Self::Sixteenth, Self::SixteenthTriplet, Self::ThirtySecond];

    /// As musicians write it.
    #[must_use]
    pub fn label(self) -> &'static str {
        ["1/4", "1/8", "1/8T", "1/16", "1/16T", "1/32"][self as usize]
    }

    /// Steps in a quarter note.
    #[must_use]
    pub fn per_quarter(self) -> u64 {
        [1, 2, 3, 4, 6, 8][self as usize]
    }

    /// Where a step starts, in grains of the clock. Real-time safe.
    ///
    /// Swing makes the second of each two sixteenths late. Quarters and eighths stand on first ones and stay, 1/32 divide
    /// the sixteenths that swing made long and short, and triplets, which are a swing of their own, stay straight.
    pub(super) fn position(self, step: u64, clock: &Clock) -> u64 {
        let straight = (clock.quarter() / self.per_quarter()).saturating_mul(step);
        let delay = match self {
            Self::Sixteenth if step % 2 == 1 => clock.swing_delay(),
            Self::ThirtySecond if step % 4 == 2 => clock.swing_delay(),
            Self::ThirtySecond if step % 2 == 1 => clock.swing_delay() / 2,
            _ => 0,
        };
        straight.saturating_add(delay)
    }

    /// The first step that does not lie before the coming sample. Real-time safe.
    pub(super) fn next_step(self, clock: &Clock) -> u64 {
        let straight = clock.heard_position() / (clock.quarter() / self.per_quarter());
        // Swing delays by less than a step: the one before may be still to come, this one may be over.
        let candidates = [straight.saturating_sub(1), straight, straight + 1];
        candidates.into_iter().find(|&step| !clock.is_over(self.position(step, clock))).unwrap_or(straight + 2)
    }
}

/// Over which musical time a synchronised modulator goes round once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Span {
    /// 8 bars of 4/4.
    EightBars,
    /// 4 bars.
    FourBars,
    /// 2 bars.
    TwoBars,
    /// 1 bar.
    Bar,
    /// 1/2.
    Half,
    /// 1/4.
    Quarter,
    /// 1/8.
    Eighth,
    /// 1/16.
    Sixteenth,
    /// 1/32.
    ThirtySecond,
}

impl Span {
    /// All spans, in the order of their codes.
    pub const ALL: [Self; 9] = [
        Self::EightBars,
        Self::FourBars,
        Self::TwoBars,
        Self::Bar,
        Self::Half,
        Self::Quarter,
        Self::Eighth,
        Self::Sixteenth,
        Self::ThirtySecond,
    ];

    /// As musicians write it.
    #[must_use]
    pub fn label(self) -> &'static str {
        ["8 bars", "4 bars", "2 bars", "1 bar", "1/2", "1/4", "1/8", "1/16", "1/32"][self as usize]
    }

    /// Length in quarter notes.
    #[must_use]
    pub fn quarters(self) -> f64 {
        32.0 / (1 << self as u32) as f64
    }

    /// Length in grains of the clock.
    pub(super) fn grains(self, clock: &Clock) -> u64 {
        (clock.quarter() * 32) >> (self as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::ClockSource;

    #[test]
    fn swing_moves_off_beats_alone() {
        let mut clock = Clock::new(48_000);
        clock.set(120.0, 66.0, ClockSource::Internal);
        let sixteenth = clock.quarter() / 4;
        let parts = |division: Division| -> Vec<f64> {
            (0..5).map(|step| division.position(step, &clock) as f64 / sixteenth as f64).collect()
        };
        assert_eq!(parts(Division::Sixteenth), [0.0, 1.32, 2.0, 3.32, 4.0]);
        assert_eq!(parts(Division::ThirtySecond), [0.0, 0.66, 1.32, 1.66, 2.0]);
        assert_eq!(parts(Division::Eighth), [0.0, 2.0, 4.0, 6.0, 8.0]);
        assert_eq!(parts(Division::EighthTriplet)[3], 4.0);
    }

    #[test]
    fn labels_tell_the_lengths() {
        for division in Division::ALL {
            let digits = division.label().trim_start_matches("1/");
            let triplet = digits.strip_suffix('T').map(|value| value.parse::<u64>().unwrap() * 3 / 2);
            let per_whole = triplet.unwrap_or_else(|| digits.parse().unwrap());
            assert_eq!(per_whole, division.per_quarter() * 4, "{}", division.label());
        }
        assert_eq!(Span::ALL.map(Span::quarters), [32.0, 16.0, 8.0, 4.0, 2.0, 1.0, 0.5, 0.25, 0.125]);
    }

    #[test]
    fn the_next_step_is_the_first_not_yet_over() {
        let mut clock = Clock::new(48_000);
        clock.set(120.0, 75.0, ClockSource::Internal);
        clock.start();
        // Sixteenths fall on the samples 0, 9000, 12000 and 21000.
        let mut now = 0;
        for (sample, step) in [(0, 0), (1, 1), (8_999, 1), (9_000, 1), (9_001, 2), (12_000, 2), (12_001, 3)] {
            clock.advance(sample - now);
            now = sample;
            assert_eq!(Division::Sixteenth.next_step(&clock), step, "at sample {sample}");
        }
    }
}
