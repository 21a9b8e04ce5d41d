//! What the installation finds on a system: users, groups, whether it is a Jetson.

use super::{Root, USER};
use anyhow::Result;

/// Groups that open what the instrument needs, where a system has them, each with what for.
const GROUPS: [(&str, &str); 4] = [
    ("audio", "it may open sound cards"),
    ("dialout", "it may open the module's serial port"),
    ("uucp", "it may open the module's serial port"),
    ("plugdev", "it may use devices that are plugged in"),
];

/// What a group is joined for.
pub(super) fn why_group(name: &str) -> &'static str {
    GROUPS.iter().find(|(group, _)| *group == name).map_or("", |(_, why)| why)
}

/// A Jetson's sound at its 40-pin header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    /// ALSA's name of the card.
    pub(super) card: &'static str,
    /// The port whose pins are at the header.
    pub(super) port: &'static str,
}

/// What is there.
#[derive(Debug)]
pub(super) struct Found {
    /// Whether the user of its own is.
    pub(super) user: bool,
    /// Groups that the user is not in yet.
    pub(super) groups_to_join: Vec<String>,
    pub(super) header: Option<Header>,
    /// Whether ALSA reads a folder of settings (1.1.4 and newer).
    pub(super) alsa_folder: bool,
}

impl Found {
    /// Looks at a system.
    pub(super) fn look(root: &Root) -> Result<Self> {
        let users = root.read("/etc/passwd")?.unwrap_or_default();
        let groups = root.read("/etc/group")?.unwrap_or_default();
        let dialout = members(&groups, "dialout").is_some();
        // Serial ports are the second one's where there is no first.
        let joinable = |group: &&str| {
            !(dialout && *group == "uucp") && members(&groups, group).is_some_and(|names| !names.contains(&USER))
        };
        let groups_to_join = GROUPS.iter().map(|(group, _)| *group).filter(joinable).map(str::to_owned).collect();
        Ok(Self {
            user: users.lines().any(|line| line.split(':').next() == Some(USER)),
            groups_to_join,
            header: root.read("/etc/nv_tegra_release")?.as_deref().and_then(header),
            alsa_folder: root.exists("/etc/alsa/conf.d"),
        })
    }
}

/// Who is in a group, where there is one.
fn members<'a>(groups: &'a str, group: &str) -> Option<Vec<&'a str>> {
    groups.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next() == Some(group)).then(|| fields.nth(2).unwrap_or_default().split(',').collect())
    })
}

/// The sound at the header, by the release of NVIDIA's Linux: `# R36 (release), REVISION: 4.0, …`.
///
/// 32 is JetPack 4, of which the old Nano is meant; from 34 on (JetPack 5 and 6) all have one name for the card.
fn header(release: &str) -> Option<Header> {
    let number = release.trim_start_matches('#').trim_start().strip_prefix('R')?;
    let number: u32 = number.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()?;
    match number {
        32 => Some(Header { card: "tegrasndt210ref", port: "I2S4" }),
        34.. => Some(Header { card: "APE", port: "I2S2" }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{header, members};

    #[test]
    fn the_release_tells_the_card() {
        let card = |release| header(release).map(|header| (header.card, header.port));
        assert_eq!(card("# R36 (release), REVISION: 4.0, GCID: 1\n"), Some(("APE", "I2S2")));
        assert_eq!(card("# R32 (release), REVISION: 7.1, GCID: 1\n"), Some(("tegrasndt210ref", "I2S4")));
        assert_eq!(card("# R28 (release)"), None);
        assert_eq!(card("something else"), None);
    }

    #[test]
    fn a_groups_members_are_read() {
        let groups = "audio:x:29:pulse,neurorack\nplugdev:x:46:\n";
        assert_eq!(members(groups, "audio"), Some(vec!["pulse", "neurorack"]));
        assert_eq!(members(groups, "plugdev"), Some(vec![""]));
        assert_eq!(members(groups, "dialout"), None);
    }
}
