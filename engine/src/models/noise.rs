//! Reproducible noise: the same seed gives the same loops on every machine, natively, in WASM and in training.
//!
//! Every number is drawn by its place (seed, band, bin) and not by its turn, so that bins outside a band cost nothing.
//! The generator is SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014),
//! made normal by Box and Muller's transform. Transcendental functions come from `libm`, which rounds alike everywhere.

use crate::fft::RealInverse;

/// Length of one noise loop in samples, at any sample rate. At 44.1 kHz it repeats after 1.49 s.
pub const LOOP_SAMPLES: usize = 65_536;

/// One unit of a stored loop: a loop has unit rms, and an `i16` reaches six times that (beyond is clipped).
pub const LOOP_STEP: f32 = 6.0 / 32_767.0;

/// Narrowest roll-off of a band's edge in hertz.
const MIN_EDGE_HZ: f64 = 4.0;

/// Roll-off of a band's edge as a part of its width.
const EDGE_PER_WIDTH: f64 = 0.15;

/// Responses below this are zero: 180 dB under the band's centre.
const INAUDIBLE: f64 = 1e-9;

/// So many of an edge's widths beyond it every response is inaudible: ½·erfc(4.5) is 1e-10.
const REACH: f64 = 4.5;

const GOLDEN_GAMMA: u64 = 0x9E37_79B9_7F4A_7C15;

/// A stream of pseudo-random numbers (SplitMix64).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Random {
    state: u64,
}

impl Random {
    /// The stream of this seed. Any seed is good, 0 too.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The next 64 random bits. Real-time safe.
    pub fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(GOLDEN_GAMMA);
        finalise(self.state)
    }

    /// A number in `0..bound`. Real-time safe. The bias is below `bound / 2^32`.
    pub fn below(&mut self, bound: u32) -> u32 {
        (((self.next_u64() >> 32) * u64::from(bound)) >> 32) as u32
    }
}

/// SplitMix64's output function: a bijection that scatters neighbouring states.
fn finalise(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Complex standard normal noise `[re, im]` of one bin of one band; each part has unit variance.
#[must_use]
pub fn bin_noise(seed: u64, band: u32, bin: u32) -> [f32; 2] {
    let key = finalise(seed ^ finalise(u64::from(band).wrapping_add(1).wrapping_mul(GOLDEN_GAMMA)));
    let mut random = Random::new(key.wrapping_add(u64::from(bin).wrapping_mul(2).wrapping_mul(GOLDEN_GAMMA)));
    // 53 bits each; the first lies in (0, 1], so that its logarithm is finite.
    let scale = 1.0 / (1u64 << 53) as f64;
    let first = ((random.next_u64() >> 11) + 1) as f64 * scale;
    let second = (random.next_u64() >> 11) as f64 * scale;
    let radius = libm::sqrt(-2.0 * libm::log(first));
    let (sine, cosine) = libm::sincos(std::f64::consts::TAU * second);
    [(radius * cosine) as f32, (radius * sine) as f32]
}

/// Noise spectrum of one band before its shape: element `k` is [`bin_noise`] of bin `k`, for `k` in `0..bins`.
///
/// A loop of `L` samples uses the elements `1..L/2`; whoever builds it sets the bins 0 and `L/2` to zero.
#[must_use]
pub fn band_spectrum(seed: u64, band: u32, bins: usize) -> Vec<[f32; 2]> {
    (0..bins as u32).map(|bin| bin_noise(seed, band, bin)).collect()
}

/// The edges of a noise band in hertz.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BandEdges {
    /// Where the response has risen to one half.
    pub low_hz: f32,
    /// Where it has fallen to one half again.
    pub high_hz: f32,
}

impl BandEdges {
    /// From the network's parameters: the binary logarithms of the low edge and of the width.
    #[must_use]
    pub fn from_log2(log2_low: f32, log2_width: f32) -> Self {
        let low_hz = libm::exp2f(log2_low);
        Self { low_hz, high_hz: low_hz + libm::exp2f(log2_width) }
    }

