//! The four spectral descriptors: roll-off, flatness, bandwidth, centroid.

use crate::fft::{Complex, RealForward};

/// Share of the summed magnitude below the roll-off frequency.
const ROLLOFF_SHARE: f64 = 0.85;

/// Least power of a bin in the flatness, so that its logarithm exists (librosa's `amin`).
const POWER_FLOOR: f64 = 1e-10;

/// What one windowed spectrum says.
#[derive(Debug, Clone, Copy)]
pub(super) struct SpectralShape {
    pub(super) rolloff_hz: f32,
    pub(super) flatness: f32,
    pub(super) bandwidth_hz: f32,
    pub(super) centroid_hz: f32,
}

/// Measures the shape of the magnitude spectrum of a Hann-windowed frame.
///
/// In 64 bits: the rounding noise of a 32-bit transform, far from a pure tone, would show in the bandwidth.
pub(super) struct SpectrumMeter {
    fft: RealForward<f64>,
    /// Periodic Hann window.
    window: Box<[f64]>,
    windowed: Box<[f64]>,
    spectrum: Box<[Complex<f64>]>,
    magnitude: Box<[f64]>,
    bin_hz: f64,
}

impl SpectrumMeter {
    /// A meter for frames of `window` samples.
    pub(super) fn new(window: usize, sample_rate_hz: f32) -> Self {
        let fft = RealForward::new(window);
        let hann = |n: usize| 0.5 - 0.5 * (std::f64::consts::TAU * n as f64 / window as f64).cos();
        Self {
            window: (0..window).map(hann).collect(),
            windowed: vec![0.0; window].into(),
            spectrum: fft.spectrum().into(),
            magnitude: vec![0.0; window / 2 + 1].into(),
            bin_hz: f64::from(sample_rate_hz) / window as f64,
            fft,
        }
    }

    /// Measures one frame, as long as the window.
    ///
    /// Real-time safe.
    pub(super) fn measure(&mut self, frame: &[f32]) -> SpectralShape {
        for ((windowed, sample), weight) in self.windowed.iter_mut().zip(frame).zip(&self.window) {
            *windowed = f64::from(*sample) * weight;
        }
        self.fft.process(&self.windowed, &mut self.spectrum);
        for (magnitude, bin) in self.magnitude.iter_mut().zip(&self.spectrum) {
            *magnitude = bin.norm_sqr().sqrt();
        }
        self.shape()
    }

    fn shape(&self) -> SpectralShape {
        let (mut sum, mut moment, mut power, mut log_power) = (0.0, 0.0, 0.0, 0.0);
        // The logarithm of a product of eight is as good as eight logarithms: 1e-80 is far above the least f64.
        for (chunk_index, chunk) in self.magnitude.chunks(8).enumerate() {
            let mut product = 1.0;
            for (index, &magnitude) in chunk.iter().enumerate() {
                let bin_power = (magnitude * magnitude).max(POWER_FLOOR);
                sum += magnitude;
                moment += magnitude * (chunk_index * 8 + index) as f64;
                power += bin_power;
                product *= bin_power;
            }
            log_power += product.ln();
        }
        let bins = self.magnitude.len() as f64;
        let flatness = ((log_power / bins).exp() * bins / power) as f32;
        if sum < f64::from(f32::MIN_POSITIVE) {
            return SpectralShape { rolloff_hz: 0.0, flatness, bandwidth_hz: 0.0, centroid_hz: 0.0 };
        }
        let centroid = moment / sum;
        let (mut below, mut rolloff, mut spread) = (0.0, 0, 0.0);
        for (bin, &magnitude) in self.magnitude.iter().enumerate() {
            if below < ROLLOFF_SHARE * sum {
                rolloff = bin;
            }
            below += magnitude;
            spread += magnitude * (bin as f64 - centroid).powi(2);
        }
        SpectralShape {
            rolloff_hz: (rolloff as f64 * self.bin_hz) as f32,
            flatness,
            bandwidth_hz: ((spread / sum).sqrt() * self.bin_hz) as f32,
            centroid_hz: (centroid * self.bin_hz) as f32,
        }
    }
}
