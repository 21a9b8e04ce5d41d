//! Musical time in exact integers: where the clock stands, and at which sample a place in the bar falls.

use serde::{Deserialize, Serialize};

/// Who moves the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ClockSource {
    /// The tempo of the patch.
    #[default]
    Internal,
    /// MIDI clock: 24 pulses a quarter note, start, stop and continue.
    Midi,
}

impl ClockSource {
    /// All sources, in the order of their codes.
    pub const ALL: [Self; 2] = [Self::Internal, Self::Midi];
}

/// A clock whose position neither drifts nor jumps.
///
/// The position is counted in *grains* of `1 / (2,520,000 · sample rate)` quarter notes. A sample at `m` thousandths of
/// a beat per minute is exactly `42·m` grains long, and every division and ratchet is a whole number of grains: all that
/// tempo does is to change what the next samples add. A position falls on the sample nearest to it (halves upwards).
#[derive(Debug, Clone, PartialEq)]
pub struct Clock {
    sample_rate_hz: u32,
    source: ClockSource,
    milli_bpm: u32,
    swing_permille: u32,
    running: bool,
    /// Grains since the start, at the coming sample.
    position: u64,
    /// Number of the pulse that comes next; pulse `p` stands at `p` 24ths of a quarter note.
    next_pulse: u64,
    /// Samples since the last pulse.
    since_pulse: u32,
    /// Smoothed samples between pulses, in sixteenths of a sample; zero before two pulses came.
    pulse_interval: u32,
}

impl Clock {
    /// Slowest tempo in beats per minute.
    pub const MIN_BPM: f32 = 20.0;

    /// Fastest tempo in beats per minute.
    pub const MAX_BPM: f32 = 300.0;

    /// Grains of a quarter note at a sample rate of 1 Hz: divisible by each division times each number of ratchets.
    const QUARTER: u64 = 2_520_000;

    /// Grains that a sample adds at a thousandth of a beat per minute.
    const GRAINS_PER_MILLI_BPM: u64 = Self::QUARTER / 60_000;

    /// MIDI clock pulses in a quarter note.
    const PULSES: u64 = 24;

    /// A stopped clock at its start, at 120 beats per minute.
    #[must_use]
    pub fn new(sample_rate_hz: u32) -> Self {
        Self {
            sample_rate_hz: sample_rate_hz.max(1),
            source: ClockSource::Internal,
            milli_bpm: 120_000,
            swing_permille: 500,
            running: false,
            position: 0,
            next_pulse: 0,
            since_pulse: u32::MAX,
            pulse_interval: 0,
        }
    }

    /// Takes tempo (in beats per minute, to a thousandth), swing (in percent, to a tenth) and source over from the
    /// coming sample on; the position stays. Real-time safe.
    pub fn set(&mut self, tempo_bpm: f32, swing_percent: f32, source: ClockSource) {
        let thousandth = |value: f32, scale: f64| libm::rint(f64::from(value) * scale) as u32;
        self.milli_bpm = thousandth(super::within(tempo_bpm, Self::MIN_BPM, Self::MAX_BPM, 120.0), 1000.0);
        self.swing_permille = thousandth(super::within(swing_percent, 50.0, 75.0, 50.0), 10.0);
        if source != self.source {
            self.source = source;
            self.next_pulse = self.position.div_ceil(self.pulse_grains());
        }
    }

    /// Starts from the beginning at the coming sample; on MIDI clock at the next pulse. Real-time safe.
    pub fn start(&mut self) {
        self.position = 0;
        self.next_pulse = 0;
        self.running = true;
    }

    /// Goes on from where the clock stopped. Real-time safe.
    pub fn go_on(&mut self) {
        self.running = true;
    }

    /// Stops where the clock stands. Real-time safe.
    pub fn stop(&mut self) {
        self.running = false;
    }

