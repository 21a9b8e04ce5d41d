//! Sounds to ask for: the bank's factory sets, the user's own files, and the bank itself.

mod bank_block;
mod file_button;
mod library;
mod measuring;
mod reading;
mod record_button;
mod set;
mod shipped;
mod slot_tabs;
mod slots;
mod take;

pub(crate) use bank_block::BankBlock;
pub(crate) use library::Library;
pub(crate) use set::{BankFile, SoundSet};
pub(crate) use shipped::{missing, not_here};
pub(crate) use slot_tabs::SlotTabs;
pub(crate) use slots::Slots;
