//! The module's menu and all its screens.
//!
//! [`Panel`] is the state machine: it takes what the encoder does and hands out [`Action`]s for the host, and it draws what
//! the host tells of itself in a [`View`] onto any 128 x 64 one-bit `DrawTarget`. Module, page and tests run this same code,
//! so they show the same pixels. No heap, no clock, no floating-point formatting; nothing here can panic or fail.
//!
//! ```
//! use neurorack_panel::{Action, Input, Panel, Pixels, Setting, View};
//!
//! let view = View::default();
//! let mut panel = Panel::new();
//! // On the idle screen the encoder turns the volume, until it is assigned to something else.
//! assert_eq!(panel.handle(Input::Turn(-1), &view), Some(Action::Set(Setting::Volume(-10))));
//!
//! let mut pixels = Pixels::new();
//! panel.draw(&view, &mut pixels).expect("memory takes every pixel");
//! ```

#![no_std]

mod action;
mod assignment;
mod describe;
mod draw;
mod field;
mod menu;
mod pace;
mod panel;
mod settings;
mod text;
mod view;

pub use action::{Action, Calibration, Input, Reference};
pub use assignment::{Assignment, CvInput, EncoderTarget, GateInput, GateTarget, PushTarget, Target};
pub use describe::Speech;
pub use draw::{Alone, CheckRow, Tick};
pub use panel::{Panel, Sense};
pub use settings::{CvRange, Descriptor, Setting, Settings, Voices};
pub use view::{Bank, Fact, Host, Message, MessageKind, Offers, Set, Slot, Statistics, View};

use embedded_graphics::framebuffer::{Framebuffer, buffer_size};
use embedded_graphics::pixelcolor::BinaryColor;
use embedded_graphics::pixelcolor::raw::{BigEndian, RawU1};

/// Pixels in a row of the screen.
pub const WIDTH: usize = 128;

/// Rows of the screen.
pub const HEIGHT: usize = 64;

/// The whole screen in memory: `WIDTH / 8` bytes a row from the top, the leftmost pixel in the highest bit.
pub type Pixels =
    Framebuffer<BinaryColor, RawU1, BigEndian, WIDTH, HEIGHT, { buffer_size::<BinaryColor>(WIDTH, HEIGHT) }>;
