//! From voltages to meaning: the panel at one instant, gates with hysteresis, assignments, smoothing.

mod assignment;
mod frame;
mod gate;
mod parameters;
mod settings;
mod smoother;
mod target;

pub use assignment::{Assignment, CvInput, GateTarget, read};
pub use frame::ControlFrame;
pub use gate::{Gate, GateEdge};
pub use parameters::{Grains, Parameters};
pub use settings::Settings;
pub use smoother::Smoother;
pub use target::{Law, Target};
