//! What came back from the engine: levels, the hit's waveform, its measured descriptors and its spectrogram.

mod follower;
mod levels;

pub use follower::SPECTRUM_ROWS;
pub use levels::Levels;

use crate::descriptor::Descriptor;
use follower::Follower;
use neurorack_engine::descriptors::{ANALYSIS_RATE_HZ, Descriptors, HOP_SAMPLES, MAX_FRAMES};
use neurorack_panel::WIDTH;

/// Below this a block counts as silence, and nothing is measured any more (-80 dB).
const SILENCE: f32 = 1e-4;

/// Blocks of silence that end a hit: its last frames reach half a window beyond its last sample.
const SILENT_BLOCKS: u32 = 3;

/// A volume below this (-60 dB) is silence: there is nothing to measure.
const LEAST_VOLUME: f32 = 1e-3;

/// What the instrument's screen shows of the sound.
pub struct Seen {
    /// Heights asked and measured, 0 to 1, in the order in which descriptors are shown.
    pub asked: [f32; 7],
    /// The same, as they were measured.
    pub measured: [f32; 7],
    /// The last hit's waveform, one value a column, -1 to 1.
    pub scope: Box<[f32; WIDTH]>,
}

/// Listens to the output, and measures each hit from its first sample on.
pub struct Monitor {
    follower: Follower,
    levels: Levels,
    rate_hz: u32,
    /// The hit's samples at the context's rate, at most 4 s.
    hit: Vec<f32>,
    sounding: bool,
    silent_blocks: u32,
}

impl Default for Monitor {
    fn default() -> Self {
        Self::new()
    }
}

impl Monitor {
    /// A monitor of output at the analysis's rate that has heard nothing.
    #[must_use]
    pub fn new() -> Self {
        Self {
            follower: Follower::new(ANALYSIS_RATE_HZ),
            levels: Levels::default(),
            rate_hz: ANALYSIS_RATE_HZ,
            hit: Vec::new(),
            sounding: false,
            silent_blocks: 0,
        }
    }

    /// Listens at another sample rate from now on, and forgets the last hit.
    pub fn listen_at(&mut self, rate_hz: u32) {
        *self = Self { follower: Follower::new(rate_hz), rate_hz, ..Self::new() };
    }

    /// Gate 1 was struck: what glows, glows at once, before the sound has come back.
    pub fn flash(&mut self, now_ms: f64) {
        self.levels.flash(now_ms);
    }

    /// Takes a block of output played at this volume, a factor on the samples; a hit begins `hit_at` samples into it. Says
    /// whether there is anything new to see.
    ///
    /// The hit is measured as if it were played at full volume, so that asked and measured mean the same.
    pub fn listen(&mut self, block: &[f32], hit_at: Option<usize>, volume: f32, now_ms: f64) -> bool {
        let peak = block.iter().fold(0.0f32, |peak, sample| peak.max(sample.abs()));
        self.levels.take(peak, now_ms);
        let mut fresh = block;
        self.silent_blocks = if peak < SILENCE { self.silent_blocks + 1 } else { 0 };
        if let Some(at) = hit_at {
            self.follower.restart();
            self.hit.clear();
            self.sounding = true;
            self.silent_blocks = 0;
            fresh = &block[at.min(block.len())..];
        }
        if !self.sounding {
            return peak > SILENCE;
        }
        let room = (4 * self.rate_hz as usize).saturating_sub(self.hit.len());
        self.hit.extend(&fresh[..fresh.len().min(room)]);
        let full: Vec<f32> = fresh.iter().map(|sample| sample / volume.max(LEAST_VOLUME)).collect();
        self.follower.push(&full);
        if self.silent_blocks > SILENT_BLOCKS || self.follower.measured.len() >= MAX_FRAMES {
            self.sounding = false;
        }
        true
    }

    /// Lets time pass for the levels.
    pub fn advance(&mut self, now_ms: f64) -> Levels {
        self.levels.advance(now_ms);
        self.levels
    }

    /// The levels as they are now.
    #[must_use]
    pub fn levels(&self) -> Levels {
        self.levels
    }

    /// The last hit's descriptors, one frame each hop of the analysis.
    #[must_use]
    pub fn measured(&self) -> &[Descriptors] {
        &self.follower.measured
    }

    /// Levels from 0 to 1 of the hit's spectrum, lowest frequency first, one column each hop of the analysis.
    #[must_use]
    pub fn spectra(&self) -> &[[f32; SPECTRUM_ROWS]] {
        &self.follower.spectra
    }

    /// The frame that sounds now.
    #[must_use]
    pub fn cursor_frame(&self) -> Option<usize> {
        let seconds = self.hit.len() as f64 / f64::from(self.rate_hz);
        self.sounding.then_some((seconds * f64::from(ANALYSIS_RATE_HZ)) as usize / HOP_SAMPLES)
    }

