//! From voltages to meaning: the panel at one instant, gates with hysteresis, laws, smoothing.

mod frame;
mod gate;
mod law;
mod smoother;

pub use frame::ControlFrame;
pub use gate::{Gate, GateEdge};
pub use law::{CvInput, CvMapping, Law, Patch};
pub use smoother::Smoother;
