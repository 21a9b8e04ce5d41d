//! The menu's settings in the engine's terms, and back.

mod engine_settings;
mod menu_settings;

pub use engine_settings::engine_settings;
pub use menu_settings::menu_settings;
