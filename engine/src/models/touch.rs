//! What a hand does to a hit while it sounds: where the curves are read, how they are moved, how it is transposed.

use super::conditioning::{Conditioned, F0, RMS, octaves_between, shift};
use crate::descriptors::Descriptors;
use crate::models::frave::PLAYED;
use crate::stream::math::exp;

/// Longest time that a curve can be read behind its own, and longest piece that goes round, in seconds: the ring of recent
/// frames.
pub(crate) const RING_S: f32 = 0.75;

/// Shortest piece that goes round, in seconds.
const SHORTEST_ROUND_S: f32 = 0.030;

/// Scrub values this close to zero (50 mV) are live.
const LIVE: f32 = 0.01;

/// Time in which the transient's hold on a hit decays to 1/e, in seconds.
const TRANSIENT_S: f32 = 0.030;

/// Octaves of each descriptor at the attack and later, for a transient of +1 and of -1, in [`Descriptors`]' order.
/// Loudness and richness carry it; brightness and tone follow a little, since no real sound is wide and dull at once.
const SHARP: [[f32; Descriptors::COUNT]; 2] =
    [[1.0, 0.3, 0.4, 0.0, 1.0, 0.4, 0.0], [-0.5, 0.1, 0.15, 0.0, 0.35, 0.15, 0.0]];
const SOFT: [[f32; Descriptors::COUNT]; 2] =
    [[-2.0, -0.4, -0.6, 0.0, -1.2, -0.6, 0.0], [0.0, -0.15, -0.25, 0.0, -0.45, -0.25, 0.0]];

/// Most octaves by which a sound that leads makes one louder (24 dB), and by which it moves any descriptor.
const MOST_LOUDER: f32 = 4.0;
const MOST_LED: f32 = 12.0;

/// Where the curves are read, seen from the time that has passed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Reading {
    /// At this time.
    Live,
    /// So many seconds before it, and at the start until they have passed.
    Behind(f32),
    /// From the moment it began to go round, over and over for so many seconds.
    Round(f32),
}

impl Reading {
    /// What a scrub value from -1 to 1 means.
    pub(crate) fn of(scrub: f32) -> Self {
        if scrub < -LIVE {
            Self::Behind(-scrub * RING_S)
        } else if scrub > LIVE {
            Self::Round(RING_S * libm::powf(SHORTEST_ROUND_S / RING_S, scrub))
        } else {
            Self::Live
        }
    }
}

/// A sound that leads the descriptors.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Led {
    /// How far, 0 to 1: the descriptors, and the pitch.
    pub(crate) parts: [f32; 2],
    /// The octaves that it adds; zeros until the curve's own descriptors are known.
    pub(crate) octaves: [f32; Descriptors::COUNT],
    /// Its descriptors, scaled.
    pub(crate) scaled: [f32; Descriptors::COUNT],
}

/// All of it, at one control frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Touch {
    /// Morph position, 0 to 1.
    pub(crate) alpha: f32,
    pub(crate) reading: Reading,
    /// -1 to 1.
    pub(crate) transient: f32,
    /// Octaves added to each descriptor.
    pub(crate) octaves: [f32; Descriptors::COUNT],
    /// Factor on every frequency.
    pub(crate) ratio: f64,
    /// Whether the hit goes on as it is from a moment after its attack.
    pub(crate) sustained: bool,
    /// How far the timbre is moved in its latent space, in deviations; heard in banks of kind `frave`.
    pub(crate) latent: [f32; PLAYED],
    /// What leads the descriptors; it counts once the curve's own are known ([`Touch::led_from`]).
    pub(crate) led: Led,
}

impl Touch {
    /// Nothing but a morph position.
    pub(crate) fn still(alpha: f32) -> Self {
        Self {
            alpha,
            reading: Reading::Live,
            transient: 0.0,
            octaves: [0.0; Descriptors::COUNT],
            ratio: 1.0,
            sustained: false,
            latent: [0.0; PLAYED],
            led: Led::default(),
        }
    }

