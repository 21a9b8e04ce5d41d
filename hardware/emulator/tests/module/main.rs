//! The real firmware on a simulated chip: `cargo xtask firmware test` builds it and runs these.

mod bench;
mod calibration;
mod paced;
mod panel;
mod self_test;
mod stream;
mod trouble;
