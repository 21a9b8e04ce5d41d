//! What the network is told: descriptor curves in the seven scales it was trained on, and how reliable their pitch is.
//!
//! Training and playing both call [`condition`]; there is no second definition.

use crate::descriptors::{DescriptorCurve, Descriptors, MovedTimbre, Timbre};

/// Channels of a conditioned frame: the seven descriptors in [`Descriptors`]' order, then the pitch's reliability.
pub const CHANNELS: usize = Descriptors::COUNT + 1;

/// Index of loudness among the channels.
pub const RMS: usize = 0;

/// Index of noise, the flatness, among the channels.
const FLATNESS: usize = 3;

/// Index of pitch among the channels.
pub const F0: usize = 6;

/// Index of the pitch's reliability among the channels.
pub const RELIABILITY: usize = 7;

/// Added to rms before its logarithm: -80 dB full scale.
pub const RMS_FLOOR: f32 = 1e-4;

/// Silence in the scale of rms: the logarithm of [`RMS_FLOOR`].
const SILENCE: f32 = -4.0;

/// Frames of the running median that pitch passes.
const MEDIAN_FRAMES: usize = 5;

/// Frames to each side over which the pitch's movement is averaged.
const RELIABILITY_REACH: usize = 4;

/// Movement in octaves a frame at which reliability has fallen to 1/e.
const RELIABILITY_OCTAVES: f32 = 0.08;

/// Pitch up to which it is trusted fully, in hertz; impacts seldom ring higher, and YIN's errors gather there.
const TRUSTED_PITCH_HZ: f32 = 2000.0;

/// Pitch from which on it is not trusted at all, in hertz.
const DOUBTED_PITCH_HZ: f32 = 3500.0;

/// Where a control frame looks at the curve, in descriptor hops from its own time. A stored curve is known ahead.
pub const CONTEXT_HOPS: [i32; 9] = [-8, -4, -2, -1, 0, 1, 2, 4, 8];

/// Index of the control frame itself in [`CONTEXT_HOPS`].
pub const NOW: usize = 4;

const _: () = assert!(CONTEXT_HOPS[NOW] == 0);

/// Numbers in a context: seven z-scores at each of [`CONTEXT_HOPS`], then the reliability now.
pub const CONTEXT: usize = CONTEXT_HOPS.len() * Descriptors::COUNT + 1;

/// Frames that a summary holds one by one.
const SUMMARY_FRAMES: usize = 8;

/// Frames at which the summary's stretches begin and end: each is twice as long as the one before, the last reaches 4 s.
const SUMMARY_EDGES: [usize; 8] = [8, 12, 20, 36, 68, 132, 260, 690];

/// Numbers in a summary: the first frames, the mean of each stretch, the length.
pub const SUMMARY: usize = (SUMMARY_FRAMES + SUMMARY_EDGES.len() - 1) * Descriptors::COUNT + 1;

/// Numbers that the network sees of a timbre at one time: the levels of the bands, their noisiness, how far the curve has
/// been moved since it was measured, and whether one is known.
pub const TIMBRE: usize = Timbre::BANDS + Timbre::NOISE_BANDS + Descriptors::COUNT + 1;

/// The network sees levels and noisiness of a timbre so many times as large: a level in units of 5 dB moves the heads as
/// readily as a descriptor does.
const LEVEL_SCALE: f32 = 3.0;
const NOISE_SCALE: f32 = 2.0;

/// Most octaves that a curve is said to have been moved by: beyond what training shows.
const MOST_OCTAVES: f32 = 3.0;

/// A timbre at one time as the network sees it: all zeros where none is known.
pub type SeenTimbre = [f32; TIMBRE];

/// The network sees z-scores within these bounds.
const CLAMP: f32 = 4.0;

/// One frame: the seven scaled descriptors and the reliability.
pub type Conditioned = [f32; CHANNELS];

