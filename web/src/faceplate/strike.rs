//! The figure round the knob: seven rings, one a descriptor, time clockwise from the strike line, loudness outermost.

use super::geometry::{Geometry, Strike};
use crate::animation::later;
use crate::descriptor::{AUDIBLE_RMS, Descriptor};
use leptos::prelude::*;
use neurorack_engine::descriptors::Descriptors;
use std::f64::consts::TAU;
use std::fmt::Write;

/// Points of one ring at most; more frames than that are skipped over evenly.
const POINTS: usize = 120;

/// One ring's outline in millimetres on the panel.
pub(crate) struct Ring {
    /// Along the values, from the strike line on; at least two points, or none in silence.
    pub(crate) crest: Vec<[f64; 2]>,
    /// Radius of the base line, and the angle from the strike line, in radians, where it ends.
    pub(crate) base: f64,
    pub(crate) sweep: f64,
}

/// The point at this radius and angle clockwise from the strike line.
fn polar(strike: &Strike, radius: f64, angle: f64) -> [f64; 2] {
    [strike.centre[0] + radius * angle.sin(), strike.centre[1] - radius * angle.cos()]
}

/// The rings of a hit, innermost first. `frames_in_full` frames take the whole sweep.
pub(crate) fn rings(frames: &[Descriptors], frames_in_full: usize) -> [(Descriptor, Ring); 7] {
    let strike = Geometry::get().artwork.strike;
    let stride = frames_in_full.div_ceil(POINTS).max(1);
    let per_frame = strike.sweep_deg / 360.0 * TAU / frames_in_full.max(2) as f64;
    let audible = frames.iter().rposition(|frame| frame.rms > AUDIBLE_RMS).map_or(0, |last| last + 1);
    let mut order = Descriptor::ALL;
    order.reverse();
    let mut place = 0.0;
    order.map(|descriptor| {
        let base = strike.first_radius + place * strike.pitch;
        place += 1.0;
        let mut crest: Vec<[f64; 2]> = frames[..audible]
            .iter()
            .enumerate()
            .step_by(stride)
            .map(|(index, frame)| {
                let height = f64::from(descriptor.height(frame)) * strike.height;
                polar(&strike, base + height.max(0.06), per_frame * index as f64)
            })
            .collect();
        if crest.len() < 2 {
            crest.clear();
        }
        let last = audible.saturating_sub(1) / stride * stride;
        (descriptor, Ring { crest, base, sweep: per_frame * last as f64 })
    })
}

/// SVG path data through the crest.
fn line(ring: &Ring) -> String {
    let mut data = String::with_capacity(ring.crest.len() * 12);
    for (index, [x, y]) in ring.crest.iter().enumerate() {
        let _ = write!(data, "{}{x:.2} {y:.2}", if index == 0 { 'M' } else { 'L' });
    }
    data
}

/// SVG path data of the body between crest and base line.
fn body(ring: &Ring) -> String {
    if ring.crest.is_empty() {
        return String::new();
    }
    let strike = Geometry::get().artwork.strike;
    let ([end_x, end_y], [start_x, start_y]) = (polar(&strike, ring.base, ring.sweep), polar(&strike, ring.base, 0.0));
    let large = u8::from(ring.sweep > TAU / 2.0);
    let radius = ring.base;
    format!("{}L{end_x:.2} {end_y:.2}A{radius:.2} {radius:.2} 0 {large} 0 {start_x:.2} {start_y:.2}Z", line(ring))
}

/// A sound's portrait: its seven curves as the figure round the knob, drawn as soon as nothing else is to be done.
#[component]
pub(crate) fn Portrait(#[prop(into)] frames: Signal<Vec<Descriptors>>) -> impl IntoView {
    let strike = Geometry::get().artwork.strike;
    let reach = strike.first_radius + 7.0 * strike.pitch + 1.6;
    let [x, y] = strike.centre;
    let view_box = format!("{} {} {} {}", x - reach, y - reach, 2.0 * reach, 2.0 * reach);
    let strike_line = format!("M{x} {}V{}", y - strike.first_radius + 0.9, y - reach + 0.6);
    let turn = RwSignal::new(false);
    later(move || {
        // The portrait may be gone by now.
        turn.try_set(true);
    });
    let drawn = Memo::new(move |_| {
        if !turn.get() {
            return Vec::new();
        }
        frames.with(|frames| rings(frames, frames.len()).map(|(_, ring)| (body(&ring), line(&ring))).to_vec())
    });
    view! {
        <svg class="portrait" viewBox=view_box aria-hidden="true">
            {move || {
                drawn.get().into_iter().map(|(body, _)| view! { <path class="body" d=body /> }).collect_view()
            }}
            <path class="strike" d=strike_line />
        </svg>
    }
}

/// Fills the body of a ring on a canvas whose units are millimetres of the panel.
pub(crate) fn fill_body(context: &web_sys::CanvasRenderingContext2d, ring: &Ring) {
    let Some((first, rest)) = ring.crest.split_first() else { return };
    let [x, y] = Geometry::get().artwork.strike.centre;
    context.begin_path();
    context.move_to(first[0], first[1]);
    for point in rest {
        context.line_to(point[0], point[1]);
    }
    let top = -TAU / 4.0;
    // The arc's arguments are finite by construction; a failure would only leave the ring out.
    let _ = context.arc_with_anticlockwise(x, y, ring.base, top + ring.sweep, top, true);
    context.fill();
}

/// Strokes the crest of a ring on a canvas whose units are millimetres of the panel.
pub(crate) fn stroke_line(context: &web_sys::CanvasRenderingContext2d, ring: &Ring) {
    context.begin_path();
    for [x, y] in &ring.crest {
        context.line_to(*x, *y);
    }
    context.stroke();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_has_no_rings_and_a_hit_has_seven() {
        let silent = vec![Descriptors::default(); 40];
        assert!(rings(&silent, 40).iter().all(|(_, ring)| ring.crest.is_empty()));
        let hit = vec![Descriptors { rms: 0.5, ..Descriptors::default() }; 40];
        assert!(rings(&hit, 40).iter().all(|(_, ring)| ring.crest.len() == 40));
    }

    #[test]
    fn a_ring_stays_inside_its_own_track() {
        let strike = Geometry::get().artwork.strike;
        let hit = vec![Descriptors { rms: 1.0, ..Descriptors::default() }; 500];
        for (descriptor, ring) in rings(&hit, 500) {
            for [x, y] in ring.crest {
                let radius = (x - strike.centre[0]).hypot(y - strike.centre[1]);
                let track = ring.base - 1e-6..=ring.base + strike.height + 1e-6;
                assert!(track.contains(&radius), "{} at radius {radius}", descriptor.name());
            }
        }
    }
}
