//! The files of an installation.

use super::UNIT_FILE;
use super::found::Found;
use std::path::{Path, PathBuf};

/// One file, readable by everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) path: PathBuf,
    pub(super) contents: String,
    /// What it is for.
    pub(super) why: &'static str,
    /// Somebody else's file at that place is worth more than ours.
    pub(super) only_where_none: bool,
}

/// The files that a system needs.
pub(super) fn wanted(found: &Found, program: &Path) -> Vec<Part> {
    let part = |path: &str, contents: String, why| Part { path: path.into(), contents, why, only_where_none: false };
    let mut parts = vec![
        part(UNIT_FILE, unit(program), "the service"),
        part(
            "/etc/udev/rules.d/60-neurorack.rules",
            include_str!("../../../hardware/link/60-neurorack.rules").to_owned(),
            "the module's port is no modem's",
        ),
        part(
            "/etc/polkit-1/rules.d/49-neurorack.rules",
            include_str!("../../service/49-neurorack.rules").to_owned(),
            "the menu may switch off and restart",
        ),
        part(
            "/etc/polkit-1/localauthority/50-local.d/neurorack.pkla",
            include_str!("../../service/neurorack.pkla").to_owned(),
            "the same for polkit 0.105",
        ),
    ];
    if let Some(header) = found.header {
        let fill = |text: &str| text.replace("{card}", header.card).replace("{port}", header.port);
        parts.push(part(
            "/etc/systemd/system/neurorack.service.d/jetson.conf",
            fill(include_str!("../../service/jetson.conf")),
            "sound comes out of the 40-pin header",
        ));
        let place = if found.alsa_folder { "/etc/alsa/conf.d/60-neurorack.conf" } else { "/etc/asound.conf" };
        let named = fill(include_str!("../../service/asound.conf"));
        parts.push(Part { only_where_none: true, ..part(place, named, "a name for the output at the header") });
    }
    parts
}

/// The unit that starts a program.
pub(super) fn unit(program: &Path) -> String {
    include_str!("../../service/neurorack.service").replace("{program}", &program.display().to_string())
}
