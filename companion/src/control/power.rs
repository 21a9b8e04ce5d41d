//! The computer's own switch, where the instrument is all that it is for.

use anyhow::{Result, bail};
use std::path::Path;
use std::process::Command;

/// Tells of a Jetson: its kernel's name for the board.
const MODEL: &str = "/proc/device-tree/model";

/// What can be asked of the computer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Switch {
    /// Off.
    Off,
    /// Off and on.
    Again,
}

/// Whether this is a Jetson.
pub(crate) fn is_jetson() -> bool {
    std::fs::read_to_string(Path::new(MODEL)).is_ok_and(|model| model.to_lowercase().contains("jetson"))
}

/// Switches the computer off or starts it anew, as `systemctl` does for this user.
///
/// # Errors
/// When the user may not.
pub(super) fn switch(switch: Switch) -> Result<()> {
    switch_by("systemctl", switch)
}

fn switch_by(program: &str, switch: Switch) -> Result<()> {
    let verb = match switch {
        Switch::Off => "poweroff",
        Switch::Again => "reboot",
    };
    match Command::new(program).arg("--no-ask-password").arg(verb).output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr);
            bail!("the computer cannot be switched by this user ({}): `sudo neurorack install` allows it", said.trim())
        }
        Err(error) => bail!("there is no {program} that could switch the computer ({error}): switch it by hand"),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_what_to_do() {
        // Programs that do nothing, and refuse everything.
        switch_by("true", Switch::Again).unwrap();
        let refused = switch_by("false", Switch::Off).unwrap_err().to_string();
        assert!(refused.contains("neurorack install"), "{refused}");
        let missing = switch_by("/no/such/program", Switch::Off).unwrap_err().to_string();
        assert!(missing.contains("by hand"), "{missing}");
    }
}
