//! Training: losses, data sets, the optimiser's loop, export, scores.
//!
//! The networks are `neurorack_nets`'s, in burn; `neurorack_engine::models` streams the same numbers.

mod augment;
pub mod bank;
mod batch;
pub mod carriers;
pub mod checkpoint;
pub mod curve_vae;
pub mod data;
pub mod device;
pub mod evaluate;
pub mod factory;
pub mod frave;
pub mod from_bank;
pub mod history;
pub mod import;
pub mod loss;
pub mod metrics;
pub mod mix;
pub mod plan;
pub mod prepare;
pub mod progress;
pub mod sampling;
pub mod sheet;
pub mod train;
pub mod watch;
