//! From voltages to meaning: the panel at one instant, gates with hysteresis, assignments, smoothing.

mod assignment;
mod frame;
mod gate;
mod parameters;
mod settings;
mod smoother;
mod target;

pub use assignment::{Assignment, GateTarget, read};
pub use frame::ControlFrame;
pub use gate::{Gate, GateEdge};
pub use parameters::{Grains, Lead, Parameters};
pub use settings::Settings;
pub use smoother::Smoother;
pub(crate) use smoother::part_per_step;
pub use target::{Law, Target};

/// `value` within the range; what is not a number becomes `otherwise`. Real-time safe.
pub(crate) fn within(value: f32, least: f32, most: f32, otherwise: f32) -> f32 {
    if value.is_nan() { otherwise } else { value.clamp(least, most) }
}
