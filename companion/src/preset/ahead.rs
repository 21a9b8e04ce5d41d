//! One hit of a preset of a bank that is rendered ahead.

use crate::hit::at_rate;
use crate::original::Original;
use anyhow::{Context, Result, ensure};
use neurorack_engine::control::{GateTarget, Parameters};
use neurorack_engine::models::hn_sinc_nsf::Ask;
use neurorack_engine::preset::Preset;
use neurorack_engine::sources::{Patch, Rack};
use neurorack_engine::stream::hop_clock::CONTROL_HOP;
use neurorack_engine::stream::limiter::limit;
use neurorack_engine::{ControlFrame, ScaledCurve};

/// Rate of the rack, at which one of its pieces is one control frame.
const RACK_HZ: u32 = 44_100;

/// Renders one hit of Gate 1 while the clock stands, to mono samples at this rate; its knobs, cables and modulators move it
/// as they move a streamed hit.
///
/// # Errors
/// When the preset is of another bank, or strikes nothing.
pub(crate) fn render_ahead(
    original: &Original<'_>,
    named: &str,
    rate_hz: u32,
    seconds: Option<f32>,
    plays: bool,
) -> Result<Vec<f32>> {
    ensure!(!plays, "the sources of a preset cannot play a bank that is rendered ahead: leave --play out for one hit");
    let bank = original.bank();
    let preset: Preset = super::read(named)?;
    preset.check_bank(bank).context("this preset needs its bank: give it with --bank FILE")?;
    let settings = preset.settings;
    ensure!(
        matches!(settings.gates[0], GateTarget::Trigger | GateTarget::Sustain),
        "Gate 1 of this preset strikes nothing: let it trigger in its menu"
    );

    let mut rack = Rack::new(RACK_HZ, &Patch { running: false, ..preset.patch });
    if let Some(gesture) = &preset.gesture {
        rack.use_gesture(gesture.points().iter().copied());
    }
    let mut levels = Vec::new();
    let mut next = || {
        let piece = rack.advance(CONTROL_HOP).pieces().iter().copied().next();
        let cv = piece.map_or(ControlFrame::default().cv, |piece| piece.cv);
        let frame = ControlFrame { cv, level: preset.level() };
        Parameters::read(&frame, &settings).bent(piece.map_or(0.0, |piece| piece.bend_semitones))
    };
    let first = next();
    let mut waiting = Some(first);
    let curves = preset.curves(bank)?;
    let [f1, f2] = [&curves[0], &curves[1]].map(ScaledCurve::from);
    let ask =
        Ask { curves: [&f1, &f2], settings: &settings, velocity: first.velocity, semitones: 0.0, seed: settings.seed };
    let sound = original.hit(&ask, |_| {
        let parameters = waiting.take().unwrap_or_else(&mut next);
        levels.push(parameters.level);
        parameters
    })?;
    let mut audio = at_rate(sound, rate_hz)?;
    let hop = f64::from(CONTROL_HOP) / f64::from(RACK_HZ) * f64::from(rate_hz);
    for (index, sample) in audio.iter_mut().enumerate() {
        *sample = limit(*sample * level_at(&levels, index as f64 / hop));
    }
    if let Some(seconds) = seconds {
        audio.resize((f64::from(seconds) * f64::from(rate_hz)).round() as usize, 0.0);
    }
    Ok(audio)
}

/// The level at a place between control frames, on straight lines; the last stays.
fn level_at(levels: &[f32], place: f64) -> f32 {
    let index = place as usize;
    let at = |index: usize| levels.get(index).or(levels.last()).copied().unwrap_or(1.0);
    at(index) + (place - index as f64) as f32 * (at(index + 1) - at(index))
}
