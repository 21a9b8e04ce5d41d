//! `neurorack module info`: what a module says of itself.

use super::met::PortArgument;
use crate::files;
use anyhow::{Context, Result};
use neurorack_link::short_name;
use neurorack_protocol::host::Heard;
use neurorack_protocol::{Info, Message, ResetCause};
use serde_json::json;

/// Show what the module says of itself: firmware, protocol, calibration, why it started.
#[derive(Debug, clap::Args)]
pub(crate) struct InfoCommand {
    #[command(flatten)]
    port: PortArgument,
    /// Write JSON, for a program.
    #[arg(long)]
    json: bool,
}

impl InfoCommand {
    /// Runs the command.
    pub(crate) fn run(self) -> Result<()> {
        let met = self.port.meet()?;
        let state = |heard| match heard {
            Heard::Calibration(_, kept) => Some(kept),
            _ => None,
        };
        let kept = met.ask(Message::CalibrationRead, state)?;
        files::print(&if self.json { as_json(&met.info, kept)? } else { as_text(&met.info, kept) })
    }
}

fn as_text(info: &Info, kept: bool) -> String {
    let [major, minor, patch] = info.firmware;
    let commit = match info.commit {
        [0, 0, 0, 0] => "built without a commit".to_owned(),
        commit => format!("commit {}", hex(commit)),
    };
    let screen = if info.has_screen { "answers" } else { "does not answer: check its four wires" };
    let calibration = if kept { "kept" } else { "none: run `neurorack module calibrate`" };
    format!(
        "module {}\n  firmware     {major}.{minor}.{patch}, {commit}\n  protocol     {}\n  board        revision {}\n  screen       \
         {screen}\n  calibration  {calibration}\n  started by   {}\n",
        short_name(info.uid),
        info.protocol,
        info.hardware,
        match info.reset {
            ResetCause::Power => "its power",
            ResetCause::Watchdog => "its watchdog, which found it stuck",
            ResetCause::Software => "its firmware",
        },
    )
}

fn as_json(info: &Info, kept: bool) -> Result<String> {
    let [major, minor, patch] = info.firmware;
    let told = json!({
        "name": short_name(info.uid),
        "uid": info.uid,
        "firmware": format!("{major}.{minor}.{patch}"),
        "commit": hex(info.commit),
        "protocol": info.protocol.to_string(),
        "board": info.hardware,
        "has_screen": info.has_screen,
        "is_calibrated": kept,
        "reset": match info.reset {
            ResetCause::Power => "power",
            ResetCause::Watchdog => "watchdog",
            ResetCause::Software => "software",
        },
    });
    Ok(serde_json::to_string_pretty(&told).context("what the module is cannot be written as JSON")? + "\n")
}

fn hex(bytes: [u8; 4]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
