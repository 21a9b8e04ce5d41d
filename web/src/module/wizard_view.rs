//! The dialog "Calibrate": a table of inputs and voltages, filled by measuring.

use crate::desk::Desk;
use crate::dialogs::Dialog;
use leptos::prelude::*;
use neurorack_protocol::CV_INPUTS;
use neurorack_protocol::host::Reference;

/// The button "Calibrate" with its dialog.
#[component]
pub(super) fn CalibrateButton() -> impl IntoView {
    let wizard = Desk::get().module.wizard;
    let opens = move || {
        wizard.restart();
        wizard.open.set(true);
    };
    view! { <Dialog name="Calibrate" opens closes=Callback::new(move |()| wizard.open.set(false))><Steps /></Dialog> }
}

/// What to do, the table, and what came of it.
#[component]
fn Steps() -> impl IntoView {
    let desk = Desk::get();
    let module = desk.module;
    let wizard = module.wizard;
    let busy = move || wizard.measuring.get().is_some();
    let live = move |input: usize| format!("{:+.3} V", wizard.volts.get()[input]);
    let residual = move |input: usize| match wizard.residuals_v.get().and_then(|all| all[input]) {
        Some(volts) => format!("{:.2} mV", volts * 1e3),
        None => "\u{2013}".to_owned(),
    };
    let row = move |reference: Reference| {
        let volts = format!("{:+.0} V", reference.volts()).replace("+0", "0").replace('-', "\u{2212}");
        let at = reference as usize;
        let cell = move |input: usize| {
            let is_taken = move || wizard.taken.get()[input][at];
            view! { <td>{move || if is_taken() { "\u{2713}" } else { "\u{2013}" }}<span class="unseen">{move || if is_taken() { "measured" } else { "open" }}</span></td> }
        };
        view! {
            <tr>
                <th scope="row">
                    <button
                        type="button"
                        class="button small"
                        disabled=busy
                        on:click=move |_| module.measure_reference(reference)
                    >{format!("Measure {volts}")}</button>
                </th>
                {(0..CV_INPUTS).map(cell).collect_view()}
            </tr>
        }
    };
    view! {
        <ol>
            <li>"Unplug the CV inputs and measure 0 V."</li>
            <li>"Put \u{2212}5 V into all four, or into one after another, from a source that you trust; measure each time."</li>
            <li>"The same with +5 V, then keep it. What was not measured stays as it is."</li>
        </ol>
        <table class="calibration">
            <thead>
                <tr><td></td>{(1..=CV_INPUTS).map(|number| view! { <th scope="col">{format!("CV {number}")}</th> }).collect_view()}</tr>
                <tr><th scope="row">"reads"</th>{(0..CV_INPUTS).map(|input| view! { <td class="value">{move || live(input)}</td> }).collect_view()}</tr>
            </thead>
            <tbody>{[Reference::Zero, Reference::Low, Reference::High].map(row)}</tbody>
            <tfoot><tr><th scope="row">"off the line"</th>{(0..CV_INPUTS).map(|input| view! { <td class="value">{move || residual(input)}</td> }).collect_view()}</tr></tfoot>
        </table>
        <p role="status" aria-live="polite">{move || if busy() { "Measuring\u{2026}".to_owned() } else { wizard.says.get() }}</p>
        <div class="row">
            <button type="button" class="button solid" disabled=busy on:click=move |_| module.keep_calibration(desk)>"Keep calibration"</button>
            <button type="button" class="button" disabled=busy on:click=move |_| module.clear_calibration()>"Forget calibration"</button>
        </div>
    }
}
