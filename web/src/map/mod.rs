//! The map of sounds: impacts that were never recorded, each a small spectrogram that can be heard and taken, over a plane
//! without end that is moved and zoomed.
//!
//! Pure: `plane` (places and cells), `window` (what is in view), `queue` (what is rendered next), `shelf` (what is kept),
//! `fingers` (hands), `path` and `beat` (stops and when they sound), `tint` and `picture` (what a sound looks like).
//! `atlas` knows which sound lies where; `supply` is the door to what renders, `renderer` a worker behind it; `rendering`
//! hands it batches and keeps what comes. `chart` is what is looked at and taken, `route` the path and its playing. Seen are
//! `view`, `toolbar`, `stage`, `board`, `tile`, `flags` and `trail`.

mod atlas;
mod beat;
mod board;
mod chart;
mod file;
mod fingers;
mod flags;
mod path;
mod picture;
mod plane;
mod queue;
mod renderer;
mod rendering;
mod route;
mod shelf;
mod stage;
mod supply;
mod tile;
mod tint;
mod toolbar;
mod trail;
mod view;
mod window;

pub(crate) use beat::Pulse;
pub(crate) use renderer::Renderer;
pub(crate) use view::SoundMap;
