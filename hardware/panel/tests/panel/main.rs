//! The panel from outside: what it draws, what it does, and that nothing disturbs it.

mod actions;
mod alone;
mod art;
mod properties;
mod scene;
mod screens;
