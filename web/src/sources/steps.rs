//! A row of sixteen steps: a tap turns one on or off, a drag up or down sets how hard it strikes.

use super::edit::StepAt;
use super::jack::SourceJack;
use crate::controls::{Field, Reading, Travel, capture};
use crate::desk::Desk;
use leptos::prelude::*;
use neurorack_engine::sources::{Division, Sequence, Source, Step};
use wasm_bindgen::JsCast;

/// Pixels of vertical drag from silence to full strength.
const FULL_DRAG_PX: f64 = 70.0;

/// A pointer that moved this far sets the strength instead of turning the step over.
const DRAG_PX: f64 = 4.0;

/// Strength of a step that is turned on for the first time.
const FIRST_VELOCITY: f32 = 0.8;

/// One press of an arrow key, and one with Shift.
const KEY_STEP: f32 = 0.05;
const KEY_STRIDE: f32 = 0.2;

/// How many of the steps play.
const LENGTH: Travel = Travel {
    least: 1.0,
    most: Sequence::STEPS as f64,
    step: 1.0,
    stride: 4.0,
    rest: Sequence::STEPS as f64,
    say: steps,
};

fn steps(count: f64) -> Reading {
    let text = if count < 1.5 { "1 step".to_owned() } else { format!("{count:.0} steps") };
    Reading { seen: text.clone(), heard: text }
}

/// What a step is, to the ear.
fn spoken(at: StepAt, step: &Step) -> String {
    let name = at.name();
    if step.velocity <= 0.0 {
        return format!("{name}, off");
    }
    let mut text = format!("{name}, velocity {:.0} %", step.velocity * 100.0);
    if step.probability < 1.0 {
        text += &format!(", chance {:.0} %", step.probability * 100.0);
    }
    if step.ratchets > 1 {
        text += &format!(", {} strikes", step.ratchets);
    }
    if step.tie {
        text += ", tied";
    }
    text
}

/// A step that is dragged: where the pointer went down, and the strength there.
#[derive(Debug, Clone, Copy)]
struct Grip {
    at: StepAt,
    y: f64,
    velocity: f32,
    moved: bool,
}