    /// The same with the octaves that bring a frame of the curves to what leads; it is asked for where something does.
    pub(crate) fn led_from(&self, own: impl FnOnce() -> Conditioned) -> Self {
        let mut touch = *self;
        let Led { parts: [part, pitch], scaled, .. } = self.led;
        if part > 0.0 {
            let wanted = octaves_between(&own(), &scaled);
            for (channel, (octaves, wanted)) in touch.led.octaves.iter_mut().zip(wanted).enumerate() {
                let most = if channel == RMS { MOST_LOUDER } else { MOST_LED };
                *octaves = if channel == F0 { pitch } else { part } * wanted.clamp(-MOST_LED, most);
            }
        }
        touch
    }

    /// Whether the curves stay as they are.
    pub(crate) fn leaves_curves(&self) -> bool {
        self.transient == 0.0
            && self.octaves == [0.0; Descriptors::COUNT]
            && self.led.octaves == [0.0; Descriptors::COUNT]
    }

    /// Octaves added to each descriptor so many seconds into the curve.
    pub(crate) fn octaves_at(&self, seconds: f32) -> [f32; Descriptors::COUNT] {
        let hand = self.by_hand_at(seconds);
        std::array::from_fn(|index| hand[index] + self.led.octaves[index])
    }

    /// Those that come from voltages, chance and velocity alone, without loudness.
    pub(crate) fn hand_octaves_at(&self, seconds: f32) -> [f32; Descriptors::COUNT] {
        let mut octaves = self.by_hand_at(seconds);
        octaves[RMS] = 0.0;
        octaves
    }

    // Not inlined: it travels in the page once.
    #[inline(never)]
    fn by_hand_at(&self, seconds: f32) -> [f32; Descriptors::COUNT] {
        if self.transient == 0.0 {
            return self.octaves;
        }
        let early = exp(-seconds.max(0.0) / TRANSIENT_S);
        let [attack, rest] = if self.transient > 0.0 { SHARP } else { SOFT };
        let strength = self.transient.abs();
        std::array::from_fn(|index| {
            self.octaves[index] + strength * (rest[index] + early * (attack[index] - rest[index]))
        })
    }

    /// The same as the network is told: without loudness.
    pub(crate) fn shown_octaves_at(&self, seconds: f32) -> [f32; Descriptors::COUNT] {
        let mut octaves = self.octaves_at(seconds);
        octaves[RMS] = 0.0;
        octaves
    }

    /// The curve's frame so many seconds into it as the network is shown it: moved, but for its loudness, which is exact as a
    /// factor on the sound ([`Touch::gain_at`]).
    pub(crate) fn shown(&self, mut frame: Conditioned, seconds: f32) -> Conditioned {
        if !self.leaves_curves() {
            shift(&mut frame, &self.shown_octaves_at(seconds));
        }
        frame
    }

    /// Factor on the sound so many seconds into the curve.
    pub(crate) fn gain_at(&self, seconds: f32) -> f32 {
        let octaves = self.octaves_at(seconds)[RMS];
        if octaves == 0.0 { 1.0 } else { libm::exp2f(octaves) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scrub_is_live_in_the_middle_behind_below_and_round_above() {
        assert_eq!(Reading::of(0.005), Reading::Live);
        assert_eq!(Reading::of(-1.0), Reading::Behind(RING_S));
        let Reading::Round(shortest) = Reading::of(1.0) else { panic!("above zero it goes round") };
        assert!((shortest - SHORTEST_ROUND_S).abs() < 1e-5);
    }

    #[test]
    fn the_transient_acts_most_at_the_attack() {
        let sharp = Touch { transient: 1.0, ..Touch::still(0.0) };
        let soft = Touch { transient: -1.0, ..Touch::still(0.0) };
        for (touch, sign) in [(sharp, 1.0), (soft, -1.0)] {
            let [attack, later] = [0.0, 0.3].map(|seconds| touch.octaves_at(seconds));
            for descriptor in [0, 4] {
                assert!(sign * attack[descriptor] > 0.9 && sign * later[descriptor] < 0.5, "{attack:?} {later:?}");
            }
        }
    }
}
