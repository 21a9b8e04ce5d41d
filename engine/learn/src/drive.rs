//! From descriptor curves to what the network is driven with.

use burn::tensor::{Device, Tensor, TensorData};
use neurorack_engine::models::conditioning::{
    Around, CONTEXT_HOPS, Conditioned, F0, NOW, Normalisation, RELIABILITY, RMS_FLOOR, SUMMARY, context, peak_rms,
    summary,
};

use crate::sinc_nsf::{CONTROL_HOP, Drive, FRAMES_PER_DESCRIPTOR, LOCAL, SAMPLE_RATE_HZ, TRIGGER};

/// Time constants of the decays since the trigger, in seconds.
pub const TRIGGER_DECAYS_S: [f32; TRIGGER] = [0.002, 0.006, 0.030, 0.200];

/// Drives for one batch, and the f0 of each hit in hertz, `[B][K]`.
///
/// `curves` are in the network's scales ([`conditioning::scale`](neurorack_engine::models::conditioning::scale));
/// each is played `gains[b]` times as loud. Past its end a curve is silent.
pub fn drive(
    curves: &[&[Conditioned]],
    gains: &[f32],
    frames: usize,
    normalisation: &Normalisation,
    device: &Device,
) -> (Drive, Vec<Vec<f32>>) {
    let louder: Vec<Vec<Conditioned>> = curves
        .iter()
        .zip(gains)
        .map(|(curve, gain)| curve.iter().map(|frame| louder(frame, *gain)).collect())
        .collect();
    let summaries = louder.iter().flat_map(|curve| summary(curve, normalisation)).collect();
    let played: Vec<Vec<Option<Around>>> = louder
        .iter()
        .map(|curve| {
            let end = FRAMES_PER_DESCRIPTOR * (curve.len() - 1);
            let around = |k: usize| {
                CONTEXT_HOPS.map(|hops| at(curve, k as f64 / FRAMES_PER_DESCRIPTOR as f64 + f64::from(hops)))
            };
            (0..frames).map(|k| (k <= end).then(|| around(k))).collect()
        })
        .collect();
    let peaks = louder.iter().map(|curve| peak_rms(curve)).collect();
    assemble(&played, summaries, peaks, normalisation, device)
}

/// Drive of one hit between two curves, `part` of the way (0 to 1), as the engine plays it under a constant morph.
///
/// Channels are interpolated linearly and durations geometrically; both curves are passed through in the same time.
pub fn morph(
    curves: [&[Conditioned]; 2],
    part: f32,
    frames: usize,
    normalisation: &Normalisation,
    device: &Device,
) -> (Drive, Vec<Vec<f32>>) {
    let hops = curves.map(|curve| (curve.len() - 1).max(1) as f64);
    let duration = hops[0].powf(1.0 - f64::from(part)) * hops[1].powf(f64::from(part));
    let played = (0..frames)
        .map(|k| {
            let here = k as f64 / (FRAMES_PER_DESCRIPTOR as f64 * duration);
            (here <= 1.0).then(|| {
                CONTEXT_HOPS.map(|hops| {
                    let position = here + f64::from(hops) / duration;
                    let [first, second] = curves.map(|curve| at(curve, position * (curve.len() - 1) as f64));
                    std::array::from_fn(|channel| first[channel] + part * (second[channel] - first[channel]))
                })
            })
        })
        .collect();
    let [here, there] = curves.map(|curve| summary(curve, normalisation).to_vec());
    let [first, second] = curves.map(peak_rms);
    let (mut drive, f0_hz) = assemble(&[played], here, vec![first + part * (second - first)], normalisation, device);
    let there = Tensor::from_data(TensorData::new(there, [1, SUMMARY]), device);
    drive.towards = Some((there, part));
    (drive, f0_hz)
}

/// Tensors from what each hit plays at each control frame; after its end a hit holds its last frame, silently.
fn assemble(
    played: &[Vec<Option<Around>>],
    summaries: Vec<f32>,
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
        let mut held = [Conditioned::default(); CONTEXT_HOPS.len()];
        for (k, frame) in hit.iter().enumerate() {
            held = frame.unwrap_or(held);
            local.extend(context(&held, normalisation));
            let seconds = (k * CONTROL_HOP) as f32 / SAMPLE_RATE_HZ;
            local.extend(TRIGGER_DECAYS_S.map(|constant| (-seconds / constant).exp()));
            let now = held[NOW];
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
        summary: tensor(summaries, SUMMARY),
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
