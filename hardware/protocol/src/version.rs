//! Which protocol is spoken, and who understands whom.

use core::fmt;

/// A version of the protocol. A new minor version adds messages, which older ones skip; a new major version changes some.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// Must be the same on both sides.
    pub major: u8,
    /// May differ.
    pub minor: u8,
}

impl Version {
    /// What this code speaks.
    pub const OURS: Self = Self { major: 1, minor: 1 };

    /// Whether we understand who speaks this.
    ///
    /// # Errors
    ///
    /// Which side is to be updated, where the major versions differ.
    pub fn check(self) -> Result<(), Mismatch> {
        if self.major == Self::OURS.major { Ok(()) } else { Err(Mismatch { theirs: self }) }
    }
}

/// The newest firmware, of this very source: `hardware/firmware/Cargo.toml` has the same.
pub const NEWEST_FIRMWARE: [u8; 3] = [0, 1, 0];

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// The two sides speak different protocols.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mismatch {
    /// What the other side speaks.
    pub theirs: Version,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (theirs, ours) = (self.theirs, Version::OURS);
        if theirs > ours {
            write!(f, "the module speaks protocol {theirs}, which is newer than {ours} here: update this program")
        } else {
            write!(
                f,
                "the module speaks protocol {theirs}, which is older than {ours} here: update the module's firmware"
            )
        }
    }
}

impl core::error::Error for Mismatch {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    #[test]
    fn the_newest_firmware_is_the_one_beside_this_crate() {
        let manifest = include_str!("../../firmware/Cargo.toml");
        let version = manifest.lines().find_map(|line| line.strip_prefix("version = ")).expect("it has a version");
        let [major, minor, patch] = NEWEST_FIRMWARE;
        assert_eq!(version.trim_matches('"'), std::format!("{major}.{minor}.{patch}"));
    }

    #[test]
    fn only_another_major_version_is_refused_and_the_older_side_is_told_to_update() {
        let Version { major, minor } = Version::OURS;
        assert_eq!(Version { major, minor: minor + 9 }.check(), Ok(()));
        let newer = Version { major: major + 1, minor: 0 }.check().expect_err("newer");
        assert!(newer.to_string().ends_with("update this program"), "{newer}");
        let older = Version { major: major - 1, minor: 9 }.check().expect_err("older");
        assert!(older.to_string().ends_with("update the module's firmware"), "{older}");
    }
}
