//! What the step at hand does, in one line below the rows.

use crate::controls::{Field, Reading, Travel};
use crate::desk::Desk;
use leptos::prelude::*;
use neurorack_engine::sources::Step;

const VELOCITY: Travel = Travel { least: 0.0, most: 100.0, step: 1.0, stride: 10.0, rest: 80.0, say: percent };
const CHANCE: Travel = Travel { rest: 100.0, ..VELOCITY };
const GATE: Travel = Travel { least: 5.0, rest: 50.0, ..VELOCITY };
const RATCHETS: Travel =
    Travel { least: 1.0, most: Step::MAX_RATCHETS as f64, step: 1.0, stride: 2.0, rest: 1.0, say: times };

fn percent(value: f64) -> Reading {
    Reading { seen: format!("{value:.0} %"), heard: format!("{value:.0} percent") }
}

fn times(value: f64) -> Reading {
    let heard = if value < 1.5 { "1 strike".to_owned() } else { format!("{value:.0} strikes") };
    Reading { seen: format!("{value:.0}\u{00d7}"), heard }
}

/// Strength, chance, strikes, gate length and tie of the step at hand.
#[component]
pub(super) fn StepBar() -> impl IntoView {
    let desk = Desk::get();
    let at = move || desk.step_at_hand.get();
    let step = Memo::new(move |_| {
        let at = at();
        desk.patch.with(|patch| patch.sequences[at.gate].steps[at.index])
    });
    let number = move |what: &'static str,
                       label: &'static str,
                       travel: Travel,
                       read: fn(&Step) -> f64,
                       write: fn(&mut Step, f64)| {
        let set = move |next: f64| {
            desk.change_step(desk.step_at_hand.get_untracked(), what, move |step| write(step, next));
        };
        view! {
            <Field
                name=Signal::derive(move || format!("{} {}", at().name(), what.to_lowercase()))
                label
                value=Signal::derive(move || read(&step.get()))
                set=Callback::new(set)
                travel
            />
        }
    };
    let tie = move |event| {
        let tied = event_target_checked(&event);
        desk.change_step(desk.step_at_hand.get_untracked(), "Tie", |step| step.tie = tied);
    };
    view! {
        <div class="step-bar" role="group" aria-label=move || at().name()>
            <span class="which"><b>{move || format!("{}.{}", at().gate + 1, at().index + 1)}</b></span>
            {number("Velocity", "vel", VELOCITY, |step| f64::from((step.velocity * 100.0).round()), |step, v| step.velocity = v as f32 / 100.0)}
            {number("Chance", "chance", CHANCE, |step| f64::from((step.probability * 100.0).round()), |step, v| step.probability = v as f32 / 100.0)}
            {number("Strikes", "", RATCHETS, |step| step.ratchets.into(), |step, v| step.ratchets = v as u8)}
            {number("Gate", "gate", GATE, |step| f64::from(step.gate_percent.round()), |step, v| step.gate_percent = v as f32)}
            <label class="tie-box">
                <input
                    type="checkbox"
                    aria-label=move || format!("{} tie", at().name())
                    prop:checked=move || step.get().tie
                    on:change=tie
                />
                "tie"
            </label>
        </div>
    }
}
