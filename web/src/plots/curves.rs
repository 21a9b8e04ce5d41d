//! One descriptor large: asked as a line, measured as a body, F1 and F2 broken and thin between which it lies.

use super::lanes::{Lanes, audible, points};
use super::surface::{Surface, token};
use crate::descriptor::Descriptor;
use crate::desk::Desk;
use crate::morph::seconds;
use leptos::html;
use leptos::prelude::*;

/// Room round the plot, in CSS pixels.
const LEFT: f64 = 48.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 30.0;
const BOTTOM: f64 = 26.0;

/// Line and gap, in CSS pixels, of F1 and of F2.
const BROKEN: [[f64; 2]; 2] = [[1.0, 4.0], [6.0, 5.0]];

/// The seven curves of the hit: heading, lanes and the large plot.
#[component]
pub(crate) fn Curves() -> impl IntoView {
    let desk = Desk::get();
    let length = move || format!("{:.2} s", seconds(desk.asked.with(|asked| asked.len())));
    view! {
        <section class="curves-block" aria-labelledby="curves-title">
            <div class="title">
                <h2 id="curves-title">"Curves"</h2>
                <span class="muted">{length}</span>
            </div>
            <div class="curves plate">
                <Lanes />
                <Plot />
            </div>
        </section>
    }
}

/// The colours of the plot.
struct Inks {
    paper: String,
    muted: String,
    gold: String,
}

#[component]
fn Plot() -> impl IntoView {
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
        desk.animator.wake();
    });
    let spoken = move || format!("{}, asked and measured over time", desk.shown.get().name());
    view! {
        <div class="curve-plot">
            <canvas node_ref=canvas role="img" aria-label=spoken />
        </div>
    }
}

fn draw(desk: Desk, surface: &Surface, inks: &Inks) {
    let descriptor = desk.shown.get_untracked();
    let asked = desk.asked.get_untracked();
    let colour = token(descriptor.colour_token());
    let (right, foot) = (surface.width - RIGHT, surface.height - BOTTOM);
    let at = |time: f64, height: f64| (LEFT + time * (right - LEFT), foot - height * (foot - TOP));
    surface.clear();
    let ends = desk.slots.map(|slot| slot.get_untracked());
    let frames = asked.len().max(2);
    desk.monitor.with_value(|monitor| {
        let measured = points(descriptor, audible(descriptor, monitor.measured()), frames, at);
        surface.context.set_fill_style_str(&colour);
        surface.context.set_stroke_style_str(&colour);
        surface.context.set_line_width(1.0);
        surface.context.set_global_alpha(0.42);
        surface.area(&measured, foot);
        surface.context.set_global_alpha(0.8);
        surface.polyline(measured);
        surface.context.set_global_alpha(1.0);
        axes(surface, descriptor, seconds(frames), &at, inks);
        for (end, pattern) in ends.iter().zip(BROKEN) {
            let end = end.as_ref().map_or(&[][..], |set| set.curve.frames());
            broken(surface, &points(descriptor, audible(descriptor, end), frames, at), pattern, inks);
        }
        surface.context.set_stroke_style_str(&inks.paper);
        surface.context.set_line_width(2.2);
        surface.polyline(points(descriptor, audible(descriptor, &asked), frames, at));
        if let Some(cursor) = monitor.cursor_frame().filter(|&cursor| cursor < frames) {
            surface.context.set_stroke_style_str(&inks.gold);
            surface.context.set_line_width(1.5);
            let (x, _) = at(cursor as f64 / (frames - 1) as f64, 0.0);
            surface.line((x, TOP - 6.0), (x, foot));
        }
    });
    legend(surface, descriptor, &colour, inks);
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
fn legend(surface: &Surface, descriptor: Descriptor, colour: &str, inks: &Inks) {
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
    for key in [Key::Asked, Key::Measured, Key::End(1), Key::End(0)] {
        let start = end - width(key.name()) - 20.0;
        if start < taken {
            return;
        }
        context.set_fill_style_str(&inks.paper);
        write(surface, key.name(), start + 20.0, 19.0);
        match key {
            Key::Asked => {
                context.set_stroke_style_str(&inks.paper);
                context.set_line_width(2.2);
                surface.line((start, 15.0), (start + 15.0, 15.0));
            }
            Key::Measured => {
                context.set_fill_style_str(colour);
                context.set_global_alpha(0.6);
                context.fill_rect(start, 9.0, 15.0, 11.0);
                context.set_global_alpha(1.0);
            }
            Key::End(end) => broken(surface, &[(start, 15.0), (start + 15.0, 15.0)], BROKEN[end], inks),
        }
        end = start - 10.0;
    }
}

/// An entry of the legend.
#[derive(Clone, Copy)]
enum Key {
    Asked,
    Measured,
    /// F1 or F2, by index.
    End(usize),
}

impl Key {
    fn name(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Measured => "measured",
            Self::End(0) => "F1",
            Self::End(_) => "F2",
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
