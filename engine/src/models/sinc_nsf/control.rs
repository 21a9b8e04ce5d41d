//! What is asked of the network at each control frame, and the gains that its answer makes.

use super::freed::Freed;
use super::network::{HEARD, MAX_HEADS, Question, Struck, Workspace, hit_vectors, mix, nepers, strike_lines};
use super::{
    HIT_OUTPUTS, LOCAL_INPUTS, MAX_BANDS, MAX_HARMONICS, MAX_SINES, STRIKE_FRAMES, STRIKE_LINES, Shape, TRIGGER_S,
    Tables, strike_window,
};
use crate::curve::ScaledCurve;
use crate::models::conditioning::{
    Around, CONTEXT, F0, NOW, RELIABILITY, RMS, RMS_FLOOR, SUMMARY, SeenTimbre, context, move_seen, peak_rms_of,
    seen_timbre, summary_of,
};
use crate::models::frave;
use crate::models::reading::{CurvePair, Place};
use crate::models::touch::Touch;
use crate::stream::hop_clock::HopClock;
use crate::stream::linear::{LANES, Lanes, padded};
use crate::stream::math::{exp, exp2, sigmoid, tanh};

const _: () = assert!(STRIKE_LINES.is_multiple_of(LANES));

/// Gains below this (-180 dB full scale) are silence.
const INAUDIBLE: f32 = 1e-9;

/// Cross-over frequency in the middle of its range: binary logarithm of 800 Hz.
const LOG2_CENTRE: f32 = 9.643_856;

/// Octaves to each side that the cross-over can reach.
const CROSSOVER_OCTAVES: f32 = 6.0;

/// Steepness of the cross-over, per octave.
const CROSSOVER_SLOPE: f32 = 4.0;

/// Bounds of the fundamental as binary logarithms: 20 and 8000 Hz.
const LOG2_F0: [f32; 2] = [4.321_928, 12.965_784];

/// Loudness below this (-160 dB full scale) is silence: rounding leaves about 1e-10 of the floor that is taken off.
const SILENT_RMS: f32 = 1e-8;

/// Width in hertz over which harmonics fade out below the highest frequency.
const FADE_HZ: f32 = 4_000.0;

/// What one control frame asks of the sound generators.
#[derive(Debug, Clone)]
pub(crate) struct Gains {
    pub(crate) noise: [f32; MAX_BANDS],
    pub(crate) harmonics: [f32; MAX_HARMONICS],
    pub(crate) sines: [Lanes; MAX_SINES / LANES],
    /// Signed amplitudes of the strike's lines.
    pub(crate) strike: [Lanes; STRIKE_LINES / LANES],
    /// Whether any line of the strike sounds.
    pub(crate) striking: bool,
    pub(crate) f0_hz: f32,
}

impl Gains {
    /// Silence at this pitch.
    pub(crate) fn silent(f0_hz: f32) -> Self {
        Self {
            noise: [0.0; MAX_BANDS],
            harmonics: [0.0; MAX_HARMONICS],
            sines: [[0.0; LANES]; MAX_SINES / LANES],
            strike: [[0.0; LANES]; STRIKE_LINES / LANES],
            striking: true,
            f0_hz,
        }
    }
}

/// What the network knows of one hit besides its curves.
#[derive(Debug, Clone)]
pub(crate) struct ControlState {
    /// Hit vectors of F1 and F2.
    hit: [[f32; HIT_OUTPUTS]; 2],
    /// What each hit vector adds to the heads.
    heads: [[f32; padded(MAX_HEADS)]; 2],
    /// What each hit vector gives the lines of the strike.
    strike: [[f32; STRIKE_LINES]; 2],
    /// Loudness of each curve's beginning, which the strike follows.
    peak: [f32; 2],
    /// Where the timbres of F1 and F2 lie, and the timbre that was made last: for banks of kind `frave`.
    freed: Freed,
    /// Control frames since the trigger.
    frame: u32,
}

impl Default for ControlState {
    fn default() -> Self {
        Self {
            hit: [[0.0; HIT_OUTPUTS]; 2],
            heads: [[0.0; padded(MAX_HEADS)]; 2],
            strike: [[0.0; STRIKE_LINES]; 2],
            peak: [0.0; 2],
            freed: Freed::default(),
            frame: 0,
        }
    }
}

/// What is asked for at one control frame.
pub(crate) struct Moment {
    /// The scaled channels around its time.
    pub(crate) around: Around,
    /// The timbre at its time.
    pub(crate) timbre: SeenTimbre,
    /// Factor on the sound.
    pub(crate) gain: f32,
}

