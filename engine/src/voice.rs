//! One sounding hit, handed out in pieces of any length.

use crate::bank::PreparedBank;
use crate::control::{Parameters, Settings};
use crate::event::GateInput;
use crate::models::conditioning::Conditioned;
use crate::models::reading::CurvePair;
use crate::models::sinc_nsf::{Hit, MAX_BANDS, Question, Workspace};
use crate::models::touch::Touch;
use crate::motion::{Motion, Stroke};
use crate::stream::hop_clock::HopClock;
use crate::take::{Heads, Taken};

/// Time in which a hit fades out when it is frozen, and in again when the freeze ends, in seconds.
pub(crate) const FREEZE_FADE_S: f32 = 0.008;

/// A voice renders whole control hops into its own buffer and gives their samples away as they are asked for: so the size
/// of a block cannot change the sound.
pub(crate) struct Voice {
    hit: Hit,
    /// Whether the control frame after the coming hop is known already.
    is_ahead: bool,
    /// Where a rendered hit is read.
    heads: Heads,
    /// Whether it is a rendered one.
    taken: bool,
    hop: Box<[f32]>,
    /// Samples of the hop, and how many of them were handed out.
    rendered: usize,
    handed_out: usize,
    motion: Motion,
    velocity: f32,
    /// The gate that keeps it sounding.
    sustained_by: Option<GateInput>,
    /// Whether it was frozen: then the loop sounds in its place.
    held: bool,
    /// How much of it is heard, 0 to 1, and the most that this changes in a sample.
    presence: f32,
    presence_step: f32,
    /// Largest magnitude in the hop.
    peak: f32,
    /// Samples since the trigger.
    age: u64,
    sounding: bool,
}

/// What the panel says to all voices.
#[derive(Clone, Copy)]
pub(crate) struct Panel<'a> {
    pub(crate) parameters: &'a Parameters,
    pub(crate) settings: &'a Settings,
}

/// What a voice plays from; of which kind it is stays the same from trigger to end.
#[derive(Clone, Copy)]
pub(crate) enum Material<'a> {
    /// A network that is streamed; the same from trigger to end.
    Streamed(Streamed<'a>),
    /// A hit that was rendered before.
    Taken(Taken<'a>),
}

/// A network and what it is asked for.
#[derive(Clone, Copy)]
pub(crate) struct Streamed<'a> {
    pub(crate) bank: &'a PreparedBank,
    pub(crate) curves: CurvePair<'a>,
}

impl Voice {
    /// A silent voice. Allocates.
    pub(crate) fn new(sample_rate_hz: u32) -> Self {
        Self {
            hit: Hit::idle(sample_rate_hz),
            is_ahead: false,
            heads: Heads::new(sample_rate_hz),
            taken: false,
            hop: vec![0.0; HopClock::longest_hop(sample_rate_hz)].into_boxed_slice(),
            rendered: 0,
            handed_out: 0,
            motion: Motion::new(),
            velocity: 0.0,
            sustained_by: None,
            held: false,
            presence: 1.0,
            presence_step: 1.0 / (FREEZE_FADE_S * sample_rate_hz as f32),
            peak: 0.0,
            age: 0,
            sounding: false,
        }
    }

    /// Starts a hit; the next sample handed out is its first. Real-time safe.
    pub(crate) fn strike(
        &mut self,
        material: Material<'_>,
        panel: Panel<'_>,
        stroke: Stroke,
        offsets: [u16; MAX_BANDS],
        work: &mut Workspace,
    ) {
        self.motion.strike(stroke);
        match material {
            Material::Streamed(Streamed { bank, curves }) => {
                let touch = self.motion.step(panel.parameters, panel.settings);
                self.hit.start(&bank.tables(), curves, &touch, offsets, work);
            }
            Material::Taken(_) => self.heads.strike(),
        }
        self.taken = matches!(material, Material::Taken(_));
        self.is_ahead = false;
        self.velocity = stroke.velocity;
        self.sustained_by = None;
        self.held = false;
        self.presence = 1.0;
        self.rendered = 0;
        self.handed_out = 0;
        self.peak = 0.0;
        self.age = 0;
        self.sounding = true;
    }

    /// Asks for the control frame that the next so many samples need, where they need one; then the answer has to be taken before
    /// they are rendered. What comes of it does not depend on whether it was asked ahead. Real-time safe.
    pub(crate) fn ask(
        &mut self,
        Streamed { bank, curves }: Streamed<'_>,
        panel: Panel<'_>,
        samples: usize,
        question: &mut Question,
    ) -> bool {
        let runs_out = self.rendered - self.handed_out < samples;
        let asks = self.sounding && !self.taken && !self.is_ahead && runs_out && self.hit.is_playing();
        if asks {
            let touch = self.touch(panel);
            self.hit.ask(&bank.tables(), curves, &touch, question);
            self.is_ahead = true;
        }
        asks
    }

