//! One sounding hit, handed out in pieces of any length.

use crate::bank::PreparedBank;
use crate::control::Smoother;
use crate::models::conditioning::Conditioned;
use crate::models::sinc_nsf::{CurvePair, Hit, MAX_BANDS, Workspace};
use crate::stream::hop_clock::HopClock;

/// Time constant of the morph's smoothing in seconds.
const MORPH_SMOOTHING_S: f32 = 0.010;

/// A voice renders whole control hops into its own buffer and gives their samples away as they are asked for: so the size
/// of a block cannot change the sound.
pub(crate) struct Voice {
    hit: Hit,
    hop: Box<[f32]>,
    /// Samples of the hop, and how many of them were handed out.
    rendered: usize,
    handed_out: usize,
    alpha: Smoother,
    velocity: f32,
    /// Largest magnitude in the hop.
    peak: f32,
    /// Samples since the trigger.
    age: u64,
    sounding: bool,
}

/// What a voice plays from: it stays the same from trigger to end.
#[derive(Clone, Copy)]
pub(crate) struct Material<'a> {
    pub(crate) bank: &'a PreparedBank,
    pub(crate) curves: CurvePair<'a>,
}

impl Voice {
    /// A silent voice. Allocates.
    pub(crate) fn new(sample_rate_hz: u32) -> Self {
        Self {
            hit: Hit::idle(sample_rate_hz),
            hop: vec![0.0; HopClock::longest_hop(sample_rate_hz)].into_boxed_slice(),
            rendered: 0,
            handed_out: 0,
            alpha: Smoother::new(MORPH_SMOOTHING_S, (1.0 / HopClock::HOP_S) as f32),
            velocity: 0.0,
            peak: 0.0,
            age: 0,
            sounding: false,
        }
    }

    /// Starts a hit; the next sample handed out is its first. Real-time safe.
    pub(crate) fn strike(
        &mut self,
        material: Material<'_>,
        alpha: f32,
        velocity: f32,
        offsets: [u16; MAX_BANDS],
        work: &mut Workspace,
    ) {
        self.alpha.reset();
        let alpha = self.alpha.step(alpha);
        self.hit.start(&material.bank.tables(), material.curves, alpha, offsets, work);
        self.velocity = velocity;
        self.rendered = 0;
        self.handed_out = 0;
        self.peak = 0.0;
        self.age = 0;
        self.sounding = true;
    }

    /// Adds the next samples to `out`, each times what `envelope` says (asked once a sample). Real-time safe.
    ///
    /// When the hit ends in the middle, the rest of `out` stays as it is and the voice is free.
    pub(crate) fn add_to(
        &mut self,
        material: Material<'_>,
        alpha: f32,
        work: &mut Workspace,
        out: &mut [f32],
        mut envelope: impl FnMut() -> f32,
    ) {
        let mut done = 0;
        while done < out.len() && self.sounding {
            if self.handed_out == self.rendered {
                self.next_hop(material, alpha, work);
                continue;
            }
            let count = (self.rendered - self.handed_out).min(out.len() - done);
            let samples = &self.hop[self.handed_out..self.handed_out + count];
            for (out, &sample) in out[done..done + count].iter_mut().zip(samples) {
                *out += self.velocity * sample * envelope();
            }
            self.handed_out += count;
            self.age += count as u64;
            done += count;
        }
    }

    /// Whether a hit sounds.
    pub(crate) fn is_sounding(&self) -> bool {
        self.sounding
    }

    /// Ends the hit at once.
    pub(crate) fn silence(&mut self) {
        self.sounding = false;
    }

    /// Largest magnitude in the current control hop, with velocity.
    pub(crate) fn loudness(&self) -> f32 {
        self.velocity * self.peak
    }

    /// Samples since the trigger.
    pub(crate) fn age(&self) -> u64 {
        self.age
    }

    /// The scaled channels that sound now.
    pub(crate) fn asked(&self) -> Option<&Conditioned> {
        if self.sounding { self.hit.asked() } else { None }
    }

    fn next_hop(&mut self, material: Material<'_>, alpha: f32, work: &mut Workspace) {
        let alpha = self.alpha.step(alpha);
        self.hop.fill(0.0);
        self.handed_out = 0;
        self.rendered = self.hit.render_hop(&material.bank.tables(), material.curves, alpha, work, &mut self.hop);
        self.sounding = self.rendered > 0;
        self.peak = self.hop[..self.rendered].iter().fold(0.0, |peak, sample| peak.max(sample.abs()));
    }
}
