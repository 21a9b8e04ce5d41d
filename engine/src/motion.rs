//! What moves one hit: the panel's parameters, smoothed, and the hit's own share of chance.

use crate::control::{Lead, Parameters, Settings, Smoother, Target};
use crate::descriptors::Descriptors;
use crate::models::noise::Random;
use crate::models::touch::{Led, Reading, Touch};
use crate::stream::hop_clock::HopClock;

/// Targets that are smoothed for each hit.
const SMOOTHED: [Target; 16] = [
    Target::Morph,
    Target::Scrub,
    Target::Transient,
    Target::Variation,
    Target::Pitch,
    Target::Loudness,
    Target::Percussivity,
    Target::Tone,
    Target::Noise,
    Target::Richness,
    Target::Brightness,
    Target::Fundamental,
    Target::TimbreA,
    Target::TimbreB,
    Target::TimbreC,
    Target::TimbreD,
];

/// How much softer the weakest hit is than the strongest, as a transient.
const SOFTNESS: f32 = 0.5;

/// What a hit is struck with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Stroke {
    /// 0 to 1.
    pub(crate) velocity: f32,
    /// Transposition of this hit alone.
    pub(crate) semitones: f32,
    /// Seed of the hit's chance.
    pub(crate) seed: u64,
}

/// What moves one hit.
#[derive(Debug, Clone)]
pub(crate) struct Motion {
    smoothers: [Smoother; SMOOTHED.len()],
    following: Following,
    stroke: Stroke,
    chance: Chance,
}

impl Motion {
    pub(crate) fn new() -> Self {
        let hops_hz = (1.0 / HopClock::HOP_S) as f32;
        let stroke = Stroke { velocity: 0.0, semitones: 0.0, seed: 0 };
        let smoothers = SMOOTHED.map(|target| Smoother::new(1e-3 * target.law().smoothing_ms, hops_hz));
        Self { smoothers, following: Following::new(hops_hz), stroke, chance: Chance::new(0) }
    }

    /// Begins a hit: the first parameters are taken at once. Real-time safe.
    pub(crate) fn strike(&mut self, stroke: Stroke) {
        self.smoothers.iter_mut().for_each(Smoother::reset);
        self.following.strike();
        self.stroke = stroke;
        self.chance = Chance::new(stroke.seed);
    }

    /// The next control frame's touch. Real-time safe.
    pub(crate) fn step(&mut self, parameters: &Parameters, settings: &Settings) -> Touch {
        let Parameters { morph, scrub, transient, variation, semitones, octaves, latent, .. } = *parameters;
        let [a, b, c, d, e, f, g] = octaves;
        let [p, q, r, s] = latent;
        let targets = [morph, scrub, transient, variation, semitones, a, b, c, d, e, f, g, p, q, r, s];
        let mut smooth = [0.0; SMOOTHED.len()];
        for ((value, smoother), target) in smooth.iter_mut().zip(&mut self.smoothers).zip(targets) {
            *value = smoother.step(target);
        }
        let [alpha, scrub, transient, variation, semitones, rest @ ..] = smooth;
        let [a, b, c, d, e, f, g, latent @ ..] = rest;
        let mut octaves = [a, b, c, d, e, f, g];
        let chance = self.chance.step();
        if variation > 0.0 {
            for ((octaves, chance), varies) in octaves.iter_mut().zip(chance).zip(settings.vary) {
                if varies {
                    *octaves += libm::log2f(1.0 + variation * chance);
                }
            }
        }
        let semitones = semitones + self.stroke.semitones;
        Touch {
            alpha,
            reading: Reading::of(scrub),
            transient: (transient - SOFTNESS * (1.0 - self.stroke.velocity)).clamp(-1.0, 1.0),
            octaves,
            ratio: if semitones == 0.0 { 1.0 } else { libm::exp2(f64::from(semitones) / 12.0) },
            sustained: false,
            latent,
            led: self.following.step(parameters.follow, parameters.lead.as_ref()),
        }
    }
}

/// How a hit goes over to the sound that leads, and back.
#[derive(Debug, Clone)]
struct Following {
    /// Of each descriptor of what leads.
    channels: [Smoother; Descriptors::COUNT],
    /// How far the descriptors are led, and the pitch.
    parts: [Smoother; 2],
    /// Descriptors of what led last.
    scaled: [f32; Descriptors::COUNT],
    /// Control frames since the trigger.
    frame: u32,
}

impl Following {
    /// Time constants of descriptors and of how far they are led, in seconds.
    const SMOOTHING_S: f32 = 0.006;
    const PART_S: f32 = 0.010;

    /// Control frames over which the sound's own attack gives way: 30 ms, in which what leads cannot be known yet.
    const ATTACK_FRAMES: f32 = 10.0;

    fn new(hops_hz: f32) -> Self {
        Self {
            channels: [Smoother::new(Self::SMOOTHING_S, hops_hz); Descriptors::COUNT],
            parts: [Smoother::new(Self::PART_S, hops_hz); 2],
            scaled: [0.0; Descriptors::COUNT],
            frame: 0,
        }
    }

