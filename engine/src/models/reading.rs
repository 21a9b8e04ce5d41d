//! Where a hit reads its two curves, from its trigger to its end.

use super::conditioning::{Around, CHANNELS, CONTEXT_HOPS, Conditioned, SeenTimbre, move_seen, seen_timbre};
use super::touch::{Reading, Touch};
use crate::curve::ScaledCurve;
use crate::descriptors::MovedTimbre;
use crate::stream::hop_clock::HopClock;

/// A hit is over when its position comes this close to 1: sums of steps that should reach it exactly may fall short.
const NEARLY_ONE: f64 = 1.0 - 1e-9;

/// Time in which a hit fades out that ends while its curve goes round, in seconds.
const ROUND_FADE_S: f64 = 0.040;

/// Where a sustained hit stays until its gate lets go, in seconds: the attack is over. Of a short curve it is the middle.
const SUSTAINED_S: f64 = 0.080;

/// The two ends of the morph.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CurvePair<'a> {
    pub(crate) first: &'a ScaledCurve,
    pub(crate) second: &'a ScaledCurve,
}

impl CurvePair<'_> {
    /// The channels at `position` (0 to 1) of both curves, `alpha` of the way from the first to the second.
    pub(crate) fn read(&self, position: f64, alpha: f32) -> Conditioned {
        let first = interpolate(self.first.frames(), position);
        if alpha == 0.0 {
            return first;
        }
        let second = interpolate(self.second.frames(), position);
        std::array::from_fn(|channel| first[channel] + alpha * (second[channel] - first[channel]))
    }

    /// The channels around `place`, at [`CONTEXT_HOPS`] descriptor hops of the morphed curve, as they are touched.
    pub(crate) fn around(&self, place: &Place, touch: &Touch) -> Around {
        CONTEXT_HOPS.map(|hops| {
            let position = place.position + f64::from(2 * hops) / place.control_frames;
            let seconds = position * place.control_frames * HopClock::HOP_S;
            touch.shown(self.read(position, touch.alpha), seconds as f32)
        })
    }

    /// The timbre at `place` as the network sees it.
    pub(crate) fn timbre(&self, place: &Place, touch: &Touch) -> SeenTimbre {
        let mut seen = self.timbre_at(place.position, touch.alpha);
        if !touch.leaves_curves() {
            move_seen(&mut seen, &touch.shown_octaves_at(place.seconds()));
        }
        seen
    }

    fn timbre_at(&self, position: f64, alpha: f32) -> SeenTimbre {
        self.seen([self.first.timbre(), self.second.timbre()], position, alpha)
    }

    /// A timbre that was made for both curves, at `place`, as the network sees it.
    pub(crate) fn made(&self, timbre: &MovedTimbre, place: &Place, alpha: f32) -> SeenTimbre {
        self.seen([Some(timbre); 2], place.position, alpha)
    }

    /// Each curve's timbre at its own time there, `alpha` of the way from one to the other.
    fn seen(&self, [first, second]: [Option<&MovedTimbre>; 2], position: f64, alpha: f32) -> SeenTimbre {
        let first = seen_timbre(first, self.first.seconds_at(position));
        if alpha == 0.0 {
            return first;
        }
        let second = seen_timbre(second, self.second.seconds_at(position));
        std::array::from_fn(|index| first[index] + alpha * (second[index] - first[index]))
    }

    /// Control frames from the start to the end of the morphed curve: two a descriptor hop, `D1^(1-α)·D2^α` hops.
    pub(crate) fn control_frames(&self, alpha: f32) -> f64 {
        let hops = |curve: &ScaledCurve| curve.frames().len().saturating_sub(1).max(1) as f64;
        let [first, second] = [self.first, self.second].map(hops);
        if alpha == 0.0 { 2.0 * first } else { 2.0 * first * libm::pow(second / first, f64::from(alpha)) }
    }
}

/// A curve's channels at a position from 0 to 1, on straight lines between frames.
fn interpolate(curve: &[Conditioned], position: f64) -> Conditioned {
    let last = curve.len().saturating_sub(1);
    let place = position.clamp(0.0, 1.0) * last as f64;
    let index = (place as usize).min(last);
    let part = (place - index as f64) as f32;
    let (Some(from), Some(to)) = (curve.get(index), curve.get((index + 1).min(last))) else {
        return [0.0; CHANNELS];
    };
    std::array::from_fn(|channel| from[channel] + part * (to[channel] - from[channel]))
}

/// Where the curves are read.
pub(crate) struct Place {
    /// 0 at the first frame of the curves, 1 at their last; beyond that the last stays.
    pub(crate) position: f64,
    /// Control frames from 0 to 1.
    pub(crate) control_frames: f64,
    /// Factor on the sound, beside what the touch says.
    pub(crate) level: f32,
}

impl Place {
    pub(crate) fn seconds(&self) -> f32 {
        (self.position * self.control_frames * HopClock::HOP_S) as f32
    }
}

/// A piece of the curve that goes round.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Round {
    /// Where it began.
    anchor: f64,
    /// How far the reading is beyond, in position.
    beyond: f64,
}

/// How far a hit has come along its curves.
#[derive(Debug, Clone)]
pub(crate) struct Playhead {
    /// Time that has passed: 0 at the first frame of the curves, 1 at their last.
    position: f64,
    /// The piece that goes round, while one does.
    round: Option<Round>,
}

impl Playhead {
    /// At the trigger.
    pub(crate) fn start() -> Self {
        Self { position: 0.0, round: None }
    }

    /// Where the curves are read at the next control frame.
    pub(crate) fn place(&mut self, reading: Reading, control_frames: f64) -> Place {
        let live = self.position;
        let in_position = |seconds: f32| f64::from(seconds) / (HopClock::HOP_S * control_frames);
        let mut level = 1.0;
        let position = match reading {
            Reading::Round(seconds) => {
                let Round { anchor, mut beyond } = self.round.unwrap_or(Round { anchor: live, beyond: 0.0 });
                if beyond >= in_position(seconds) {
                    beyond = 0.0;
                }
                self.round = Some(Round { anchor, beyond: beyond + 1.0 / control_frames });
                let left_s = (1.0 - live) * control_frames * HopClock::HOP_S;
                level = (left_s / ROUND_FADE_S).clamp(0.0, 1.0) as f32;
                anchor + beyond
            }
            Reading::Behind(seconds) => {
                self.round = None;
                (live - in_position(seconds)).max(0.0)
            }
            Reading::Live => {
                self.round = None;
                live
            }
        };
        Place { position, control_frames, level }
    }

    /// Whether the place that was just given is the curves' end.
    pub(crate) fn is_at_end(&self, place: &Place) -> bool {
        let ends_at = if self.round.is_some() { self.position } else { place.position };
        ends_at >= NEARLY_ONE
    }

    /// Whether a sustained hit stays where it is.
    pub(crate) fn stays(&self, control_frames: f64) -> bool {
        self.position >= (SUSTAINED_S / (HopClock::HOP_S * control_frames)).min(0.5)
    }

    /// Goes on by one control frame.
    pub(crate) fn advance(&mut self, control_frames: f64) {
        self.position += 1.0 / control_frames;
    }
}
