//! A sound from outside leads the descriptors of what sounds.

use neurorack_engine::bank::test_bank;
use neurorack_engine::control::{Assignment, GateTarget, Target};
use neurorack_engine::descriptors::{
    ANALYSIS_RATE_HZ, AnalysisConfig, Descriptors, HOP_SAMPLES, WINDOW_SAMPLES, describe,
};
use neurorack_engine::models::noise::Random;
use neurorack_engine::{
    ControlFrame, CurveSlot, Event, GateInput, Instrument, ModelBank, PreparedBank, ScaledCurve, Settings,
};
use std::sync::{Arc, LazyLock};

const RATE: u32 = ANALYSIS_RATE_HZ;

/// Full voltage at CV 1 follows.
const FOLLOWED: [f32; 4] = [5.0, 0.0, 0.0, -5.0];

static SHIPPED: LazyLock<[(ModelBank, Arc<PreparedBank>); 2]> = LazyLock::new(|| {
    ["impacts", "frave-impacts"].map(|name| {
        let path = format!("{}/../static/banks/{name}.safetensors", env!("CARGO_MANIFEST_DIR"));
        let model = ModelBank::parse(&std::fs::read(path).expect("the shipped bank is there")).expect("and is good");
        let prepared = Arc::new(model.prepare(RATE));
        (model, prepared)
    })
});

fn settings() -> Settings {
    let mut settings = Settings::default();
    settings.cv[0] = Assignment::to(Target::Follow);
    settings.gates[0] = GateTarget::Sustain;
    settings
}

/// An instrument that plays a set of a shipped bank, with CV 1 on following and Gate 1 on sustaining.
fn instrument_with((model, prepared): &(ModelBank, Arc<PreparedBank>), set: &str) -> Instrument {
    let index = model.card().factory.iter().position(|entry| entry.name == set).expect("a set of the bank");
    let mut instrument = Instrument::new(Arc::clone(prepared), 1);
    instrument.use_settings(&settings());
    let curve = Arc::new(ScaledCurve::from(&model.factory()[index]));
    assert!(instrument.use_curve(CurveSlot::F1, curve).is_ok());
    instrument.push(Event::Gate { at: 0, gate: GateInput::Gate1, high: true, velocity: 1.0 });
    instrument
}

fn instrument(set: &str) -> Instrument {
    instrument_with(&SHIPPED[0], set)
}

/// Renders in blocks of so many samples while this is heard.
fn render(instrument: &mut Instrument, heard: Option<&[f32]>, cv: [f32; 4], samples: usize, block: usize) -> Vec<f32> {
    let mut sound = vec![0.0; samples];
    for (index, out) in sound.chunks_mut(block).enumerate() {
        if let Some(heard) = heard {
            let from = (index * block).min(heard.len());
            instrument.hear(&heard[from..heard.len().min(from + out.len())]);
        }
        instrument.render(&ControlFrame { cv, level: 0.25 }, out);
    }
    sound
}

/// Noise that swells and fades, and opens and closes on its own.
fn wind(seconds: f32) -> Vec<f32> {
    let mut random = Random::new(5);
    let mut low = [0.0f32; 2];
    let turn = |time: f32, period: f32| 0.5 - 0.5 * (std::f32::consts::TAU * time / period).cos();
    (0..(seconds * RATE as f32) as usize)
        .map(|index| {
            let time = index as f32 / RATE as f32;
            let white = (random.next_u64() >> 40) as f32 / (1u32 << 23) as f32 - 1.0;
            let cutoff_hz = 400.0 * 20f32.powf(turn(time, 0.83));
            let part = 1.0 - (-std::f32::consts::TAU * cutoff_hz / RATE as f32).exp();
            low[0] += part * (white - low[0]);
            low[1] += part * (low[0] - low[1]);
            low[1] * 0.02 * 20f32.powf(turn(time, 0.59)) * (8_000.0 / cutoff_hz).sqrt()
        })
        .collect()
}

/// Pearson's r.
fn correlation(pairs: &[(f32, f32)]) -> f32 {
    let count = pairs.len() as f32;
    let mean = pairs.iter().fold((0.0, 0.0), |sum, pair| (sum.0 + pair.0 / count, sum.1 + pair.1 / count));
    let sums = pairs.iter().fold((0.0, 0.0, 0.0), |sums, pair| {
        let (a, b) = (pair.0 - mean.0, pair.1 - mean.1);
        (sums.0 + a * b, sums.1 + a * a, sums.2 + b * b)
    });
    sums.0 / (sums.1 * sums.2).sqrt()
}

/// How a descriptor of what was played follows that of what was heard, `late` frames later.
fn following(heard: &[Descriptors], played: &[Descriptors], late: usize, read: fn(&Descriptors) -> f32) -> f32 {
    let pairs: Vec<_> =
        heard.iter().zip(&played[late..]).skip(40).map(|(heard, played)| (read(heard), read(played))).collect();
    correlation(&pairs)
}

