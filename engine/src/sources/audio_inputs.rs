//! Two channels of an audio interface as voltages, and the level of the first: calibrated, smoothed for voltage inputs, to the
//! sample for gates.

use super::{FULL_VOLTS, within};
use crate::control::part_per_step;

/// How the samples of a channel are read as volts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct InputScale {
    /// Volts of a sample at full scale, 0.5 to 20.
    pub full_scale_volts: f32,
    /// Volts added to them, -5 to 5.
    pub offset_volts: f32,
}

impl Default for InputScale {
    /// Full scale is 5 V.
    fn default() -> Self {
        Self { full_scale_volts: FULL_VOLTS, offset_volts: 0.0 }
    }
}

impl InputScale {
    /// Least and most volts at full scale.
    pub const FULL_SCALE_VOLTS: [f32; 2] = [0.5, 20.0];

    /// The scale with its numbers in range. Real-time safe.
    #[must_use]
    pub fn sanitised(&self) -> Self {
        let [least, most] = Self::FULL_SCALE_VOLTS;
        Self {
            full_scale_volts: within(self.full_scale_volts, least, most, FULL_VOLTS),
            offset_volts: within(self.offset_volts, -FULL_VOLTS, FULL_VOLTS, 0.0),
        }
    }

    /// Volts of a sample; what is not a number is none. Real-time safe.
    fn volts(&self, sample: f32) -> f32 {
        within(sample * self.full_scale_volts + self.offset_volts, -2.0 * FULL_VOLTS, 2.0 * FULL_VOLTS, 0.0)
    }
}

/// What the channels bring for the coming block, and where they stand.
#[derive(Debug, Clone)]
pub(super) struct AudioInputs {
    scales: [InputScale; AudioInputs::CHANNELS],
    /// Volts of the coming block at each output.
    volts: [Box<[f32]>; AudioInputs::OUTPUTS],
    /// How many of them came; what lacks is 0 V.
    heard: [usize; AudioInputs::OUTPUTS],
    smooth: [f32; AudioInputs::OUTPUTS],
    smoothing: f32,
    envelope: Envelope,
}

/// How loud a channel is: magnitude with a quick rise and a slow fall.
#[derive(Debug, Clone)]
struct Envelope {
    rise: f32,
    fall: f32,
    value: f32,
}

impl Envelope {
    /// Time constants in seconds.
    const RISE_S: f32 = 0.000_5;
    const FALL_S: f32 = 0.080;

    /// Level in decibels full scale at 0 V.
    const LEAST_DB: f32 = -60.0;

    fn new(rate_hz: f32) -> Self {
        let [rise, fall] = [Self::RISE_S, Self::FALL_S].map(|seconds| part_per_step(seconds, rate_hz));
        Self { rise, fall, value: 0.0 }
    }

    /// Volts after the next sample, which is 1 at full scale.
    fn step(&mut self, sample: f32) -> f32 {
        let magnitude = sample.abs();
        let rate = if magnitude > self.value { self.rise } else { self.fall };
        self.value += rate * (magnitude - self.value);
        let db = 20.0 * std::f32::consts::LOG10_2 * libm::log2f(self.value.max(1e-6));
        FULL_VOLTS * (1.0 - db / Self::LEAST_DB).clamp(0.0, 1.0)
    }
}

impl AudioInputs {
    pub(super) const CHANNELS: usize = 2;

    /// What comes out: the channels, then the level of the first.
    const OUTPUTS: usize = 3;

    /// Index of the level among the outputs.
    const LEVEL: usize = 2;

    /// Time constant of what voltage inputs get, in seconds: they are read some 370 times a second.
    const SMOOTHING_S: f32 = 0.001;

    /// Channels that bring nothing yet, in blocks of at most so many samples. Allocates.
    pub(super) fn new(sample_rate_hz: u32, most_samples: u32) -> Self {
        let rate_hz = sample_rate_hz.max(1) as f32;
        Self {
            scales: [InputScale::default(); Self::CHANNELS],
            volts: std::array::from_fn(|_| vec![0.0; most_samples as usize].into_boxed_slice()),
            heard: [0; Self::OUTPUTS],
            smooth: [0.0; Self::OUTPUTS],
            smoothing: part_per_step(Self::SMOOTHING_S, rate_hz),
            envelope: Envelope::new(rate_hz),
        }
    }

    /// Reads a channel in another way from the coming samples on. Real-time safe.
    pub(super) fn use_scale(&mut self, channel: usize, scale: InputScale) {
        if let Some(place) = self.scales.get_mut(channel) {
            *place = scale.sanitised();
        }
    }

