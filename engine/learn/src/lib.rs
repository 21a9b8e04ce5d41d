//! The networks in burn: definition, losses, data sets, training and export.
//!
//! burn defines and trains; `neurorack_engine::models` streams the same numbers. What both sides need (the
//! conditioning of curves, the noise spectra) lives in the engine and is used from here, so that it exists once.

pub mod bank;
pub mod carriers;
pub mod checkpoint;
pub mod data;
pub mod drive;
pub mod evaluate;
pub mod hn_sinc_nsf;
pub mod loss;
pub mod metrics;
pub mod sheet;
pub mod sinc_nsf;
pub mod train;
