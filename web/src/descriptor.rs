//! The seven descriptors as the page shows them.

pub(crate) use neurorack_host::{AUDIBLE_RMS, Descriptor};

/// Custom property of `tokens.css` with a descriptor's colour on a plate.
pub(crate) fn colour_token(descriptor: Descriptor) -> &'static str {
    match descriptor {
        Descriptor::Loudness => "--plate-loudness",
        Descriptor::Percussivity => "--plate-percussivity",
        Descriptor::Brightness => "--plate-brightness",
        Descriptor::Tone => "--plate-tone",
        Descriptor::Richness => "--plate-richness",
        Descriptor::Noise => "--plate-noise",
        Descriptor::Pitch => "--plate-pitch",
    }
}
