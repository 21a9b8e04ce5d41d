//! The instrument's screen: 128 x 64 one-bit pixels and the menu on them, the same as on the module.

mod counters;
mod host;
mod menu;
mod oled;
mod view;

pub(crate) use menu::Menu;
pub(crate) use oled::Oled;
