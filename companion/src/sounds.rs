//! Descriptor curves by name: factory sets of a bank, sound files, curve files.

use crate::curve_file::CurveFile;
use crate::files;
use anyhow::{Context, Result, bail};
use neurorack_engine::bank::Catalogue;
use neurorack_engine::descriptors::DescriptorCurve;
use neurorack_engine::fitting::Fitter;
use neurorack_engine::{ModelBank, RenderedBank};
use std::path::Path;

/// Largest curve file that is read: ten minutes of frames with room to spare.
pub(crate) const MAX_CURVE_FILE_BYTES: usize = 64 << 20;

/// A bank that sounds are brought to.
pub(crate) trait Plays: AsRef<Catalogue> {
    /// Curves as they were measured, with the timbres to ask this bank for.
    fn fitted(&self, measured: Vec<DescriptorCurve>) -> Vec<DescriptorCurve>;
}

impl Plays for ModelBank {
    fn fitted(&self, measured: Vec<DescriptorCurve>) -> Vec<DescriptorCurve> {
        match Fitter::new(self) {
            Some(fitter) => measured.iter().map(|curve| fitter.fit(curve)).collect(),
            None => measured,
        }
    }
}

impl Plays for RenderedBank {
    /// The original's network knows no timbre.
    fn fitted(&self, measured: Vec<DescriptorCurve>) -> Vec<DescriptorCurve> {
        measured
    }
}

/// The curve that `name` means, as F1 or F2.
///
/// A factory set's name (capitals do not matter) or number counted from 1; else a file: `.json` as `describe` writes it,
/// or a sound, of which the first impact is taken and fitted to the bank, as the page does.
pub(crate) fn find(bank: &impl Plays, name: &str) -> Result<DescriptorCurve> {
    let catalogue = bank.as_ref();
    if let Some(index) = factory_index(catalogue, name) {
        return Ok(catalogue.factory()[index].clone());
    }
    let path = Path::new(name);
    if !path.exists() {
        let known: Vec<&str> = catalogue.card().factory.iter().map(|sound| sound.name.as_str()).collect();
        bail!("{name} is neither a file nor a sound of this bank, which has: {}", known.join(", "));
    }
    if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json")) {
        let file = CurveFile::parse(&files::read(path, MAX_CURVE_FILE_BYTES)?).with_context(|| name.to_owned())?;
        let curve = DescriptorCurve::new(file.resampled()).with_context(|| name.to_owned())?;
        return Ok(curve.with_timbre(file.timbre()));
    }
    let impact = files::recording(path)?.first_impact().with_context(|| name.to_owned())?;
    let measured = impact.curve().with_context(|| name.to_owned())?;
    Ok(bank.fitted(vec![measured]).swap_remove(0))
}

fn factory_index(bank: &Catalogue, name: &str) -> Option<usize> {
    let sounds = &bank.card().factory;
    let by_name = sounds.iter().position(|sound| sound.name.eq_ignore_ascii_case(name));
    by_name.or_else(|| {
        let number: usize = name.parse().ok()?;
        (1..=sounds.len()).contains(&number).then(|| number - 1)
    })
}
