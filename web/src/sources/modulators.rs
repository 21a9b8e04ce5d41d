//! The four modulators: shape, speed, a plate on which they are seen to move, and their jacks.

use super::jack::SourceJack;
use super::names::{modulator_name, shape_name};
use super::wave::{HEIGHT, WIDTH, line, place};
use crate::controls::{Field, Rail, Reading, Travel};
use crate::desk::Desk;
use leptos::prelude::*;
use neurorack_engine::GateInput;
use neurorack_engine::sources::{Input, Shape, Source, Span};

/// Slowest and fastest free rate, in hertz.
const RATE_HZ: [f64; 2] = [0.01, 20.0];

/// Shortest and longest decay on the rail, in milliseconds.
const DECAY_MS: [f64; 2] = [5.0, 10_000.0];

/// Shortest attack above none, and the longest, in milliseconds.
const ATTACK_MS: [f64; 2] = [1.0, 2_000.0];

/// Hundredths of a scale on which equal ways are equal factors.
const PLACE: Travel = Travel { least: 0.0, most: 100.0, step: 1.0, stride: 10.0, rest: 50.0, say: rate };

fn at_place([least, most]: [f64; 2], place: f64) -> f64 {
    least * (most / least).powf(place / 100.0)
}

fn place_of([least, most]: [f64; 2], value: f64) -> f64 {
    100.0 * (value.clamp(least, most) / least).ln() / (most / least).ln()
}

