//! Which recordings become factory sets: those of a list by hand, or those that span a set, with names for the ear.

mod listed;
mod naming;
mod selection;

pub use listed::{Chosen, FactoryError, listed};
pub use naming::names;
pub use selection::select;
