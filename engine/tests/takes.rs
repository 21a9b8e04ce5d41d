//! Rendered hits: what is played of them, and how one goes over to another.

use assert_no_alloc::{AllocDisabler, assert_no_alloc};
use neurorack_engine::bank::test_bank;
use neurorack_engine::take::{MOST_TAKE_SAMPLES, TAKE_RATE_HZ};
use neurorack_engine::{
    ControlFrame, CurveSlot, Event, GateInput, Instrument, Retired, ScaledCurve, Settings, TAKES, Take, TakeLabel,
};
use std::f32::consts::TAU;
use std::sync::Arc;

#[global_allocator]
static ALLOCATOR: AllocDisabler = AllocDisabler;

const RATE: u32 = 48_000;
const LABEL: TakeLabel = TakeLabel { bank: 77, family: 1, number: 1, semitones: 0.0 };
const AT_REST: ControlFrame = ControlFrame { cv: [-5.0, 0.0, 0.0, -5.0], level: 1.0 };

/// A second of a sine that begins and ends softly.
fn sine(label: TakeLabel, frequency_hz: f32, peak: f32, seconds: f32) -> Arc<Take> {
    let samples = (seconds * TAKE_RATE_HZ as f32) as usize;
    let fade = 0.02 * TAKE_RATE_HZ as f32;
    let sound = (0..samples).map(|n| {
        let edge = (n.min(samples - 1 - n) as f32 / fade).min(1.0);
        peak * edge * (TAU * frequency_hz * n as f32 / TAKE_RATE_HZ as f32).sin()
    });
    let mut take = Take::default();
    assert!(take.begin(label, samples) && take.extend(0, sound));
    Arc::new(take)
}

fn numbered(number: u32) -> TakeLabel {
    TakeLabel { number, ..LABEL }
}

/// An instrument that was struck while it plays this take.
fn struck(take: Arc<Take>, rate: u32) -> Instrument {
    let mut instrument = Instrument::silent(rate, 1);
    instrument.use_take(take).expect("there is room");
    assert!(instrument.push(Event::strike(0, 1.0)));
    instrument
}

fn render(instrument: &mut Instrument, samples: usize, block: usize) -> Vec<f32> {
    let mut sound = vec![0.0; samples];
    sound.chunks_mut(block).for_each(|out| instrument.render(&AT_REST, out));
    sound
}

fn crossings(sound: &[f32]) -> usize {
    sound.windows(2).filter(|pair| pair[0] < 0.0 && pair[1] >= 0.0).count()
}

fn largest_step(sound: &[f32]) -> f32 {
    sound.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max)
}

#[test]
fn a_take_sounds_at_any_rate_as_it_was_rendered() {
    for rate in [44_100, 48_000, 96_000] {
        let mut instrument = struck(sine(LABEL, 440.0, 0.5, 1.0), rate);
        let sound = render(&mut instrument, rate as usize + 500, 128);
        for (n, sample) in sound.iter().enumerate().take(rate as usize * 9 / 10).skip(rate as usize / 10) {
            let expected = 0.5 * (TAU * (440.0 * n as f32 / rate as f32).fract()).sin();
            assert!((sample - expected).abs() < 2e-3, "{rate} Hz, sample {n}: {sample} instead of {expected}");
        }
        assert_eq!(instrument.takes(), [Some(1), None], "{rate} Hz: it is over after a second");
        assert_eq!(instrument.statistics().voices, 0, "{rate} Hz");
        assert_eq!(instrument.bank_serial(), Some(77));
    }
}

#[test]
fn blocks_of_any_length_give_the_same_samples() {
    let sound = |block: usize| {
        let mut instrument = struck(sine(LABEL, 330.0, 0.5, 0.5), RATE);
        for at in [500, 1_234, 9_000] {
            instrument.push(Event::Trigger { at, velocity: 0.7, semitones: 3.0 });
        }
        render(&mut instrument, 24_000, block)
    };
    let whole = sound(24_000);
    for block in [1, 37, 128, 1_000] {
        assert!(whole == sound(block), "blocks of {block}");
    }
}

