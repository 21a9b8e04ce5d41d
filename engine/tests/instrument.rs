//! What the instrument promises, whatever bank it plays.

use neurorack_engine::bank::test_bank;
use neurorack_engine::descriptors::{ANALYSIS_RATE_HZ, analyse};
use neurorack_engine::{ControlFrame, CurveSlot, Event, Instrument, ScaledCurve, Settings};
use proptest::prelude::*;
use realfft::RealFftPlanner;
use std::sync::Arc;

const RATE: u32 = 48_000;

fn instrument_at(rate: u32, seed: u64) -> Instrument {
    let bank = test_bank::small(3);
    let mut instrument = Instrument::new(Arc::new(bank.prepare(rate)), seed);
    for (slot, curve) in [CurveSlot::F1, CurveSlot::F2].into_iter().zip(bank.factory()) {
        instrument.use_curve(slot, Arc::new(ScaledCurve::from(curve))).expect("there is room");
    }
    instrument
}

fn at_volts(volts: f32) -> ControlFrame {
    ControlFrame { cv: [volts, 0.0, 0.0, -5.0], ..ControlFrame::default() }
}

fn trigger(at: u32) -> Event {
    Event::strike(at, 1.0)
}

/// Renders in blocks of these lengths, over and over.
fn render(instrument: &mut Instrument, frame: &ControlFrame, samples: usize, blocks: &[usize]) -> Vec<f32> {
    let mut sound = vec![0.0; samples];
    let mut lengths = blocks.iter().cycle();
    let mut rest = &mut sound[..];
    while !rest.is_empty() {
        let length = rest.len().min(*lengths.next().expect("the cycle never ends"));
        let (block, after) = rest.split_at_mut(length);
        instrument.render(frame, block);
        rest = after;
    }
    sound
}

fn rms(sound: &[f32]) -> f32 {
    (sound.iter().map(|x| x * x).sum::<f32>() / sound.len() as f32).sqrt()
}

fn largest_step(sound: &[f32]) -> f32 {
    sound.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max)
}

/// Many hits, so that voices overlap and give way.
fn busy(blocks: &[usize]) -> Vec<f32> {
    let mut instrument = instrument_at(RATE, 7);
    for hit in 0..20 {
        assert!(instrument.push(trigger(37 + 701 * hit)));
    }
    render(&mut instrument, &at_volts(1.5), 24_000, blocks)
}

