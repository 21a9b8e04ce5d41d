//! From descriptor curves to what the network is driven with.

use burn::tensor::{Device, Tensor, TensorData};
use neurorack_engine::descriptors::MovedTimbre;
use neurorack_engine::models::conditioning::{
    Around, CONTEXT_HOPS, Conditioned, F0, NOW, Normalisation, RELIABILITY, RMS_FLOOR, SeenTimbre, TIMBRE, context,
    peak_rms, seen_timbre, summary,
};

use crate::sinc_nsf::{CONTROL_HOP, Drive, FRAMES_PER_DESCRIPTOR, LOCAL, SAMPLE_RATE_HZ, TRIGGER, WHOLE};

/// Time constants of the decays since the trigger, in seconds.
pub const TRIGGER_DECAYS_S: [f32; TRIGGER] = [0.002, 0.006, 0.030, 0.200];

/// Seconds from one frame of a curve to the next.
const DESCRIPTOR_S: f64 = (FRAMES_PER_DESCRIPTOR * CONTROL_HOP) as f64 / SAMPLE_RATE_HZ as f64;

/// What a control frame plays: the curve around it, and the timbre.
type Played = (Around, SeenTimbre);

/// What a hit is asked for: its curve in the network's scales, and its timbre where one is known.
#[derive(Debug, Clone, Copy)]
pub struct Asking<'a> {
    /// The curve ([`conditioning::scale`](neurorack_engine::models::conditioning::scale)), not empty.
    pub curve: &'a [Conditioned],
    /// The timbre.
    pub timbre: Option<&'a MovedTimbre>,
}

impl Asking<'_> {
    /// What the network is told of the whole hit.
    fn whole(&self, normalisation: &Normalisation) -> impl Iterator<Item = f32> + use<> {
        summary(self.curve, normalisation).into_iter().chain(seen_timbre(self.timbre, 0.0))
    }

    /// The timbre at a position in descriptor frames; after the curve's end that of its end.
    fn timbre_at(&self, position: f64) -> SeenTimbre {
        let position = position.clamp(0.0, (self.curve.len() - 1) as f64);
        seen_timbre(self.timbre, (position * DESCRIPTOR_S) as f32)
    }
}

