//! What outlives a run: settings, presets, sounds of the user's own, and where banks are found.

mod banks;
mod places;
mod store;

pub(crate) use banks::{BankEntry, Banks, Found};
pub(crate) use places::StateArgument;
pub(crate) use store::{Store, valid_name};