    /// Takes what was answered. Real-time safe.
    pub(crate) fn take(&mut self, bank: &PreparedBank, question: &mut Question) {
        self.hit.take(&bank.tables(), question);
    }

    /// Adds the next samples to `out`, each times what `envelope` says (asked once a sample). Real-time safe.
    ///
    /// When the hit ends in the middle, the rest of `out` stays as it is and the voice is free.
    pub(crate) fn add_to(
        &mut self,
        material: Material<'_>,
        panel: Panel<'_>,
        work: &mut Workspace,
        out: &mut [f32],
        mut envelope: impl FnMut() -> f32,
    ) {
        let mut done = 0;
        while done < out.len() && self.sounding {
            if self.handed_out == self.rendered {
                self.next_hop(material, panel, work);
                continue;
            }
            let count = (self.rendered - self.handed_out).min(out.len() - done);
            let samples = &self.hop[self.handed_out..self.handed_out + count];
            let goal = if self.held { 0.0 } else { 1.0 };
            if self.presence == goal {
                let gain = self.velocity * goal;
                for (out, &sample) in out[done..done + count].iter_mut().zip(samples) {
                    *out += gain * sample * envelope();
                }
            } else {
                for (out, &sample) in out[done..done + count].iter_mut().zip(samples) {
                    let change = (goal - self.presence).clamp(-self.presence_step, self.presence_step);
                    self.presence += change;
                    *out += self.velocity * raised(self.presence) * sample * envelope();
                }
            }
            self.handed_out += count;
            self.age += count as u64;
            done += count;
        }
    }

    /// Lets the hit go on as it is from a moment after its attack, until the gate lets go. A rendered one cannot. Real-time safe.
    pub(crate) fn sustain(&mut self, gate: GateInput) {
        self.sustained_by = Some(gate);
    }

    /// The gate lets go: the hit comes to its end, if it was this one that kept it. Real-time safe.
    pub(crate) fn release(&mut self, gate: GateInput) {
        self.sustained_by = self.sustained_by.filter(|by| *by != gate);
    }

    /// Whether a hit sounds.
    pub(crate) fn is_sounding(&self) -> bool {
        self.sounding
    }

    /// Lets the hit fade out while it goes on unheard, or brings it back. Real-time safe.
    pub(crate) fn hold(&mut self, held: bool) {
        self.held = held;
    }

    /// Ends the hit at once.
    pub(crate) fn silence(&mut self) {
        self.sounding = false;
    }

    /// Largest magnitude in the current control hop, with velocity.
    pub(crate) fn loudness(&self) -> f32 {
        self.velocity * self.peak * raised(self.presence)
    }

    /// Samples since the trigger.
    pub(crate) fn age(&self) -> u64 {
        self.age
    }

    /// The scaled channels that sound now; none where the hit was rendered before.
    pub(crate) fn asked(&self) -> Option<&Conditioned> {
        if self.sounding && !self.taken { self.hit.asked() } else { None }
    }

    /// A rendered hit goes over to another take, from its next hop on. Real-time safe.
    pub(crate) fn exchange(&mut self) {
        self.heads.exchange();
    }

    /// Whether a rendered hit reads one take alone.
    pub(crate) fn is_settled(&self) -> bool {
        self.heads.is_settled()
    }

    /// How the coming control frame is touched.
    fn touch(&mut self, panel: Panel<'_>) -> Touch {
        Touch { sustained: self.sustained_by.is_some(), ..self.motion.step(panel.parameters, panel.settings) }
    }

    fn next_hop(&mut self, material: Material<'_>, panel: Panel<'_>, work: &mut Workspace) {
        self.hop.fill(0.0);
        self.handed_out = 0;
        self.rendered = match material {
            Material::Streamed(Streamed { bank, curves }) => {
                let tables = bank.tables();
                let goes_on = std::mem::take(&mut self.is_ahead) || {
                    let touch = self.touch(panel);
                    self.hit.go_on(&tables, curves, &touch, work)
                };
                if goes_on { self.hit.render_hop(&tables, work, &mut self.hop) } else { 0 }
            }
            Material::Taken(taken) => {
                let touch = self.touch(panel);
                self.heads.render(taken, touch.ratio, &mut self.hop)
            }
        };
        self.sounding = self.rendered > 0;
        self.peak = self.hop[..self.rendered].iter().fold(0.0, |peak, sample| peak.max(sample.abs()));
    }
}

/// A straight ramp from 0 to 1 with both corners rounded; what rises and what falls add up to 1.
#[inline]
pub(crate) fn raised(part: f32) -> f32 {
    part * part * (3.0 - 2.0 * part)
}