#[test]
fn velocity_pitch_and_bend_are_played_and_what_the_panel_had_transposed_is_not_transposed_again() {
    let plain = render(&mut struck(sine(LABEL, 440.0, 0.5, 1.0), RATE), 24_000, 128);
    let mut instrument = Instrument::silent(RATE, 1);
    instrument.use_take(sine(LABEL, 440.0, 0.5, 1.0)).expect("there is room");
    instrument.push(Event::Trigger { at: 0, velocity: 0.5, semitones: 12.0 });
    let octave = render(&mut instrument, 24_000, 128);
    assert!(crossings(&octave).abs_diff(2 * crossings(&plain)) <= 2, "{}", crossings(&octave));
    let peak = octave.iter().fold(0.0f32, |peak, x| peak.max(x.abs()));
    assert!((0.24..0.26).contains(&peak), "{peak}");

    let mut bent = struck(sine(LABEL, 440.0, 0.5, 1.0), RATE);
    bent.bend(-12.0);
    let bent = render(&mut bent, 24_000, 128);
    assert!(crossings(&bent).abs_diff(crossings(&plain) / 2) <= 2, "{}", crossings(&bent));

    // Rendered an octave up for a panel that asks for an octave up; which it no longer does.
    let rendered = TakeLabel { semitones: 12.0, ..LABEL };
    let back = render(&mut struck(sine(rendered, 880.0, 0.5, 1.0), RATE), 24_000, 128);
    assert!(crossings(&back).abs_diff(crossings(&plain)) <= 2, "{}", crossings(&back));
}

#[test]
fn what_sounds_goes_over_to_a_take_of_its_family_without_a_step_of_its_own() {
    // The loudest step of the sines alone: 2 pi f / rate.
    let own = 0.5 * TAU * 660.0 / RATE as f32;
    for family in [1, 2] {
        let mut instrument = struck(sine(LABEL, 440.0, 0.5, 1.0), RATE);
        let mut sound = render(&mut instrument, 9_000, 128);
        let other = TakeLabel { family, ..numbered(2) };
        instrument.use_take(sine(other, 660.0, 0.5, 1.0)).expect("there is room");
        sound.extend(render(&mut instrument, 15_000, 128));
        let after = crossings(&sound[12_000..]) as f32 / 0.25;
        let expected = if family == 1 { 660.0 } else { 440.0 };
        assert!((after - expected).abs() < 8.0, "family {family}: {after} Hz");
        assert!(largest_step(&sound) < 1.3 * own, "family {family}: a step of {}", largest_step(&sound));
        assert_eq!(instrument.takes(), [Some(2), Some(if family == 1 { 2 } else { 1 })]);
        instrument.push(Event::strike(0, 1.0));
        let again = render(&mut instrument, 30_000, 128);
        assert!(crossings(&again[12_000..24_000]).abs_diff(165) < 10, "family {family}: the next hit is the newest");
    }
}

#[test]
fn many_exchanges_one_upon_the_other_stay_smooth_and_end_with_the_newest() {
    let own = 0.5 * TAU * 900.0 / RATE as f32;
    let mut instrument = struck(sine(LABEL, 300.0, 0.5, 2.0), RATE);
    let (mut sound, mut taken) = (Vec::new(), 0);
    for number in 2..400 {
        let next = sine(numbered(number), 300.0 + 1.5 * number as f32, 0.5, 2.0);
        taken += u32::from(instrument.use_take(next).is_ok());
        sound.extend(render(&mut instrument, 200, 128));
        while instrument.take_retired().is_some() {}
    }
    assert!(largest_step(&sound) < 1.3 * own, "a step of {}", largest_step(&sound));
    assert_eq!(taken, 398, "there is always room where retired takes are collected");
    render(&mut instrument, 4_000, 128);
    let [coming, sounding] = instrument.takes();
    assert_eq!(coming, sounding, "it has arrived at the newest");
}

#[test]
fn a_shorter_take_ends_a_hit_that_is_beyond_it_softly() {
    let own = 0.5 * TAU * 440.0 / RATE as f32;
    let mut instrument = struck(sine(LABEL, 440.0, 0.5, 1.0), RATE);
    let mut sound = render(&mut instrument, 24_000, 128);
    instrument.use_take(sine(numbered(2), 440.0, 0.5, 0.2)).expect("there is room");
    sound.extend(render(&mut instrument, 4_000, 128));
    assert!(largest_step(&sound) < 1.3 * own, "a step of {}", largest_step(&sound));
    assert_eq!(instrument.statistics().voices, 0);
    assert!(sound[sound.len() - 100..].iter().all(|&x| x == 0.0));
}