    /// Takes a channel's samples of the coming block. Real-time safe.
    pub(super) fn hear(&mut self, channel: usize, samples: &[f32]) {
        let (Some(volts), Some(scale)) = (self.volts.get_mut(channel), self.scales.get(channel)) else { return };
        for (volts, &sample) in volts.iter_mut().zip(samples) {
            *volts = scale.volts(sample);
        }
        self.heard[channel] = samples.len().min(volts.len());
        if channel == 0 {
            let [first, .., level] = &mut self.volts;
            let heard = self.heard[0];
            for (level, volts) in level.iter_mut().zip(&first[..heard]) {
                *level = self.envelope.step(volts / FULL_VOLTS);
            }
            self.heard[Self::LEVEL] = heard;
        }
    }

    /// Volts of an output at a sample of the coming block. Real-time safe.
    pub(super) fn at(&self, channel: usize, sample: u32) -> f32 {
        let heard = sample < self.heard.get(channel).map_or(0, |&heard| heard as u32);
        if heard { self.volts[channel].get(sample as usize).copied().unwrap_or(0.0) } else { 0.0 }
    }

    /// Volts as a voltage input gets them: without what is faster than it is read. Real-time safe.
    pub(super) fn smooth(&self, channel: usize) -> f32 {
        self.smooth.get(channel).copied().unwrap_or(0.0)
    }

    /// Lets the samples from `from` on pass. Real-time safe.
    pub(super) fn advance(&mut self, from: u32, samples: u32) {
        for channel in 0..Self::OUTPUTS {
            if self.heard[channel] == 0 && self.smooth[channel] == 0.0 {
                continue;
            }
            for sample in from..from + samples {
                let volts = self.at(channel, sample);
                let smooth = &mut self.smooth[channel];
                *smooth += self.smoothing * (volts - *smooth);
                if volts == 0.0 && smooth.abs() < 1e-6 {
                    *smooth = 0.0;
                }
            }
        }
    }

    /// The block is over. Real-time safe.
    pub(super) fn end_block(&mut self) {
        if self.heard[Self::LEVEL] == 0 {
            self.envelope.value = 0.0;
        }
        self.heard = [0; Self::OUTPUTS];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_volts_by_gain_and_offset_and_nonsense_is_none() {
        let mut inputs = AudioInputs::new(48_000, 8);
        inputs.use_scale(1, InputScale { full_scale_volts: 10.0, offset_volts: -1.0 });
        for channel in [0, 1, 7] {
            inputs.hear(channel, &[0.5, -0.25, f32::NAN, 9.0]);
        }
        assert_eq!([0, 1, 2, 3, 4].map(|sample| inputs.at(0, sample)), [2.5, -1.25, 0.0, 10.0, 0.0]);
        assert_eq!([0, 1, 2, 4].map(|sample| inputs.at(1, sample)), [4.0, -3.5, 0.0, 0.0]);
        inputs.end_block();
        assert_eq!(inputs.at(0, 0), 0.0);
    }

    #[test]
    fn a_steady_voltage_arrives_within_milliseconds_and_rests_at_zero_without_an_input() {
        let mut inputs = AudioInputs::new(48_000, 4_096);
        inputs.hear(0, &[0.6; 480]);
        inputs.advance(0, 480);
        assert!((inputs.smooth(0) - 3.0).abs() < 0.001, "{}", inputs.smooth(0));
        inputs.end_block();
        inputs.advance(0, 4_096);
        assert_eq!(inputs.smooth(0), 0.0);
    }

    #[test]
    fn the_level_opens_a_gate_at_minus_30_db_within_milliseconds_and_closes_it_again() {
        let mut inputs = AudioInputs::new(48_000, 4_800);
        let tone = |amplitude: f32| -> Vec<f32> {
            (0..4_800).map(|index| amplitude * libm::sinf(index as f32 * 0.13)).collect()
        };
        inputs.hear(0, &tone(0.5));
        assert!(inputs.at(2, 0) == 0.0 && inputs.at(2, 96) > 2.5, "{}", inputs.at(2, 96));
        let level = inputs.at(2, 4_700);
        assert!((4.2..4.5).contains(&level), "-6 dB is 4.5 V, {level}");
        inputs.end_block();
        inputs.hear(0, &tone(0.001));
        assert!(inputs.at(2, 0) > 4.0, "it falls slowly");
        assert_eq!(inputs.at(1, 0), 0.0);
        (0..6).for_each(|_| inputs.hear(0, &tone(0.001)));
        assert!(inputs.at(2, 4_799) < 0.2, "{}", inputs.at(2, 4_799));
        inputs.end_block();
        inputs.end_block();
        inputs.hear(0, &[0.0; 8]);
        assert_eq!(inputs.at(2, 7), 0.0, "what is not heard is forgotten");
    }
}
