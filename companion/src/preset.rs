//! Presets of the page: read from a link or a file, and rendered as the page renders them.

mod ahead;

pub(crate) use ahead::render_ahead;

use crate::files;
use anyhow::{Context, Result};
use neurorack_engine::ModelBank;
use neurorack_engine::offline::{LONGEST_HIT_S, Stage};
use neurorack_engine::preset::{MAX_FILE_BYTES, Preset};
use std::path::Path;
use std::sync::Arc;

/// Renders one hit of the preset that a link or a file is, or with `plays` what its sources play, to mono samples at this
/// rate. A hit ends with its sound, or is as long as `seconds` says.
///
/// # Errors
/// When it is no preset, or one of another bank.
pub(crate) fn render(
    bank: &ModelBank,
    named: &str,
    rate_hz: u32,
    seconds: Option<f32>,
    plays: bool,
) -> Result<Vec<f32>> {
    let preset = read(named)?;
    preset.check_bank(bank).context("this preset needs its bank: give it with --bank FILE")?;
    let stage = Stage::new(&preset, bank, Arc::new(bank.prepare(rate_hz)))?;
    Ok(match seconds {
        Some(seconds) if plays => stage.play(seconds),
        Some(seconds) => {
            let mut audio = stage.hit(seconds.min(LONGEST_HIT_S));
            audio.resize((f64::from(seconds) * f64::from(rate_hz)).round() as usize, 0.0);
            audio
        }
        None => stage.hit(LONGEST_HIT_S),
    })
}

/// The preset that a link is, or that lies in a file.
///
/// # Errors
/// When it is neither.
pub(crate) fn read(named: &str) -> Result<Preset> {
    if Preset::is_link(named) {
        return Ok(Preset::from_link(named)?);
    }
    let hint = "give a link whole, in quotation marks, or a file that the page exported";
    let bytes = files::read(Path::new(named), MAX_FILE_BYTES).context(hint)?;
    Preset::from_json(&bytes).with_context(|| named.to_owned())
}
