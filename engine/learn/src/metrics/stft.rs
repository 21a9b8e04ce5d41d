//! Magnitude spectrograms in 64 bits, the sound mirrored at its ends.

use realfft::RealFftPlanner;

/// Frames of a magnitude spectrogram.
pub(super) struct Spectrogram {
    /// `[frames][bins]`.
    magnitudes: Vec<f64>,
    /// Bins of a frame: half the window and one.
    pub(super) bins: usize,
}

impl Spectrogram {
    /// Un-normalised magnitudes under a periodic Hann window of `window` samples, an even number, every `hop` samples.
    ///
    /// Frame `k` is centred on sample `k * hop`; there are `1 + sound.len() / hop`.
    pub(super) fn new(sound: &[f32], window: usize, hop: usize) -> Self {
        let hann = |n: usize| 0.5 - 0.5 * (std::f64::consts::TAU * n as f64 / window as f64).cos();
        let hann: Vec<f64> = (0..window).map(hann).collect();
        let padded = mirrored(sound, window / 2);
        let transform = RealFftPlanner::<f64>::new().plan_fft_forward(window);
        let (mut frame, mut spectrum) = (transform.make_input_vec(), transform.make_output_vec());
        let mut magnitudes = Vec::with_capacity((1 + sound.len() / hop) * spectrum.len());
        for samples in padded.windows(window).step_by(hop) {
            for ((weighted, &sample), weight) in frame.iter_mut().zip(samples).zip(&hann) {
                *weighted = f64::from(sample) * weight;
            }
            transform.process(&mut frame, &mut spectrum).expect("the buffers have the lengths of the plan");
            magnitudes.extend(spectrum.iter().map(|bin| bin.norm_sqr().sqrt()));
        }
        Self { magnitudes, bins: spectrum.len() }
    }

    /// The magnitudes of each frame.
    pub(super) fn frames(&self) -> impl ExactSizeIterator<Item = &[f64]> {
        self.magnitudes.chunks_exact(self.bins)
    }

    /// All magnitudes, frame by frame.
    pub(super) fn all(&self) -> &[f64] {
        &self.magnitudes
    }
}

/// `sound` with `padding` samples on each side, mirrored at its first and last sample as often as needed.
pub(super) fn mirrored(sound: &[f32], padding: usize) -> Vec<f32> {
    let Some(last) = sound.len().checked_sub(1) else { return Vec::new() };
    let period = (2 * last).max(1) as isize;
    (-(padding as isize)..(sound.len() + padding) as isize)
        .map(|index| {
            let phase = index.rem_euclid(period) as usize;
            sound[phase.min(period as usize - phase).min(last)]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_sound_is_mirrored_more_than_once() {
        assert_eq!(mirrored(&[1.0, 2.0, 3.0], 4), [1.0, 2.0, 3.0, 2.0, 1.0, 2.0, 3.0, 2.0, 1.0, 2.0, 3.0]);
        assert_eq!(mirrored(&[5.0], 2), [5.0; 5]);
        assert!(mirrored(&[], 2).is_empty());
    }

    #[test]
    fn a_frame_is_centred_on_its_sample() {
        let mut sound = [0.0; 100];
        sound[40] = 1.0;
        let spectrogram = Spectrogram::new(&sound, 16, 8);
        assert_eq!((spectrogram.frames().len(), spectrogram.bins), (13, 9));
        // The window is 1 at its centre, and the spectrum of an impulse is flat.
        let loudest: Vec<f64> = spectrogram.frames().map(|frame| frame[3]).collect();
        assert!((loudest[5] - 1.0).abs() < 1e-12 && loudest[4] < 1e-12 && loudest[6] < 1e-12);
    }
}
