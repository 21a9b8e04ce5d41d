//! The output's level beside the panel: a gold body for now, a line for the recent peak.

use super::surface::{Surface, token};
use crate::desk::Desk;
use leptos::html;
use leptos::prelude::*;
use neurorack_host::monitor::Monitor;

/// The lower end of the meter, in decibels of full scale.
const FLOOR_DB: f32 = -60.0;

/// Where a linear level lies on the meter, 0 to 1.
fn height(level: f32) -> f64 {
    f64::from((1.0 - 20.0 * level.max(1e-6).log10() / FLOOR_DB).clamp(0.0, 1.0))
}

/// The peak meter.
#[component]
pub(crate) fn Meter() -> impl IntoView {
    let desk = Desk::get();
    let canvas = NodeRef::<html::Canvas>::new();
    let (gold, paper) = (token("--gold"), token("--on-plate"));
    desk.animator.paint(move |_| {
        let Some(surface) = canvas.get_untracked().and_then(|canvas| Surface::of(&canvas)) else { return false };
        let levels = desk.monitor.with_value(Monitor::levels);
        surface.clear();
        let level = height(levels.now) * surface.height;
        surface.context.set_fill_style_str(&gold);
        surface.context.fill_rect(0.0, surface.height - level, surface.width, level);
        if levels.recent > 1e-3 {
            surface.context.set_fill_style_str(&paper);
            surface.context.fill_rect(0.0, surface.height - height(levels.recent) * surface.height, surface.width, 2.0);
        }
        false
    });
    view! {
        <div class="meter" aria-hidden="true">
            <canvas node_ref=canvas />
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_meter_spans_sixty_decibels() {
        assert!((height(1.0) - 1.0).abs() < 1e-6);
        assert!(height(1e-3).abs() < 1e-6);
        assert!((height(10f32.powf(-1.5)) - 0.5).abs() < 1e-6);
    }
}
