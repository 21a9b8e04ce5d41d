//! A hit that was rendered before it is played: for networks that are too heavy for the audio thread.
//!
//! Whoever renders keeps sending takes as the controls move, each a whole hit under the controls of one moment. Coming hits
//! play the newest; what sounds goes over to it where both are of one family, the same hit under other controls.

mod head;
mod kernel;

pub(crate) use head::{Heads, Taken};
pub(crate) use kernel::Kernel;

use crate::models::hn_sinc_nsf::{FRAME_SAMPLES, MOST_FRAMES, SAMPLE_RATE_HZ};

/// Rate of every take, in hertz: that of the network which is rendered ahead.
pub const TAKE_RATE_HZ: u32 = SAMPLE_RATE_HZ;

/// Longest take in samples, 10 s.
pub const MOST_TAKE_SAMPLES: usize = MOST_FRAMES * FRAME_SAMPLES;

/// What a take is a take of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TakeLabel {
    /// The bank that it was rendered with, by the first eight bytes of the file's hash.
    pub bank: u64,
    /// Takes of one family are the same hit under other controls: a hit that sounds goes over to the newest of its family.
    pub family: u32,
    /// Counts takes from 1.
    pub number: u32,
    /// How far the panel had transposed it when it was rendered: a hit is transposed by what the panel says beyond that.
    pub semitones: f32,
}

/// A rendered hit at [`TAKE_RATE_HZ`], with room for the longest: allocated once, filled again and again.
#[derive(Debug)]
pub struct Take {
    label: TakeLabel,
    // Invariant: finite, within `-LOUDEST..=LOUDEST`, and room for MOST_TAKE_SAMPLES.
    samples: Vec<f32>,
    /// Samples that it will have.
    expected: usize,
}

/// Samples beyond this are no sound: a hundred times full scale.
const LOUDEST: f32 = 100.0;

impl Take {
    /// Starts it anew: this many samples will come. Real-time safe. Returns whether there is room for them.
    pub fn begin(&mut self, label: TakeLabel, samples: usize) -> bool {
        let fits = (1..=MOST_TAKE_SAMPLES).contains(&samples) && label.semitones.is_finite();
        if fits {
            self.label = label;
            self.samples.clear();
            self.expected = samples;
        }
        fits
    }

    /// Takes the next samples, the first of which is sample `offset`. Real-time safe. Returns whether they follow what came
    /// before, are not too many, and are sound.
    pub fn extend(&mut self, offset: usize, samples: impl ExactSizeIterator<Item = f32> + Clone) -> bool {
        let follows = offset == self.samples.len() && samples.len() <= self.expected - self.samples.len();
        let good = follows && samples.clone().all(|sample| sample.abs() <= LOUDEST);
        if good {
            self.samples.extend(samples);
        }
        good
    }

    /// Whether all samples have come.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        !self.samples.is_empty() && self.samples.len() == self.expected
    }

    /// What it is a take of.
    #[must_use]
    pub fn label(&self) -> TakeLabel {
        self.label
    }

    /// The samples that have come.
    #[must_use]
    pub fn samples(&self) -> &[f32] {
        &self.samples
    }
}

impl Default for Take {
    /// Nothing, with room for the longest take. Allocates.
    fn default() -> Self {
        let label = TakeLabel { bank: 0, family: 0, number: 0, semitones: 0.0 };
        Self { label, samples: Vec::with_capacity(MOST_TAKE_SAMPLES), expected: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LABEL: TakeLabel = TakeLabel { bank: 1, family: 2, number: 3, semitones: 0.0 };

    #[test]
    fn a_take_is_complete_once_all_its_samples_came_in_order() {
        let mut take = Take::default();
        assert!(!take.is_complete(), "it never began");
        assert!(take.begin(LABEL, 5));
        assert!(take.extend(0, [0.1, 0.2].into_iter()));
        assert!(!take.extend(3, [0.3].into_iter()), "one is missing");
        assert!(!take.extend(2, [0.3; 4].into_iter()), "too many");
        assert!(!take.is_complete());
        assert!(take.extend(2, [0.3, 0.4, 0.5].into_iter()));
        assert!(take.is_complete());
        assert_eq!((take.samples(), take.label()), (&[0.1, 0.2, 0.3, 0.4, 0.5][..], LABEL));
    }

    #[test]
    fn what_is_no_sound_is_refused() {
        let mut take = Take::default();
        for samples in [0, MOST_TAKE_SAMPLES + 1, usize::MAX] {
            assert!(!take.begin(LABEL, samples), "{samples} samples");
        }
        assert!(!take.begin(TakeLabel { semitones: f32::NAN, ..LABEL }, 1));
        assert!(take.begin(LABEL, 2));
        for sample in [f32::NAN, f32::INFINITY, -101.0] {
            assert!(!take.extend(0, [sample].into_iter()), "{sample}");
        }
        assert!(take.extend(0, [100.0, -100.0].into_iter()));
    }

    #[test]
    fn it_never_grows_beyond_its_room() {
        let mut take = Take::default();
        let room = take.samples.capacity();
        for _ in 0..2 {
            assert!(take.begin(LABEL, MOST_TAKE_SAMPLES));
            assert!(take.extend(0, std::iter::repeat_n(0.5, MOST_TAKE_SAMPLES)));
            assert_eq!(take.samples.capacity(), room);
        }
    }
}
