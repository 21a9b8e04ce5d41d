//! One descriptor large: the set at hand as a line, the other one dotted, the last hit as a gold body.

use super::lanes::points;
use super::surface::{Surface, token};
use super::view::{BOTTOM, LEFT, RIGHT, TOP, frames_shown};
use crate::descriptor::Descriptor;
use crate::desk::{Desk, Slot};
use crate::workshop::shown;
use leptos::html;
use leptos::prelude::*;
use neurorack_host::morph::{alpha, seconds};

/// Line and gap, in CSS pixels, of the set that is not at hand, and of what is asked where both sets have a part in it.
const DOTTED: [f64; 2] = [1.0, 4.0];
const DASHED: [f64; 2] = [6.0, 4.0];

/// The colours of the plot.
struct Inks {
    paper: String,
    muted: String,
    gold: String,
}

/// The drawing under the points.
#[component]
pub(super) fn Plot() -> impl IntoView {
    let desk = Desk::get();
    let canvas = NodeRef::<html::Canvas>::new();
    let inks = Inks { paper: token("--on-plate"), muted: token("--on-plate-muted"), gold: token("--gold") };
    desk.animator.paint(move |_| {
        if let Some(surface) = canvas.get_untracked().and_then(|canvas| Surface::of(&canvas)) {
            draw(desk, &surface, &inks);
        }
        false
    });
    Effect::new(move |_| {
        desk.shown.track();
        desk.asked.track();
        desk.at_hand.track();
        desk.slots.iter().for_each(Track::track);
        desk.animator.wake();
    });
    let spoken = move || format!("{}, asked and measured over time", desk.shown.get().name());
    view! { <canvas node_ref=canvas role="img" aria-label=spoken /> }
}

fn draw(desk: Desk, surface: &Surface, inks: &Inks) {
    let descriptor = desk.shown.get_untracked();
    let at_hand = desk.at_hand.get_untracked();
    let other = if at_hand == Slot::F1 { Slot::F2 } else { Slot::F1 };
    let asked = desk.asked.get_untracked();
    let share = alpha(desk.cv1.get_untracked() as f32);
    let alone = share == if at_hand == Slot::F1 { 0.0 } else { 1.0 };
    let frames = untrack(|| frames_shown(desk));
    let (right, foot) = (surface.width - RIGHT, surface.height - BOTTOM);
    let at = |time: f64, height: f64| (LEFT + time * (right - LEFT), foot - height * (foot - TOP));
    let course = |slot: Slot| {
        let set = desk.slot(slot).get_untracked();
        set.map_or_else(Vec::new, |set| points(descriptor, shown(descriptor, set.curve.frames()), frames, at))
    };
    surface.clear();
    desk.monitor.with_value(|monitor| {
        let measured = points(descriptor, shown(descriptor, monitor.measured()), frames, at);
        surface.context.set_fill_style_str(&inks.gold);
        surface.context.set_stroke_style_str(&inks.gold);
        surface.context.set_line_width(1.0);
        surface.context.set_global_alpha(0.42);
        surface.area(&measured, foot);
        surface.context.set_global_alpha(0.8);
        surface.polyline(measured);
        surface.context.set_global_alpha(1.0);
        axes(surface, descriptor, seconds(frames), &at, inks);
        broken(surface, &course(other), DOTTED, inks);
        if !alone {
            broken(surface, &points(descriptor, shown(descriptor, &asked), frames, at), DASHED, inks);
        }
        surface.context.set_stroke_style_str(&inks.paper);
        surface.context.set_line_width(1.6);
        surface.polyline(course(at_hand));
        if let Some(cursor) = monitor.cursor_frame().filter(|&cursor| cursor < frames) {
            surface.context.set_stroke_style_str(&inks.gold);
            surface.context.set_line_width(1.5);
            let (x, _) = at(cursor as f64 / (frames - 1) as f64, 0.0);
            surface.line((x, TOP - 6.0), (x, foot));
        }
    });
    let mut keys = vec![Key::Asked(alone), Key::Measured, Key::Dotted(other)];
    if !alone {
        keys.insert(0, Key::Line(at_hand));
    }
    legend(surface, descriptor, &keys, inks);
}

/// A thin broken line.
fn broken(surface: &Surface, points: &[(f64, f64)], pattern: [f64; 2], inks: &Inks) {
    let context = &surface.context;
    context.save();
    context.set_stroke_style_str(&inks.paper);
    context.set_global_alpha(0.55);
    context.set_line_width(1.4);
    context.set_line_cap("round");
    let pattern: js_sys::Array = pattern.iter().map(|&length| wasm_bindgen::JsValue::from_f64(length)).collect();
    // Fails only for lengths that are not finite.
    let _ = context.set_line_dash(&pattern);
    surface.polyline(points.iter().copied());
    context.restore();
}

fn write(surface: &Surface, text: &str, x: f64, y: f64) {
    // Fails only for places that are not finite.
    let _ = surface.context.fill_text(text, x, y);
}

