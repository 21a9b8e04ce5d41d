//! The subcommands, one a file.

pub(crate) mod banks;
pub(crate) mod bench;
pub(crate) mod describe;
pub(crate) mod devices;
pub(crate) mod install;
pub(crate) mod map;
pub(crate) mod module;
pub(crate) mod play;
pub(crate) mod presets;
pub(crate) mod render;
