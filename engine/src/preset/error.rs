//! Why a preset cannot be read or played.

/// Why there is no preset, in words for the person who opened it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PresetError {
    /// An address of something else.
    #[error("there is no preset in this link: copy it whole, from its beginning to its last letter")]
    NoPreset,
    /// Longer than any link.
    #[error("this link has {chars} characters, more than the {limit} of a preset: copy one link alone")]
    TooLong {
        /// Characters that came.
        chars: usize,
        /// Most there may be.
        limit: usize,
    },
    /// Its end is missing.
    #[error("this link was cut off: copy it whole")]
    CutOff,
    /// A letter of it changed, or it is none of ours.
    #[error("this link was changed on its way: copy it again from where it was made")]
    Damaged,
    /// Made by a later version.
    #[error(
        "this preset has format {found}, this Neurorack reads up to {readable}: update Neurorack, or reload the page"
    )]
    Newer {
        /// Format of the preset.
        found: u32,
        /// Format that is understood.
        readable: u32,
    },
    /// Larger than any preset.
    #[error(
        "this file has {bytes} bytes, more than the {limit} of a preset: choose a preset that Neurorack exported (.json)"
    )]
    TooLarge {
        /// Size of the file.
        bytes: usize,
        /// Largest permitted size.
        limit: usize,
    },
    /// A file of something else.
    #[error("this file is no preset of Neurorack: choose a .json file that Neurorack exported")]
    Foreign,
    /// A preset with something wrong in it.
    #[error("this preset cannot be read ({reason}): export it again from where it was made")]
    Value {
        /// What is wrong.
        reason: String,
    },
    /// Made with another bank.
    #[error(
        "it needs the bank \"{needs}\" ({needs_hash}), and here plays \"{has}\" ({has_hash}): load that bank to hear it as it was made"
    )]
    Bank {
        /// Name of the bank that it was made with.
        needs: String,
        /// The beginning of its hash.
        needs_hash: String,
        /// Name of the bank that plays.
        has: String,
        /// The beginning of its hash.
        has_hash: String,
    },
    /// A factory set that the bank does not have.
    #[error(
        "it plays the sound \"{set}\", which the bank \"{bank}\" does not have: load the bank that it was made with"
    )]
    NoSuchSet {
        /// Name of the set.
        set: String,
        /// Name of the bank that plays.
        bank: String,
    },
}
