//! How the instrument stood, as it is kept: a preset, and what the menu sets beyond it.

use anyhow::{Result, bail};
use neurorack_engine::preset::Preset;
use neurorack_panel::{CvRange, EncoderTarget, PushTarget, Settings};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// The version of this form.
const VERSION: u32 = 1;

/// How the instrument stood.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct State {
    #[serde(rename = "neurorack_state")]
    version: u32,
    /// The sound, the menu's settings and the sources.
    pub(crate) preset: Preset,
    /// The bank's file.
    pub(crate) bank: Option<PathBuf>,
    #[serde(default)]
    menu: Menu,
}

/// What the menu sets that no preset has: it belongs to the instrument, not to a sound.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
struct Menu {
    range: String,
    encoder: String,
    push: String,
}

impl State {
    /// The state of an instrument.
    pub(crate) fn new(preset: Preset, bank: Option<PathBuf>, settings: &Settings) -> Self {
        let menu = Menu {
            range: settings.range.name().to_owned(),
            encoder: settings.encoder.name().to_owned(),
            push: settings.push.name().to_owned(),
        };
        Self { version: VERSION, preset, bank, menu }
    }

    /// The state as text for a file.
    pub(crate) fn to_json(&self) -> Result<String> {
        Ok(serde_json::to_string(self)? + "\n")
    }

    /// Reads what [`to_json`](Self::to_json) wrote; every value is put in range.
    ///
    /// # Errors
    /// When this is no state, or one of a later version.
    pub(crate) fn from_json(bytes: &[u8]) -> Result<Self> {
        let state: Self = serde_json::from_slice(bytes)?;
        if state.version != VERSION {
            bail!("it was kept by a later version of Neurorack");
        }
        Ok(Self { preset: state.preset.sanitised(), ..state })
    }

    /// Puts into the menu what is not a part of the preset; names that mean nothing leave it as it is.
    pub(crate) fn set_menu(&self, settings: &mut Settings) {
        let Menu { range, encoder, push } = &self.menu;
        settings.range = CvRange::ALL.into_iter().find(|it| it.name() == range).unwrap_or(settings.range);
        settings.encoder = EncoderTarget::ALL.into_iter().find(|it| it.name() == encoder).unwrap_or(settings.encoder);
        settings.push = PushTarget::ALL.into_iter().find(|it| it.name() == push).unwrap_or(settings.push);
    }
}
