//! One hit of the network, from its trigger to its end, one control hop at a time.

use super::control::{ControlState, Gains};
use super::{MAX_BANDS, Tables, Workspace};
use crate::bank::PreparedBank;
use crate::curve::ScaledCurve;
use crate::descriptors::DescriptorCurve;
use crate::models::conditioning::{Around, CHANNELS, CONTEXT_HOPS, Conditioned, NOW, SeenTimbre, seen_timbre};
use crate::stream::harmonics::{Glide, add_harmonics};
use crate::stream::hop_clock::{Hop, HopClock};
use crate::stream::noise_bands::add_band;
use crate::stream::sine_bank::add_sines;

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

    /// The channels around `position`, at [`CONTEXT_HOPS`] descriptor hops of the morphed curve.
    fn around(&self, position: f64, alpha: f32, control_frames: f64) -> Around {
        CONTEXT_HOPS.map(|hops| self.read(position + f64::from(2 * hops) / control_frames, alpha))
    }

    /// The timbre at `position` as the network sees it.
    fn timbre(&self, position: f64, alpha: f32) -> SeenTimbre {
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
    /// 0 at the first frame of the curves, 1 at their last.
    position: f64,
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
        alpha: f32,
        offsets: [u16; MAX_BANDS],
        work: &mut Workspace,
    ) {
        self.clock = HopClock::new(tables.sample_rate_hz);
        self.control.start(tables, [curves.first, curves.second], work);
        self.stage = Stage::Playing;
        self.position = 0.0;
        self.phase = 0.0;
        self.gains = [Gains::silent(20.0), Gains::silent(20.0)];
        self.offsets = offsets;
        self.next_frame(tables, curves, alpha, work);
    }

    /// Adds the next control hop to `out`, which is silent and holds the longest hop. Returns its samples, 0 when the hit
    /// is over. Real-time safe.
    pub(crate) fn render_hop(
        &mut self,
        tables: &Tables<'_>,
        curves: CurvePair<'_>,
        alpha: f32,
        work: &mut Workspace,
        out: &mut [f32],
    ) -> usize {
        if self.stage == Stage::Over {
            return 0;
        }
        self.next_frame(tables, curves, alpha, work);
        let hop = self.clock.advance();
        self.sound(tables, &hop, work, &mut out[..hop.samples]);
        hop.samples
    }

    /// The scaled channels that the sound comes from now; `None` when the hit is over.
    pub(crate) fn asked(&self) -> Option<&Conditioned> {
        (self.stage != Stage::Over).then_some(&self.channels[0])
    }

    /// Makes the next control frame the last, and computes the one after it.
    fn next_frame(&mut self, tables: &Tables<'_>, curves: CurvePair<'_>, alpha: f32, work: &mut Workspace) {
        self.gains.swap(0, 1);
        self.channels.swap(0, 1);
        match self.stage {
            Stage::Playing => {
                let control_frames = curves.control_frames(alpha);
                let around = curves.around(self.position, alpha, control_frames);
                self.channels[1] = around[NOW];
                let timbre = curves.timbre(self.position, alpha);
                self.control.step(tables, &around, &timbre, alpha, work, &mut self.gains[1]);
                if self.position >= NEARLY_ONE {
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
        add_sines(&tables.sines, hop.elapsed, [&from.sines[..], &to.sines[..]], part, &mut work.lanes, out);
        if from.striking && to.striking {
            let lines = [&from.strike[..], &to.strike[..]];
            add_sines(&tables.strike_lines, hop.elapsed, lines, part, &mut work.lanes, out);
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
    hit.start(&tables, curves, alpha, [0; MAX_BANDS], &mut work);
    let mut sound = Vec::new();
    let mut buffer = vec![0.0; HopClock::longest_hop(tables.sample_rate_hz)];
    loop {
        buffer.fill(0.0);
        let samples = hit.render_hop(&tables, curves, alpha, &mut work, &mut buffer);
        if samples == 0 {
            return sound;
        }
        sound.extend_from_slice(&buffer[..samples]);
    }
}