    /// Lowest and highest sample in each of `columns` equal parts of the first `frames` frames of the hit.
    #[must_use]
    pub fn waveform(&self, columns: usize, frames: usize) -> Vec<(f32, f32)> {
        let length = (frames * HOP_SAMPLES) as f64 / f64::from(ANALYSIS_RATE_HZ) * f64::from(self.rate_hz);
        let edge = |column: usize| (column as f64 * length / columns as f64) as usize;
        (0..columns)
            .map_while(|column| self.hit.get(edge(column)..edge(column + 1).max(edge(column) + 1)))
            .map(|part| part.iter().fold((0.0f32, 0.0f32), |(low, high), &sample| (low.min(sample), high.max(sample))))
            .collect()
    }

    /// What the instrument's screen shows of the sound.
    ///
    /// `asked` are the descriptors that the hit was asked for, one frame each hop of the analysis.
    #[must_use]
    pub fn seen(&self, asked: &[Descriptors]) -> Seen {
        let measured = self.measured();
        // While a hit sounds, the bars are at its cursor; afterwards they show where it was loudest.
        let frame = match self.cursor_frame() {
            Some(_) => measured.len().saturating_sub(1),
            None => loudest(if measured.is_empty() { asked } else { measured }),
        };
        let heights = |frames: &[Descriptors]| match frames.get(frame.min(frames.len().saturating_sub(1))) {
            Some(frame) => Descriptor::ALL.map(|descriptor| descriptor.height(frame)),
            None => [0.0; 7],
        };
        Seen { asked: heights(asked), measured: heights(measured), scope: self.scope(asked.len()) }
    }

    /// One value a column of the screen: the hit's waveform, as loud as fits.
    fn scope(&self, frames: usize) -> Box<[f32; WIDTH]> {
        let extremes = self.waveform(WIDTH, frames);
        let largest = extremes.iter().fold(0.02f32, |most, (low, high)| most.max(-low).max(*high));
        let mut columns = Box::new([0.0; WIDTH]);
        for (index, (column, (low, high))) in columns.iter_mut().zip(extremes).enumerate() {
            *column = if index % 2 == 0 { high } else { low } / largest;
        }
        columns
    }
}

/// Index of the loudest frame.
fn loudest(frames: &[Descriptors]) -> usize {
    (0..frames.len()).max_by(|&a, &b| frames[a].rms.total_cmp(&frames[b].rms)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(rate_hz: u32, seconds: f32) -> Vec<f32> {
        let samples = (rate_hz as f32 * seconds) as usize;
        (0..samples).map(|n| 0.5 * (n as f32 * 1_000.0 * std::f32::consts::TAU / rate_hz as f32).sin()).collect()
    }

    #[test]
    fn a_tone_measures_the_same_at_every_context_rate() {
        for rate_hz in [44_100, 48_000, 96_000] {
            let mut monitor = Monitor::new();
            monitor.listen_at(rate_hz);
            for (index, block) in tone(rate_hz, 0.5).chunks(1_024).enumerate() {
                monitor.listen(block, (index == 0).then_some(0), 1.0, 0.0);
            }
            let middle = monitor.measured()[40];
            assert!((middle.rms - 0.5 / 2f32.sqrt()).abs() < 2e-3, "{rate_hz} Hz: {middle:?}");
            assert!((middle.centroid_hz - 1_000.0).abs() < 30.0, "{rate_hz} Hz: {middle:?}");
            assert!((middle.zcr - 2_000.0 / 44_100.0).abs() < 2e-3, "{rate_hz} Hz: {middle:?}");
        }
    }

    #[test]
    fn a_hit_is_measured_from_its_own_first_sample() {
        let mut monitor = Monitor::new();
        let mut block = vec![0.0; 1_000];
        block.extend(tone(44_100, 0.1));
        monitor.listen(&block, Some(1_000), 1.0, 0.0);
        assert_eq!(monitor.waveform(1, 2)[0].1, block[1_000..1_512].iter().copied().fold(0.0, f32::max));
        assert!(monitor.measured()[0].rms > 0.2, "half of the first window is sound");
    }

    #[test]
    fn the_volume_does_not_change_what_is_measured() {
        let quiet: Vec<f32> = tone(44_100, 0.2).iter().map(|sample| sample * 0.25).collect();
        let mut monitor = Monitor::new();
        monitor.listen(&quiet, Some(0), 0.25, 0.0);
        assert!((monitor.measured()[10].rms - 0.5 / 2f32.sqrt()).abs() < 2e-3);
    }

    #[test]
    fn silence_ends_a_hit() {
        let mut monitor = Monitor::new();
        monitor.listen(&tone(44_100, 0.1), Some(0), 1.0, 0.0);
        assert!(monitor.cursor_frame().is_some());
        for _ in 0..8 {
            monitor.listen(&[0.0; 1_024], None, 1.0, 0.0);
        }
        assert!(monitor.cursor_frame().is_none());
    }
}
