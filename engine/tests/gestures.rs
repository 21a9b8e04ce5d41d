//! Nothing clicks: two thousand random gestures, each beside the same sound left alone.
//!
//! A gesture happens while a hit sounds. From then on, no step between two samples may be larger than the largest of the
//! untouched sounds by more than 1 %: of the hit as it was, of the hit as it is from the gesture on, and of the loop's past.
//! Where a voltage jumped, noise and sines meet in other phases than in the one hit that is the same each time; the untouched
//! sounds are then those of other seeds and of pitches a little lower, see [`Alike`]. Waves may meet more steeply than in any
//! sound that was tried: a few jumps have larger steps. In each of these no step stands out from its neighbours more than in the
//! untouched sounds, which a click would.

use neurorack_engine::descriptors::ANALYSIS_RATE_HZ;
use neurorack_engine::models::noise::Random;
use neurorack_engine::{ControlFrame, CurveSlot, Event, GateInput, Instrument, ModelBank, PreparedBank, ScaledCurve};
use std::sync::{Arc, LazyLock};

const RATE: usize = ANALYSIS_RATE_HZ as usize;

/// Gestures of each kind.
const GESTURES: usize = 400;

/// How long each sound is followed, in samples.
const LENGTH: usize = RATE / 5;

/// How long after a gesture steps are compared, in samples: five time constants of the slowest smoothing and the control
/// frames under way. Later nothing moves any more, and the sound is an untouched one itself. Hits, loops and sets have no
/// such end.
const MOVING: usize = 75 * RATE / 1_000 + 512;

/// Factor by which a step may be larger.
const TOLERANCE: f32 = 1.01;

/// At how many places what happens on the way from one panel to another is looked at, both ends among them.
const WAY: u64 = 9;

/// How many sounds count as one, each with noise and sines in other phases.
const ALIKE: u64 = 8;

/// How many times as many are tried before a jump is said to make a larger step than all of them.
const ROUNDS: u64 = 2;

/// Most of [`GESTURES`] jumps that may do so, if no step stands out.
const MOST_STEEP: usize = 1;

/// By which part of the distance between two places on the way each round moves on: it falls between all that were before.
const GOLDEN: f32 = 0.618_034;

static BANKS: LazyLock<[Arc<PreparedBank>; 2]> =
    LazyLock::new(|| [0, 1].map(|_| Arc::new(MODEL.prepare(ANALYSIS_RATE_HZ))));

static MODEL: LazyLock<ModelBank> = LazyLock::new(|| {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../static/banks/impacts.safetensors");
    ModelBank::parse(&std::fs::read(path).expect("the shipped bank is there")).expect("and is good")
});

/// One sound with its panel.
#[derive(Clone, Copy, Debug)]
struct Scene {
    sets: [usize; 2],
    cv: [f32; 4],
}

/// What happens in the middle of it.
#[derive(Clone, Copy, Debug)]
enum Gesture {
    Nothing,
    /// Another seed, and the whole hit up to two semitones lower.
    Alike(Alike),
    /// The voltages jumped to these before.
    Since([f32; 4], Alike),
    Volts([f32; 4]),
    Trigger,
    Freeze {
        samples: usize,
    },
    Sets([usize; 2]),
    Bank,
}

/// The same sound in other phases: noise loops start elsewhere, sines have turned less. Never higher: that alone would make
/// larger steps.
#[derive(Clone, Copy, Debug)]
struct Alike {
    seed: u64,
    semitones: f32,
}

impl Alike {
    fn new(number: u64) -> Self {
        let part = (number % ALIKE) as f32 / (ALIKE - 1) as f32;
        Self { seed: 2 + number, semitones: -2.0 * part }
    }
}

struct Player {
    instrument: Instrument,
    curves: Vec<Arc<ScaledCurve>>,
}

impl Player {
    fn new() -> Self {
        let curves = MODEL.factory().iter().map(|curve| Arc::new(ScaledCurve::from(curve))).collect();
        Self { instrument: Self::silent(1), curves }
    }

    fn silent(seed: u64) -> Instrument {
        Instrument::new(Arc::clone(&BANKS[0]), seed)
    }

    fn use_sets(&mut self, sets: [usize; 2]) {
        for (slot, set) in [CurveSlot::F1, CurveSlot::F2].into_iter().zip(sets) {
            self.instrument.use_curve(slot, Arc::clone(&self.curves[set])).expect("there is room");
        }
        while self.instrument.take_retired().is_some() {}
    }