    fn strike(&mut self) {
        self.channels.iter_mut().chain(&mut self.parts).for_each(Smoother::reset);
        self.frame = 0;
    }

    fn step(&mut self, follow: f32, lead: Option<&Lead>) -> Led {
        let own = (self.frame as f32 / Self::ATTACK_FRAMES).min(1.0);
        self.frame = self.frame.saturating_add(1);
        let mut goals = [0.0; 2];
        if let Some(Lead { scaled, pitched }) = lead {
            for ((value, smoother), &goal) in self.scaled.iter_mut().zip(&mut self.channels).zip(scaled) {
                *value = smoother.step(goal);
            }
            goals = [follow, if *pitched { follow } else { 0.0 }];
        }
        let [part, pitch] = &mut self.parts;
        let parts = [own * part.step(goals[0]), own * pitch.step(goals[1])];
        Led { parts, scaled: self.scaled, ..Led::default() }
    }
}

/// Seven numbers from -1 to 1 that a hit draws once, and that wander smoothly while it sounds.
#[derive(Debug, Clone)]
struct Chance {
    random: Random,
    drawn: [f32; Descriptors::COUNT],
    /// Where the wandering comes from and where it goes.
    knots: [[f32; Descriptors::COUNT]; 2],
    /// Control frames since the last knot.
    frame: u32,
}

impl Chance {
    /// Control frames between knots: an eighth of a second.
    const KNOT_FRAMES: u32 = 43;

    /// Shares of what is drawn for the hit and of what wanders.
    const DRAWN: f32 = 0.65;
    const WANDERING: f32 = 1.0 - Self::DRAWN;

    fn new(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let drawn = draw(&mut random);
        let knots = [draw(&mut random), draw(&mut random)];
        Self { random, drawn, knots, frame: 0 }
    }

    fn step(&mut self) -> [f32; Descriptors::COUNT] {
        if self.frame == Self::KNOT_FRAMES {
            self.frame = 0;
            self.knots = [self.knots[1], draw(&mut self.random)];
        }
        let part = self.frame as f32 / Self::KNOT_FRAMES as f32;
        let part = part * part * (3.0 - 2.0 * part);
        self.frame += 1;
        let [from, to] = &self.knots;
        std::array::from_fn(|index| {
            let wandering = from[index] + part * (to[index] - from[index]);
            Self::DRAWN * self.drawn[index] + Self::WANDERING * wandering
        })
    }
}

/// Numbers from -1 to 1.
fn draw(random: &mut Random) -> [f32; Descriptors::COUNT] {
    std::array::from_fn(|_| (random.next_u64() >> 40) as f32 * (2.0 / (1u32 << 24) as f32) - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::ControlFrame;

    fn parameters(cv: [f32; 4]) -> Parameters {
        Parameters::read(&ControlFrame { cv, ..ControlFrame::default() }, &Settings::default())
    }

    fn touches(cv: [f32; 4], seed: u64, settings: &Settings) -> Vec<Touch> {
        let mut motion = Motion::new();
        motion.strike(Stroke { velocity: 1.0, semitones: 0.0, seed });
        (0..400).map(|_| motion.step(&parameters(cv), settings)).collect()
    }

    #[test]
    fn without_variation_chance_has_no_part() {
        let settings = Settings::default();
        let still = touches([-5.0, 0.0, 0.0, -5.0], 1, &settings);
        assert_eq!(still, touches([-5.0, 0.0, 0.0, -5.0], 2, &settings));
        assert!(still.iter().all(|touch| *touch == Touch::still(0.0)));
    }

    #[test]
    fn variation_stays_within_its_share_differs_by_seed_and_wanders_smoothly() {
        let settings = Settings { vary: [true, true, false, true, true, true, true], ..Settings::default() };
        let varied = touches([-5.0, 0.0, 0.0, 5.0], 1, &settings);
        assert_eq!(varied, touches([-5.0, 0.0, 0.0, 5.0], 1, &settings));
        assert_ne!(varied, touches([-5.0, 0.0, 0.0, 5.0], 2, &settings));
        let bounds = [0.8f32.log2(), 1.2f32.log2()];
        for pair in varied.windows(2) {
            for (index, (before, now)) in pair[0].octaves.iter().zip(pair[1].octaves).enumerate() {
                assert!((bounds[0]..=bounds[1]).contains(&now) && (now - before).abs() < 0.02, "{now}");
                assert!(index != 2 || now == 0.0, "the roll-off was left out");
            }
        }
        let drift = varied
            .iter()
            .map(|touch| touch.octaves[0])
            .fold([9.0f32, -9.0], |[least, most], octaves| [least.min(octaves), most.max(octaves)]);
        assert!(drift[1] - drift[0] > 0.01, "it moves: {drift:?}");
    }

    #[test]
    fn a_weaker_hit_is_softer_and_a_note_is_transposed() {
        let mut motion = Motion::new();
        motion.strike(Stroke { velocity: 0.5, semitones: -12.0, seed: 0 });
        let touch = motion.step(&parameters([-5.0, 0.0, 0.0, -5.0]), &Settings::default());
        assert_eq!((touch.transient, touch.ratio), (-0.25, 0.5));
    }
}