/// Drives for one batch, and the f0 of each hit in hertz, `[B][K]`.
///
/// Each is played `gains[b]` times as loud. Past its end a curve is silent.
pub fn drive(
    hits: &[Asking<'_>],
    gains: &[f32],
    frames: usize,
    normalisation: &Normalisation,
    device: &Device,
) -> (Drive, Vec<Vec<f32>>) {
    let louder: Vec<Vec<Conditioned>> = hits
        .iter()
        .zip(gains)
        .map(|(hit, gain)| hit.curve.iter().map(|frame| louder(frame, *gain)).collect())
        .collect();
    let played = louder.iter().zip(hits).map(|(curve, hit)| Asking { curve, timbre: hit.timbre });
    let wholes = played.flat_map(|hit| hit.whole(normalisation)).collect();
    let played: Vec<Vec<Option<Played>>> = louder
        .iter()
        .zip(hits)
        .map(|(curve, hit)| {
            let end = FRAMES_PER_DESCRIPTOR * (curve.len() - 1);
            let played = |k: usize| {
                let position = k as f64 / FRAMES_PER_DESCRIPTOR as f64;
                (CONTEXT_HOPS.map(|hops| at(curve, position + f64::from(hops))), hit.timbre_at(position))
            };
            (0..frames).map(|k| (k <= end).then(|| played(k))).collect()
        })
        .collect();
    let peaks = louder.iter().map(|curve| peak_rms(curve)).collect();
    assemble(&played, wholes, peaks, normalisation, device)
}

/// Drive of one hit between two curves, `part` of the way (0 to 1), as the engine plays it under a constant morph.
///
/// Channels are interpolated linearly and durations geometrically; both curves are passed through in the same time. With
/// `between` the frames have this timbre, made for the place between both hits, and not one between their own.
pub fn morph(
    hits: [Asking<'_>; 2],
    between: Option<&MovedTimbre>,
    part: f32,
    frames: usize,
    normalisation: &Normalisation,
    device: &Device,
) -> (Drive, Vec<Vec<f32>>) {
    let curves = hits.map(|hit| hit.curve);
    let hops = curves.map(|curve| (curve.len() - 1).max(1) as f64);
    let duration = hops[0].powf(1.0 - f64::from(part)) * hops[1].powf(f64::from(part));
    let played = (0..frames)
        .map(|k| {
            let here = k as f64 / (FRAMES_PER_DESCRIPTOR as f64 * duration);
            (here <= 1.0).then(|| {
                let around = CONTEXT_HOPS.map(|hops| {
                    let position = here + f64::from(hops) / duration;
                    let [first, second] = curves.map(|curve| at(curve, position * (curve.len() - 1) as f64));
                    std::array::from_fn(|channel| first[channel] + part * (second[channel] - first[channel]))
                });
                let played = hits.map(|hit| Asking { timbre: between.or(hit.timbre), ..hit });
                let [first, second] = played.map(|hit| hit.timbre_at(here * (hit.curve.len() - 1) as f64));
                (around, std::array::from_fn(|index| first[index] + part * (second[index] - first[index])))
            })
        })
        .collect();
    let [here, there] = hits.map(|hit| hit.whole(normalisation).collect::<Vec<f32>>());
    let [first, second] = curves.map(peak_rms);
    let (mut drive, f0_hz) = assemble(&[played], here, vec![first + part * (second - first)], normalisation, device);
    let there = Tensor::from_data(TensorData::new(there, [1, WHOLE]), device);
    drive.towards = Some((there, part));
    (drive, f0_hz)
}

/// Tensors from what each hit plays at each control frame; after its end a hit holds its last frame, silently.
fn assemble(
    played: &[Vec<Option<Played>>],
    wholes: Vec<f32>,
    peaks: Vec<f32>,
    normalisation: &Normalisation,
    device: &Device,
) -> (Drive, Vec<Vec<f32>>) {
    let (batch, frames) = (played.len(), played[0].len());
    let mut local = Vec::with_capacity(batch * frames * LOCAL);
    let (mut rms, mut flatness, mut reliability) = (Vec::new(), Vec::new(), Vec::new());
    let mut f0_hz = Vec::with_capacity(batch);
    for hit in played {
        let mut pitch = Vec::with_capacity(frames);
        let mut held = ([Conditioned::default(); CONTEXT_HOPS.len()], [0.0; TIMBRE]);
        for (k, frame) in hit.iter().enumerate() {
            held = frame.unwrap_or(held);
            let (around, timbre) = &held;
            local.extend(context(around, normalisation));
            let seconds = (k * CONTROL_HOP) as f32 / SAMPLE_RATE_HZ;
            local.extend(TRIGGER_DECAYS_S.map(|constant| (-seconds / constant).exp()));
            local.extend(timbre);
            let now = around[NOW];
            rms.push(if frame.is_some() { (10f32.powf(now[0]) - RMS_FLOOR).max(0.0) } else { 0.0 });
            flatness.push(now[3]);
            reliability.push(now[RELIABILITY]);
            pitch.push(now[F0].exp2().clamp(20.0, 8_000.0));
        }
        f0_hz.push(pitch);
    }
    let tensor = |values: Vec<f32>, columns| -> Tensor<2> {
        Tensor::from_data(TensorData::new(values, [batch, columns]), device)
    };
    let drive = Drive {
        local: tensor(local, frames * LOCAL).reshape([batch, frames, LOCAL]),
        whole: tensor(wholes, WHOLE),
        towards: None,
        peak: Tensor::from_floats(peaks.as_slice(), device),
        rms: tensor(rms, frames),
        flatness: tensor(flatness, frames),
        f0_hz: tensor(f0_hz.concat(), frames),
        reliability: tensor(reliability, frames),
    };
    (drive, f0_hz)
}

/// The curve at a position in descriptor frames, linear between them; its ends go on.
fn at(curve: &[Conditioned], position: f64) -> Conditioned {
    let last = curve.len() - 1;
    let position = position.clamp(0.0, last as f64);
    let index = position as usize;
    let next = (index + 1).min(last);
    let part = (position - index as f64) as f32;
    std::array::from_fn(|channel| curve[index][channel] + part * (curve[next][channel] - curve[index][channel]))
}

fn louder(frame: &Conditioned, gain: f32) -> Conditioned {
    let mut louder = *frame;
    if gain != 1.0 {
        let rms = (10f32.powf(frame[0]) - RMS_FLOOR).max(0.0) * gain;
        louder[0] = (rms + RMS_FLOOR).log10();
    }
    louder
}
