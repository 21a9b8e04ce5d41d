//! Harmonics of a gliding pitch: sines at whole multiples of one accumulated phase.

use super::math::{cosine, sine, turns_to_phase};
use super::widest::widest;

/// Samples worked on side by side.
const GROUP: usize = 16;

/// A straight glide of the fundamental over one control hop.
#[derive(Debug, Clone, Copy)]
pub struct Glide {
    /// Phase of the fundamental at the control frame, in turns.
    pub phase: f64,
    /// Fundamental in hertz at the control frame and at the next.
    pub f0_hz: [f32; 2],
    /// Seconds from the control frame to the first sample.
    pub first_s: f64,
    /// Seconds between samples.
    pub sample_s: f64,
    /// Seconds between control frames.
    pub hop_s: f64,
}

impl Glide {
    /// Phase in turns `seconds` after the control frame: the integral of the straight line.
    #[inline(always)]
    #[must_use]
    pub fn phase_at(&self, seconds: f64) -> f64 {
        let [from, to] = self.f0_hz.map(f64::from);
        self.phase + seconds * (from + 0.5 * (to - from) / self.hop_s * seconds)
    }
}

/// Adds the harmonics 1, 2, … to `out` under gains that go from `from` to `to`.
///
/// `ramp` holds the part of the control hop that has passed at each sample, as long as `out`. Costs nothing while all
/// gains are zero. Real-time safe.
pub fn add_harmonics(glide: &Glide, [from, to]: [&[f32]; 2], ramp: &[f32], out: &mut [f32]) {
    let sounding = from.iter().zip(to).rposition(|(&from, &to)| from != 0.0 || to != 0.0);
    if let Some(highest) = sounding {
        let gains = [&from[..=highest], &to[..=highest]];
        widest(
            #[inline(always)]
            || add_sounding(glide, gains, ramp, out),
        );
    }
}

#[inline(always)]
fn add_sounding(glide: &Glide, [from, to]: [&[f32]; 2], ramp: &[f32], out: &mut [f32]) {
    for (index, (out, ramp)) in out.chunks_mut(GROUP).zip(ramp.chunks(GROUP)).enumerate() {
        let mut sin1 = [0.0; GROUP];
        let mut cos1 = [0.0; GROUP];
        let mut part = [0.0; GROUP];
        part[..ramp.len()].copy_from_slice(ramp);
        for lane in 0..GROUP {
            let seconds = glide.first_s + (index * GROUP + lane) as f64 * glide.sample_s;
            let phase = (turns_to_phase(glide.phase_at(seconds)) >> 32) as u32;
            sin1[lane] = sine(phase);
            cos1[lane] = cosine(phase);
        }
        let (mut sin_h, mut cos_h) = (sin1, cos1);
        let mut sum = [0.0; GROUP];
        for (&from, &to) in from.iter().zip(to) {
            let change = to - from;
            for lane in 0..GROUP {
                sum[lane] += (from + change * part[lane]) * sin_h[lane];
                let turned = sin_h[lane] * cos1[lane] + cos_h[lane] * sin1[lane];
                cos_h[lane] = cos_h[lane] * cos1[lane] - sin_h[lane] * sin1[lane];
                sin_h[lane] = turned;
            }
        }
        for (out, sum) in out.iter_mut().zip(sum) {
            *out += sum;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn harmonics_are_multiples_of_one_glide() {
        let (rate, hop_s) = (48_000.0, 128.0 / 44_100.0);
        let glide = Glide { phase: 0.4, f0_hz: [210.0, 480.0], first_s: 5e-6, sample_s: 1.0 / rate, hop_s };
        let ramp: Vec<f32> = (0..139).map(|n| ((5e-6 + f64::from(n) / rate) / hop_s) as f32).collect();
        let (from, to) = ([0.0; 24], std::array::from_fn::<f32, 24, _>(|h| 1.0 / (h + 1) as f32));
        let mut out = [0.0; 139];
        add_harmonics(&glide, [&from, &to], &ramp, &mut out);
        for (n, got) in out.into_iter().enumerate() {
            let t = 5e-6 + n as f64 / rate;
            let theta = std::f64::consts::TAU * (0.4 + 210.0 * t + 0.5 * 270.0 / hop_s * t * t);
            let expected: f64 = (1..=24).map(|h| t / hop_s / f64::from(h) * (f64::from(h) * theta).sin()).sum();
            assert!((f64::from(got) - expected).abs() < 1e-5, "sample {n}: {got} instead of {expected}");
        }
    }
}
