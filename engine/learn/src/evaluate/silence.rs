//! What is left where silence was asked.

use neurorack_engine::descriptors::{DescriptorCurve, Descriptors, HOP_SAMPLES, MAX_FRAMES, WINDOW_SAMPLES};

use super::{Player, RENDER_RATE_HZ};
use crate::data::Hit;

/// Level that stands for nothing at all, in dBFS.
const NOTHING_DBFS: f64 = -200.0;

/// Frames of silence that are asked for after a hit: 0.6 s.
const APPENDED_FRAMES: usize = (0.6 * RENDER_RATE_HZ as f64 / HOP_SAMPLES as f64) as usize;

/// How long after the end of a hit its level is measured, in samples: 0.3 s.
const AFTER_SAMPLES: usize = 3 * RENDER_RATE_HZ as usize / 10;

/// Levels in dBFS: root mean square of the loudest 46 ms; -200 for digital silence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Silence {
    /// Of a hit whose curve has loudness 0 in every frame, the other descriptors those of the recording.
    pub asked_dbfs: f64,
    /// Between 0.3 and 0.6 s after the end of a hit whose curve goes on with frames of loudness 0.
    pub after_hit_dbfs: f64,
}

impl Silence {
    /// Measures with the curve of one recording.
    pub(super) fn measure(player: &Player, hit: &Hit) -> Self {
        let silent = |frame: &Descriptors| Descriptors { rms: 0.0, ..*frame };
        let curve = |frames: Vec<Descriptors>| {
            let curve = DescriptorCurve::new(frames).expect("as finite and as long as before");
            curve.with_timbre(hit.curve.timbre().copied())
        };
        let frames = hit.curve.frames();
        let muted = player.render_curve(hit, &curve(frames.iter().map(silent).collect()), hit.samples.len());

        let kept = &frames[..frames.len().min(MAX_FRAMES - APPENDED_FRAMES)];
        let last = kept.last().map(silent).unwrap_or_default();
        let appended = kept.iter().copied().chain(std::iter::repeat_n(last, APPENDED_FRAMES)).collect();
        let end = kept.len() * HOP_SAMPLES;
        let rung = player.render_curve(hit, &curve(appended), end + 2 * AFTER_SAMPLES);
        Self { asked_dbfs: loudest_dbfs(&muted), after_hit_dbfs: loudest_dbfs(&rung[end + AFTER_SAMPLES..]) }
    }
}

fn loudest_dbfs(sound: &[f32]) -> f64 {
    let power = |window: &[f32]| window.iter().map(|&sample| f64::from(sample).powi(2)).sum::<f64>();
    let windows = sound.chunks(WINDOW_SAMPLES).map(|window| power(window) / window.len() as f64);
    let loudest = windows.fold(0.0, f64::max);
    if loudest > 0.0 { (10.0 * loudest.log10()).max(NOTHING_DBFS) } else { NOTHING_DBFS }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_scale_square_wave_is_at_0_dbfs() {
        assert!(loudest_dbfs(&[1.0, -1.0, 1.0, -1.0]).abs() < 1e-9);
        assert_eq!(loudest_dbfs(&[0.0; 100]), NOTHING_DBFS);
        assert_eq!(loudest_dbfs(&[]), NOTHING_DBFS);
    }
}