#[test]
fn what_cannot_be_taken_comes_back_and_what_plays_stays() {
    let mut instrument = struck(sine(LABEL, 440.0, 0.5, 1.0), RATE);
    assert!(instrument.use_take(Arc::default()).is_err(), "an empty one");
    let mut partial = Take::default();
    assert!(partial.begin(numbered(9), 100) && partial.extend(0, [0.1; 99].into_iter()));
    assert!(instrument.use_take(Arc::new(partial)).is_err(), "one of which a sample is missing");
    for number in 2.. {
        let refused = instrument.use_take(sine(numbered(number), 440.0, 0.5, 0.1)).is_err();
        assert_eq!(refused, number as usize > TAKES, "take {number}, while nothing is collected");
        if refused {
            break;
        }
    }
    assert_eq!(instrument.takes()[0], Some(TAKES as u32));
    assert!(render(&mut instrument, 100, 128)[50..].iter().any(|&x| x != 0.0));
}

#[test]
fn takes_and_banks_follow_each_other_while_they_sound() {
    let bank = test_bank::small(3);
    let prepared = Arc::new(bank.prepare(RATE));
    let mut instrument = Instrument::new(Arc::clone(&prepared), 1);
    let curve = Arc::new(ScaledCurve::from(&bank.factory()[0]));
    instrument.use_curve(CurveSlot::F1, curve).expect("there is room");
    instrument.push(Event::strike(0, 1.0));
    render(&mut instrument, 500, 128);
    assert!(instrument.asked().is_some());
    instrument.use_take(sine(LABEL, 440.0, 0.5, 1.0)).expect("there is room");
    instrument.push(Event::strike(0, 1.0));
    render(&mut instrument, 500, 128);
    assert_eq!((instrument.statistics().voices, instrument.bank_serial()), (2, Some(77)));
    assert!(instrument.asked().is_none(), "a rendered hit does not say what it was asked for");
    assert!(instrument.take_retired().is_none(), "both still sound");
    instrument.use_bank(Arc::clone(&prepared)).expect("there is room");
    assert_eq!((instrument.bank_serial(), instrument.takes()), (Some(prepared.serial()), [None, Some(1)]));
    render(&mut instrument, 5 * RATE as usize, 128);
    let retired: Vec<Retired> = std::iter::from_fn(|| instrument.take_retired()).collect();
    assert!(retired.iter().any(|thing| matches!(thing, Retired::Take(take) if take.label() == LABEL)), "{retired:?}");
}

#[test]
fn nothing_is_allocated_while_takes_come_and_go() {
    let takes: Vec<Arc<Take>> =
        (1..40).map(|n| sine(TakeLabel { family: n / 8, ..numbered(n) }, 100.0 * n as f32, 0.9, 0.3)).collect();
    let mut instrument = struck(Arc::clone(&takes[0]), RATE);
    let mut retired: Vec<Retired> = Vec::with_capacity(64);
    let mut out = [0.0; 128];
    for block in 0..3_000u32 {
        assert_no_alloc(|| {
            if block % 7 == 0 {
                let _ = instrument.use_take(Arc::clone(&takes[block as usize % takes.len()]));
            }
            if block % 5 == 0 {
                instrument.push(Event::Trigger {
                    at: block % 128,
                    velocity: 0.9,
                    semitones: block as f32 % 49.0 - 24.0,
                });
            }
            if block % 100 == 30 || block % 100 == 60 {
                let high = block % 100 == 30;
                instrument.push(Event::Gate { at: 3, gate: GateInput::Gate2, high, velocity: 1.0 });
            }
            if block % 450 == 0 {
                instrument.use_settings(&Settings { voices: 4, ..Settings::default() });
            }
            let cv = [0.1, 0.07, 0.13, 0.05].map(|step| (block as f32 * step).sin() * 5.0);
            instrument.render(&ControlFrame { cv, ..ControlFrame::default() }, &mut out);
            while let Some(thing) = instrument.take_retired() {
                retired.push(thing);
            }
        });
        assert!(out.iter().all(|x| x.abs() <= 1.0), "block {block}");
        retired.clear();
    }
    assert_eq!(instrument.statistics().dropped_events, 0);
    assert!(instrument.statistics().stolen_voices > 0, "voices gave way");
}

#[test]
fn the_longest_take_fits() {
    let mut take = Take::default();
    assert!(take.begin(LABEL, MOST_TAKE_SAMPLES) && take.extend(0, std::iter::repeat_n(0.1, MOST_TAKE_SAMPLES)));
    let mut instrument = struck(Arc::new(take), 8_000);
    let sound = render(&mut instrument, 8_000 * 11, 4_096);
    assert!((sound[8_000] - 0.1).abs() < 1e-3 && instrument.statistics().voices == 0);
}