/// The curve at [`CONTEXT_HOPS`] around a control frame.
pub type Around = [Conditioned; CONTEXT_HOPS.len()];

/// Mean and standard deviation of the seven scaled descriptors over the active frames of the training data.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Normalisation {
    /// Means, in the scales of [`transform`].
    pub mean: [f32; Descriptors::COUNT],
    /// Standard deviations, above zero.
    pub std: [f32; Descriptors::COUNT],
}

impl Normalisation {
    /// A scaled frame as z-scores; the reliability stays as it is.
    #[must_use]
    pub fn normalise(&self, scaled: &Conditioned) -> Conditioned {
        let mut normalised = *scaled;
        for (channel, value) in normalised.iter_mut().enumerate().take(Descriptors::COUNT) {
            *value = (*value - self.mean[channel]) / self.std[channel];
        }
        normalised
    }

    /// The seven descriptors as the network sees them: z-scores within ±4.
    fn seen(&self, scaled: &Conditioned) -> [f32; Descriptors::COUNT] {
        let normalised = self.normalise(scaled);
        std::array::from_fn(|channel| normalised[channel].clamp(-CLAMP, CLAMP))
    }
}

/// What the network sees of the curve around a control frame, from the scaled frames at [`CONTEXT_HOPS`]. Real-time safe.
#[must_use]
pub fn context(around: &Around, normalisation: &Normalisation) -> [f32; CONTEXT] {
    let mut context = [0.0; CONTEXT];
    for (group, frame) in context.chunks_exact_mut(Descriptors::COUNT).zip(around) {
        group.copy_from_slice(&normalisation.seen(frame));
    }
    context[CONTEXT - 1] = around[NOW][RELIABILITY];
    context
}

/// What the network is told of a whole curve at its trigger. Real-time safe; the cost grows with the curve's length.
///
/// The first 8 frames (a shorter curve repeats its last), the means of stretches that double in length (where the curve has
/// ended: silence and otherwise average values), and the length: `log2(frames / 128) / 2`.
#[must_use]
pub fn summary(curve: &[Conditioned], normalisation: &Normalisation) -> [f32; SUMMARY] {
    summary_of(curve.len(), |index| curve[index], normalisation)
}

/// The same of a curve of `frames` frames (at least one) that `read` gives one by one. Real-time safe.
#[must_use]
pub fn summary_of(frames: usize, read: impl Fn(usize) -> Conditioned, normalisation: &Normalisation) -> [f32; SUMMARY] {
    let mut summary = [0.0; SUMMARY];
    let (groups, _) = summary.as_chunks_mut::<{ Descriptors::COUNT }>();
    let (first, stretches) = groups.split_at_mut(SUMMARY_FRAMES);
    for (index, group) in first.iter_mut().enumerate().take(if frames == 0 { 0 } else { SUMMARY_FRAMES }) {
        *group = normalisation.seen(&read(index.min(frames - 1)));
    }
    for (group, edges) in stretches.iter_mut().zip(SUMMARY_EDGES.windows(2)) {
        let mut mean = [0.0; CHANNELS];
        mean[..Descriptors::COUNT].copy_from_slice(&normalisation.mean);
        mean[RMS] = SILENCE;
        let inside = edges[0]..edges[1].min(frames);
        if !inside.is_empty() {
            let count = inside.len() as f32;
            let mut sum = [0.0f32; CHANNELS];
            for index in inside {
                sum.iter_mut().zip(read(index)).for_each(|(sum, value)| *sum += value);
            }
            mean = sum.map(|sum| sum / count);
        }
        *group = normalisation.seen(&mean);
    }
    summary[SUMMARY - 1] = 0.5 * libm::log2f(frames.max(1) as f32 / 128.0);
    summary
}