    /// A hit on a fresh instrument, and a gesture `at` a sample.
    fn play(&mut self, scene: Scene, at: usize, gesture: Gesture) -> Vec<f32> {
        let Alike { seed, semitones } = match gesture {
            Gesture::Alike(alike) | Gesture::Since(_, alike) => alike,
            _ => Alike { seed: 1, semitones: 0.0 },
        };
        self.instrument = Self::silent(seed);
        self.use_sets(scene.sets);
        self.instrument.push(Event::Trigger { at: 0, velocity: 1.0, semitones });
        let mut sound = vec![0.0; LENGTH];
        let (before, after) = sound.split_at_mut(at);
        self.render(scene.cv, before);
        let mut cv = scene.cv;
        let gate = |at: usize, high| Event::Gate { at: at as u32, gate: GateInput::Gate2, high, velocity: 1.0 };
        match gesture {
            Gesture::Nothing | Gesture::Alike(_) => {}
            Gesture::Volts(volts) | Gesture::Since(volts, _) => cv = volts,
            Gesture::Trigger => assert!(self.instrument.push(Event::strike(0, 1.0))),
            Gesture::Freeze { samples } => {
                assert!(self.instrument.push(gate(0, true)) && self.instrument.push(gate(samples, false)));
            }
            Gesture::Sets(sets) => self.use_sets(sets),
            Gesture::Bank => self.instrument.use_bank(Arc::clone(&BANKS[1])).expect("there is room"),
        }
        self.render(cv, after);
        sound
    }

    fn render(&mut self, cv: [f32; 4], sound: &mut [f32]) {
        for block in sound.chunks_mut(128) {
            // Low enough that the limiter is straight: it would hide steps.
            self.instrument.render(&ControlFrame { cv, level: 0.1 }, block);
        }
    }
}

fn largest_step(sound: &[f32]) -> f32 {
    sound.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max)
}

/// The largest change from one step to the next: as large as a click itself, and small on a wave however steep.
fn largest_bend(sound: &[f32]) -> f32 {
    sound.windows(3).map(|three| (three[2] - 2.0 * three[1] + three[0]).abs()).fold(0.0, f32::max)
}

/// How large a step may be, and the bend of the sounds that say so; none where a larger step is never a steep wave.
#[derive(Clone, Copy)]
struct Bound {
    step: f32,
    bend: f32,
}

impl Bound {
    fn of(sound: &[f32]) -> Self {
        Self { step: largest_step(sound), bend: largest_bend(sound) }
    }

    fn step(step: f32) -> Self {
        Self { step, bend: 0.0 }
    }
}

/// What is asked about a gesture: the scene, the sample at which it happens, the gesture, and the untouched sound.
#[derive(Clone, Copy)]
struct Case<'a> {
    scene: Scene,
    at: usize,
    gesture: Gesture,
    untouched: &'a [f32],
}

/// One bound after the other, each costlier to find.
type Limits<'a> = Box<dyn Iterator<Item = Bound> + 'a>;

