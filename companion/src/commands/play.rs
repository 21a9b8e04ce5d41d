//! `neurorack play`: the instrument on an audio device, with a module, MIDI and a panel in the terminal.

mod arguments;
mod load;
mod shown;
mod typed;

pub(crate) use arguments::{Play, module_choice};
