//! The seven descriptors as small pictures, each a button that shows it large.

use super::surface::{Surface, token};
use crate::descriptor::{Descriptor, colour_token};
use crate::desk::Desk;
use crate::workshop::shown;
use leptos::html;
use leptos::prelude::*;
use neurorack_engine::descriptors::Descriptors;

/// Points at which a descriptor is shown: seconds are `index / frames_in_full` of the width.
pub(super) fn points(
    descriptor: Descriptor,
    frames: &[Descriptors],
    frames_in_full: usize,
    at: impl Fn(f64, f64) -> (f64, f64),
) -> Vec<(f64, f64)> {
    let full = frames_in_full.max(2) - 1;
    frames
        .iter()
        .enumerate()
        .take(frames_in_full)
        .map(|(index, frame)| at(index as f64 / full as f64, f64::from(descriptor.height(frame))))
        .collect()
}

/// The list of the seven.
#[component]
pub(super) fn Lanes() -> impl IntoView {
    view! {
        <div class="lanes" role="group" aria-label="Descriptors">
            {Descriptor::ALL.into_iter().map(|descriptor| view! { <Lane descriptor /> }).collect_view()}
        </div>
    }
}

#[component]
fn Lane(descriptor: Descriptor) -> impl IntoView {
    let desk = Desk::get();
    let canvas = NodeRef::<html::Canvas>::new();
    let colour = token(colour_token(descriptor));
    let mark = format!("var({})", colour_token(descriptor));
    desk.animator.paint(move |_| {
        let Some(surface) = canvas.get_untracked().and_then(|canvas| Surface::of(&canvas)) else { return false };
        surface.clear();
        let at =
            |time: f64, height: f64| (time * surface.width, surface.height - 5.0 - height * (surface.height - 10.0));
        let asked = desk.asked.get_untracked();
        desk.monitor.with_value(|monitor| {
            let measured = points(descriptor, shown(descriptor, monitor.measured()), asked.len(), at);
            surface.context.set_fill_style_str(&colour);
            surface.context.set_global_alpha(0.45);
            surface.area(&measured, at(0.0, 0.0).1);
        });
        surface.context.set_global_alpha(1.0);
        surface.context.set_stroke_style_str(&colour);
        surface.context.set_line_width(1.4);
        surface.polyline(points(descriptor, shown(descriptor, &asked), asked.len(), at));
        false
    });
    let chosen = move || desk.shown.get() == descriptor;
    view! {
        <button
            type="button"
            class="lane"
            style=format!("--mark:{mark}")
            aria-pressed=move || chosen().to_string()
            on:click=move |_| desk.shown.set(descriptor)
        >
            <span>{descriptor.name()}</span>
            <canvas node_ref=canvas aria-hidden="true" />
        </button>
    }
}