impl ControlState {
    /// Forgets the last hit and takes up two curves, moved as they are touched now. Real-time safe.
    pub(crate) fn start(&mut self, tables: &Tables<'_>, curves: [&ScaledCurve; 2], touch: &Touch, work: &Workspace) {
        self.frame = 0;
        let mut ends = [Struck::new(), Struck::new()];
        for ((slot, curve), struck) in curves.into_iter().enumerate().zip(&mut ends) {
            let frames = curve.frames();
            let read = |index: usize| touch.shown(frames[index], index as f32 * ScaledCurve::FRAME_S as f32);
            let timbre = match &tables.frave {
                Some(layers) => {
                    self.freed.take_up(layers, slot, curve.timbre());
                    let own = self.freed.ends[slot];
                    let latent = frave::place(&[own, own], 0.0, &touch.latent);
                    let told = (*curve.course(), slot as f32);
                    seen_timbre(Some(self.freed.made(layers, latent, told, touch, 0.0, tables)), 0.0)
                }
                None => {
                    let mut timbre = seen_timbre(curve.timbre(), 0.0);
                    if !touch.leaves_curves() {
                        move_seen(&mut timbre, &touch.shown_octaves_at(0.0));
                    }
                    timbre
                }
            };
            struck.inputs[..SUMMARY].copy_from_slice(&summary_of(frames.len(), read, &tables.normalisation));
            struck.inputs[SUMMARY..].copy_from_slice(&timbre);
            self.peak[slot] = peak_rms_of(frames.len(), read);
        }
        hit_vectors(tables, &mut ends, &mut self.hit);
        let [first, second] = &self.hit;
        let [heads, other_heads] = &mut self.heads;
        tables.heads_from_hit.forward_two([first, second], [heads, other_heads]);
        strike_lines(tables, &work.strike_places, &mut ends, &self.hit, &mut self.strike);
    }

    /// The timbre at `place` as the network sees it: the curves' own, or made from the latent. Real-time safe.
    pub(crate) fn timbre(
        &mut self,
        tables: &Tables<'_>,
        curves: &CurvePair<'_>,
        place: &Place,
        touch: &Touch,
    ) -> SeenTimbre {
        let Some(layers) = &tables.frave else {
            // Where another sound leads, the recording's timbre says nothing of what is asked for.
            let own = 1.0 - touch.led.parts[0];
            return curves.timbre(place, touch).map(|seen| own * seen);
        };
        let latent = frave::place(&self.freed.ends, touch.alpha, &touch.latent);
        let course = curves.first.course().towards(curves.second.course(), touch.alpha);
        let timbre = self.freed.made(layers, latent, (course, touch.alpha), touch, place.seconds(), tables);
        curves.made(timbre, place, touch.alpha)
    }

    /// Asks for the gains of the next control frame, and says those of the strike, which are known. Real-time safe.
    pub(crate) fn ask(
        &self,
        tables: &Tables<'_>,
        moment: &Moment,
        touch: &Touch,
        question: &mut Question,
        gains: &mut Gains,
    ) {
        let Moment { around, timbre, gain } = moment;
        self.strike(touch.alpha, *gain, gains);
        let tau = self.frame as f32 * HopClock::HOP_S as f32;
        let (local, hit) = question.inputs.split_at_mut(LOCAL_INPUTS);
        local[HEARD].copy_from_slice(timbre);
        local[..CONTEXT].copy_from_slice(&context(around, &tables.normalisation));
        for (feature, seconds) in local[CONTEXT..HEARD.start].iter_mut().zip(TRIGGER_S) {
            *feature = exp(-tau / seconds);
        }
        for (value, (first, second)) in hit.iter_mut().zip(self.hit[0].iter().zip(&self.hit[1])) {
            *value = mix(*first, *second, touch.alpha);
        }
        let scaled = &around[NOW];
        let rms = exp2(scaled[RMS] * std::f32::consts::LOG2_10) - RMS_FLOOR;
        question.rms = if rms > SILENT_RMS { gain * rms } else { 0.0 };
        let [least, most] = LOG2_F0;
        question.pitch = [scaled[F0].clamp(least, most), scaled[RELIABILITY]];
        question.alpha = touch.alpha;
        question.ratio = touch.ratio;
    }

    /// Makes gains of the answer. Real-time safe.
    pub(crate) fn take(&self, tables: &Tables<'_>, question: &mut Question, gains: &mut Gains) {
        let &mut Question { alpha, rms, pitch, ratio, .. } = question;
        for (head, (first, second)) in question.heads.iter_mut().zip(self.heads[0].iter().zip(&self.heads[1])) {
            *head += mix(*first, *second, alpha);
        }
        gains.f0_hz = exp2(pitch[0]) * ratio as f32;
        let heads = &question.heads[..tables.shape.heads()];
        shape_gains(tables, heads, rms, pitch, gains);
        if ratio != 1.0 {
            transpose_bands(tables.band_log2_centre, &mut gains.noise, libm::log2(ratio) as f32);
        }
    }

