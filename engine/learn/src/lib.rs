//! The networks in burn: definition, losses, data sets, training and export.
//!
//! burn defines and trains; `neurorack_engine::models` streams the same numbers. What both sides need (the
//! conditioning of curves, the noise spectra) lives in the engine and is used from here, so that it exists once.

mod augment;
pub mod bank;
mod batch;
pub mod carriers;
pub mod checkpoint;
pub mod curve_vae;
pub mod data;
pub mod device;
pub mod drive;
pub mod evaluate;
pub mod factory;
pub mod from_bank;
pub mod history;
pub mod hn_sinc_nsf;
pub mod loss;
pub mod metrics;
pub mod plan;
pub mod prepare;
pub mod progress;
pub mod sampling;
pub mod sheet;
pub mod sinc_nsf;
pub mod train;
pub mod watch;
