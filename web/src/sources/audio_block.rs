//! Voltages and sounds from outside, by an audio interface: a button that opens it, for each channel a jack and its calibration,
//! and a button that lets the first lead what is played.

use super::jack::SourceJack;
use crate::audio::{Calibration, InputState};
use crate::controls::{Field, Travel, volts};
use crate::desk::Desk;
use leptos::prelude::*;
use neurorack_engine::sources::{Cable, FULL_VOLTS, Input, InputScale, Source};
use neurorack_panel::{CvInput, GateInput, GateTarget, Setting, Target};

const FULL_SCALE: Travel = Travel {
    least: InputScale::FULL_SCALE_VOLTS[0] as f64,
    most: InputScale::FULL_SCALE_VOLTS[1] as f64,
    step: 0.1,
    stride: 1.0,
    rest: FULL_VOLTS as f64,
    say: volts,
};

const OFFSET: Travel =
    Travel { least: -FULL_VOLTS as f64, most: FULL_VOLTS as f64, step: 0.05, stride: 0.5, rest: 0.0, say: hundredths };

fn hundredths(volts: f64) -> crate::controls::Reading {
    let sign = if volts < 0.0 { "\u{2212}" } else { "" };
    let number = format!("{sign}{:.2}", volts.abs());
    crate::controls::Reading { seen: format!("{number} V"), heard: format!("{number} volts") }
}

/// The button "Audio input", and its channels while it is open or patched.
#[component]
pub(super) fn AudioBlock() -> impl IntoView {
    let desk = Desk::get();
    let input = desk.audio_input;
    let is_on = move || input.state.get() == InputState::On;
    let patched = Memo::new(move |_| {
        desk.patch.with(|patch| patch.cables.iter().any(|cable| cable.from.audio_output().is_some()))
    });
    let says = move || match input.state.get() {
        InputState::Off => "Voltages or a sound from an interface",
        InputState::Asking => "The browser asks whether it may",
        InputState::On => "Patch a channel to any jack",
    };
    view! {
        <section class="midi audio-in" aria-label="Audio input">
            <div class="row">
                <button
                    type="button"
                    class="button small"
                    aria-pressed=move || is_on().to_string()
                    disabled=move || input.state.get() == InputState::Asking
                    on:click=move |_| input.toggle(desk)
                >"Audio input"</button>
                <span class="devices" role="status">{says}</span>
            </div>
            {move || (is_on() || patched.get()).then(|| view! { <Channel index=0 /> <Channel index=1 /> <Leading /> })}
        </section>
    }
}

/// A channel: its jack, volts at full scale, and offset.
#[component]
fn Channel(index: usize) -> impl IntoView {
    let calibration = Desk::get().audio_input.channels[index];
    let source = [Source::AudioInput1, Source::AudioInput2][index];
    let full_scale = Signal::derive(move || calibration.get().full_scale_v);
    let offset = Signal::derive(move || calibration.get().offset_v);
    let name = |what: &str| format!("Input {} {what}", index + 1);
    let set_full_scale = move |full_scale_v| calibration.update(|it| *it = Calibration { full_scale_v, ..*it });
    let set_offset = move |offset_v| calibration.update(|it| *it = Calibration { offset_v, ..*it });
    view! {
        <div class="row">
            <SourceJack source />
            <b aria-hidden="true">{format!("Input {}", index + 1)}</b>
            <Field name=name("full scale") label="full scale" value=full_scale set=Callback::new(set_full_scale) travel=FULL_SCALE />
            <Field name=name("offset") label="offset" value=offset set=Callback::new(set_offset) travel=OFFSET />
        </div>
    }
}

/// The first channel as a sound: a jack for its level, and the button that patches it so that it leads.
#[component]
fn Leading() -> impl IntoView {
    let desk = Desk::get();
    view! {
        <div class="row">
            <SourceJack source=Source::InputLevel />
            <b aria-hidden="true">"Level 1"</b>
            <button
                type="button"
                class="button small"
                title="Its level plays Gate 1, which sustains; CV 4 follows its descriptors"
                on:click=move |_| lead(desk)
            >"Play with input 1"</button>
        </div>
    }
}

/// Lets the first channel lead: its level opens Gate 1, which sustains, and CV 4 lets the descriptors follow.
fn lead(desk: Desk) {
    let mut cables = desk.patch.with_untracked(|patch| patch.cables);
    for from in Source::ALL {
        cables.pull(from, Input::Cv4);
    }
    if !cables.plug(Cable::new(Source::InputLevel, Input::Gate1, 1.0)) {
        desk.say_no_cable_left();
        return;
    }
    desk.history.remember_all(desk, "Input 1 plays");
    desk.patch.update(|patch| patch.cables = cables);
    desk.settings.update(|settings| {
        for setting in [
            Setting::Gate(GateInput::Gate1, GateTarget::Sustain),
            Setting::Target(CvInput::Cv4, Target::Follow),
            Setting::Factor(CvInput::Cv4, 100),
            Setting::Offset(CvInput::Cv4, 0),
        ] {
            settings.apply(setting);
        }
    });
    desk.cv[CvInput::Cv4 as usize].set(FULL_VOLTS.into());
}
