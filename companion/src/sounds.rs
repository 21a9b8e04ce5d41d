//! Descriptor curves by name: factory sets of a bank, sound files, curve files.

use crate::curve_file::CurveFile;
use crate::files;
use anyhow::{Context, Result, bail};
use neurorack_engine::bank::Catalogue;
use neurorack_engine::descriptors::DescriptorCurve;
use std::path::Path;

/// Largest curve file that is read: ten minutes of frames with room to spare.
pub(crate) const MAX_CURVE_FILE_BYTES: usize = 64 << 20;

/// The curve that `name` means, as F1 or F2.
///
/// A factory set's name (capitals do not matter) or number counted from 1; else a file: `.json` as `describe` writes it,
/// or a sound, of which the first impact is taken, as the page does.
pub(crate) fn find(bank: &impl AsRef<Catalogue>, name: &str) -> Result<DescriptorCurve> {
    let bank = bank.as_ref();
    if let Some(index) = factory_index(bank, name) {
        return Ok(bank.factory()[index].clone());
    }
    let path = Path::new(name);
    if !path.exists() {
        let known: Vec<&str> = bank.card().factory.iter().map(|sound| sound.name.as_str()).collect();
        bail!("{name} is neither a file nor a sound of this bank, which has: {}", known.join(", "));
    }
    if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json")) {
        let file = CurveFile::parse(&files::read(path, MAX_CURVE_FILE_BYTES)?).with_context(|| name.to_owned())?;
        let curve = DescriptorCurve::new(file.resampled()).with_context(|| name.to_owned())?;
        return Ok(curve.with_timbre(file.timbre()));
    }
    let impact = files::recording(path)?.first_impact().with_context(|| name.to_owned())?;
    impact.curve().with_context(|| name.to_owned())
}

fn factory_index(bank: &Catalogue, name: &str) -> Option<usize> {
    let sounds = &bank.card().factory;
    let by_name = sounds.iter().position(|sound| sound.name.eq_ignore_ascii_case(name));
    by_name.or_else(|| {
        let number: usize = name.parse().ok()?;
        (1..=sounds.len()).contains(&number).then(|| number - 1)
    })
}