/// Plays scenes; `gesture` makes one, `limits` says how large a step may be, one bound after the other until one is enough.
fn assert_no_click(
    seed: u64,
    gesture: impl Fn(&mut Random, Scene) -> Gesture,
    limits: impl Fn(Case<'_>) -> Limits<'_>,
) {
    let (mut player, mut random) = (Player::new(), Random::new(seed));
    let sets = player.curves.len() as u32;
    let (mut worst, mut steep) = (0.0f32, Vec::new());
    for index in 0..GESTURES {
        let pair = [0, 1].map(|_| random.below(sets) as usize);
        let scene = Scene { sets: pair, cv: volts(&mut random) };
        let at = 1 + random.below(LENGTH as u32 / 2) as usize;
        let gesture = gesture(&mut random, scene);
        let untouched = player.play(scene, at, Gesture::Nothing);
        let touched = player.play(scene, at, gesture);
        assert!(touched[..at] == untouched[..at], "the past does not change");
        let jumps = matches!(gesture, Gesture::Volts(_));
        let moving = if jumps { MOVING } else { LENGTH };
        let end = LENGTH.min(at + moving);
        let step = largest_step(&touched[at - 1..end]);
        let mut limit = Bound { step: 1e-6, bend: 0.0 };
        for bound in limits(Case { scene, at, gesture, untouched: &untouched }) {
            limit = Bound { step: limit.step.max(bound.step), bend: limit.bend.max(bound.bend) };
            if step <= TOLERANCE * limit.step {
                break;
            }
        }
        if step > TOLERANCE * limit.step {
            let bend = largest_bend(&touched[at.saturating_sub(2)..end]);
            let what = format!("gesture {index}, {gesture:?} at {at} of {scene:?}: {step} > {}", limit.step);
            assert!(bend <= TOLERANCE * limit.bend, "{what}, and it stands out: {bend} > {}", limit.bend);
            steep.push(format!("{what}, bend {bend} of {}", limit.bend));
        }
        worst = worst.max(step / limit.step);
    }
    eprintln!("larger steps that do not stand out: {steep:#?}");
    assert!(steep.len() <= MOST_STEEP, "{} steps are larger than in any untouched sound", steep.len());
    eprintln!("largest step beside the untouched sound's: {worst}");
}

/// CV 1 to 3 anywhere; hits stay identical.
fn volts(random: &mut Random) -> [f32; 4] {
    let mut volt = || random.below(10_001) as f32 / 1_000.0 - 5.0;
    [volt(), if volt() > 0.0 { 0.0 } else { volt() }, volt(), -5.0]
}

/// The bounds of hits whose voltages never change: here, at what is passed on the way to others, and those alike.
/// Each voltage's own way is taken apart too: a strike that was made before the jump sounds on beside what comes after it.
fn bounds_on_the_way(case: Case<'_>) -> Limits<'_> {
    let Case { scene, at, gesture, untouched } = case;
    let Gesture::Volts(to) = gesture else { panic!("{gesture:?} leaves the voltages alone") };
    let panels = move |shift: f32| -> Vec<[f32; 4]> {
        let between = move |input: usize, place: u64| {
            let part = ((place as f32 + shift) / (WAY - 1) as f32).min(1.0);
            scene.cv[input] + part * (to[input] - scene.cv[input])
        };
        let together = (0..WAY).map(|place| std::array::from_fn(|input| between(input, place)));
        let apart = (0..scene.cv.len()).flat_map(|alone| {
            (0..WAY).flat_map(move |place| {
                [scene.cv, to].map(|mut cv| {
                    cv[alone] = between(alone, place);
                    cv
                })
            })
        });
        together.chain(apart).collect()
    };
    let mut player = Player::new();
    let mut bound_of = move |cv: [f32; 4], gesture: Gesture, jumped: usize| match gesture {
        // What a hit was struck as stays with it, so that a jump plays one sound's frames with another's strike. So does a sound
        // that jumped before, and is left alone since nothing moves any more.
        Gesture::Since(..) => Bound::of(&player.play(scene, jumped, gesture)[(jumped + MOVING).max(at)..]),
        _ => Bound::of(&player.play(Scene { cv, ..scene }, 1, gesture)),
    };
    // From the likeliest to the costliest; each round at other places of the way.
    let rounds = (0..ROUNDS).flat_map(move |round| {
        let shift = (round as f32 * GOLDEN).fract();
        let jumped = 1 + (shift * (LENGTH - MOVING) as f32 / 2.0) as usize;
        let panels = panels(shift);
        let alike = move || (round * ALIKE..(round + 1) * ALIKE).map(Alike::new);
        let itself = std::iter::once(None).filter(move |_| round == 0);
        let struck = alike().filter(move |_| round == 0).map(|alike| Some((false, alike)));
        let settled = alike().map(|alike| Some((true, alike)));
        itself.chain(struck).chain(settled).map(move |kind| (kind, jumped, panels.clone()))
    });
    let bounds = rounds.flat_map(move |(kind, jumped, panels)| {
        let gesture = |cv| match kind {
            None => Gesture::Nothing,
            Some((false, alike)) => Gesture::Alike(alike),
            Some((true, alike)) => Gesture::Since(cv, alike),
        };
        panels.into_iter().map(|cv| bound_of(cv, gesture(cv), jumped)).collect::<Vec<_>>()
    });
    Box::new(std::iter::once(Bound::of(untouched)).chain(bounds))
}

#[test]
fn jumps_of_morph_and_transient_do_not_click() {
    let gesture = |random: &mut Random, scene: Scene| {
        let [morph, _, transient, variation] = volts(random);
        Gesture::Volts([morph, scene.cv[1], transient, variation])
    };
    assert_no_click(1, gesture, bounds_on_the_way);
}

#[test]
fn winding_the_curve_does_not_click() {
    let gesture = |random: &mut Random, scene: Scene| {
        let mut cv = scene.cv;
        cv[1] = volts(random)[0];
        Gesture::Volts(cv)
    };
    assert_no_click(5, gesture, bounds_on_the_way);
}

#[test]
fn a_hit_over_another_does_not_click() {
    assert_no_click(
        2,
        |_, _| Gesture::Trigger,
        |Case { at, untouched, .. }| {
            let second = untouched[0].abs().max(largest_step(untouched));
            Box::new(std::iter::once(Bound::step(largest_step(&untouched[at - 1..]) + second)))
        },
    );
}

#[test]
fn freezing_and_letting_go_do_not_click() {
    let gesture = |random: &mut Random, _| Gesture::Freeze { samples: 1 + random.below(LENGTH as u32 / 2) as usize };
    // The loop's past, and what the hit does later.
    let past = 2 * 100 * RATE / 1_000 + 1_000;
    assert_no_click(3, gesture, |Case { at, untouched, .. }| {
        Box::new(std::iter::once(Bound::step(largest_step(&untouched[at.saturating_sub(past)..]))))
    });
}

#[test]
fn changes_of_sets_and_bank_leave_what_sounds_untouched() {
    let gesture = |random: &mut Random, scene: Scene| {
        if random.below(2) == 0 { Gesture::Bank } else { Gesture::Sets([scene.sets[1], random.below(8) as usize]) }
    };
    assert_no_click(4, gesture, |Case { at, untouched, .. }| {
        Box::new(std::iter::once(Bound::step(largest_step(&untouched[at - 1..]))))
    });
}