    /// Geometric centre in hertz: what the cross-over looks at.
    #[must_use]
    pub fn centre_hz(self) -> f32 {
        libm::sqrtf(self.low_hz * self.high_hz)
    }

    /// Magnitude response: a sinc filter under a Gaussian window, `½[erf((f - lo)/(√2·σ)) - erf((f - hi)/(√2·σ))]`
    /// with `σ = max(0.15·(hi - lo), 4)` Hz.
    #[must_use]
    pub fn response(self, frequency_hz: f64) -> f64 {
        let (low, high) = (f64::from(self.low_hz), f64::from(self.high_hz));
        let edge = self.edge_hz();
        0.5 * (libm::erf((frequency_hz - low) / edge) - libm::erf((frequency_hz - high) / edge))
    }

    /// Width of an edge: √2·σ of [`BandEdges::response`].
    fn edge_hz(self) -> f64 {
        let width = f64::from(self.high_hz) - f64::from(self.low_hz);
        std::f64::consts::SQRT_2 * (EDGE_PER_WIDTH * width).max(MIN_EDGE_HZ)
    }

    /// The bins, `bin_hz` apart, outside of which every response is inaudible; most of a spectrum is, and asking each bin
    /// would take as long as the transform.
    fn bins(self, bin_hz: f64) -> std::ops::Range<usize> {
        let reach = REACH * self.edge_hz();
        let (low, high) = (f64::from(self.low_hz) - reach, f64::from(self.high_hz) + reach);
        // Conversions from negative numbers give zero.
        (low / bin_hz).floor() as usize..((high / bin_hz).ceil() as usize).saturating_add(1)
    }
}

/// Builds noise loops of [`LOOP_SAMPLES`] samples; keeps the transform's plan and buffers between bands.
pub struct LoopBuilder {
    transform: RealInverse<f32>,
    spectrum: Vec<crate::fft::Complex<f32>>,
    samples: Vec<f32>,
}

impl Default for LoopBuilder {
    fn default() -> Self {
        let transform = RealInverse::new(LOOP_SAMPLES);
        let spectrum = transform.spectrum();
        Self { transform, spectrum, samples: vec![0.0; LOOP_SAMPLES] }
    }
}

impl LoopBuilder {
    /// One seamless loop of unit rms: the inverse transform of [`band_spectrum`] under the band's response.
    ///
    /// A band that lies wholly above half the sample rate gives silence. The slice is valid until the next call.
    pub fn build(&mut self, seed: u64, band: u32, edges: BandEdges, sample_rate_hz: f64) -> &[f32] {
        let bin_hz = sample_rate_hz / LOOP_SAMPLES as f64;
        self.spectrum.fill(Default::default());
        let last = self.spectrum.len() - 1;
        let bins = edges.bins(bin_hz);
        for (bin, value) in self.spectrum[..last].iter_mut().enumerate().take(bins.end).skip(bins.start.max(1)) {
            let response = edges.response(bin as f64 * bin_hz);
            if response > INAUDIBLE {
                let [re, im] = bin_noise(seed, band, bin as u32);
                value.re = re * response as f32;
                value.im = im * response as f32;
            }
        }
        self.transform.process(&self.spectrum, &mut self.samples);
        let power = self.samples.iter().map(|&x| f64::from(x) * f64::from(x)).sum::<f64>() / LOOP_SAMPLES as f64;
        let gain = if power > 0.0 { (1.0 / power.sqrt()) as f32 } else { 0.0 };
        for sample in &mut self.samples {
            *sample *= gain;
        }
        &self.samples
    }
}

