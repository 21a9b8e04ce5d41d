//! The faceplate: artwork, parts, the screen's pixels, and the hit redrawn round the knob as it was measured.

use super::artwork::panel_markup;
use super::encoder::Encoder;
use super::geometry::Geometry;
use super::parts::{Materials, lamp, part, screws};
use super::strike::{fill_body, rings, stroke_line};
use crate::desk::{Desk, Phase};
use crate::layout::{Layout, Width, reduced_motion};
use crate::plots::{Surface, token};
use crate::screen::Oled;
use crate::sources::InputJacks;
use leptos::html;
use leptos::prelude::*;

/// The instrument, drawn to scale.
#[component]
pub(crate) fn Panel(layout: ReadSignal<Layout>) -> impl IntoView {
    let desk = Desk::get();
    let geometry = Geometry::get();
    let (display, active) = geometry.display();
    let screen_at = move || {
        let layout = layout.get();
        let mm = layout.px_per_mm(active[0]);
        let snap = |px: f64| (px * layout.device_pixels).round() / layout.device_pixels;
        let half = |pixels: f64| pixels / 2.0 * f64::from(layout.screen_scale) / layout.device_pixels;
        (snap(display.centre[0] * mm - half(128.0)), snap(display.centre[1] * mm - half(64.0)))
    };
    let lamps = move |id: &str| geometry.components.iter().find(|component| component.id == id);
    let answered = move || desk.readout.get().hits > 0;
    view! {
        <div class="faceplate" class:answered=answered>
            <div class="art" inner_html=panel_markup() />
            <svg class="parts" viewBox=format!("0 0 {} {}", geometry.panel.width, geometry.panel.height) aria-hidden="true">
                <Materials />
                {screws()}
                {geometry.components.iter().map(part).collect_view()}
                {lamps("led-gate1").map(|led| lamp(led, "#3a3a3a", "#fff", move || f64::from(desk.glow.get())))}
                {lamps("led-gate2").map(|led| lamp(led, "#3a3226", "#ffd27a", move || {
                    if desk.frozen.get() { 1.0 } else { 0.0 }
                }))}
                {lamps("led-out").map(|led| lamp(led, "#5a3c08", "#ffd27a", move || {
                    if desk.phase.get() == Phase::Running { 1.0 } else { 0.0 }
                }))}
            </svg>
            <LiveStrike layout />
            <Encoder />
            <InputJacks />
            <div class="pixels" style:position="absolute"
                style:left=move || format!("{}px", screen_at().0) style:top=move || format!("{}px", screen_at().1)>
                <Oled
                    scale=Signal::derive(move || layout.get().screen_scale)
                    layout
                    named=Signal::derive(move || layout.get().width == Width::Phone)
                />
            </div>
        </div>
    }
}

/// Asked as thin lines and measured as gold bodies, over the printed figure, once there was a hit.
#[component]
fn LiveStrike(layout: ReadSignal<Layout>) -> impl IntoView {
    let desk = Desk::get();
    let canvas = NodeRef::<html::Canvas>::new();
    let geometry = Geometry::get();
    let strike = geometry.artwork.strike;
    let reach = strike.first_radius + 7.0 * strike.pitch + 0.6;
    let place = move || {
        let mm = layout.get().px_per_mm(geometry.display().1[0]);
        let edge = |at: f64| (at - reach) * mm;
        let size = 2.0 * reach * mm;
        format!(
            "left:{}px;top:{}px;width:{size}px;height:{size}px;pointer-events:none",
            edge(strike.centre[0]),
            edge(strike.centre[1])
        )
    };
    let (gold, white) = (token("--gold"), token("--on-plate"));
    let still = reduced_motion();
    desk.animator.paint(move |_| {
        let Some(surface) = canvas.get_untracked().and_then(|canvas| Surface::of(&canvas)) else { return false };
        surface.clear();
        let context = &surface.context;
        let scale = surface.width / (2.0 * reach);
        context.save();
        let _ = context.scale(scale, scale);
        let _ = context.translate(reach - strike.centre[0], reach - strike.centre[1]);
        let asked = desk.asked.get_untracked();
        desk.monitor.with_value(|monitor| {
            let measured = monitor.measured();
            // A new hit is asked before anything of it is measured; before the first, the printed figure stands alone.
            if measured.is_empty() && monitor.cursor_frame().is_none() {
                return;
            }
            let full = asked.len();
            context.set_fill_style_str(&gold);
            // With reduced motion the answer is drawn once, at the end.
            let shown = if still && monitor.cursor_frame().is_some() { 0 } else { measured.len().min(full) };
            for (_, ring) in rings(&measured[..shown], full) {
                fill_body(context, &ring);
            }
            context.set_stroke_style_str(&white);
            context.set_line_width(0.16);
            for (_, ring) in rings(&asked, full) {
                stroke_line(context, &ring);
            }
        });
        context.restore();
        false
    });
    view! { <canvas node_ref=canvas style=place aria-hidden="true" /> }
}
