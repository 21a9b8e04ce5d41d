//! The module on the page: a button that connects it, what it is, and how long its gates take.

use super::kept::{LATENCY_MS, MOST_LATENCY_MS};
use super::wizard_view::CalibrateButton;
use super::{State, is_outdated, sentences, version};
use crate::controls::{Field, Reading, Travel};
use crate::desk::Desk;
use leptos::prelude::*;
use neurorack_protocol::NEWEST_FIRMWARE;
use neurorack_protocol::usb::short_uid;

const LATENCY: Travel =
    Travel { least: 0.0, most: MOST_LATENCY_MS, step: 0.5, stride: 2.0, rest: LATENCY_MS, say: milliseconds };

fn milliseconds(number: f64) -> Reading {
    Reading { seen: format!("{number:.1} ms"), heard: format!("{number:.1} milliseconds") }
}

/// Connecting, and what the module says of itself.
#[component]
pub(crate) fn ModuleBlock() -> impl IntoView {
    let desk = Desk::get();
    let module = desk.module;
    let state = move || module.state.get();
    let is_on = move || state() == State::On;
    let is_off = move || matches!(state(), State::Off | State::Asking | State::Opening);
    let name = move || {
        let about = module.info.with(|info| {
            let info = info.as_ref()?;
            let uncalibrated = if info.calibrated { "" } else { ", not calibrated" };
            let number = short_uid(info.uid);
            Some(format!("{number:08X}, firmware {}{uncalibrated}", version(info.firmware)))
        });
        about.map_or_else(String::new, |about| format!("{about}, by {}", module.way.get()))
    };
    let says = move || match state() {
        State::Off => "Voltages and gates of a Eurorack module".to_owned(),
        State::Asking => "The browser asks which one".to_owned(),
        State::Opening => "Waits for the module\u{2019}s answer".to_owned(),
        State::On => name(),
        State::Silent => "It says nothing any more: pull its cable and plug it in again".to_owned(),
        State::Away if module.updates.get() => {
            "Waits for its firmware: copy neurorack-firmware.uf2 onto the drive RPI-RP2".to_owned()
        }
        State::Away => "Not there: plug it in, and it is connected again".to_owned(),
    };
    let press = move |_| {
        if state() == State::Off {
            module.connect(desk);
        } else {
            module.disconnect(desk);
        }
    };
    let figures = move || module.figures.get();
    view! {
        <section
            class="midi"
            id="module"
            aria-label="Module"
            data-state=move || state().key()
            data-missed=move || figures().missed
            data-dropped=move || figures().dropped
            data-p99-ms=move || format!("{:.2}", figures().p99_ms)
        >
            <div class="row">
                <button
                    type="button"
                    class="button small"
                    disabled=move || matches!(state(), State::Asking | State::Opening)
                    on:click=press
                >{move || if is_off() { "Connect module" } else { "Disconnect module" }}</button>
                <span class="devices" role="status">{says}</span>
            </div>
            {move || is_on().then(|| view! {
                <Timing />
                <div class="row">
                    <CalibrateButton />
                    {move || (module.known.get() > 1).then(|| view! {
                        <button type="button" class="button small" on:click=move |_| module.connect_next(desk)>"Next module"</button>
                    })}
                    {move || (module.way.get() == super::line::SERIAL).then(|| view! {
                        <button type="button" class="button small" on:click=move |_| module.connect_another(desk)>"Another module"</button>
                    })}
                </div>
                <Update />
            })}
        </section>
    }
}

/// How long a gate takes, and how unevenly its messages come.
#[component]
fn Timing() -> impl IntoView {
    let desk = Desk::get();
    let module = desk.module;
    let latency = Signal::derive(move || module.latency_ms.get());
    let figures = move || module.figures.get();
    let to_sound = move || {
        let way_ms = figures().way_ms.unwrap_or_default();
        way_ms + module.latency_ms.get() as f32 + desk.readout.get().latency_ms
    };
    let is_late = move || f64::from(figures().p99_ms) > module.latency_ms.get();
    view! {
        <div class="row">
            <Field
                name="Module latency"
                label="latency"
                value=latency
                set=Callback::new(move |latency_ms| module.use_latency(latency_ms))
                travel=LATENCY
            />
            <span class="muted" title="of the messages' way: half of them, and 99 of 100, are late by no more">
                "jitter " <b class="value">{move || format!("{:.1} / {:.1} ms", figures().median_ms, figures().p99_ms)}</b>
            </span>
            <span class="muted" title="from the module's gate to the loudspeaker">
                "gate to sound " <b class="value">{move || format!("{:.0} ms", to_sound())}</b>
            </span>
        </div>
        {move || is_late().then(|| view! {
            <p class="muted">"One gate in a hundred comes later than the latency makes up for: raise it for a steady beat."</p>
        })}
    }
}

/// What to do about an old firmware.
#[component]
fn Update() -> impl IntoView {
    let module = Desk::get().module;
    let outdated =
        move || module.info.with(|info| info.as_ref().filter(|info| is_outdated(info)).map(|info| info.firmware));
    view! {
        {move || outdated().map(|firmware| view! {
            <p>{format!("Firmware {} is older than {}. {}", version(firmware), version(NEWEST_FIRMWARE), sentences::UPDATE)}</p>
            <div class="row">
                <button type="button" class="button small" on:click=move |_| module.update_firmware()>"Restart for update"</button>
            </div>
        })}
    }
}