#[test]
fn block_size_does_not_change_the_sound() {
    let whole = busy(&[24_000]);
    assert!(rms(&whole) > 1e-3, "there is something to compare");
    for block in [1, 2, 7, 64, 127, 128, 480, 1024, 4096] {
        assert!(busy(&[block]) == whole, "blocks of {block} samples");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn no_sequence_of_blocks_changes_the_sound(blocks in prop::collection::vec(1usize..=4096, 1..12)) {
        prop_assert!(busy(&blocks) == busy(&[24_000]));
    }

    #[test]
    fn no_control_value_harms(cv in prop::array::uniform4(any::<f32>()), level in any::<f32>(), velocity in any::<f32>()) {
        let mut instrument = instrument_at(RATE, 1);
        instrument.push(Event::strike(5, velocity));
        instrument.push(trigger(9));
        let sound = render(&mut instrument, &ControlFrame { cv, level }, 2_000, &[128]);
        prop_assert!(sound.iter().all(|x| x.abs() <= 1.0));
        // And the instrument plays on.
        instrument.push(trigger(0));
        prop_assert!(rms(&render(&mut instrument, &ControlFrame::default(), 2_000, &[128])) > 1e-4);
    }
}

#[test]
fn the_same_seed_gives_the_same_samples_and_another_seed_others() {
    let play = |seed| {
        let mut instrument = instrument_at(RATE, seed);
        instrument.push(trigger(0));
        render(&mut instrument, &at_volts(0.0), 4_000, &[128])
    };
    assert!(play(1) == play(1));
    assert!(play(1) != play(2));
}

#[test]
fn a_trigger_sounds_from_its_very_sample_on() {
    for at in [0, 1, 77, 127] {
        let mut instrument = instrument_at(RATE, 1);
        let mut before = [9.0; 128];
        instrument.render(&ControlFrame::default(), &mut before);
        assert!(before.iter().all(|&x| x == 0.0), "silence is exactly zero");
        instrument.push(trigger(at));
        let mut block = [0.0; 128];
        instrument.render(&ControlFrame::default(), &mut block);
        assert_eq!(block.iter().position(|&x| x != 0.0), Some(at as usize));
        assert_eq!(instrument.statistics().last_trigger_frame, Some(128 + u64::from(at)));
    }
}

#[test]
fn an_event_of_a_later_block_waits_for_it() {
    let mut instrument = instrument_at(RATE, 1);
    instrument.push(trigger(300));
    let sound = render(&mut instrument, &ControlFrame::default(), 1_024, &[128]);
    assert_eq!(sound.iter().position(|&x| x != 0.0), Some(300));
}

#[test]
fn a_hit_ends_in_exact_silence() {
    let mut instrument = instrument_at(RATE, 1);
    instrument.push(trigger(0));
    // Factory set 0 lasts 59 hops of 256 samples at 44.1 kHz, and fades over one control hop more.
    let expected = ((59 * 256 + 128) * RATE as usize).div_ceil(44_100);
    let sound = render(&mut instrument, &ControlFrame::default(), 20_000, &[128]);
    let end = 1 + sound.iter().rposition(|&x| x != 0.0).expect("a sound");
    assert!((expected - 3..=expected).contains(&end), "ends after {end} samples instead of {expected}");
    assert_eq!(instrument.statistics().voices, 0);
    assert_eq!(instrument.asked(), None);
}

#[test]
fn morph_acts_while_a_hit_sounds() {
    let play = |later: f32| {
        let mut instrument = instrument_at(RATE, 1);
        instrument.push(trigger(0));
        let mut sound = render(&mut instrument, &at_volts(-5.0), 4_000, &[128]);
        sound.extend(render(&mut instrument, &at_volts(later), 4_000, &[128]));
        (sound, instrument.asked().expect("it still sounds").centroid_hz)
    };
    let (stays, stays_hz) = play(-5.0);
    let (moves, moves_hz) = play(5.0);
    assert!(stays[..4_000] == moves[..4_000], "the past does not change");
    assert!(stays_hz > 3_900.0 && moves_hz < 600.0, "asked centroids {stays_hz} and {moves_hz} Hz");
    assert!(largest_step(&moves[3_900..4_100]) < 4.0 * largest_step(&stays[3_000..4_000]), "no click");
}

#[test]
fn a_timbre_is_heard_and_none_is_needed() {
    let bank = test_bank::small(3);
    let with = bank.factory()[0].clone();
    let without = with.clone().with_timbre(None);
    let [with, without] = [with, without].map(|curve| {
        let mut instrument = instrument_at(RATE, 1);
        for slot in [CurveSlot::F1, CurveSlot::F2] {
            instrument.use_curve(slot, Arc::new(ScaledCurve::from(&curve))).expect("there is room");
        }
        assert!(instrument.push(trigger(0)));
        render(&mut instrument, &at_volts(0.0), 9_600, &[128])
    });
    assert!(rms(&with) > 1e-4 && rms(&without) > 1e-4);
    let difference: Vec<f32> = with.iter().zip(&without).map(|(a, b)| a - b).collect();
    assert!(rms(&difference) > 0.01 * rms(&with), "{} beside {}", rms(&difference), rms(&with));
}

#[test]
fn a_voice_gives_way_without_a_click() {
    // Nine hits: the ninth takes the voice of the quietest. Its onset is made silent to hear the one that leaves.
    let mut instrument = instrument_at(RATE, 1);
    let frame = at_volts(5.0);
    for hit in 0..u32::from(Settings::VOICES[0]) {
        instrument.push(trigger(hit * 2_000));
    }
    let before = render(&mut instrument, &frame, 18_000, &[128]);
    instrument.push(Event::strike(0, 0.0));
    let after = render(&mut instrument, &frame, 2_000, &[128]);
    let statistics = instrument.statistics();
    assert_eq!((statistics.hits, statistics.stolen_voices, statistics.dropped_events), (9, 1, 0));
    let joined: Vec<f32> = before[16_500..].iter().chain(&after).copied().collect();
    let usual = largest_step(&before[16_500..]);
    assert!(largest_step(&joined) <= 1.05 * usual, "steps of {} where {usual} is usual", largest_step(&joined));
}

#[test]
fn a_storm_of_triggers_stays_within_full_scale() {
    let mut instrument = instrument_at(RATE, 1);
    let mut loudest = 0.0f32;
    for block in 0..60 {
        for at in [0, 3, 64] {
            instrument.push(trigger(at + block % 5));
        }
        let sound = render(&mut instrument, &ControlFrame::default(), 128, &[128]);
        loudest = sound.iter().fold(loudest, |peak, x| peak.max(x.abs()));
    }
    assert!(loudest > 0.05 && loudest <= 1.0, "peak {loudest}");
    assert_eq!(instrument.statistics().hits, 180);
}

#[test]
fn a_full_queue_drops_and_counts() {
    let mut instrument = instrument_at(RATE, 1);
    let taken = (0..100).filter(|_| instrument.push(trigger(4_000_000))).count();
    assert_eq!(instrument.statistics().dropped_events as usize, 100 - taken);
}

#[test]
fn without_bank_or_curve_there_is_silence_and_the_hit_is_counted_as_dropped() {
    let mut bare = Instrument::silent(RATE, 1);
    let mut curveless = Instrument::new(Arc::new(test_bank::small(3).prepare(RATE)), 1);
    for instrument in [&mut bare, &mut curveless] {
        instrument.push(trigger(0));
        assert!(render(instrument, &ControlFrame::default(), 500, &[128]).iter().all(|&x| x == 0.0));
        assert_eq!((instrument.statistics().hits, instrument.statistics().dropped_events), (0, 1));
    }
}

#[test]
fn a_new_bank_lets_the_old_one_ring_out() {
    let (old, new) = (test_bank::small(3), test_bank::small(4));
    let play = |swap: bool| {
        let mut instrument = instrument_at(RATE, 1);
        instrument.push(trigger(0));
        let mut sound = render(&mut instrument, &at_volts(-5.0), 1_000, &[128]);
        if swap {
            let bank = Arc::new(new.prepare(RATE));
            let serial = bank.serial();
            instrument.use_bank(bank).expect("there is room");
            assert_eq!(instrument.bank_serial(), Some(serial));
            assert!(instrument.take_retired().is_none(), "the old bank still sounds");
        }
        sound.extend(render(&mut instrument, &at_volts(-5.0), 19_000, &[128]));
        (sound, instrument)
    };
    let (stays, _) = play(false);
    let (swaps, mut instrument) = play(true);
    assert!(stays == swaps);
    let retired = instrument.take_retired();
    assert!(
        matches!(retired, Some(neurorack_engine::Retired::Bank(bank)) if bank.serial() == old.prepare(RATE).serial())
    );
    assert!(instrument.take_retired().is_none());
}

#[test]
fn a_bank_for_another_rate_is_refused_and_the_old_one_plays_on() {
    let mut instrument = instrument_at(RATE, 1);
    let refused = instrument.use_bank(Arc::new(test_bank::small(4).prepare(44_100))).expect_err("another rate");
    assert!(refused.to_string().contains("44100 Hz"), "{refused}");
    instrument.push(trigger(0));
    assert!(rms(&render(&mut instrument, &ControlFrame::default(), 2_000, &[128])) > 1e-4);
}

/// The sound at 44.1 kHz: its spectrum, cut off or filled with silence. Its length is a fifth of a second.
fn at_analysis_rate(sound: &[f32], rate: u32) -> Vec<f32> {
    let mut planner = RealFftPlanner::<f32>::new();
    let forward = planner.plan_fft_forward(sound.len());
    let mut spectrum = forward.make_output_vec();
    forward.process(&mut sound.to_vec(), &mut spectrum).expect("lengths fit");
    let inverse = planner.plan_fft_inverse(ANALYSIS_RATE_HZ as usize / 5);
    let mut kept = inverse.make_input_vec();
    let bins = kept.len().min(spectrum.len()) - 1;
    kept[..bins].copy_from_slice(&spectrum[..bins]);
    kept[0].im = 0.0;
    let mut resampled = inverse.make_output_vec();
    inverse.process(&mut kept, &mut resampled).expect("lengths fit");
    resampled.iter().map(|sample| sample * 5.0 / rate as f32).collect()
}

/// Loudness in decibels and centroid in hertz of every other descriptor frame, as a mean over eight seeds: noise is
/// another realisation at each rate.
fn measured(rate: u32) -> Vec<[f32; 2]> {
    const SEEDS: u64 = 8;
    let mut sums = [[0.0; 2]; 15];
    for seed in 0..SEEDS {
        let mut instrument = instrument_at(rate, seed);
        instrument.push(trigger(0));
        let sound = render(&mut instrument, &at_volts(-2.0), rate as usize / 5, &[128]);
        let curve = analyse(&at_analysis_rate(&sound, rate)).expect("a sound");
        for ([power, centroid_hz], frame) in sums.iter_mut().zip(curve.frames().iter().step_by(2)) {
            *power += frame.rms * frame.rms / SEEDS as f32;
            *centroid_hz += frame.centroid_hz / SEEDS as f32;
        }
    }
    sums.map(|[power, centroid_hz]| [10.0 * power.log10(), centroid_hz]).to_vec()
}

#[test]
fn every_sample_rate_gives_the_same_sound() {
    let reference = measured(44_100);
    for rate in [48_000, 88_200, 96_000] {
        for (window, (sound, expected)) in measured(rate).iter().zip(&reference).enumerate() {
            let (level_db, centroid) = (sound[0] - expected[0], sound[1] / expected[1]);
            assert!(level_db.abs() < 1.0, "{rate} Hz, window {window}: {level_db} dB apart");
            assert!((centroid - 1.0).abs() < 0.05, "{rate} Hz, window {window}: centroids are as {centroid} to 1");
        }
    }
}