#[test]
fn loudness_and_brightness_are_those_of_the_input_23_ms_later() {
    let wind = wind(4.0);
    let late = WINDOW_SAMPLES / 2 / HOP_SAMPLES + 1;
    let measured = describe(&wind, AnalysisConfig::default());
    let loudness: fn(&Descriptors) -> f32 = |frame| (frame.rms + 1e-4).log10();
    let brightness: fn(&Descriptors) -> f32 = |frame| (frame.centroid_hz + 20.0).log2();
    for (bank, set) in SHIPPED.iter().flat_map(|bank| [(bank, "Short kick"), (bank, "Small bell")]) {
        let play = |cv| render(&mut instrument_with(bank, set), Some(&wind), cv, wind.len(), 128);
        let [led, own] = [FOLLOWED, [-5.0, 0.0, 0.0, -5.0]].map(|cv| describe(&play(cv), AnalysisConfig::default()));
        let r = [loudness, brightness].map(|read| following(&measured, &led, late, read));
        let unled = [loudness, brightness].map(|read| following(&measured, &own, late, read));
        println!("{set} of {}: {r:?}, by itself {unled:?}", bank.0.card().name);
        assert!(r.iter().all(|&r| r > 0.9), "{set}: {r:?}");
        assert!(unled.iter().all(|r| r.abs() < 0.4), "{set} by itself: {unled:?}");
    }
}

#[test]
fn blocks_of_any_size_bring_the_same_samples() {
    let wind = wind(0.6);
    let whole = render(&mut instrument("Short kick"), Some(&wind), FOLLOWED, wind.len(), 4_096);
    for block in [1, 37, 128, 1_000] {
        assert!(render(&mut instrument("Short kick"), Some(&wind), FOLLOWED, wind.len(), block) == whole, "{block}");
    }
}

#[test]
fn without_an_input_or_its_part_the_sound_is_its_own() {
    let wind = wind(0.4);
    let own = render(&mut instrument("Short kick"), None, [-5.0, 0.0, 0.0, -5.0], wind.len(), 128);
    assert!(render(&mut instrument("Short kick"), None, FOLLOWED, wind.len(), 128) == own, "nothing is heard");
    let unpatched = [-5.0, 0.0, 0.0, -5.0];
    assert!(render(&mut instrument("Short kick"), Some(&wind), unpatched, wind.len(), 128) == own, "at -5 V");
    let led = render(&mut instrument("Short kick"), Some(&wind), FOLLOWED, wind.len(), 128);
    assert!(led[..128] == own[..128], "the attack is the sound's own");
    assert!(led != own);
}

#[test]
fn an_input_that_comes_and_goes_makes_no_step() {
    let wind = wind(1.5);
    let largest_step = |sound: &[f32]| sound.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
    let mut instrument = instrument("Short kick");
    let third = wind.len() / 3;
    let mut sound = render(&mut instrument, Some(&wind[..third]), FOLLOWED, third, 128);
    let led = largest_step(&sound[third / 2..]);
    sound.extend(render(&mut instrument, None, FOLLOWED, third, 128));
    let own = largest_step(&sound[third + third / 2..]);
    sound.extend(render(&mut instrument, Some(&wind[third..]), FOLLOWED, third, 128));
    let changes = [third, 2 * third].map(|at| largest_step(&sound[at - 64..at + 8_192]));
    assert!(changes.iter().all(|&step| step < 1.5 * led.max(own)), "{changes:?}, led {led}, own {own}");
}

#[test]
fn an_input_of_nonsense_silences_nothing() {
    let mut random = Random::new(1);
    let broken: Vec<f32> = (0..RATE / 2)
        .map(|_| [f32::NAN, f32::INFINITY, f32::MAX, -1e30, 1e-42, 0.5][random.below(6) as usize])
        .collect();
    let mut instrument = instrument("Short kick");
    let sound = render(&mut instrument, Some(&broken), FOLLOWED, broken.len(), 128);
    assert!(sound.iter().all(|sample| sample.abs() <= 1.0), "every sample is a number within full scale");
    let wind = wind(0.5);
    let after = render(&mut instrument, Some(&wind), FOLLOWED, wind.len(), 128);
    assert!(after[after.len() / 2..].iter().any(|sample| sample.abs() > 1e-3), "it plays on");
}

#[test]
fn a_bank_with_a_latent_is_led_too() {
    let bank = test_bank::freed(5);
    let wind = wind(0.4);
    let sound = |cv: [f32; 4]| {
        let mut instrument = Instrument::new(Arc::new(bank.prepare(RATE)), 1);
        instrument.use_settings(&settings());
        assert!(instrument.use_curve(CurveSlot::F1, Arc::new(ScaledCurve::from(&bank.factory()[0]))).is_ok());
        instrument.push(Event::Gate { at: 0, gate: GateInput::Gate1, high: true, velocity: 1.0 });
        render(&mut instrument, Some(&wind), cv, wind.len(), 128)
    };
    assert!(sound(FOLLOWED) != sound([-5.0, 0.0, 0.0, -5.0]));
}
