//! What the gains are multiplied with: noise loops, the sine bank, harmonics of f0. All in frames of one control hop.

use burn::tensor::{Device, Tensor, TensorData};
use neurorack_engine::models::noise::band_spectrum;
use neurorack_engine::models::sinc_nsf::strike_line;
use rayon::prelude::*;

use neurorack_nets::sinc_nsf::{
    CONTROL_HOP, NOISE_LOOP, SAMPLE_RATE_HZ, STRIKE_FRAMES, STRIKE_LINES, SincNsf, Size, matrix, sine_frequencies,
    values,
};

/// Seed of the shipped banks' noise.
pub const NOISE_SEED: u64 = 0x4e_45_55_52_4f;

/// The white spectra under the noise bands, the bands themselves, and the phases of the sine bank.
#[derive(Debug)]
pub struct Carriers {
    size: Size,
    /// `[noise][NOISE_LOOP]`, unit rms.
    loops: Vec<f32>,
    spectrum_re: Tensor<2>,
    spectrum_im: Tensor<2>,
    /// Phases of the sine bank at the trigger, in radians.
    pub sine_phases: Vec<f32>,
    /// The sine bank from the trigger on, `[LONGEST_HOPS, sines, CONTROL_HOP]`: it is the same for every hit.
    sines: Tensor<3>,
    /// The lines of the strike, `[STRIKE_FRAMES - 1, STRIKE_LINES, CONTROL_HOP]`.
    strike: Tensor<3>,
}

/// Control hops of the longest crop that can be synthesised: 1.9 s.
pub const LONGEST_HOPS: usize = 640;

impl Carriers {
    /// White spectra and phases from [`NOISE_SEED`]; the loops follow the network's present band edges.
    pub fn new(network: &SincNsf, device: &Device) -> Self {
        let size = network.size();
        let bins = NOISE_LOOP / 2 + 1;
        let (mut re, mut im) = (Vec::new(), Vec::new());
        for band in 0..size.noise {
            let mut spectrum = band_spectrum(NOISE_SEED, band as u32, bins);
            spectrum[0] = [0.0; 2];
            spectrum[bins - 1] = [0.0; 2];
            re.extend(spectrum.iter().map(|bin| bin[0]));
            im.extend(spectrum.iter().map(|bin| bin[1]));
        }
        let spectrum_re = matrix(re, size.noise, bins, device);
        let spectrum_im = matrix(im, size.noise, bins, device);
        // The golden angle spreads phases evenly, so the bank's sum has no peak at the trigger.
        let golden = std::f64::consts::PI * (3.0 - 5f64.sqrt());
        let sine_phases: Vec<f32> =
            (0..size.sines).map(|s| ((s * s) as f64 * golden).rem_euclid(std::f64::consts::TAU) as f32).collect();
        let sines = sine_frames(&sine_frequencies(size.sines), &sine_phases, LONGEST_HOPS, device);
        let lines: Vec<[f32; 2]> = (0..STRIKE_LINES).map(strike_line).collect();
        let (frequencies, phases): (Vec<f32>, Vec<f32>) = lines.iter().map(|line| (line[0], line[1])).unzip();
        let strike = sine_frames(&frequencies, &phases, STRIKE_FRAMES - 1, device);
        let mut carriers = Self { size, loops: Vec::new(), spectrum_re, spectrum_im, sine_phases, sines, strike };
        carriers.refresh(network);
        carriers
    }

    /// Computes the loops anew after the band edges have moved.
    pub fn refresh(&mut self, network: &SincNsf) {
        self.loops = values(network.noise_loops(self.spectrum_re.clone(), self.spectrum_im.clone()).detach());
    }

    /// The sine bank for `hops` control hops from the trigger, at most [`LONGEST_HOPS`]: `[hops, sines, CONTROL_HOP]`.
    pub fn sines(&self, hops: usize) -> Tensor<3> {
        self.sines.clone().narrow(0, 0, hops)
    }

    /// The lines of the strike, `[STRIKE_FRAMES - 1, STRIKE_LINES, CONTROL_HOP]`.
    pub fn strike(&self) -> Tensor<3> {
        self.strike.clone()
    }