    /// Goes on by one control frame. Real-time safe.
    pub(crate) fn advance(&mut self) {
        self.frame = self.frame.saturating_add(1);
    }

    /// The lines of the strike at the control frame.
    fn strike(&self, alpha: f32, gain: f32, gains: &mut Gains) {
        gains.striking = (self.frame as usize) < STRIKE_FRAMES;
        if gains.striking {
            let level = gain * strike_window(self.frame) * mix(self.peak[0], self.peak[1], alpha);
            let lines = self.strike[0].iter().zip(&self.strike[1]);
            for (line, (first, second)) in gains.strike.as_flattened_mut().iter_mut().zip(lines) {
                *line = level * mix(*first, *second, alpha);
            }
        }
    }
}

/// From heads to gains: level, cross-over, and what pitch allows.
fn shape_gains(tables: &Tables<'_>, heads: &[f32], rms: f32, [log2_f0, reliability]: [f32; 2], gains: &mut Gains) {
    let Shape { bands, harmonics, sines, .. } = tables.shape;
    let (noise_heads, heads) = heads.split_at(bands);
    let (harmonic_heads, heads) = heads.split_at(harmonics);
    let (sine_heads, heads) = heads.split_at(sines);
    let log2_crossover = LOG2_CENTRE + CROSSOVER_OCTAVES * tanh(heads[0] / 3.0);
    for ((gain, &head), &centre) in gains.noise.iter_mut().zip(noise_heads).zip(tables.band_log2_centre) {
        *gain = audible(rms * level(head) * sigmoid(CROSSOVER_SLOPE * (centre - log2_crossover)));
    }
    let sine_gains = gains.sines.as_flattened_mut();
    for ((gain, &head), &frequency) in sine_gains.iter_mut().zip(sine_heads).zip(tables.sine_log2_frequency) {
        *gain = audible(rms * level(head) * sigmoid(CROSSOVER_SLOPE * (log2_crossover - frequency)));
    }
    for (index, (gain, &head)) in gains.harmonics.iter_mut().zip(harmonic_heads).enumerate() {
        let order = (index + 1) as f32;
        let fade = ((tables.highest_hz - order * gains.f0_hz) / FADE_HZ).clamp(0.0, 1.0);
        let octaves_below = log2_crossover - (log2_f0 + libm::log2f(order));
        *gain = audible(rms * level(head) * fade * reliability * sigmoid(CROSSOVER_SLOPE * octaves_below));
    }
}

/// Moves what the noise bands say by so many octaves: each band takes the level found that far below its centre.
///
/// A band's gain is its rms. Moved up, what filled a band fills one as many times as wide; a band that is wider or narrower
/// than this takes as much more or less power.
fn transpose_bands(log2_centres: &[f32], gains: &mut [f32; MAX_BANDS], octaves: f32) {
    let (bands, last) = (log2_centres.len(), log2_centres.len().saturating_sub(1));
    if last == 0 {
        return;
    }
    let was = *gains;
    let mut centres_hz = [0.0; MAX_BANDS];
    for (centre, &log2) in centres_hz.iter_mut().zip(log2_centres) {
        *centre = exp2(log2);
    }
    let width_hz = |band: usize| {
        let (below, above) = (band.saturating_sub(1), (band + 1).min(last));
        (centres_hz[above] - centres_hz[below]) / (above - below) as f32
    };
    let ratio = exp2(octaves);
    // Sources move upwards with their bands: one walk finds them all.
    let mut below = 0;
    for band in 0..bands {
        let source = log2_centres[band] - octaves;
        while below + 1 < last && log2_centres[below + 1] <= source {
            below += 1;
        }
        let part = (source - log2_centres[below]) / (log2_centres[below + 1] - log2_centres[below]).max(1e-6);
        // Below the lowest and above the highest band there is nothing; the last step there fades.
        gains[band] = if !(-1.0..=2.0).contains(&part) {
            0.0
        } else {
            let inside = part.clamp(0.0, 1.0);
            let outside = (part - inside).abs();
            let width = mix(width_hz(below), width_hz(below + 1), inside);
            let level = (1.0 - outside) * mix(was[below], was[below + 1], inside);
            audible(level * libm::sqrtf(width_hz(band) / (ratio * width)))
        };
    }
}

/// Factor of a head's output on the loudness: `exp(10·tanh(x / 10))`.
#[inline(always)]
fn level(head: f32) -> f32 {
    exp(nepers(head))
}

/// Silence instead of gains that nobody can hear.
#[inline(always)]
fn audible(gain: f32) -> f32 {
    if gain > INAUDIBLE { gain } else { 0.0 }
}
