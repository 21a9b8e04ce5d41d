//! One hit of the network, from its trigger to its end, one control hop at a time.

use super::control::{ControlState, Gains, Moment};
use super::{MAX_BANDS, Tables, Workspace};
use crate::bank::PreparedBank;
use crate::curve::ScaledCurve;
use crate::descriptors::DescriptorCurve;
use crate::models::conditioning::{
    Around, CHANNELS, CONTEXT_HOPS, Conditioned, NOW, SeenTimbre, louder, move_seen, seen_timbre,
};
use crate::models::touch::{Reading, Touch};
use crate::stream::harmonics::{Glide, add_harmonics};
use crate::stream::hop_clock::{Hop, HopClock};
use crate::stream::noise_bands::add_band;
use crate::stream::sine_bank::{Turning, add_sines};

/// A hit is over when its position comes this close to 1: sums of steps that should reach it exactly may fall short.
const NEARLY_ONE: f64 = 1.0 - 1e-9;

/// The two ends of the morph.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CurvePair<'a> {
    pub(crate) first: &'a ScaledCurve,
    pub(crate) second: &'a ScaledCurve,
}

impl CurvePair<'_> {
    /// The channels at `position` (0 to 1) of both curves, `alpha` of the way from the first to the second.
    fn read(&self, position: f64, alpha: f32) -> Conditioned {
        let first = interpolate(self.first.frames(), position);
        if alpha == 0.0 {
            return first;
        }
        let second = interpolate(self.second.frames(), position);
        std::array::from_fn(|channel| first[channel] + alpha * (second[channel] - first[channel]))
    }

    /// The channels around `place`, at [`CONTEXT_HOPS`] descriptor hops of the morphed curve, as they are touched.
    fn around(&self, place: &Place, touch: &Touch) -> Around {
        CONTEXT_HOPS.map(|hops| {
            let position = place.position + f64::from(2 * hops) / place.control_frames;
            let seconds = position * place.control_frames * HopClock::HOP_S;
            touch.shown(self.read(position, touch.alpha), seconds as f32)
        })
    }

    /// The timbre at `place` as the network sees it.
    fn timbre(&self, place: &Place, touch: &Touch) -> SeenTimbre {
        let mut seen = self.timbre_at(place.position, touch.alpha);
        if !touch.leaves_curves() {
            move_seen(&mut seen, &touch.shown_octaves_at(place.seconds()));
        }
        seen
    }

    fn timbre_at(&self, position: f64, alpha: f32) -> SeenTimbre {
        let seen = |curve: &ScaledCurve| seen_timbre(curve.timbre(), curve.seconds_at(position));
        let first = seen(self.first);
        if alpha == 0.0 {
            return first;
        }
        let second = seen(self.second);
        std::array::from_fn(|index| first[index] + alpha * (second[index] - first[index]))
    }

    /// Control frames from the start to the end of the morphed curve: two a descriptor hop, `D1^(1-α)·D2^α` hops.
    fn control_frames(&self, alpha: f32) -> f64 {
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
struct Place {
    /// 0 at the first frame of the curves, 1 at their last; beyond that the last stays.
    position: f64,
    /// Control frames from 0 to 1.
    control_frames: f64,
    /// Factor on the sound, beside what the touch says.
    level: f32,
}

impl Place {
    fn seconds(&self) -> f32 {
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

/// Time in which a hit fades out that ends while its curve goes round, in seconds.
const ROUND_FADE_S: f64 = 0.040;

/// How far a hit has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// The next control frame lies on the curve.
    Playing,
    /// The curve's last frame was played; the next control frame is silence.
    Closing,
    /// Silence was reached.
    Over,
}

/// A hit that sounds. Holds no memory of its own; voices keep and reuse it.
#[derive(Debug, Clone)]
pub(crate) struct Hit {
    clock: HopClock,
    control: ControlState,
    stage: Stage,
    /// Time that has passed: 0 at the first frame of the curves, 1 at their last.
    position: f64,
    /// The piece that goes round, while one does.
    round: Option<Round>,
    /// Samples that the sines have turned, as if at the original pitch.
    turned: f64,
    /// Factor on every frequency in the coming hop.
    ratio: f64,
    /// Phase of the fundamental in turns at the last control frame.
    phase: f64,
    /// Channels of the last and the next control frame.
    channels: [Conditioned; 2],
    gains: [Gains; 2],
    /// Where each noise loop starts.
    offsets: [u16; MAX_BANDS],
}

impl Hit {
    /// A hit that is over.
    pub(crate) fn idle(sample_rate_hz: u32) -> Self {
        Self {
            clock: HopClock::new(sample_rate_hz),
            control: ControlState::default(),
            stage: Stage::Over,
            position: 0.0,
            round: None,
            turned: 0.0,
            ratio: 1.0,
            phase: 0.0,
            channels: [[0.0; CHANNELS]; 2],
            gains: [Gains::silent(20.0), Gains::silent(20.0)],
            offsets: [0; MAX_BANDS],
        }
    }

    /// Strikes: computes the control frame at the trigger. Real-time safe.
    pub(crate) fn start(
        &mut self,
        tables: &Tables<'_>,
        curves: CurvePair<'_>,
        touch: &Touch,
        offsets: [u16; MAX_BANDS],
        work: &mut Workspace,
    ) {
        self.clock = HopClock::new(tables.sample_rate_hz);
        self.control.start(tables, [curves.first, curves.second], touch, work);
        self.stage = Stage::Playing;
        self.position = 0.0;
        self.round = None;
        self.turned = 0.0;
        self.phase = 0.0;
        self.gains = [Gains::silent(20.0), Gains::silent(20.0)];
        self.offsets = offsets;
        self.next_frame(tables, curves, touch, work);
    }

    /// Adds the next control hop to `out`, which is silent and holds the longest hop. Returns its samples, 0 when the hit
    /// is over. Real-time safe.
    pub(crate) fn render_hop(
        &mut self,
        tables: &Tables<'_>,
        curves: CurvePair<'_>,
        touch: &Touch,
        work: &mut Workspace,
        out: &mut [f32],
    ) -> usize {
        if self.stage == Stage::Over {
            return 0;
        }
        self.next_frame(tables, curves, touch, work);
        let hop = self.clock.advance();
        self.sound(tables, &hop, work, &mut out[..hop.samples]);
        hop.samples
    }

    /// The scaled channels that the sound comes from now; `None` when the hit is over.
    pub(crate) fn asked(&self) -> Option<&Conditioned> {
        (self.stage != Stage::Over).then_some(&self.channels[0])
    }

    /// Makes the next control frame the last, and computes the one after it.
    fn next_frame(&mut self, tables: &Tables<'_>, curves: CurvePair<'_>, touch: &Touch, work: &mut Workspace) {
        self.gains.swap(0, 1);
        self.channels.swap(0, 1);
        self.ratio = touch.ratio;
        match self.stage {
            Stage::Playing => {
                let control_frames = curves.control_frames(touch.alpha);
                let place = self.place(touch.reading, control_frames);
                let around = curves.around(&place, touch);
                let gain = place.level * touch.gain_at(place.seconds());
                self.channels[1] = around[NOW];
                louder(&mut self.channels[1], gain);
                let moment = Moment { around, timbre: curves.timbre(&place, touch), gain };
                self.control.step(tables, &moment, touch, work, &mut self.gains[1]);
                let ends_at = if self.round.is_some() { self.position } else { place.position };
                if ends_at >= NEARLY_ONE {
                    self.stage = Stage::Closing;
                }
                self.position += 1.0 / control_frames;
            }
            Stage::Closing | Stage::Over => {
                self.channels[1] = self.channels[0];
                self.gains[1] = Gains::silent(self.gains[0].f0_hz);
                self.stage = Stage::Over;
            }
        }
    }

    /// Where the curves are read at the next control frame.
    fn place(&mut self, reading: Reading, control_frames: f64) -> Place {
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

    fn sound(&mut self, tables: &Tables<'_>, hop: &Hop, work: &mut Workspace, out: &mut [f32]) {
        let [from, to] = &self.gains;
        let ramp = &mut work.ramp[..out.len()];
        for (index, part) in ramp.iter_mut().enumerate() {
            *part = (hop.ramp_start + index as f64 * hop.ramp_step) as f32;
        }
        let gains = from.noise.iter().zip(&to.noise);
        for ((samples, &offset), (&from, &to)) in tables.loops.iter().zip(&self.offsets).zip(gains) {
            if from != 0.0 || to != 0.0 {
                add_band(samples, usize::from(offset) + hop.elapsed as usize, [from, to], ramp, out);
            }
        }
        let part = [hop.ramp_start as f32, hop.ramp_step as f32];
        let turning = Turning { samples: self.turned, ratio: self.ratio };
        add_sines(&tables.sines, turning, [&from.sines[..], &to.sines[..]], part, &mut work.lanes, out);
        if from.striking && to.striking {
            let lines = [&from.strike[..], &to.strike[..]];
            add_sines(&tables.strike_lines, turning, lines, part, &mut work.lanes, out);
        }
        let glide = Glide {
            phase: self.phase,
            f0_hz: [from.f0_hz, to.f0_hz],
            first_s: hop.first_s,
            sample_s: 1.0 / f64::from(tables.sample_rate_hz),
            hop_s: HopClock::HOP_S,
        };
        let harmonics = tables.shape.harmonics;
        add_harmonics(&glide, [&from.harmonics[..harmonics], &to.harmonics[..harmonics]], ramp, out);
        let phase = glide.phase_at(HopClock::HOP_S);
        self.phase = phase - libm::floor(phase);
        self.turned += self.ratio * hop.samples as f64;
    }
}

/// A whole hit under constant morph, with noise loops from their start: what banks record as their golden hit. Allocates.
pub(crate) fn render_golden(
    bank: &PreparedBank,
    first: &DescriptorCurve,
    second: &DescriptorCurve,
    alpha: f32,
) -> Vec<f32> {
    let tables = bank.tables();
    let (first, second) = (ScaledCurve::from(first), ScaledCurve::from(second));
    let curves = CurvePair { first: &first, second: &second };
    let mut work = Workspace::new(tables.sample_rate_hz);
    let mut hit = Hit::idle(tables.sample_rate_hz);
    let touch = Touch::still(alpha);
    hit.start(&tables, curves, &touch, [0; MAX_BANDS], &mut work);
    let mut sound = Vec::new();
    let mut buffer = vec![0.0; HopClock::longest_hop(tables.sample_rate_hz)];
    loop {
        buffer.fill(0.0);
        let samples = hit.render_hop(&tables, curves, &touch, &mut work, &mut buffer);
        if samples == 0 {
            return sound;
        }
        sound.extend_from_slice(&buffer[..samples]);
    }
}
