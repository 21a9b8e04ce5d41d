//! Offline rendering: the instrument's own door, asked for a file's worth of samples.

mod ahead;

pub(crate) use ahead::{at_rate, render_ahead};

use crate::sounds::Plays;
use anyhow::Result;
use neurorack_engine::descriptors::{
    ANALYSIS_RATE_HZ, AnalysisConfig, DescriptorCurve, Descriptors, HOP_SAMPLES, MAX_FRAMES, Timbre, describe,
};
use neurorack_engine::{ControlFrame, CurveSlot, Event, GateInput, Instrument, ModelBank, ScaledCurve, Settings};
use std::ops::Range;
use std::sync::Arc;

/// Samples that are asked for at a time; the sound does not depend on it.
const BLOCK: usize = 128;

/// Level at which the limiter never acts on what a bank can plausibly produce (36 dB above full scale). A power of two,
/// so that undoing it is exact.
const BELOW_LIMITER: f32 = 1.0 / 64.0;

/// Longest time that an unlimited render waits for the last hit to end: a hit lasts at most 4 s.
const PATIENCE_S: usize = 5;

/// What is played when, and how.
pub(crate) struct Scene {
    /// Never empty, in order of time.
    hits: Vec<ScheduledHit>,
    hand: Hand,
    /// When Gate 2 is high, in seconds.
    frozen: Option<[f32; 2]>,
    /// Whether the instrument's limiter acts.
    limited: bool,
    /// Natural length in seconds; without one the last hit's end.
    seconds: Option<f32>,
}

/// How the panel stands while it is played.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hand {
    pub(crate) cv: [f32; 4],
    pub(crate) settings: Settings,
    pub(crate) velocity: f32,
    pub(crate) semitones: f32,
}

impl Hand {
    /// F1 alone as it was measured.
    fn at_rest() -> Self {
        Self { cv: ControlFrame::default().cv, settings: Settings::default(), velocity: 1.0, semitones: 0.0 }
    }
}

struct ScheduledHit {
    /// When it starts, in descriptor frames.
    start_frame: usize,
    f1: DescriptorCurve,
    f2: DescriptorCurve,
}

impl Scene {
    /// One hit between two curves, as the instrument plays it.
    pub(crate) fn hit(f1: DescriptorCurve, f2: DescriptorCurve, hand: Hand) -> Self {
        let hits = vec![ScheduledHit { start_frame: 0, f1, f2 }];
        Self { hits, hand, frozen: None, limited: true, seconds: None }
    }

    /// The same with Gate 2 high between two times in seconds.
    pub(crate) fn frozen(self, frozen: Option<[f32; 2]>) -> Self {
        Self { frozen, ..self }
    }

    /// Frames of any number from 1 as hits in a row, at the level they ask for.
    ///
    /// A curve holds 4 s. What is longer is cut where it is quietest in the later half of each 4 s: between two impacts,
    /// or where a long sound hides the new attack best. `timbre` is asked for the timbre of each range of frames.
    pub(crate) fn chain(frames: &[Descriptors], timbre: impl Fn(Range<usize>) -> Option<Timbre>) -> Result<Self> {
        let mut hits = Vec::new();
        let mut start_frame = 0;
        loop {
            let rest = &frames[start_frame..];
            let length =
                if rest.len() <= MAX_FRAMES { rest.len() } else { quietest_in_later_half(&rest[..MAX_FRAMES]) + 1 };
            let curve = DescriptorCurve::new(rest[..length].to_vec())?;
            let curve = curve.with_timbre(timbre(start_frame..start_frame + length));
            hits.push(ScheduledHit { start_frame, f1: curve.clone(), f2: curve });
            if length == rest.len() {
                break;
            }
            // The frame of the cut ends one hit and starts the next.
            start_frame += length - 1;
        }
        Ok(Self { hits, hand: Hand::at_rest(), frozen: None, limited: false, seconds: None })
    }

    /// Hits in a row like a recording at [`ANALYSIS_RATE_HZ`] of so many seconds, each with the timbre of its part, fitted to
    /// the bank.
    pub(crate) fn like(bank: &impl Plays, samples: &[f32], seconds: f32) -> Result<Self> {
        let curve = describe(samples, AnalysisConfig::default());
        let timbre = |frames: Range<usize>| {
            let at = |frame: usize| (frame * HOP_SAMPLES).min(samples.len());
            Some(Timbre::measure(&samples[at(frames.start)..at(frames.end)], &curve[frames]))
        };
        let mut scene = Self::chain(&curve, timbre)?;
        let measured = scene.hits.iter().map(|hit| hit.f1.clone()).collect();
        for (hit, curve) in scene.hits.iter_mut().zip(bank.fitted(measured)) {
            hit.f2.clone_from(&curve);
            hit.f1 = curve;
        }
        Ok(Self { seconds: Some(seconds), ..scene })
    }
}

