//! Curves made by hand: points to take hold of, what moving them does to every frame, the length, and sets that were edited.
//!
//! Everything here but `stroke` and `length_control` is arithmetic on lists of heights and has no idea of a page.

mod bend;
mod handles;
mod length;
mod length_control;
mod line;
mod stroke;

pub(crate) use bend::{Bent, drawn, inserted, moved, removed, shifted};
pub(crate) use handles::handles;
pub(crate) use length_control::LengthControl;
pub(crate) use line::{line, shown, with_line};
pub(crate) use stroke::Stroke;
