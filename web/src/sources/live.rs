//! What the sources do at this moment, as the engine says it: each part a signal that changes only when it does.

use crate::layout::reduced_motion;
use crate::map::Pulse;
use leptos::prelude::*;
use neurorack_worklet::Status;
use std::collections::VecDeque;

/// Moments of a modulator that are remembered, one each status.
pub(super) const MOMENTS: usize = 64;

/// Least time between two moments shown to whoever asked for less motion, in milliseconds.
const CALM_MS: f64 = 250.0;

/// Where a modulator stands.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Standing {
    /// Where in two turns, 0 to 2.
    pub(super) turns: f32,
    pub(super) volts: f32,
    /// Whether it went up since the status before.
    pub(super) rises: bool,
}

impl Standing {
    /// What follows, with the turn in which the modulator is, 0 to 1.
    fn then(self, turn: f32, volts: f32) -> Self {
        let odd = self.turns >= 1.0;
        let wrapped = turn < self.turns.fract();
        let turns = turn.clamp(0.0, 0.999) + if odd == wrapped { 0.0 } else { 1.0 };
        Self { turns, volts, rises: volts > self.volts }
    }
}

/// The sources as they are heard. `Copy`; a part of the desk.
#[derive(Clone, Copy)]
pub(crate) struct Live {
    /// Whether the clock runs.
    pub(crate) running: RwSignal<bool>,
    /// Tempo in beats per minute, to a tenth.
    pub(crate) tempo_bpm: RwSignal<f64>,
    /// Where the running clock stood when the engine last said so; none while it stands.
    pub(crate) pulse: StoredValue<Option<Pulse>>,
    /// The step that each sequencer plays.
    pub(super) steps: [RwSignal<Option<usize>>; 2],
    /// Whether Gate 1 and Gate 2 are high.
    pub(crate) gates: [RwSignal<bool>; 2],
    /// Volts at CV 1 to CV 4, to a fiftieth; none before the engine runs.
    pub(crate) cv_volts: [RwSignal<Option<f64>>; 4],
    /// Volts at CV 1 when the last hit was struck.
    pub(crate) struck_cv1: RwSignal<Option<f64>>,
    pub(super) modulators: [RwSignal<Standing>; 4],
    /// Where the XY pad stands, -1 to 1 both ways, to a hundredth.
    pub(super) pad: RwSignal<[f32; 2]>,
    /// The last volts of each modulator, oldest first.
    pub(super) traces: StoredValue<[VecDeque<f32>; 4]>,
    shown_ms: StoredValue<f64>,
    less_motion: bool,
}

impl Live {
    pub(crate) fn new() -> Self {
        Self {
            running: RwSignal::new(false),
            tempo_bpm: RwSignal::new(0.0),
            pulse: StoredValue::new(None),
            steps: [RwSignal::new(None), RwSignal::new(None)],
            gates: [RwSignal::new(false), RwSignal::new(false)],
            cv_volts: [None; 4].map(RwSignal::new),
            struck_cv1: RwSignal::new(None),
            modulators: [Standing::default(); 4].map(RwSignal::new),
            pad: RwSignal::new([0.0; 2]),
            traces: StoredValue::new(Default::default()),
            shown_ms: StoredValue::new(f64::NEG_INFINITY),
            less_motion: reduced_motion(),
        }
    }

    /// A hit was struck.
    pub(crate) fn struck(self, status: &Status) {
        change(self.struck_cv1, Some(fiftieths(status.cv_volts[0])));
    }

    /// Takes what the engine says. Says whether a voltage or gate at the panel changed.
    pub(crate) fn take(self, status: &Status, now_ms: f64) -> bool {
        change(self.running, status.running != 0);
        change(self.tempo_bpm, (f64::from(status.tempo_bpm) * 10.0).round() / 10.0);
        let pulse = Pulse { time_s: status.time_s, beats: status.beats, bpm: f64::from(status.tempo_bpm) };
        self.pulse.set_value((status.running != 0).then_some(pulse));
        for (shown, step) in self.steps.into_iter().zip(status.steps) {
            change(shown, usize::try_from(step).ok().filter(|_| step != u32::MAX));
        }
        let mut changed = false;
        for (shown, gate) in self.gates.into_iter().zip(status.gates) {
            changed |= change(shown, gate != 0);
        }
        if self.less_motion && now_ms - self.shown_ms.get_value() < CALM_MS {
            return changed;
        }
        self.shown_ms.set_value(now_ms);
        for (shown, volts) in self.cv_volts.into_iter().zip(status.cv_volts) {
            changed |= change(shown, Some(fiftieths(volts)));
        }
        self.traces.update_value(|traces| {
            for (trace, volts) in traces.iter_mut().zip(status.modulators_volts) {
                if trace.len() == MOMENTS {
                    trace.pop_front();
                }
                trace.push_back(volts);
            }
        });
        change(self.pad, status.pad.map(|way| (way * 100.0).round() / 100.0));
        let standing = status.modulators_turns.into_iter().zip(status.modulators_volts);
        for (shown, (turn, volts)) in self.modulators.into_iter().zip(standing) {
            change(shown, shown.get_untracked().then(turn, volts));
        }
        changed
    }
}

/// Volts as finely as they are shown.
fn fiftieths(volts: f32) -> f64 {
    (f64::from(volts) * 50.0).round() / 50.0
}

/// Sets a signal where it differs, and says whether it did.
fn change<T: PartialEq + Clone + Send + Sync + 'static>(signal: RwSignal<T>, value: T) -> bool {
    let differs = signal.with_untracked(|now| *now != value);
    if differs {
        signal.set(value);
    }
    differs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_modulator_walks_through_two_turns() {
        let mut standing = Standing::default();
        let walked: Vec<i32> = [0.2, 0.6, 0.9, 0.1, 0.7, 0.05, 0.3]
            .into_iter()
            .map(|turn| {
                standing = standing.then(turn, turn);
                (standing.turns * 100.0).round() as i32
            })
            .collect();
        assert_eq!(walked, [20, 60, 90, 110, 170, 5, 30]);
    }

    #[test]
    fn it_is_known_whether_a_modulator_rises() {
        let standing = Standing::default().then(0.1, 1.0);
        assert!(standing.rises);
        assert!(!standing.then(0.2, 0.5).rises);
    }
}
