//! Playing a sequence offline, through the instrument's own door.

use super::{Sequence, Step, Voltages};
use crate::sounds;
use anyhow::Result;
use neurorack_engine::stream::limiter::limit;
use neurorack_engine::{ControlFrame, CurveSlot, Event, Instrument, ModelBank, PreparedBank, ScaledCurve};
use std::collections::HashMap;
use std::sync::Arc;

/// Samples between two settings of the voltages, as often as a host sets them.
const BLOCK: usize = 128;

/// Level at which the limiter of one instrument never acts: it acts once, on the sum of the tracks. A power of two, so
/// that undoing it is exact.
const BELOW_LIMITER: f32 = 1.0 / 64.0;

/// Longest time that is waited for the last hit to end: a hit lasts at most 4 s.
const PATIENCE_S: usize = 5;

/// Curves by their names.
type Curves = HashMap<String, Arc<ScaledCurve>>;

/// Renders a sequence to mono samples within -1 to 1; it ends with its last hit, or after `seconds`.
///
/// # Errors
/// When a sound is neither in the bank nor a file that can be read.
pub(crate) fn render(
    bank: &ModelBank,
    sequence: &Sequence,
    rate_hz: u32,
    seed: u64,
    seconds: Option<f32>,
) -> Result<Vec<f32>> {
    let curves = curves(bank, sequence)?;
    let prepared = Arc::new(bank.prepare(rate_hz));
    let length = seconds.map(|seconds| (f64::from(seconds) * f64::from(rate_hz)).round() as usize);
    let mut audio: Vec<f32> = Vec::new();
    for (index, steps) in sequence.tracks.iter().enumerate() {
        // Tracks that play the same sound at a time shall not play the same noise.
        let instrument = Instrument::new(prepared.clone(), seed.wrapping_add(index as u64));
        let track = Track { instrument, curves: &curves, voltages: Voltages::default() }.play(steps, length, &prepared);
        audio.resize(audio.len().max(track.len()), 0.0);
        for (sum, sample) in audio.iter_mut().zip(track) {
            *sum += sample;
        }
    }
    audio.iter_mut().for_each(|sample| *sample = limit(*sample));
    Ok(audio)
}

fn curves(bank: &ModelBank, sequence: &Sequence) -> Result<Curves> {
    let mut curves = Curves::new();
    for hit in sequence.tracks.iter().flatten().filter_map(|step| step.hit.as_ref()) {
        for name in [&hit.f1, &hit.f2] {
            if !curves.contains_key(name) {
                curves.insert(name.clone(), Arc::new(ScaledCurve::from(&sounds::find(bank, name)?)));
            }
        }
    }
    Ok(curves)
}

/// One instrument and what moves it.
struct Track<'a> {
    instrument: Instrument,
    curves: &'a Curves,
    voltages: Voltages,
}

impl Track<'_> {
    fn play(mut self, steps: &[Step], length: Option<usize>, bank: &PreparedBank) -> Vec<f32> {
        let rate = f64::from(bank.sample_rate_hz());
        let end = length.unwrap_or(usize::MAX);
        let mut audio = Vec::new();
        for step in steps {
            let at = (step.at_s * rate).round() as usize;
            while audio.len() < at.min(end) {
                // Blocks end where the next step is, so that it happens at its very sample.
                self.next_block(at.min(end), rate, &mut audio);
            }
            self.take(step);
        }
        let last = length.unwrap_or(audio.len() + PATIENCE_S * bank.sample_rate_hz() as usize);
        while audio.len() < last {
            self.next_block(last, rate, &mut audio);
            if length.is_none() && self.instrument.statistics().voices == 0 {
                break;
            }
        }
        audio.iter_mut().for_each(|sample| *sample /= BELOW_LIMITER);
        audio
    }

    /// Adds one block to `audio`, which does not grow beyond `end`.
    fn next_block(&mut self, end: usize, rate: f64, audio: &mut Vec<f32>) {
        let start = audio.len();
        audio.resize(end.min(start + BLOCK), 0.0);
        let cv = self.voltages.at(start as f64 / rate);
        let controls = ControlFrame { cv, level: BELOW_LIMITER };
        self.instrument.render(&controls, &mut audio[start..]);
    }

    /// Turns the voltages and strikes at the next sample. Nothing is lost: one event and two curves come at a time.
    fn take(&mut self, step: &Step) {
        self.voltages.turn(step);
        let Some(hit) = &step.hit else { return };
        for (slot, name) in [(CurveSlot::F1, &hit.f1), (CurveSlot::F2, &hit.f2)] {
            let taken = self.instrument.use_curve(slot, self.curves[name].clone());
            debug_assert!(taken.is_ok(), "retired curves are collected after every hit");
        }
        while self.instrument.take_retired().is_some() {}
        let taken = self.instrument.push(Event::strike(0, hit.velocity));
        debug_assert!(taken, "the queue is empty");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use neurorack_engine::bank::test_bank;

    fn bank() -> ModelBank {
        ModelBank::parse(&test_bank::bytes(test_bank::SMALL, 1)).unwrap()
    }

    fn play(text: &str) -> Vec<f32> {
        render(&bank(), &Sequence::parse(text).unwrap(), 44_100, 1, None).unwrap()
    }

    #[test]
    fn a_hit_starts_at_its_very_sample() {
        let audio = play("seconds,f1\n0.25,1\n");
        assert!(audio[..11_025].iter().all(|&sample| sample == 0.0));
        assert!(audio[11_025..11_200].iter().any(|&sample| sample != 0.0));
    }

    #[test]
    fn hits_overlap_and_tracks_are_added() {
        let [first, second] = [play("seconds,f1\n0,1\n"), play("seconds,f1\n0.05,1\n")];
        let both = play("seconds,track,f1\n0,a,1\n0.05,b,1\n");
        assert!(both.len() >= first.len().max(second.len()));
        assert!(both.iter().all(|sample| sample.abs() <= 1.0));
        assert!(both[..2_205] == first[..2_205], "the first track is alone until the second sounds");
        assert!(both[2_205..2_800] != first[2_205..2_800], "the second is heard");
    }

    #[test]
    fn a_moving_voltage_changes_the_sound_after_its_start() {
        let still = play("seconds,f1,f2,cv1\n0,1,2,-5\n");
        let moving = play("seconds,f1,f2,cv1\n0,1,2,-5>5/0.1\n");
        assert_eq!(still[0], moving[0]);
        assert!(still[1_000..4_000] != moving[1_000..4_000], "the voltage is heard");
    }

    #[test]
    fn an_unknown_sound_is_named() {
        let sequence = Sequence::parse("seconds,f1\n0,No such thing\n").unwrap();
        let error = render(&bank(), &sequence, 44_100, 1, None).unwrap_err();
        assert!(error.to_string().contains("No such thing"), "{error}");
    }
}
