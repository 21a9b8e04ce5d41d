//! The instrument's screen: 128 x 64 one-bit pixels and the menu on them, the same as on the module.

mod counters;
mod engine_settings;
mod host;
mod menu;
mod menu_settings;
mod oled;
mod view;

pub(crate) use engine_settings::engine_settings;
pub(crate) use menu::Menu;
pub(crate) use menu_settings::menu_settings;
pub(crate) use oled::Oled;