/// Moves the descriptors of a scaled frame, except loudness, by so many octaves each. Real-time safe.
pub fn shift(frame: &mut Conditioned, octaves: &[f32; Descriptors::COUNT]) {
    for (channel, octaves) in octaves.iter().enumerate().skip(1) {
        // Flatness alone is in decades, as loudness is.
        let unit = if channel == FLATNESS { std::f32::consts::LOG10_2 } else { 1.0 };
        frame[channel] += unit * octaves;
    }
}

/// Octaves from the descriptors of one scaled frame to those of another, loudness included. Real-time safe.
#[must_use]
pub fn octaves_between(from: &Conditioned, to: &[f32; Descriptors::COUNT]) -> [f32; Descriptors::COUNT] {
    std::array::from_fn(|channel| {
        let unit = if channel == FLATNESS || channel == RMS { std::f32::consts::LOG10_2 } else { 1.0 };
        (to[channel] - from[channel]) / unit
    })
}

/// Scales the loudness of a scaled frame by a factor; silence stays silent. Real-time safe.
pub fn louder(frame: &mut Conditioned, factor: f32) {
    if factor != 1.0 {
        let rms = (libm::exp10f(frame[RMS]) - RMS_FLOOR).max(0.0);
        frame[RMS] = libm::log10f(factor * rms + RMS_FLOOR);
    }
}

/// Tells the network that a curve was moved by so many octaves more while it sounds, as far as its timbre is known.
/// Real-time safe.
pub fn move_seen(seen: &mut SeenTimbre, octaves: &[f32; Descriptors::COUNT]) {
    let known = seen[TIMBRE - 1];
    let moved = &mut seen[Timbre::BANDS + Timbre::NOISE_BANDS..];
    for (moved, octaves) in moved.iter_mut().zip(octaves) {
        *moved = (*moved + known * octaves).clamp(-MOST_OCTAVES, MOST_OCTAVES);
    }
}

/// A timbre as the network sees it so many seconds into the curve. Real-time safe.
#[must_use]
pub fn seen_timbre(timbre: Option<&MovedTimbre>, seconds: f32) -> SeenTimbre {
    let mut seen = [0.0; TIMBRE];
    if let Some(MovedTimbre { timbre, octaves }) = timbre {
        let (levels, rest) = seen.split_at_mut(Timbre::BANDS);
        let (noise, moved) = rest.split_at_mut(Timbre::NOISE_BANDS);
        levels.copy_from_slice(&timbre.levels(seconds).map(|level| LEVEL_SCALE * level));
        noise.iter_mut().zip(timbre.noise()).for_each(|(seen, noise)| *seen = NOISE_SCALE * noise);
        moved[..Descriptors::COUNT].copy_from_slice(octaves);
        moved[Descriptors::COUNT] = 1.0;
    }
    seen
}

/// Loudness of a curve's first frames at their loudest, linear. Real-time safe.
#[must_use]
pub fn peak_rms(curve: &[Conditioned]) -> f32 {
    peak_rms_of(curve.len(), |index| curve[index])
}

/// The same of a curve of `frames` frames that `read` gives one by one. Real-time safe.
#[must_use]
pub fn peak_rms_of(frames: usize, read: impl Fn(usize) -> Conditioned) -> f32 {
    let first = 0..frames.min(SUMMARY_FRAMES);
    let loudest = first.fold(SILENCE, |loudest, index| loudest.max(read(index)[RMS]));
    (libm::exp10f(loudest) - RMS_FLOOR).max(0.0)
}

