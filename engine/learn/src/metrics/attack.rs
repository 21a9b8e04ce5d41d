//! The first instants: when a hit starts, how it starts, and how its peak stands out.

use super::RATE_HZ;
use super::spectral::{SpectralDistance, distance_over};

/// Samples over which the envelope is averaged: 1 ms.
const ENVELOPE_SAMPLES: usize = RATE_HZ as usize / 1_000;

/// Power of the onset over the loudest millisecond: -20 dB.
const ONSET_POWER: f64 = 0.01;

/// The beginning that is compared apart: 50 ms.
const BEGINNING_SAMPLES: usize = RATE_HZ as usize / 20;

/// Those windows of the whole distance that fit into the beginning, in samples.
const BEGINNING_WINDOWS: [usize; 4] = [1_024, 512, 256, 128];

/// How the attacks of two sounds differ.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Attack {
    /// Spectral distance over the first 50 ms from the reference's onset, at the levels as they are, windows of 1024 to
    /// 128 samples. `None` if the reference is silent or shorter than that.
    pub beginning: Option<SpectralDistance>,
    /// Test's onset minus the reference's, in milliseconds. `None` if one is silent.
    pub onset_ms: Option<f64>,
    /// Test's crest factor over the reference's, in decibels. `None` if one is silent.
    pub crest_db: Option<f64>,
}

impl Attack {
    /// Compares two sounds of the same length at [`RATE_HZ`].
    pub(super) fn measure(reference: &[f32], test: &[f32]) -> Self {
        let onsets = (onset(reference), onset(test));
        let beginning = onsets.0.and_then(|onset| {
            let range = onset..onset + BEGINNING_SAMPLES;
            Some(distance_over(&BEGINNING_WINDOWS, reference.get(range.clone())?, test.get(range)?))
        });
        let milliseconds = |samples: usize| 1e3 * samples as f64 / f64::from(RATE_HZ);
        let crests = (crest_db(reference), crest_db(test));
        Self {
            beginning,
            onset_ms: onsets.0.zip(onsets.1).map(|(a, b)| milliseconds(b) - milliseconds(a)),
            crest_db: crests.0.zip(crests.1).map(|(a, b)| b - a),
        }
    }
}

/// The sample at which the onset lies: where the mean power over the next millisecond first reaches -20 dB of the
/// loudest millisecond. `None` in silence, and of less than a millisecond.
fn onset(sound: &[f32]) -> Option<usize> {
    let powers: Vec<f64> = sound
        .windows(ENVELOPE_SAMPLES)
        .map(|samples| samples.iter().map(|&sample| f64::from(sample).powi(2)).sum())
        .collect();
    let loudest = powers.iter().copied().fold(0.0, f64::max);
    powers.iter().position(|&power| power > 0.0 && power >= ONSET_POWER * loudest)
}

/// Peak over root mean square of the whole sound, in decibels. `None` in silence.
fn crest_db(sound: &[f32]) -> Option<f64> {
    let power = sound.iter().map(|&sample| f64::from(sample).powi(2)).sum::<f64>() / sound.len().max(1) as f64;
    let peak = sound.iter().fold(0.0f64, |peak, &sample| peak.max(f64::from(sample).abs()));
    (power > 0.0).then(|| 20.0 * (peak / power.sqrt()).log10())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A decaying tone that starts after `silent` samples.
    fn hit(silent: usize, decay_s: f32) -> Vec<f32> {
        let tone = |n: usize| {
            let t = n as f32 / RATE_HZ as f32;
            (-t / decay_s).exp() * (std::f32::consts::TAU * 3_000.0 * t).sin()
        };
        (0..silent).map(|_| 0.0).chain((0..8_000).map(tone)).take(8_000).collect()
    }

    #[test]
    fn a_late_hit_is_late_by_its_delay() {
        let error = Attack::measure(&hit(100, 0.05), &hit(210, 0.05)).onset_ms.expect("both sound");
        assert!((error - 1e3 * 110.0 / f64::from(RATE_HZ)).abs() < 0.1, "{error} ms");
    }

    #[test]
    fn a_longer_decay_has_a_lower_crest() {
        // The power of an exponential decay is proportional to its time constant.
        let error = Attack::measure(&hit(0, 0.02), &hit(0, 0.04)).crest_db.expect("both sound");
        assert!((error + 10.0 * 2.0f64.log10()).abs() < 0.2, "{error} dB");
    }

    #[test]
    fn what_follows_the_beginning_does_not_count_for_it() {
        let reference = hit(0, 0.05);
        let mut test = reference.clone();
        test[BEGINNING_SAMPLES + 30..].fill(0.0);
        let same = Attack::measure(&reference, &test).beginning.expect("long enough");
        assert_eq!((same.convergence, same.log_l1), (0.0, 0.0));
        test[..500].fill(0.0);
        assert!(Attack::measure(&reference, &test).beginning.expect("long enough").convergence > 0.3);
    }

    #[test]
    fn silence_has_no_attack() {
        let nothing = Attack { beginning: None, onset_ms: None, crest_db: None };
        assert_eq!(Attack::measure(&[0.0; 5_000], &[0.0; 5_000]), nothing);
        assert_eq!(Attack::measure(&[], &[]), nothing);
    }
}
