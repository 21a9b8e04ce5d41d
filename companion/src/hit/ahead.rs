//! The same scenes with a bank that is rendered ahead: the original Neurorack's network, resampled to the file's rate.

use super::{Hand, Scene, sample_of};
use crate::original::Original;
use anyhow::{Result, ensure};
use neurorack_engine::control::Parameters;
use neurorack_engine::models::hn_sinc_nsf::{Ask, SAMPLE_RATE_HZ};
use neurorack_engine::stream::limiter::limit;
use neurorack_engine::{ControlFrame, ScaledCurve, Settings};
use neurorack_recording::Recording;

/// Renders a scene to mono samples; `seconds` overrides its natural length.
///
/// # Errors
/// When it is to be frozen, there is no instrument whose loop could sound; or when nothing is rendered.
pub(crate) fn render_ahead(
    original: &Original<'_>,
    scene: &Scene,
    rate_hz: u32,
    seed: u64,
    seconds: Option<f32>,
) -> Result<Vec<f32>> {
    ensure!(scene.frozen.is_none(), "a bank that is rendered ahead cannot be frozen: leave --freeze out");
    let Hand { cv, settings, velocity, semitones } = scene.hand;
    let settings = Settings { seed, ..settings };
    let parameters = Parameters::read(&ControlFrame { cv, level: 1.0 }, &settings);
    let velocity = velocity * parameters.velocity;
    let mut audio: Vec<f32> = Vec::new();
    for (index, hit) in scene.hits.iter().enumerate() {
        let curves = [&hit.f1, &hit.f2].map(ScaledCurve::from);
        // Hits in a row that play the same sound shall not play the same noise.
        let seed = seed.wrapping_add(index as u64);
        let ask = Ask { curves: [&curves[0], &curves[1]], settings: &settings, velocity, semitones, seed };
        let sound = at_rate(original.hit(&ask, |_| parameters)?, rate_hz)?;
        let start = sample_of(hit.start_frame, rate_hz);
        audio.resize(audio.len().max(start + sound.len()), 0.0);
        for (sum, sample) in audio[start..].iter_mut().zip(sound) {
            *sum += parameters.level * sample;
        }
    }
    if let Some(seconds) = seconds.or(scene.seconds) {
        audio.resize((f64::from(seconds) * f64::from(rate_hz)).round() as usize, 0.0);
    }
    if scene.limited {
        audio.iter_mut().for_each(|sample| *sample = limit(*sample));
    }
    Ok(audio)
}

/// What the network rendered, at another rate.
pub(crate) fn at_rate(sound: Vec<f32>, rate_hz: u32) -> Result<Vec<f32>> {
    Ok(Recording::new(sound, SAMPLE_RATE_HZ)?.at_rate(rate_hz).samples().to_vec())
}