/// The descriptors in the scales the network works on: `log10(rms + 1e-4)`, `log2(zcr + 1e-3)`, `log2(rolloff + 20)`,
/// `log10(flatness + 1e-7)`, `log2(bandwidth + 20)`, `log2(centroid + 20)`, `log2(clamp(f0, 40, 6000))`.
///
/// Values below zero count as zero, so that the result is finite for every finite frame.
#[must_use]
pub fn transform(descriptors: &Descriptors) -> [f32; Descriptors::COUNT] {
    [
        libm::log10f(descriptors.rms.max(0.0) + RMS_FLOOR),
        libm::log2f(descriptors.zcr.max(0.0) + 1e-3),
        libm::log2f(descriptors.rolloff_hz.max(0.0) + 20.0),
        libm::log10f(descriptors.flatness.max(0.0) + 1e-7),
        libm::log2f(descriptors.bandwidth_hz.max(0.0) + 20.0),
        libm::log2f(descriptors.centroid_hz.max(0.0) + 20.0),
        libm::log2f(descriptors.f0_hz.clamp(40.0, 6000.0)),
    ]
}

/// The descriptors that [`transform`] maps to these seven values (the rest of the frame is ignored).
///
/// Real-time safe.
#[must_use]
pub fn inverse_transform(scaled: &Conditioned) -> Descriptors {
    Descriptors {
        rms: (libm::exp10f(scaled[0]) - RMS_FLOOR).max(0.0),
        zcr: (libm::exp2f(scaled[1]) - 1e-3).max(0.0),
        rolloff_hz: (libm::exp2f(scaled[2]) - 20.0).max(0.0),
        flatness: (libm::exp10f(scaled[3]) - 1e-7).max(0.0),
        bandwidth_hz: (libm::exp2f(scaled[4]) - 20.0).max(0.0),
        centroid_hz: (libm::exp2f(scaled[5]) - 20.0).max(0.0),
        f0_hz: libm::exp2f(scaled[6]),
    }
}

/// The curve's frames in the network's scales, before normalisation, with the pitch's reliability: needs no bank.
///
/// Pitch first passes a running median over 5 frames, clipped to the curve (of an even number of frames: the mean of
/// the middle two). Reliability is `exp(-m / 0.08)`, `m` the mean of `|Δ log2 f0|` over the up to 8 differences between
/// the frames `k - 4` and `k + 4`, of the median and clamped to 40..6000 Hz; 1 where there is no difference. It fades to
/// 0 from 2 to 3.5 kHz: a steady pitch up there is nearly always noise at the edge of YIN's range.
#[must_use]
pub fn scale(curve: &DescriptorCurve) -> Vec<Conditioned> {
    let frames = curve.frames();
    let mut scaled: Vec<Conditioned> = frames
        .iter()
        .enumerate()
        .map(|(index, frame)| {
            let smoothed = Descriptors { f0_hz: running_median(frames, index), ..*frame };
            let mut conditioned = [1.0; CHANNELS];
            conditioned[..Descriptors::COUNT].copy_from_slice(&transform(&smoothed));
            conditioned
        })
        .collect();
    for index in 0..scaled.len() {
        let first = index.saturating_sub(RELIABILITY_REACH);
        let last = (index + RELIABILITY_REACH).min(scaled.len() - 1);
        let movement: f32 = (first..last).map(|k| (scaled[k + 1][F0] - scaled[k][F0]).abs()).sum();
        let mean = movement / (last - first).max(1) as f32;
        let pitch_hz = libm::exp2f(scaled[index][F0]);
        let trust = ((DOUBTED_PITCH_HZ - pitch_hz) / (DOUBTED_PITCH_HZ - TRUSTED_PITCH_HZ)).clamp(0.0, 1.0);
        scaled[index][RELIABILITY] = libm::expf(-mean / RELIABILITY_OCTAVES) * trust;
    }
    scaled
}

/// The curve as the network's normalised control signal: 7 z-scores (not clamped) and the pitch's reliability a frame.
#[must_use]
pub fn condition(curve: &DescriptorCurve, normalisation: &Normalisation) -> Vec<Conditioned> {
    scale(curve).iter().map(|frame| normalisation.normalise(frame)).collect()
}