    /// A pulse of MIDI clock falls on the coming sample. Real-time safe.
    pub fn pulse(&mut self) {
        // Pulses at 15 to 600 beats per minute are believed; anything else is a gap or a flood.
        if (self.sample_rate_hz / 240..=self.sample_rate_hz / 6).contains(&self.since_pulse) {
            let heard = self.since_pulse * 16;
            // A quarter of the way: jitter of a millisecond becomes a quarter of it, a new tempo is followed within a step.
            self.pulse_interval = match self.pulse_interval {
                0 => heard,
                known => (3 * known + heard) / 4,
            };
        }
        self.since_pulse = 0;
        if self.running && self.source == ClockSource::Midi {
            self.position = self.next_pulse.saturating_mul(self.pulse_grains());
            self.next_pulse = self.next_pulse.saturating_add(1);
        }
    }

    /// Lets samples pass. Real-time safe.
    pub fn advance(&mut self, samples: u32) {
        self.since_pulse = self.since_pulse.saturating_add(samples);
        if self.running {
            let ahead = self.position.saturating_add(u64::from(samples).saturating_mul(self.speed()));
            self.position = ahead.min(self.last_reachable()).max(self.position);
        }
    }

    /// Whether time goes on, or waits for a pulse.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.running
    }

    /// Whether MIDI clock fell silent without a stop: no pulse for a quarter of a second, twice that of the slowest tempo.
    #[must_use]
    pub fn is_stalled(&self) -> bool {
        self.running && self.source == ClockSource::Midi && self.since_pulse > self.sample_rate_hz / 4
    }

    /// Tempo in beats per minute: that of the patch, or that of the pulses.
    #[must_use]
    pub fn tempo_bpm(&self) -> f32 {
        (self.speed() as f64 / (Self::GRAINS_PER_MILLI_BPM * 1000) as f64) as f32
    }

    /// Quarter notes since the start.
    #[must_use]
    pub fn beats(&self) -> f64 {
        self.position as f64 / self.quarter() as f64
    }

    /// Grains of a quarter note.
    pub(super) fn quarter(&self) -> u64 {
        Self::QUARTER * u64::from(self.sample_rate_hz)
    }

    /// Grains by which the second of two sixteenths is late.
    pub(super) fn swing_delay(&self) -> u64 {
        self.quarter() / 4 / 1000 * u64::from(2 * self.swing_permille - 1000)
    }

    /// Position of the coming sample as events see it: what lies before it has happened.
    pub(super) fn heard_position(&self) -> u64 {
        let middle = self.position.saturating_add(self.speed().saturating_sub(1) / 2);
        if self.running { middle.min(self.last_reachable()).max(self.position) } else { self.position }
    }

    /// Samples until a position falls on a sample, 0 for the coming one or if it is over. `None` when the clock stands, or
    /// when a pulse must come before. Real-time safe.
    pub(super) fn samples_to(&self, position: u64) -> Option<u32> {
        if !self.running || (self.source == ClockSource::Midi && position > self.last_reachable()) || self.waits() {
            return None;
        }
        let speed = self.speed();
        let samples = position.saturating_sub(self.position).saturating_mul(2).saturating_add(speed) / (2 * speed);
        Some(u32::try_from(samples).unwrap_or(u32::MAX))
    }

    /// Whether a position falls on the coming sample, or fell on an earlier one.
    pub(super) fn is_due(&self, position: u64) -> bool {
        self.samples_to(position) == Some(0)
    }

    /// Whether a position fell on an earlier sample.
    pub(super) fn is_over(&self, position: u64) -> bool {
        position.saturating_mul(2).saturating_add(self.speed()) < self.position.saturating_mul(2)
    }

    /// Whether the first pulse after a start is still to come.
    fn waits(&self) -> bool {
        self.source == ClockSource::Midi && self.next_pulse == 0
    }

    /// The farthest position before the next pulse.
    fn last_reachable(&self) -> u64 {
        match self.source {
            ClockSource::Internal => u64::MAX,
            ClockSource::Midi => self.next_pulse.saturating_mul(self.pulse_grains()).saturating_sub(1),
        }
    }

    fn pulse_grains(&self) -> u64 {
        self.quarter() / Self::PULSES
    }

    /// Grains that a sample adds.
    fn speed(&self) -> u64 {
        match (self.source, self.pulse_interval) {
            (ClockSource::Internal, _) | (_, 0) => Self::GRAINS_PER_MILLI_BPM * u64::from(self.milli_bpm),
            (ClockSource::Midi, interval) => self.pulse_grains() * 16 / u64::from(interval),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Samples on which the first sixteenths fall, found by moving one sample at a time.
    fn grid(clock: &mut Clock, steps: u64, mut before: impl FnMut(&mut Clock, u64)) -> Vec<u64> {
        let (mut found, mut sample) = (Vec::new(), 0);
        while (found.len() as u64) < steps {
            before(clock, sample);
            if clock.is_due(found.len() as u64 * clock.quarter() / 4) {
                found.push(sample);
            }
            clock.advance(1);
            sample += 1;
        }
        found
    }

    #[test]
    fn a_change_of_tempo_acts_from_where_the_clock_stands() {
        let mut clock = Clock::new(48_000);
        clock.set(120.0, 50.0, ClockSource::Internal);
        clock.start();
        // 120 bpm: 6000 samples a step. Half way through step 1 the tempo halves: the other half takes 6000 more.
        let found = grid(&mut clock, 5, |clock, sample| {
            if sample == 9_000 {
                clock.set(60.0, 50.0, ClockSource::Internal);
            }
        });
        assert_eq!(found, [0, 6_000, 15_000, 27_000, 39_000]);
    }

    #[test]
    fn steps_fall_on_every_sixth_pulse() {
        let mut clock = Clock::new(48_000);
        clock.set(120.0, 50.0, ClockSource::Midi);
        clock.start();
        // Uneven pulses: 900 to 1100 samples apart, the first 500 samples after the start.
        let mut pulses = vec![500u64];
        for k in 0..60u64 {
            pulses.push(pulses[k as usize] + 900 + k * 77 % 200);
        }
        let expected: Vec<u64> = pulses.iter().copied().step_by(6).take(9).collect();
        let found = grid(&mut clock, 9, |clock, sample| {
            if pulses.contains(&sample) {
                clock.pulse();
            }
        });
        assert_eq!(found, expected);
        assert!((clock.tempo_bpm() - 120.0).abs() < 12.0, "{} bpm", clock.tempo_bpm());
    }

    #[test]
    fn silent_midi_clock_stalls_and_goes_on_with_the_next_pulse() {
        let mut clock = Clock::new(48_000);
        clock.set(120.0, 50.0, ClockSource::Midi);
        clock.start();
        for _ in 0..8 {
            clock.pulse();
            clock.advance(1_000);
        }
        assert!(!clock.is_stalled());
        clock.advance(12_000);
        assert!(clock.is_stalled());
        assert!(clock.beats() < 8.0 / 24.0, "it waits before the pulse: {} beats", clock.beats());
        clock.pulse();
        assert!(!clock.is_stalled());
        assert_eq!(clock.beats(), 8.0 / 24.0);
        assert_eq!(clock.tempo_bpm(), 120.0, "the gap is not taken for a tempo");
    }

    #[test]
    fn a_change_of_source_keeps_the_place() {
        let mut clock = Clock::new(48_000);
        clock.set(120.0, 50.0, ClockSource::Internal);
        clock.start();
        clock.advance(30_500);
        clock.set(120.0, 50.0, ClockSource::Midi);
        clock.pulse();
        assert_eq!(clock.beats(), 31.0 / 24.0, "the next pulse after 30.5 24ths");
        clock.set(120.0, 50.0, ClockSource::Internal);
        clock.advance(1_000);
        assert_eq!(clock.beats(), 32.0 / 24.0);
    }
}
