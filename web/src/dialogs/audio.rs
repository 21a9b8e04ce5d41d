//! The audio settings: latency, output, and what is measured while it plays.

use super::Dialog;
use crate::audio::{Latency, Output};
use crate::desk::{Desk, Phase};
use crate::gpu::Choice;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The button "Audio" with its dialog.
#[component]
pub(crate) fn AudioButton() -> impl IntoView {
    let desk = Desk::get();
    let outputs = RwSignal::new(Vec::<Output>::new());
    let look = move || {
        spawn_local(async move {
            outputs.set(desk.audio.outputs().await);
        });
    };
    view! {
        <Dialog name="Audio" opens=look>
            <LatencyChoice />
            {move || if desk.audio.can_choose_output() {
                view! { <OutputChoice outputs /> }.into_any()
            } else {
                view! {
                    <p class="muted">"This browser plays to the system\u{2019}s own output: choose another in the system\u{2019}s settings."</p>
                }.into_any()
            }}
            <RenderingChoice />
            <Meters />
        </Dialog>
    }
}

/// The list "Latency".
#[component]
fn LatencyChoice() -> impl IntoView {
    let desk = Desk::get();
    let chosen = desk.audio.latency();
    let option = move |latency: Latency| {
        view! { <option value=latency.name() selected=chosen == latency>{latency.describe()}</option> }
    };
    let choose = move |event| {
        if let Some(latency) = Latency::named(&event_target_value(&event)) {
            desk.audio.use_latency(desk, latency);
        }
    };
    view! {
        <label class="choice wide">
            <span aria-hidden="true">"Latency"</span>
            <select aria-label="Latency" on:change=choose>{Latency::ALL.map(option)}</select>
        </label>
    }
}

/// The list "Output".
#[component]
fn OutputChoice(outputs: RwSignal<Vec<Output>>) -> impl IntoView {
    let desk = Desk::get();
    let chosen = move || desk.audio.output();
    view! {
        <label class="choice wide">
            <span aria-hidden="true">"Output"</span>
            <select aria-label="Output" on:change=move |event| desk.audio.use_output(desk, event_target_value(&event))>
                <option value="" selected=move || chosen().is_empty()>"the system\u{2019}s own"</option>
                {move || outputs.get().into_iter().map(|output| {
                    let selected = output.id == chosen();
                    view! { <option value=output.id selected=selected>{output.name}</option> }
                }).collect_view()}
            </select>
        </label>
    }
}

/// The list "Map rendered by".
#[component]
fn RenderingChoice() -> impl IntoView {
    let desk = Desk::get();
    let choose = move |event| {
        if let Some(choice) = Choice::named(&event_target_value(&event)) {
            desk.gpu.choose(desk, choice);
        }
    };
    view! {
        <label class="choice wide">
            <span aria-hidden="true">"Map rendered by"</span>
            <select aria-label="Map rendered by" on:change=choose>
                {Choice::ALL.map(|choice| {
                    let selected = move || desk.gpu.choice.get() == choice;
                    view! { <option value=choice.name() selected=selected>{choice.name()}</option> }
                })}
            </select>
        </label>
        <p class="muted" role="status">
            "Graphics card: " {move || desk.gpu.standing.get().describe(desk.gpu.choice.get())} "."
        </p>
    }
}

/// What is measured.
#[component]
fn Meters() -> impl IntoView {
    let desk = Desk::get();
    let readout = move || desk.readout.get();
    let load = move || match readout() {
        readout if readout.load_percent > 0.0 => {
            format!("{:.0} % on average, {:.0} % at most", readout.load_percent, readout.longest_percent)
        }
        _ => "this browser does not tell".to_owned(),
    };
    view! {
        {move || if desk.phase.get() == Phase::Running {
            view! {
                <dl class="meters">
                    <dt>"Gate to sound"</dt><dd>{move || format!("{:.1} ms", readout().latency_ms)}</dd>
                    <dt>"Sample rate"</dt><dd>{move || format!("{} Hz", readout().rate_hz)}</dd>
                    <dt>"Audio thread"</dt><dd>{load}</dd>
                    <dt>"Underruns"</dt><dd>{move || readout().underruns}</dd>
                    <dt>"Events left out"</dt><dd>{move || readout().dropped}</dd>
                </dl>
            }.into_any()
        } else {
            view! { <p class="muted">"What is measured shows once the sound runs."</p> }.into_any()
        }}
    }
}
