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
    let batch = curves.len();
    let mut descriptors = Vec::with_capacity(batch * frames * 7);
    let mut onset = Vec::with_capacity(batch * HIT_FRAMES * 7);
    let (mut rms, mut reliability) = (Vec::new(), Vec::new());
    let mut f0_hz = Vec::with_capacity(batch);
    for (curve, gain) in curves.iter().zip(gains) {
        let curve: Vec<Conditioned> = curve.iter().map(|frame| louder(frame, *gain)).collect();
        let last = curve.len() - 1;
        for frame in 0..HIT_FRAMES {
            onset.extend(clamped(&normalisation.normalise(&curve[frame.min(last)])));
        }
        let mut pitch = Vec::with_capacity(frames);
        for frame in 0..frames {
            let scaled = at(&curve, frame);
            descriptors.extend(clamped(&normalisation.normalise(&scaled)));
            let ended = frame > FRAMES_PER_DESCRIPTOR * last;
            rms.push(if ended { 0.0 } else { (10f32.powf(scaled[0]) - RMS_FLOOR).max(0.0) });
            reliability.push(scaled[RELIABILITY]);
            pitch.push(scaled[F0].exp2().clamp(20.0, 8_000.0));
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
        onset: tensor(onset, 7 * HIT_FRAMES),
        rms: tensor(rms, frames),
        f0_hz: tensor(f0_hz.concat(), frames),
        reliability: tensor(reliability, frames),
    };
    (drive, f0_hz)
}

/// The curve at a control frame, linear between its frames.
fn at(curve: &[Conditioned], control_frame: usize) -> Conditioned {
    let last = curve.len() - 1;
    let index = (control_frame / FRAMES_PER_DESCRIPTOR).min(last);
    let next = (index + 1).min(last);
    let part = (control_frame % FRAMES_PER_DESCRIPTOR) as f32 / FRAMES_PER_DESCRIPTOR as f32;
    let mut frame = [0.0; CHANNELS];
    for (channel, value) in frame.iter_mut().enumerate() {
        *value = curve[index][channel] + part * (curve[next][channel] - curve[index][channel]);
    }
    frame
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
