//! From descriptor curves to what the network is driven with.

use burn::tensor::{Device, Tensor, TensorData};
use neurorack_engine::models::conditioning::{CHANNELS, Conditioned, F0, Normalisation, RELIABILITY, RMS_FLOOR};

use crate::sinc_nsf::{CONTROL_HOP, Drive, FRAMES_PER_DESCRIPTOR, HIT_FRAMES, SAMPLE_RATE_HZ};

/// Time constants of the decays since the trigger, in seconds.
pub const TRIGGER_DECAYS_S: [f32; 3] = [0.006, 0.030, 0.200];

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
    let onsets = louder.iter().flat_map(|curve| onset(curve, normalisation)).collect();
    let played: Vec<Vec<Option<Conditioned>>> = louder
        .iter()
        .map(|curve| {
            let end = FRAMES_PER_DESCRIPTOR * (curve.len() - 1);
            (0..frames).map(|k| (k <= end).then(|| at(curve, k as f64 / FRAMES_PER_DESCRIPTOR as f64))).collect()
        })
        .collect();
    assemble(&played, onsets, normalisation, device)
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
            let position = k as f64 / (FRAMES_PER_DESCRIPTOR as f64 * duration);
            (position <= 1.0).then(|| {
                let [first, second] = curves.map(|curve| at(curve, position * (curve.len() - 1) as f64));
                std::array::from_fn(|channel| first[channel] + part * (second[channel] - first[channel]))
            })
        })
        .collect();
    let onsets = curves.map(|curve| onset(curve, normalisation));
    let [here, there] = onsets;
    let (mut drive, f0_hz) = assemble(&[played], here, normalisation, device);
    let there = Tensor::from_data(TensorData::new(there, [1, 7 * HIT_FRAMES]), device);
    drive.towards = Some((there, part));
    (drive, f0_hz)
}

/// The first frames as the hit vector sees them.
fn onset(curve: &[Conditioned], normalisation: &Normalisation) -> Vec<f32> {
    let last = curve.len() - 1;
    (0..HIT_FRAMES).flat_map(|frame| clamped(&normalisation.normalise(&curve[frame.min(last)]))).collect()
}

/// Tensors from what each hit plays at each control frame; after its end a hit holds its last frame, silently.
fn assemble(
    played: &[Vec<Option<Conditioned>>],
    onsets: Vec<f32>,
    normalisation: &Normalisation,
    device: &Device,
) -> (Drive, Vec<Vec<f32>>) {
    let (batch, frames) = (played.len(), played[0].len());
    let mut descriptors = Vec::with_capacity(batch * frames * 7);
    let (mut rms, mut reliability) = (Vec::new(), Vec::new());
    let mut f0_hz = Vec::with_capacity(batch);
    for hit in played {
        let mut pitch = Vec::with_capacity(frames);
        let mut held = [0.0; CHANNELS];
        for frame in hit {
            held = frame.unwrap_or(held);
            descriptors.extend(clamped(&normalisation.normalise(&held)));
            rms.push(if frame.is_some() { (10f32.powf(held[0]) - RMS_FLOOR).max(0.0) } else { 0.0 });
            reliability.push(held[RELIABILITY]);
            pitch.push(held[F0].exp2().clamp(20.0, 8_000.0));
        }
        f0_hz.push(pitch);
    }
    let decays: Vec<f32> = (0..frames)
        .flat_map(|k| {
            let seconds = (k * CONTROL_HOP) as f32 / SAMPLE_RATE_HZ;
            TRIGGER_DECAYS_S.map(|constant| (-seconds / constant).exp())
        })
        .collect();
    let tensor = |values: Vec<f32>, columns| -> Tensor<2> {
        Tensor::from_data(TensorData::new(values, [batch, columns]), device)
    };
    let drive = Drive {
        descriptors: tensor(descriptors, frames * 7).reshape([batch, frames, 7]),
        trigger: Tensor::<3>::from_data(TensorData::new(decays, [1, frames, 3]), device).expand([batch, frames, 3]),
        onset: tensor(onsets, 7 * HIT_FRAMES),
        towards: None,
        rms: tensor(rms, frames),
        f0_hz: tensor(f0_hz.concat(), frames),
        reliability: tensor(reliability, frames),
    };
    (drive, f0_hz)
}

/// The curve at a position in descriptor frames, linear between them.
fn at(curve: &[Conditioned], position: f64) -> Conditioned {
    let last = curve.len() - 1;
    let index = (position as usize).min(last);
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

fn clamped(frame: &Conditioned) -> [f32; 7] {
    std::array::from_fn(|channel| frame[channel].clamp(-4.0, 4.0))
}
