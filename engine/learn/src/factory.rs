//! Factory sets without a list by hand: recordings that span a set, with names for the ear.

mod naming;
mod selection;

pub use naming::names;
pub use selection::select;