/// The steps of one gate, with their length, their division and their jack.
#[component]
pub(super) fn StepRow(gate: usize) -> impl IntoView {
    let desk = Desk::get();
    let source = [Source::Sequencer1Gate, Source::Sequencer2Gate][gate];
    let velocity = [Source::Sequencer1Velocity, Source::Sequencer2Velocity][gate];
    let grip = StoredValue::new(None::<Grip>);
    // The strength to which a step that was turned off comes back.
    let kept = StoredValue::new([FIRST_VELOCITY; Sequence::STEPS]);
    let step_of = move |index: usize| desk.patch.with_untracked(|patch| patch.sequences[gate].steps[index]);
    let toggle = move |at: StepAt| {
        let velocity = step_of(at.index).velocity;
        let next = if velocity > 0.0 {
            kept.update_value(|kept| kept[at.index] = velocity);
            0.0
        } else {
            kept.with_value(|kept| kept[at.index])
        };
        desk.change_step(at, "Strike", |step| step.velocity = next);
    };
    let move_to = move |at: StepAt, velocity: f32| {
        desk.change_step(at, "Velocity", |step| step.velocity = (velocity * 100.0).round() / 100.0);
    };
    let length = Memo::new(move |_| desk.patch.with(|patch| f64::from(patch.sequences[gate].length)));
    let division = Memo::new(move |_| desk.patch.with(|patch| patch.sequences[gate].division));
    let count = move |next: f64| {
        desk.change_sequence(gate, &format!("Length of Gate {}", gate + 1), |sequence| sequence.length = next as u8);
    };
    let divide = move |event| {
        let label = event_target_value(&event);
        if let Some(chosen) = Division::ALL.into_iter().find(|division| division.label() == label) {
            desk.change_sequence(gate, &format!("Division of Gate {}", gate + 1), |sequence| {
                sequence.division = chosen
            });
        }
    };
    let down = move |at: StepAt, event: web_sys::PointerEvent| {
        if event.button() == 0 {
            capture(&event);
            desk.step_at_hand.set(at);
            let y = f64::from(event.client_y());
            grip.set_value(Some(Grip { at, y, velocity: step_of(at.index).velocity, moved: false }));
        }
    };
    let moved = move |event: web_sys::PointerEvent| {
        let Some(mut held) = grip.get_value() else { return };
        let up = held.y - f64::from(event.client_y());
        held.moved |= up.abs() > DRAG_PX;
        grip.set_value(Some(held));
        if held.moved {
            move_to(held.at, held.velocity + (up / FULL_DRAG_PX) as f32);
        }
    };
    let up = move |_| {
        if let Some(held) = grip.try_update_value(Option::take).flatten()
            && !held.moved
        {
            toggle(held.at);
        }
    };
    let key = move |at: StepAt, event: web_sys::KeyboardEvent| {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let by = if event.shift_key() { KEY_STRIDE } else { KEY_STEP };
        let last = Sequence::STEPS - 1;
        let go = match event.key().as_str() {
            "ArrowRight" => Some((at.index + 1).min(last)),
            "ArrowLeft" => Some(at.index.saturating_sub(1)),
            "Home" => Some(0),
            "End" => Some(last),
            "ArrowUp" => {
                move_to(at, step_of(at.index).velocity + by);
                None
            }
            "ArrowDown" => {
                move_to(at, step_of(at.index).velocity - by);
                None
            }
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        if let Some(index) = go {
            desk.step_at_hand.set(StepAt { gate, index });
            focus_sibling(&event, index);
        }
    };
    // The step that the Tab key reaches.
    let reachable = Memo::new(move |_| {
        let at = desk.step_at_hand.get();
        if at.gate == gate { at.index } else { 0 }
    });
    let step = move |index: usize| {
        let at = StepAt { gate, index };
        let this = Memo::new(move |_| desk.patch.with(|patch| patch.sequences[gate].steps[index]));
        let playing = Memo::new(move |_| desk.live.steps[gate].get() == Some(index));
        let rests = Memo::new(move |_| length.get() <= index as f64);
        let at_hand = Memo::new(move |_| desk.step_at_hand.get() == at);
        let body = move || {
            let Step { velocity, probability, ratchets, .. } = this.get();
            format!("height:{:.0}%;opacity:{:.2};--ratchets:{ratchets}", velocity * 100.0, 0.4 + 0.6 * probability)
        };
        view! {
            <button
                type="button"
                class="step"
                class:beat=index.is_multiple_of(4)
                class:now=move || playing.get()
                class:rests=move || rests.get()
                class:at-hand=move || at_hand.get()
                class:ratchets=move || { this.get().ratchets > 1 }
                class:tie=move || this.get().tie
                class:chance=move || { this.get().probability < 1.0 }
                tabindex=move || if reachable.get() == index { "0" } else { "-1" }
                aria-label=move || spoken(at, &this.get())
                aria-pressed=move || (this.get().velocity > 0.0).to_string()
                on:pointerdown=move |event| down(at, event)
                on:pointermove=moved
                on:pointerup=up
                on:pointercancel=move |_| grip.set_value(None)
                on:focus=move |_| desk.step_at_hand.set(at)
                on:keydown=move |event| key(at, event)
                on:click=move |event| if event.detail() == 0 { toggle(at) }
            >
                <b style=body></b>
            </button>
        }
    };
    view! {
        <div class="sequence" class:second=gate == 1>
            <div class="row-title">
                <b>{format!("Gate {}", gate + 1)}</b>
                <Field
                    name=format!("Gate {} length", gate + 1)
                    value=Signal::from(length)
                    set=Callback::new(count)
                    travel=LENGTH
                />
                <label class="pick">
                    <select aria-label=format!("Gate {} division", gate + 1) on:change=divide prop:value=move || division.get().label()>
                        {Division::ALL.map(|this| view! {
                            <option value=this.label() selected=move || division.get() == this>{this.label()}</option>
                        })}
                    </select>
                </label>
                <span class="with-jack"><span class="muted">"velocity"</span><SourceJack source=velocity /></span>
            </div>
            <div class="steps" role="group" aria-label=format!("Gate {} steps", gate + 1) aria-describedby="steps-way">
                {(0..Sequence::STEPS).map(step).collect_view()}
            </div>
            <SourceJack source />
        </div>
    }
}

/// Moves the keyboard's focus along the row.
fn focus_sibling(event: &web_sys::KeyboardEvent, index: usize) {
    let row = event
        .current_target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
        .and_then(|step| step.parent_element());
    if let Some(step) = row.and_then(|row| row.children().item(index as u32))
        && let Ok(step) = step.dyn_into::<web_sys::HtmlElement>()
    {
        // Fails only for an element that is gone.
        let _ = step.focus();
    }
}

/// On a phone's first screen: the steps of Gate 1 in one line; a tap opens them large.
#[component]
pub(crate) fn StepLine(open: Callback<()>) -> impl IntoView {
    let desk = Desk::get();
    let bar = move |index: usize| {
        let velocity = Memo::new(move |_| desk.patch.with(|patch| patch.sequences[0].steps[index].velocity));
        let playing = Memo::new(move |_| desk.live.steps[0].get() == Some(index));
        view! {
            <i class="step" class:beat=index.is_multiple_of(4) class:now=move || playing.get()>
                <b style:height=move || format!("{:.0}%", velocity.get() * 100.0)></b>
            </i>
        }
    };
    view! {
        <div class="step-line">
            <SourceJack source=Source::Sequencer1Gate />
            <button type="button" class="steps" aria-label="Open the steps of Gate 1" on:click=move |_| open.run(())>
                {(0..Sequence::STEPS).map(bar).collect_view()}
            </button>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_says_what_it_does() {
        let at = StepAt { gate: 0, index: 4 };
        assert_eq!(spoken(at, &Step::default()), "Gate 1 step 5, off");
        assert_eq!(spoken(at, &Step::of(0.8)), "Gate 1 step 5, velocity 80 %");
        let rich = Step { probability: 0.5, ratchets: 3, tie: true, ..Step::of(1.0) };
        assert_eq!(spoken(at, &rich), "Gate 1 step 5, velocity 100 %, chance 50 %, 3 strikes, tied");
    }
}