/// Two digits that mean something.
fn two_digits(value: f64) -> String {
    match value {
        ..1.0 => format!("{value:.2}"),
        ..10.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

fn rate(place: f64) -> Reading {
    let number = two_digits(at_place(RATE_HZ, place));
    Reading { seen: format!("{number} Hz"), heard: format!("{number} hertz") }
}

fn milliseconds(ms: f64) -> Reading {
    if ms < 1_000.0 {
        let number = format!("{ms:.0}");
        Reading { seen: format!("{number} ms"), heard: format!("{number} milliseconds") }
    } else {
        let number = format!("{:.1}", ms / 1_000.0);
        Reading { seen: format!("{number} s"), heard: format!("{number} seconds") }
    }
}

fn decay(place: f64) -> Reading {
    milliseconds(at_place(DECAY_MS, place))
}

/// The attack at a place: none at the very left.
fn attack_ms(place: f64) -> f64 {
    if place < 0.5 { 0.0 } else { at_place(ATTACK_MS, place) }
}

fn attack(place: f64) -> Reading {
    milliseconds(attack_ms(place))
}

fn span(index: f64) -> Reading {
    let label = Span::ALL[(index as usize).min(Span::ALL.len() - 1)].label();
    Reading { seen: label.into(), heard: format!("one turn in {label}") }
}

const SPAN: Travel =
    Travel { least: 0.0, most: (Span::ALL.len() - 1) as f64, step: 1.0, stride: 2.0, rest: 3.0, say: span };

/// All modulators.
#[component]
pub(super) fn Modulators() -> impl IntoView {
    view! {
        <section class="modulators-block" aria-labelledby="modulators-title">
            <div class="title"><h2 id="modulators-title">"Modulators"</h2></div>
            <div class="modulators">{(0..4).map(|index| view! { <Modulator index /> }).collect_view()}</div>
        </section>
    }
}

#[component]
fn Modulator(index: usize) -> impl IntoView {
    let desk = Desk::get();
    let modulation = Memo::new(move |_| desk.patch.with(|patch| patch.modulations[index]));
    let shape = Memo::new(move |_| modulation.get().shape);
    let synced = Memo::new(move |_| modulation.get().span.is_some());
    let name = Signal::derive(move || modulator_name(index, shape.get()));
    let spoken = move |what: &str| format!("{} {what}", name.get());
    let choose = move |event| {
        let chosen = event_target_value(&event);
        if let Some(shape) = Shape::ALL.into_iter().find(|&shape| shape_name(shape) == chosen) {
            desk.change_modulation(index, &format!("Shape of {}", name.get_untracked()), |modulation| {
                modulation.shape = shape;
                // An envelope goes up from where the knob stands.
                modulation.bipolar = shape != Shape::Envelope;
            });
        }
    };
    let sync = move |_| {
        desk.change_modulation(index, &format!("Speed of {}", name.get_untracked()), |modulation| {
            modulation.span = if modulation.span.is_some() { None } else { Some(Span::Bar) };
        });
    };
    let travel = Signal::derive(move || match (shape.get(), synced.get()) {
        (Shape::Envelope, _) => Travel { say: decay, ..PLACE },
        (_, true) => SPAN,
        (_, false) => PLACE,
    });
    let speed = Signal::derive(move || {
        let modulation = modulation.get();
        match (modulation.shape, modulation.span) {
            (Shape::Envelope, _) => place_of(DECAY_MS, modulation.decay_ms.into()),
            (_, Some(span)) => f64::from(span as u32),
            (_, None) => place_of(RATE_HZ, modulation.rate_hz.into()),
        }
    });
    let set = move |value: f64| {
        desk.change_modulation(index, &format!("Speed of {}", name.get_untracked()), |modulation| {
            match (modulation.shape, &mut modulation.span) {
                (Shape::Envelope, _) => modulation.decay_ms = at_place(DECAY_MS, value) as f32,
                (_, Some(span)) => *span = Span::ALL[(value as usize).min(Span::ALL.len() - 1)],
                (_, None) => modulation.rate_hz = at_place(RATE_HZ, value) as f32,
            }
        });
    };
    let speed_name = Signal::derive(move || spoken(if shape.get() == Shape::Envelope { "decay" } else { "speed" }));
    let shape_label = Signal::derive(move || format!("Shape of modulator {}", index + 1));
    let beside = move || {
        if shape.get() == Shape::Envelope {
            view! { <EnvelopeStart index /> }.into_any()
        } else {
            view! {
                <button
                    type="button"
                    class="plain sync"
                    aria-pressed=move || synced.get().to_string()
                    aria-label=move || spoken("sync to the clock")
                    on:click=sync
                >
                    "sync"
                </button>
            }
            .into_any()
        }
    };
    view! {
        <div class="modulator">
            <div class="called">
                <b>{name}</b>
                <label class="pick">
                    <select aria-label=shape_label on:change=choose prop:value=move || shape_name(shape.get())>
                        {Shape::ALL.map(|this| view! {
                            <option value=shape_name(this) selected=move || shape.get() == this>{shape_name(this)}</option>
                        })}
                    </select>
                </label>
            </div>
            <ModulatorPlate index />
            <div class="speed">
                <div class="above">{beside}<span class="muted">{move || (travel.get().say)(speed.get()).seen}</span></div>
                <Rail name=speed_name value=speed set=Callback::new(set) travel />
            </div>
            <SourceJack source=Source::ALL[index] />
        </div>
    }
}

/// Which gate starts an envelope, and how fast it rises.
#[component]
fn EnvelopeStart(index: usize) -> impl IntoView {
    let desk = Desk::get();
    let gate = Memo::new(move |_| desk.patch.with(|patch| patch.modulations[index].gate));
    let rise = Memo::new(move |_| {
        let ms = f64::from(desk.patch.with(|patch| patch.modulations[index].attack_ms));
        if ms < ATTACK_MS[0] { 0.0 } else { place_of(ATTACK_MS, ms).max(1.0) }
    });
    let set_gate = move |event| {
        let chosen = event_target_value(&event);
        let gate = if chosen == "Gate 2" { GateInput::Gate2 } else { GateInput::Gate1 };
        desk.change_modulation(index, &format!("Gate of Envelope {}", index + 1), |modulation| modulation.gate = gate);
    };
    let set_rise = move |place: f64| {
        desk.change_modulation(index, &format!("Attack of Envelope {}", index + 1), |modulation| {
            modulation.attack_ms = attack_ms(place) as f32;
        });
    };
    view! {
        <label class="pick">
            <select aria-label=format!("Envelope {} gate", index + 1) on:change=set_gate>
                {GateInput::ALL.map(|this| {
                    let name = if this == GateInput::Gate1 { "Gate 1" } else { "Gate 2" };
                    view! { <option value=name selected=move || gate.get() == this>{name}</option> }
                })}
            </select>
        </label>
        <Field
            name=format!("Envelope {} attack", index + 1)
            label="up"
            value=Signal::from(rise)
            set=Callback::new(set_rise)
            travel=Travel { say: attack, rest: 0.0, ..PLACE }
        />
    }
}

/// The shape as a line, blue while it is plugged, with a gold point where the modulator stands.
#[component]
fn ModulatorPlate(index: usize) -> impl IntoView {
    let desk = Desk::get();
    let modulation = Memo::new(move |_| desk.patch.with(|patch| patch.modulations[index]));
    let standing = desk.live.modulators[index];
    let heard = Memo::new(move |_| desk.live.cv_volts[0].get().is_some());
    let path = move || {
        let modulation = modulation.get();
        if matches!(modulation.shape, Shape::SampleAndHold | Shape::SmoothNoise) && heard.get() {
            standing.track();
            desk.live.traces.with_value(|traces| {
                let (first, second) = traces[index].as_slices();
                line(&modulation, &[first, second].concat())
            })
        } else {
            line(&modulation, &[])
        }
    };
    let point = move || {
        let (x, y) = place(&modulation.get(), standing.get());
        format!("translate:{:.1}% {:.1}%", x * 100.0, y * 100.0)
    };
    let plugged = Memo::new(move |_| {
        desk.patch.with(|patch| {
            Input::ALL.iter().any(|&input| patch.cables.at(input).any(|cable| cable.from == Source::ALL[index]))
        })
    });
    view! {
        <div class="plate wave" class:plugged=move || plugged.get() aria-hidden="true">
            <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") preserveAspectRatio="none"><path d=path /></svg>
            {move || heard.get().then(|| view! { <i style=point></i> })}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_values_belong_together() {
        for range in [RATE_HZ, DECAY_MS, ATTACK_MS] {
            for place in [0.0, 33.0, 100.0] {
                assert!((place_of(range, at_place(range, place)) - place).abs() < 1e-9, "{range:?} at {place}");
            }
        }
        assert_eq!(rate(0.0).seen, "0.01 Hz");
        assert_eq!(rate(100.0).heard, "20 hertz");
        assert_eq!(attack(0.0).seen, "0 ms");
        assert_eq!(decay(100.0).seen, "10.0 s");
    }
}
