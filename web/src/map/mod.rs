//! The map of sounds: impacts that were never recorded, each a small spectrogram that can be heard and taken.
//!
//! `atlas` knows which sound lies where, `renderer` is a worker that plays them into memory, `picture` makes pictures of
//! what it played, `chart` brings these together a tile at a time, and `view`, `tile` and `flags` are what is seen.

mod atlas;
mod chart;
mod file;
mod flags;
mod picture;
mod renderer;
mod tile;
mod view;

pub(crate) use renderer::Renderer;
pub(crate) use view::SoundMap;
