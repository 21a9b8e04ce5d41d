//! What was asked and what came: curves, scope, spectrogram, meter.

mod curves;
mod editor;
mod lanes;
mod meter;
mod plot;
mod points;
mod scope;
mod spectrogram;
mod surface;
mod view;

pub(crate) use curves::Curves;
pub(crate) use meter::Meter;
pub(crate) use scope::Scope;
pub(crate) use spectrogram::{Spectrogram, ink};
pub(crate) use surface::{Surface, token};
