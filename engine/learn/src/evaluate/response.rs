//! Does every descriptor do what its name says when it is moved alone?

use neurorack_engine::descriptors::{
    ANALYSIS_RATE_HZ, AnalysisConfig, DescriptorCurve, Descriptors, HOP_SAMPLES, describe,
};

use super::Player;
use crate::data::Hit;
use crate::metrics;

/// What each descriptor is scaled by, over all frames.
pub const SCALES: [f32; 2] = [0.6, 1.6];

/// Frames asked to be louder than this, -60 dB of full scale, count.
const ACTIVE_RMS: f32 = 1e-3;

/// Fewer frames than this say nothing.
const LEAST_FRAMES: usize = 5;

/// Frames of the pitch metric per descriptor frame come every 512 samples at 22,050 Hz, these every 256 at 44,100 Hz.
const FRAMES_PER_PITCH: usize = 512 * ANALYSIS_RATE_HZ as usize / metrics::RATE_HZ as usize / HOP_SAMPLES;

const F0: usize = Descriptors::COUNT - 1;

/// How far the measured descriptors follow when one of the asked ones is scaled alone.
///
/// The hit is rendered with the descriptor at 0.6 and at 1.6 of the recording's. Both sounds are measured with the
/// engine's definitions at 44.1 kHz; the response is the median over frames of `ln(measured at 1.6 / measured at 0.6)`,
/// over `ln(1.6 / 0.6)`. 1 means that it follows fully, 0 not at all. Frames count where the quieter of both curves asks
/// for more than -60 dB; where pitch is scaled or measured, those in which the recording has a pitch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Responses {
    /// `[scaled][measured]`, in the order of [`Descriptors::NAMES`]; `None` with too few frames.
    pub matrix: [[Option<f64>; Descriptors::COUNT]; Descriptors::COUNT],
}

impl Responses {
    /// Measures with the curve of one recording; `voiced` as [`metrics::voiced`] of the recording.
    pub(super) fn measure(player: &Player, hit: &Hit, voiced: &[bool]) -> Self {
        let mut matrix = [[None; Descriptors::COUNT]; Descriptors::COUNT];
        for (scaled, row) in matrix.iter_mut().enumerate() {
            let [low, high] = SCALES.map(|scale| measured(player, hit, scaled, scale));
            let quieter = if scaled == 0 { SCALES[0] } else { 1.0 };
            let active = |index: usize| hit.curve.frames()[index].rms * quieter > ACTIVE_RMS;
            let pitched = |index: usize| is_voiced(voiced, index);
            let count = low.len().min(high.len()).min(hit.curve.frames().len());
            for (measured, response) in row.iter_mut().enumerate() {
                let only_pitched = scaled == F0 || measured == F0;
                let frames = (0..count).filter(|&index| active(index) && (!only_pitched || pitched(index)));
                let logarithms = frames
                    .map(|index| (low[index][measured], high[index][measured]))
                    .filter(|&(low, high)| low > 0.0 && high > 0.0)
                    .map(|(low, high)| f64::from(high / low).ln());
                let span = f64::from(SCALES[1] / SCALES[0]).ln();
                *response = median(logarithms.collect()).map(|logarithm| logarithm / span);
            }
        }
        Self { matrix }
    }
}

/// Frames of the hit whose one descriptor is scaled.
fn measured(player: &Player, hit: &Hit, scaled: usize, scale: f32) -> Vec<[f32; Descriptors::COUNT]> {
    let frames = hit.curve.frames().iter().map(|frame| {
        let mut values = frame.to_array();
        values[scaled] *= scale;
        Descriptors::from_array(values)
    });
    let curve = DescriptorCurve::new(frames.collect()).expect("as finite and as long as before");
    let curve = curve.with_timbre(hit.curve.timbre().copied());
    let sound = player.render_curve(hit, &curve, hit.samples.len());
    describe(&sound, AnalysisConfig::default()).into_iter().map(Descriptors::to_array).collect()
}

/// Whether the nearest frame of the pitch metric has a pitch.
fn is_voiced(voiced: &[bool], frame: usize) -> bool {
    voiced.get((frame + FRAMES_PER_PITCH / 2) / FRAMES_PER_PITCH).copied().unwrap_or(false)
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    if values.len() < LEAST_FRAMES {
        return None;
    }
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    Some(if values.len() % 2 == 1 { values[middle] } else { 0.5 * (values[middle - 1] + values[middle]) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_descriptor_frames_share_a_frame_of_the_pitch_metric() {
        assert_eq!(FRAMES_PER_PITCH, 4);
        let voiced = [true, false];
        let found: Vec<bool> = (0..9).map(|frame| is_voiced(&voiced, frame)).collect();
        assert_eq!(found, [true, true, false, false, false, false, false, false, false]);
    }

    #[test]
    fn the_median_needs_enough_frames() {
        assert_eq!(median(vec![3.0, 1.0, 2.0, 9.0, 0.0]), Some(2.0));
        assert_eq!(median(vec![1.0; 4]), None);
    }
}