/// Grid lines and their labels.
fn axes(surface: &Surface, descriptor: Descriptor, seconds: f64, at: &impl Fn(f64, f64) -> (f64, f64), inks: &Inks) {
    let context = &surface.context;
    context.set_font("500 12px 'Archivo Variable', system-ui, sans-serif");
    context.set_line_width(1.0);
    context.set_stroke_style_str(&inks.paper);
    context.set_fill_style_str(&inks.muted);
    context.set_text_align("right");
    let sparse = surface.height < 180.0;
    for (index, (height, label)) in descriptor.ticks().into_iter().enumerate() {
        let (left, y) = at(0.0, f64::from(height));
        context.set_global_alpha(0.1);
        surface.line((left, y.round() + 0.5), (surface.width - RIGHT, y.round() + 0.5));
        context.set_global_alpha(1.0);
        if !(sparse && index % 2 == 1) {
            write(surface, &label, left - 8.0, y + 4.0);
        }
    }
    let (left, foot) = at(0.0, 0.0);
    context.set_global_alpha(0.35);
    surface.line((left, foot.round() + 0.5), (surface.width - RIGHT, foot.round() + 0.5));
    context.set_global_alpha(1.0);
    let (step_ms, steps) = time_steps(seconds);
    for index in 0..=steps {
        let time_ms = step_ms * f64::from(index);
        let (x, _) = at(time_ms / 1_000.0 / seconds, 0.0);
        context.set_text_align(match index {
            0 => "left",
            _ if x > surface.width - RIGHT - 24.0 => "right",
            _ => "center",
        });
        let unit = if index == steps { " ms" } else { "" };
        write(surface, &format!("{time_ms:.0}{unit}"), x.min(surface.width - RIGHT), foot + 17.0);
    }
}

/// Milliseconds between labels, a round number, and how many labels after the first fit the duration.
fn time_steps(seconds: f64) -> (f64, u32) {
    let step = [25.0, 50.0, 100.0, 200.0, 250.0, 500.0, 1_000.0]
        .into_iter()
        .find(|step| seconds * 1_000.0 / step <= 5.0)
        .unwrap_or(1_000.0);
    (step, (seconds * 1_000.0 / step) as u32)
}

/// What is shown, in which unit, and what the lines mean as far as there is room to say it.
fn legend(surface: &Surface, descriptor: Descriptor, keys: &[Key], inks: &Inks) {
    let context = &surface.context;
    let width = |text: &str| context.measure_text(text).map_or(60.0, |metrics| metrics.width());
    context.set_text_align("left");
    context.set_font("700 13px 'Archivo Variable', system-ui, sans-serif");
    context.set_fill_style_str(&inks.paper);
    write(surface, descriptor.name(), LEFT, 19.0);
    let unit_at = LEFT + width(descriptor.name()) + 5.0;
    context.set_font("500 12px 'Archivo Variable', system-ui, sans-serif");
    context.set_fill_style_str(&inks.muted);
    write(surface, descriptor.unit(), unit_at, 19.0);
    let taken = unit_at + width(descriptor.unit()) + 14.0;
    let mut end = surface.width - RIGHT;
    for key in keys {
        let start = end - width(key.name()) - 20.0;
        if start < taken {
            return;
        }
        context.set_fill_style_str(&inks.paper);
        write(surface, key.name(), start + 20.0, 19.0);
        let ends = [(start, 15.0), (start + 15.0, 15.0)];
        match key {
            Key::Asked(true) | Key::Line(_) => {
                context.set_stroke_style_str(&inks.paper);
                context.set_line_width(1.6);
                surface.line(ends[0], ends[1]);
            }
            Key::Measured => {
                context.set_fill_style_str(&inks.gold);
                context.set_global_alpha(0.6);
                context.fill_rect(start, 9.0, 15.0, 11.0);
                context.set_global_alpha(1.0);
            }
            Key::Asked(false) => broken(surface, &ends, DASHED, inks),
            Key::Dotted(_) => broken(surface, &ends, DOTTED, inks),
        }
        end = start - 10.0;
    }
}

/// An entry of the legend.
#[derive(Clone, Copy)]
enum Key {
    /// What a hit is asked: the line itself where the set at hand has the whole part in it, dashed otherwise.
    Asked(bool),
    Measured,
    /// The set at hand.
    Line(Slot),
    /// The other set.
    Dotted(Slot),
}

impl Key {
    fn name(self) -> &'static str {
        match self {
            Self::Asked(_) => "asked",
            Self::Measured => "measured",
            Self::Line(slot) | Self::Dotted(slot) => slot.name(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_labelled_in_round_steps_that_fit() {
        for seconds in [0.006, 0.05, 0.3, 0.8, 1.3, 4.0] {
            let (step_ms, steps) = time_steps(seconds);
            assert!(steps <= 5, "{seconds} s: {steps} labels");
            assert!(step_ms * f64::from(steps) <= seconds * 1_000.0, "{seconds} s: the last label is inside");
        }
        assert_eq!(time_steps(0.8), (200.0, 4));
    }
}
