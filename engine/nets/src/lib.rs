//! The networks in burn, as they are played: what training and hosts that render whole hits share.
//!
//! `neurorack-learn` trains the networks that are defined here; the page's GPU worker and the companion play them. What both
//! sides of the engine need (the conditioning of curves, the noise spectra) lives in the engine and is used from here, so
//! that it exists once.

mod ahead;
pub mod bank_network;
pub mod batch;
pub mod drive;
pub mod frave;
pub mod hn_sinc_nsf;
pub mod player;
pub mod sinc_nsf;
