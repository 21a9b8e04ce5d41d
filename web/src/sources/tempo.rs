//! The tempo of taps.

use neurorack_engine::sources::Clock;

/// A pause longer than this begins a new count, in milliseconds.
const PAUSE_MS: f64 = 2_000.0;

/// Taps that count.
const TAPS: usize = 5;

/// Taps so far, in milliseconds.
#[derive(Debug, Clone, Default)]
pub(super) struct Taps {
    at_ms: Vec<f64>,
}

impl Taps {
    /// Takes a tap; from the second on there is a tempo, in whole beats per minute.
    pub(super) fn tap(&mut self, now_ms: f64) -> Option<f64> {
        if self.at_ms.last().is_some_and(|last| now_ms - last > PAUSE_MS) {
            self.at_ms.clear();
        }
        if self.at_ms.len() == TAPS {
            self.at_ms.remove(0);
        }
        self.at_ms.push(now_ms);
        let (first, beats) = (*self.at_ms.first()?, self.at_ms.len() - 1);
        let bpm = (60_000.0 * beats as f64 / (now_ms - first)).round();
        (beats > 0).then(|| bpm.clamp(f64::from(Clock::MIN_BPM), f64::from(Clock::MAX_BPM)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tempo_is_the_mean_of_the_last_taps_and_a_pause_begins_anew() {
        let mut taps = Taps::default();
        assert_eq!(taps.tap(0.0), None);
        assert_eq!(taps.tap(500.0), Some(120.0));
        // Uneven by 30 ms to both sides.
        assert_eq!(taps.tap(1_030.0), Some(117.0));
        assert_eq!(taps.tap(1_500.0), Some(120.0));
        assert_eq!(taps.tap(9_000.0), None);
        assert_eq!(taps.tap(10_000.0), Some(60.0));
    }
}