    /// Noise bands for `hops` control hops, `[hops, noise, CONTROL_HOP]`; band `b` starts at sample `offsets[b]` of its loop.
    pub fn noise(&self, hops: usize, offsets: &[usize], device: &Device) -> Tensor<3> {
        let bands = self.size.noise;
        let mut frames = vec![0.0f32; hops * bands * CONTROL_HOP];
        frames.par_chunks_mut(bands * CONTROL_HOP).enumerate().for_each(|(hop, frame)| {
            for (band, out) in frame.chunks_mut(CONTROL_HOP).enumerate() {
                let samples = &self.loops[band * NOISE_LOOP..][..NOISE_LOOP];
                let start = (offsets[band] + hop * CONTROL_HOP) % NOISE_LOOP;
                let whole = (NOISE_LOOP - start).min(CONTROL_HOP);
                out[..whole].copy_from_slice(&samples[start..start + whole]);
                out[whole..].copy_from_slice(&samples[..CONTROL_HOP - whole]);
            }
        });
        Tensor::from_data(TensorData::new(frames, [hops, bands, CONTROL_HOP]), device)
    }

    /// Like [`noise`](Self::noise), with a gradient to the band edges; every band starts at sample `offset`.
    ///
    /// `offset + hops x CONTROL_HOP` must not exceed [`NOISE_LOOP`].
    pub fn noise_trainable(&self, network: &SincNsf, hops: usize, offset: usize) -> Tensor<3> {
        let loops = network.noise_loops(self.spectrum_re.clone(), self.spectrum_im.clone());
        loops.narrow(1, offset, hops * CONTROL_HOP).reshape([self.size.noise, hops, CONTROL_HOP]).swap_dims(0, 1)
    }
}

/// Sines with these phases at the trigger, `[hops, sines, CONTROL_HOP]`.
fn sine_frames(frequencies: &[f32], phases: &[f32], hops: usize, device: &Device) -> Tensor<3> {
    let sines = phases.len();
    let mut frames = vec![0.0f32; hops * sines * CONTROL_HOP];
    frames.par_chunks_mut(sines * CONTROL_HOP).enumerate().for_each(|(hop, frame)| {
        for ((out, phase), frequency) in frame.chunks_mut(CONTROL_HOP).zip(phases).zip(frequencies) {
            let step = std::f64::consts::TAU * f64::from(*frequency) / f64::from(SAMPLE_RATE_HZ);
            let start = f64::from(*phase) + step * (hop * CONTROL_HOP) as f64;
            let (mut sin, mut cos) = start.sin_cos();
            let (turn_sin, turn_cos) = step.sin_cos();
            for value in out {
                *value = sin as f32;
                (sin, cos) = (sin * turn_cos + cos * turn_sin, cos * turn_cos - sin * turn_sin);
            }
        }
    });
    Tensor::from_data(TensorData::new(frames, [hops, sines, CONTROL_HOP]), device)
}

/// Harmonics of each hit's f0, `[B, K - 1, harmonics, CONTROL_HOP]`, from `f0_hz` `[B][K]`.
///
/// f0 is linear in hertz between control frames; harmonic h is `sin(h θ)` with θ = 0 at the trigger.
pub fn harmonics(f0_hz: &[Vec<f32>], harmonics: usize, device: &Device) -> Tensor<4> {
    let batch = f0_hz.len();
    let hops = f0_hz[0].len() - 1;
    let hit = hops * harmonics * CONTROL_HOP;
    let mut frames = vec![0.0f32; batch * hit];
    frames.par_chunks_mut(hit).zip(f0_hz).for_each(|(out, f0)| {
        let mut theta = 0.0f64;
        let scale = std::f64::consts::TAU / f64::from(SAMPLE_RATE_HZ);
        for (frame, pair) in out.chunks_mut(harmonics * CONTROL_HOP).zip(f0.windows(2)) {
            let (here, next) = (f64::from(pair[0]), f64::from(pair[1]));
            let hop = CONTROL_HOP as f64;
            for j in 0..CONTROL_HOP {
                // ∫ of a linear frequency from the frame's start to sample j.
                let t = j as f64;
                let angle = theta + scale * (here * t + (next - here) * t * t / (2.0 * hop));
                let (sin, cos) = angle.sin_cos();
                let (mut before, mut now) = (0.0f64, sin);
                for h in 0..harmonics {
                    frame[h * CONTROL_HOP + j] = now as f32;
                    (before, now) = (now, 2.0 * cos * now - before);
                }
            }
            theta = (theta + scale * hop * (here + next) / 2.0).rem_euclid(std::f64::consts::TAU);
        }
    });
    Tensor::from_data(TensorData::new(frames, [batch, hops, harmonics, CONTROL_HOP]), device)
}
