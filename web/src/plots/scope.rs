//! The waveform of the hit: the extremes of each column of pixels.

use super::surface::{Surface, token};
use crate::desk::Desk;
use leptos::html;
use leptos::prelude::*;

/// The hit's waveform over the time it was asked to take.
#[component]
pub(crate) fn Scope() -> impl IntoView {
    let desk = Desk::get();
    let canvas = NodeRef::<html::Canvas>::new();
    let paper = token("--on-plate");
    desk.animator.paint(move |_| {
        let Some(surface) = canvas.get_untracked().and_then(|canvas| Surface::of(&canvas)) else { return false };
        surface.clear();
        let context = &surface.context;
        context.set_stroke_style_str(&paper);
        context.set_line_width(1.2);
        let middle = surface.height / 2.0;
        let columns = (surface.width * 2.0) as usize;
        let extremes = desk.monitor.with_value(|monitor| monitor.waveform(columns, desk.asked.get_untracked().len()));
        let largest = extremes.iter().fold(0.05f32, |most, (low, high)| most.max(-low).max(*high));
        let scale = surface.height * 0.42 / f64::from(largest);
        context.begin_path();
        context.move_to(0.0, middle);
        for (column, (low, high)) in extremes.iter().enumerate() {
            let x = column as f64 / 2.0;
            context.line_to(x, middle - f64::from(*high) * scale);
            context.line_to(x, middle - f64::from(*low) * scale);
        }
        context.line_to(extremes.len() as f64 / 2.0, middle);
        context.line_to(surface.width, middle);
        context.stroke();
        false
    });
    view! { <canvas node_ref=canvas role="img" aria-label="Waveform of the hit" /> }
}