/// One sample of a loop in its stored form; multiply by [`LOOP_STEP`] to come back.
#[must_use]
#[inline]
pub fn quantise(sample: f32) -> i16 {
    // Between here and twice here floats are whole numbers: a sum is rounded to the nearest, halves to the even one.
    const WHOLE: f32 = 12_582_912.0;
    let steps = (sample * (1.0 / LOOP_STEP)).clamp(i16::MIN.into(), i16::MAX.into());
    (steps + WHOLE - WHOLE) as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_pinned() {
        // Published banks sound as they did: these numbers must never change.
        assert_eq!(Random::new(0).next_u64(), 0xE220_A839_7B1D_CDAF, "SplitMix64's published first output of seed 0");
        let first = bin_noise(1, 0, 1);
        assert_eq!(first, band_spectrum(1, 0, 2)[1]);
        assert_ne!(first, bin_noise(1, 1, 1));
        assert_ne!(first, bin_noise(2, 0, 1));
    }

    #[test]
    fn noise_is_standard_normal() {
        let noise = band_spectrum(7, 3, 32_768);
        let count = noise.len() as f64;
        for part in 0..2 {
            let mean = noise.iter().map(|bin| f64::from(bin[part])).sum::<f64>() / count;
            let power = noise.iter().map(|bin| f64::from(bin[part]).powi(2)).sum::<f64>() / count;
            assert!(mean.abs() < 0.02 && (power - 1.0).abs() < 0.03, "part {part}: mean {mean}, power {power}");
        }
        let correlation = noise.windows(2).map(|pair| f64::from(pair[0][1]) * f64::from(pair[1][0])).sum::<f64>();
        assert!((correlation / count).abs() < 0.02, "neighbouring bins: {}", correlation / count);
    }

    #[test]
    fn a_loop_has_unit_rms_and_lies_in_its_band() {
        let edges = BandEdges { low_hz: 1000.0, high_hz: 1500.0 };
        let mut builder = LoopBuilder::default();
        let samples = builder.build(1, 0, edges, 48_000.0).to_vec();
        let rms = (samples.iter().map(|x| x * x).sum::<f32>() / samples.len() as f32).sqrt();
        assert!((rms - 1.0).abs() < 1e-3, "rms {rms}");
        let crossings = samples.windows(2).filter(|pair| (pair[0] < 0.0) != (pair[1] < 0.0)).count();
        let frequency_hz = crossings as f32 / 2.0 * 48_000.0 / samples.len() as f32;
        assert!((1100.0..1400.0).contains(&frequency_hz), "mean frequency {frequency_hz} Hz");
        assert!((edges.response(1250.0) - 1.0).abs() < 0.01);
        assert!((edges.response(1000.0) - 0.5).abs() < 1e-3);
    }

    #[test]
    fn no_bin_that_is_left_out_could_be_heard() {
        for (low_hz, high_hz) in [(20.0, 21.0), (35.0, 90.0), (1_000.0, 1_500.0), (15_000.0, 21_000.0)] {
            let edges = BandEdges { low_hz, high_hz };
            let bins = edges.bins(0.7);
            for bin in (0..bins.start).chain(bins.end..40_000) {
                let response = edges.response(bin as f64 * 0.7);
                assert!(response <= INAUDIBLE, "{low_hz} to {high_hz} Hz: {response} at bin {bin}");
            }
            assert!(bins.len() < 40_000, "{bins:?}");
        }
    }

    #[test]
    fn samples_are_stored_as_the_nearest_step() {
        let random = (0..10_000).map(|k| (finalise(k) >> 40) as f32 / (1 << 21) as f32 - 4.0);
        let halves = (-70_000..70_000).map(|k| k as f32 * 0.5 * LOOP_STEP);
        let far = [f32::INFINITY, f32::NEG_INFINITY, f32::NAN, 1e30, -1e30, 0.0, -0.0];
        for sample in random.chain(halves).chain(far) {
            assert_eq!(quantise(sample), libm::rintf(sample * (1.0 / LOOP_STEP)) as i16, "{sample}");
        }
    }

    #[test]
    fn a_band_above_the_host_rate_is_silent() {
        let edges = BandEdges { low_hz: 30_000.0, high_hz: 32_000.0 };
        assert!(LoopBuilder::default().build(1, 0, edges, 44_100.0).iter().all(|&x| x == 0.0));
    }
}
