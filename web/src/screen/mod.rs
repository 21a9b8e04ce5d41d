//! The instrument's screen: 128 x 64 one-bit pixels.

mod frame_buffer;
mod glyphs;
mod idle;
mod oled;

pub(crate) use frame_buffer::{FrameBuffer, WIDTH};
pub(crate) use idle::{Idle, draw};
pub(crate) use oled::Oled;