fn running_median(frames: &[Descriptors], index: usize) -> f32 {
    let reach = MEDIAN_FRAMES / 2;
    let window = &frames[index.saturating_sub(reach)..(index + reach + 1).min(frames.len())];
    let mut sorted = [0.0; MEDIAN_FRAMES];
    let sorted = &mut sorted[..window.len()];
    for (value, frame) in sorted.iter_mut().zip(window) {
        *value = frame.f0_hz;
    }
    sorted.sort_by(f32::total_cmp);
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted[middle] } else { 0.5 * (sorted[middle - 1] + sorted[middle]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Descriptors = Descriptors {
        rms: 0.1,
        zcr: 0.05,
        rolloff_hz: 4000.0,
        flatness: 0.01,
        bandwidth_hz: 1500.0,
        centroid_hz: 2000.0,
        f0_hz: 200.0,
    };

    fn curve_of_pitches(pitches: &[f32]) -> DescriptorCurve {
        let frames = pitches.iter().map(|&f0_hz| Descriptors { f0_hz, ..FRAME }).collect();
        DescriptorCurve::new(frames).expect("finite frames")
    }

    #[test]
    fn the_transform_can_be_undone() {
        let scaled = scale(&curve_of_pitches(&[200.0]));
        let back = inverse_transform(&scaled[0]).to_array();
        for (name, (back, asked)) in Descriptors::NAMES.iter().zip(back.iter().zip(FRAME.to_array())) {
            assert!((back / asked - 1.0).abs() < 1e-4, "{name}: {back} instead of {asked}");
        }
    }

    #[test]
    fn shifting_multiplies_descriptors_and_leaves_silence_silent() {
        let mut scaled = scale(&curve_of_pitches(&[200.0]))[0];
        louder(&mut scaled, 2.0);
        shift(&mut scaled, &[0.0, -1.0, 0.5, 2.0, 1.0, -0.5, 1.0]);
        let factors = [2.0, 0.5, 2.0f32.sqrt(), 4.0, 2.0, 0.5f32.sqrt(), 2.0];
        let back = inverse_transform(&scaled).to_array();
        for (name, ((back, was), factor)) in
            Descriptors::NAMES.iter().zip(back.iter().zip(FRAME.to_array()).zip(factors))
        {
            assert!((back / (was * factor) - 1.0).abs() < 0.02, "{name}: {back} instead of {}", was * factor);
        }
        let mut silent = [SILENCE; CHANNELS];
        louder(&mut silent, 32.0);
        assert!((silent[RMS] - SILENCE).abs() < 1e-6);
    }

    #[test]
    fn a_single_wrong_pitch_is_taken_out() {
        let scaled = scale(&curve_of_pitches(&[200.0, 200.0, 200.0, 3000.0, 200.0, 200.0, 200.0]));
        assert!(scaled.iter().all(|frame| (frame[F0] - 200.0f32.log2()).abs() < 1e-5 && frame[RELIABILITY] == 1.0));
    }

    #[test]
    fn a_gliding_pitch_is_less_reliable() {
        let pitches: Vec<f32> = (0..20).map(|k| 100.0 * (0.08 * k as f32).exp2()).collect();
        let reliability = scale(&curve_of_pitches(&pitches))[10][RELIABILITY];
        assert!((reliability - (-1.0f32).exp()).abs() < 1e-3, "0.08 octaves a frame: {reliability}");
    }

    #[test]
    fn a_very_high_pitch_is_not_trusted() {
        let reliability = |pitch_hz| scale(&curve_of_pitches(&[pitch_hz; 9]))[4][RELIABILITY];
        assert_eq!([500.0, 2750.0, 4900.0].map(reliability).map(|r| (r * 100.0).round()), [100.0, 50.0, 0.0]);
    }

    #[test]
    fn the_median_of_an_even_window_is_the_mean_of_its_middle() {
        let scaled = scale(&curve_of_pitches(&[100.0, 300.0]));
        assert!((scaled[0][F0] - 200.0f32.log2()).abs() < 1e-5);
    }
}
