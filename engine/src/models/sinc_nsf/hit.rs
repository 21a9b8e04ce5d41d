//! One hit of the network, from its trigger to its end, one control hop at a time.

use super::control::{ControlState, Gains, Moment};
use super::{MAX_BANDS, Question, Tables, Workspace};
use crate::bank::PreparedBank;
use crate::curve::ScaledCurve;
use crate::descriptors::DescriptorCurve;
use crate::models::conditioning::{CHANNELS, Conditioned, NOW, louder};
use crate::models::reading::{CurvePair, Playhead};
use crate::models::touch::Touch;
use crate::stream::harmonics::{Glide, add_harmonics};
use crate::stream::hop_clock::{Hop, HopClock};
use crate::stream::noise_bands::add_band;
use crate::stream::sine_bank::{Turning, add_sines};

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
    playhead: Playhead,
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
            playhead: Playhead::start(),
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
        self.playhead = Playhead::start();
        self.turned = 0.0;
        self.phase = 0.0;
        self.gains = [Gains::silent(20.0), Gains::silent(20.0)];
        self.offsets = offsets;
        self.go_on(tables, curves, touch, work);
    }

    /// Whether the next control frame lies on the curve: only then the network is asked for it.
    pub(crate) fn is_playing(&self) -> bool {
        self.stage == Stage::Playing
    }

    /// Computes the next control frame. Returns whether there is a hop before it: none where the hit is over. Real-time safe.
    pub(crate) fn go_on(
        &mut self,
        tables: &Tables<'_>,
        curves: CurvePair<'_>,
        touch: &Touch,
        work: &mut Workspace,
    ) -> bool {
        match self.stage {
            Stage::Over => return false,
            Stage::Closing => {
                self.pass(touch);
                self.channels[1] = self.channels[0];
                self.gains[1] = Gains::silent(self.gains[0].f0_hz);
                self.stage = Stage::Over;
            }
            Stage::Playing => {
                self.ask(tables, curves, touch, &mut work.questions[0]);
                work.answer(tables, 1);
                self.take(tables, &mut work.questions[0]);
            }
        }
        true
    }

    /// Asks for the next control frame while the hit is playing: once `question` is answered, [`take`](Self::take) has to follow.
    /// Real-time safe.
    pub(crate) fn ask(&mut self, tables: &Tables<'_>, curves: CurvePair<'_>, touch: &Touch, question: &mut Question) {
        self.pass(touch);
        let control_frames = curves.control_frames(touch.alpha);
        let place = self.playhead.place(touch.reading, control_frames);
        let led = &touch.led_from(|| curves.read(place.position, touch.alpha));
        let around = curves.around(&place, led);
        let gain = place.level * led.gain_at(place.seconds());
        self.channels[1] = around[NOW];
        louder(&mut self.channels[1], gain);
        let timbre = self.control.timbre(tables, &curves, &place, led);
        let moment = Moment { around, timbre, gain };
        self.control.ask(tables, &moment, led, question, &mut self.gains[1]);
        if led.sustained && self.playhead.stays(control_frames) {
            return;
        }
        if self.playhead.is_at_end(&place) {
            self.stage = Stage::Closing;
        }
        self.control.advance();
        self.playhead.advance(control_frames);
    }

    /// Takes what was answered. Real-time safe.
    pub(crate) fn take(&mut self, tables: &Tables<'_>, question: &mut Question) {
        self.control.take(tables, question, &mut self.gains[1]);
    }

    /// Adds the control hop before the newest control frame to `out`, which is silent and holds the longest hop. Returns its
    /// samples. Real-time safe.
    pub(crate) fn render_hop(&mut self, tables: &Tables<'_>, work: &mut Workspace, out: &mut [f32]) -> usize {
        let hop = self.clock.advance();
        self.sound(tables, &hop, work, &mut out[..hop.samples]);
        hop.samples
    }

    /// The scaled channels that the sound comes from now; `None` when the hit is over.
    pub(crate) fn asked(&self) -> Option<&Conditioned> {
        (self.stage != Stage::Over).then_some(&self.channels[0])
    }

    /// Makes the next control frame the last.
    fn pass(&mut self, touch: &Touch) {
        self.gains.swap(0, 1);
        self.channels.swap(0, 1);
        self.ratio = touch.ratio;
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
    render_hit(bank, [first, second], alpha, [0; MAX_BANDS])
}

/// A whole hit under constant morph whose noise loops start at these samples. Allocates.
pub(crate) fn render_hit(
    bank: &PreparedBank,
    curves: [&DescriptorCurve; 2],
    alpha: f32,
    offsets: [u16; MAX_BANDS],
) -> Vec<f32> {
    let tables = bank.tables();
    let [first, second] = curves.map(ScaledCurve::from);
    let curves = CurvePair { first: &first, second: &second };
    let mut work = Workspace::new(tables.sample_rate_hz);
    let mut hit = Hit::idle(tables.sample_rate_hz);
    let touch = Touch::still(alpha);
    hit.start(&tables, curves, &touch, offsets, &mut work);
    let mut sound = Vec::new();
    let mut buffer = vec![0.0; HopClock::longest_hop(tables.sample_rate_hz)];
    loop {
        buffer.fill(0.0);
        if !hit.go_on(&tables, curves, &touch, &mut work) {
            return sound;
        }
        let samples = hit.render_hop(&tables, &mut work, &mut buffer);
        sound.extend_from_slice(&buffer[..samples]);
    }
}
