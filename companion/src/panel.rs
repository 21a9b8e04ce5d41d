//! The panel as flags of a command: four voltages and what the menu sets.

use anyhow::{Context, Result, ensure};
use neurorack_engine::Settings;

/// What stands on the panel.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct PanelArguments {
    /// Morph: from F1 (-5) to F2 (5), in volts.
    #[arg(long, value_name = "VOLTS", default_value_t = -5.0, allow_negative_numbers = true, value_parser = volts)]
    pub(crate) cv1: f32,
    /// Scrub: read the curves up to 0.75 s late (-5), live (0), or let a piece go round, the shorter the higher (5).
    #[arg(long, value_name = "VOLTS", default_value_t = 0.0, allow_negative_numbers = true, value_parser = volts)]
    cv2: f32,
    /// Transient: soft boom (-5), neutral (0), sharp click (5).
    #[arg(long, value_name = "VOLTS", default_value_t = 0.0, allow_negative_numbers = true, value_parser = volts)]
    cv3: f32,
    /// Variation: 0 % (-5), where all hits are identical, to 20 % (5).
    #[arg(long, value_name = "VOLTS", default_value_t = -5.0, allow_negative_numbers = true, value_parser = volts)]
    cv4: f32,
    /// Length of the loop that Gate 2 freezes, 50 to 100 ms.
    #[arg(long, value_name = "MS", default_value_t = 80.0, value_parser = freeze_ms)]
    freeze_ms: f32,
}

impl PanelArguments {
    /// CV 1 to CV 4 in volts.
    pub(crate) fn cv(&self) -> [f32; 4] {
        [self.cv1, self.cv2, self.cv3, self.cv4]
    }

    /// The menu's settings with this seed.
    pub(crate) fn settings(&self, seed: u64) -> Settings {
        Settings { freeze_ms: self.freeze_ms, seed, ..Settings::default() }
    }
}

/// A voltage that an input can carry.
pub(crate) fn volts(text: &str) -> Result<f32> {
    let volts: f32 = text.parse().context("give volts, such as -2.5")?;
    ensure!((-5.0..=5.0).contains(&volts), "an input carries -5 to 5 volts");
    Ok(volts)
}

pub(crate) fn freeze_ms(text: &str) -> Result<f32> {
    let length: f32 = text.parse().context("give milliseconds, such as 80")?;
    let [shortest, longest] = Settings::FREEZE_MS;
    ensure!((shortest..=longest).contains(&length), "the loop lasts {shortest} to {longest} ms");
    Ok(length)
}