/// Index of the quietest frame in the later half; the latest of equals.
fn quietest_in_later_half(frames: &[Descriptors]) -> usize {
    let later_half = frames.iter().enumerate().skip(frames.len() / 2);
    let quietest = later_half.min_by(|(i, a), (j, b)| a.rms.total_cmp(&b.rms).then(j.cmp(i)));
    quietest.map_or(frames.len() - 1, |(index, _)| index)
}

/// Renders a scene to mono samples; `seconds` overrides its natural length.
pub(crate) fn render(bank: &ModelBank, scene: &Scene, rate_hz: u32, seed: u64, seconds: Option<f32>) -> Vec<f32> {
    let mut instrument = Instrument::new(Arc::new(bank.prepare(rate_hz)), seed);
    let gain = if scene.limited { 1.0 } else { BELOW_LIMITER };
    let Hand { cv, settings, .. } = scene.hand;
    instrument.use_settings(&Settings { seed, ..settings });
    let controls = ControlFrame { cv, level: gain };
    let samples = |seconds: f32| (f64::from(seconds) * f64::from(rate_hz)).round() as usize;
    let length = seconds.or(scene.seconds).map(samples);
    // Gate 2 goes high and low, where it does.
    let edges = scene.frozen.map(|times| times.map(samples));
    let let_go = edges.map_or(0, |[_, to]| to);

    let mut audio = Vec::new();
    for (index, hit) in scene.hits.iter().enumerate() {
        strike(&mut instrument, hit, &scene.hand);
        for (edge, high) in edges.into_iter().flatten().zip([true, false]) {
            let taken = instrument.push(Event::Gate { at: edge as u32, gate: GateInput::Gate2, high, velocity: 1.0 });
            debug_assert!(taken, "the queue is nearly empty");
        }
        let next = scene.hits.get(index + 1).map(|next| sample_of(next.start_frame, rate_hz));
        let patience = audio.len() + PATIENCE_S * rate_hz as usize;
        let end = match (next, length) {
            (Some(next), Some(length)) => next.min(length),
            (Some(next), None) => next,
            (None, Some(length)) => length,
            (None, None) => patience + let_go,
        };
        while audio.len() < end {
            let start = audio.len();
            audio.resize(end.min(start + BLOCK), 0.0);
            instrument.render(&controls, &mut audio[start..]);
            let rings = instrument.statistics().voices > 0 || audio.len() <= let_go;
            if next.is_none() && length.is_none() && !rings {
                break;
            }
        }
    }
    for sample in &mut audio {
        *sample /= gain;
    }
    audio
}

/// Starts a hit at the next sample. Nothing is lost: there is one event and two curves at a time.
fn strike(instrument: &mut Instrument, hit: &ScheduledHit, hand: &Hand) {
    for (slot, curve) in [(CurveSlot::F1, &hit.f1), (CurveSlot::F2, &hit.f2)] {
        let taken = instrument.use_curve(slot, Arc::new(ScaledCurve::from(curve)));
        debug_assert!(taken.is_ok(), "retired curves are collected after every hit");
    }
    while instrument.take_retired().is_some() {}
    let Hand { velocity, semitones, .. } = *hand;
    let taken = instrument.push(Event::Trigger { at: 0, velocity, semitones });
    debug_assert!(taken, "the queue is empty");
}

/// The sample at which a descriptor frame is centred, at another rate.
fn sample_of(frame: usize, rate_hz: u32) -> usize {
    let numerator = frame as u64 * HOP_SAMPLES as u64 * u64::from(rate_hz);
    ((numerator + u64::from(ANALYSIS_RATE_HZ) / 2) / u64::from(ANALYSIS_RATE_HZ)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(count: usize, rms: impl Fn(usize) -> f32) -> Vec<Descriptors> {
        (0..count).map(|k| Descriptors { rms: rms(k), ..Descriptors::default() }).collect()
    }

    #[test]
    fn four_seconds_are_one_hit() {
        let scene = Scene::chain(&frames(MAX_FRAMES, |_| 0.1), |_| None).unwrap();
        assert_eq!(scene.hits.len(), 1);
    }

    #[test]
    fn a_long_sound_is_cut_where_it_is_quietest() {
        let scene = Scene::chain(&frames(1_000, |k| if k == 500 { 0.01 } else { 0.1 }), |_| None).unwrap();
        let cuts: Vec<_> = scene.hits.iter().map(|hit| (hit.start_frame, hit.f1.frames().len())).collect();
        assert_eq!(cuts, [(0, 501), (500, 500)]);
    }

    #[test]
    fn hits_in_a_row_cover_every_frame() {
        for count in [1, 2, MAX_FRAMES + 1, 3 * MAX_FRAMES + 7] {
            let scene = Scene::chain(&frames(count, |k| (k % 7) as f32), |_| None).unwrap();
            let last = scene.hits.last().unwrap();
            assert_eq!(last.start_frame + last.f1.frames().len(), count);
            for pair in scene.hits.windows(2) {
                assert_eq!(pair[0].start_frame + pair[0].f1.frames().len() - 1, pair[1].start_frame);
            }
        }
    }
}
