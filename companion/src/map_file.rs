//! Finding and reading map files, and the places on them.

use crate::{bank_file, files};
use anyhow::{Context, Result, anyhow, ensure};
use neurorack_engine::models::curve_vae::{CurveVae, MAX_FILE_BYTES};
use std::path::{Path, PathBuf};

/// The factory map's name: it lies beside the factory bank.
const FACTORY_MAP: &str = "impacts-map.safetensors";

/// Which map a command reads.
#[derive(Debug, clap::Args)]
pub(crate) struct MapArgument {
    /// Map file. [default: NEURORACK_MAP, else `static/banks/impacts-map.safetensors` in the current folder, beside the
    /// program, or in a folder above them, else the one that was installed with the program]
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
}

impl MapArgument {
    /// Reads and checks the chosen map, or the one meant without a choice.
    pub(crate) fn open(&self) -> Result<CurveVae> {
        let path = match &self.map {
            Some(path) => path.clone(),
            None => default_map()?,
        };
        let map = read(&path)?;
        map.verify().with_context(|| path.display().to_string())?;
        Ok(map)
    }
}

/// Reads one map file.
pub(crate) fn read(path: &Path) -> Result<CurveVae> {
    let bytes = files::read(path, MAX_FILE_BYTES)?;
    CurveVae::parse(&bytes).with_context(|| path.display().to_string())
}

/// The map that is meant when none is named: `NEURORACK_MAP`, else the factory map.
fn default_map() -> Result<PathBuf> {
    if let Some(named) = std::env::var_os("NEURORACK_MAP").filter(|path| !path.is_empty()) {
        return Ok(named.into());
    }
    bank_file::factory_file(FACTORY_MAP).ok_or_else(|| {
        anyhow!("no map found: give one with --map FILE, or set NEURORACK_MAP (the factory map is static/banks/{FACTORY_MAP})")
    })
}

/// A place on the map, such as `0.3,-0.5`.
pub(crate) fn place(text: &str) -> Result<[f32; 2]> {
    let hint = "give a place as X,Y, such as 0.3,-0.5";
    let (x, y) = text.split_once(',').context(hint)?;
    let [x, y] = [x, y].map(|part| part.trim().parse::<f32>());
    let place = [x.context(hint)?, y.context(hint)?];
    ensure!(place.iter().all(|x| (-1.0..=1.0).contains(x)), "the map reaches from -1 to 1 both ways");
    Ok(place)
}
