//! The faceplate: drawn to scale from the geometry table and the artwork.

mod artwork;
mod cable;
mod encoder;
mod geometry;
mod panel;
mod parts;
pub(crate) mod strike;

pub(crate) use artwork::Wordmark;
pub(crate) use cable::AudioCable;
pub(crate) use geometry::Geometry;
pub(crate) use panel::Panel;
