//! A number in a line of text: dragged up and down, moved by arrow keys, or typed.

use super::travel::{Drag, Travel, capture, focus};
use leptos::html;
use leptos::prelude::*;

/// Pixels of vertical drag from one end to the other, and least pixels of one step.
const FULL_DRAG_PX: f64 = 220.0;
const STEP_PX: f64 = 1.5;

/// Most characters of a number that is typed.
const MOST_TYPED: usize = 7;

/// What is being typed becomes this after a key; `None` where the key is no part of a number.
fn typed(so_far: &str, key: &str) -> Option<String> {
    if key == "Backspace" && !so_far.is_empty() {
        let mut shorter = so_far.to_owned();
        shorter.pop();
        return Some(shorter);
    }
    let mut characters = key.chars();
    let (Some(character), None) = (characters.next(), characters.next()) else { return None };
    let part = character.is_ascii_digit()
        || (matches!(character, '.' | ',') && !so_far.contains('.'))
        || (character == '-' && so_far.is_empty());
    let character = if character == ',' { '.' } else { character };
    (part && so_far.len() < MOST_TYPED).then(|| format!("{so_far}{character}"))
}

/// A number with what it means before it.
#[component]
pub(crate) fn Field(
    /// Accessible name.
    #[prop(into)]
    name: Signal<String>,
    /// What is written before it.
    #[prop(optional)]
    label: &'static str,
    #[prop(into)] value: Signal<f64>,
    /// Takes the value that the hand asks for.
    set: Callback<f64>,
    travel: Travel,
) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let drag = StoredValue::new(Drag::default());
    let entry = RwSignal::new(String::new());
    let range = travel.most - travel.least;
    let full_px = FULL_DRAG_PX.max(range / travel.step * STEP_PX).min(2.0 * FULL_DRAG_PX);
    let down = move |event: web_sys::PointerEvent| {
        event.prevent_default();
        capture(&event);
        focus(input);
        let at = -f64::from(event.client_y());
        let rest = drag.try_update_value(|drag| drag.down(travel, value.get_untracked(), at, &event));
        if let Some(rest) = rest.flatten() {
            set.run(rest);
        }
    };
    let moved = move |event: web_sys::PointerEvent| {
        let at = -f64::from(event.client_y());
        if let Some(next) = drag.with_value(|drag| drag.moved(travel, at, full_px))
            && next != value.get_untracked()
        {
            set.run(next);
        }
    };
    let up = move |_| drag.update_value(Drag::up);
    let finish = move || {
        let number = entry.with_untracked(|entry| entry.parse::<f64>());
        entry.set(String::new());
        if let Ok(number) = number {
            set.run(travel.nearest(number));
        }
    };
    let key = move |event: web_sys::KeyboardEvent| {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let pressed = event.key();
        let typing = !entry.with_untracked(String::is_empty);
        if let Some(next) = entry.with_untracked(|entry| typed(entry, &pressed)) {
            entry.set(next);
        } else if typing && pressed == "Enter" {
            finish();
        } else if typing && pressed == "Escape" {
            entry.set(String::new());
        } else if let Some(next) = travel.key(value.get_untracked(), &event) {
            entry.set(String::new());
            set.run(next);
        } else {
            return;
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let seen = move || {
        let typed = entry.get();
        if typed.is_empty() { (travel.say)(value.get()).seen } else { format!("{typed}\u{2009}|") }
    };
    view! {
        <span class="field" on:pointerdown=down on:pointermove=moved on:pointerup=up on:pointercancel=up>
            {(!label.is_empty()).then(|| view! { <span class="muted" aria-hidden="true">{label}</span> })}
            <b aria-hidden="true">{seen}</b>
            <input
                node_ref=input
                type="range"
                aria-label=move || name.get()
                aria-valuetext=move || (travel.say)(value.get()).heard
                min=travel.least
                max=travel.most
                step=travel.step
                prop:value=move || value.get()
                on:input=move |event| {
                    if let Ok(next) = event_target_value(&event).parse::<f64>() {
                        set.run(travel.nearest(next));
                    }
                }
                on:keydown=key
                on:blur=move |_| finish()
            />
        </span>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_are_a_number_are_taken_and_others_are_not() {
        let mut entry = String::new();
        for key in ["-", "1", "2", ",", "5"] {
            entry = typed(&entry, key).expect(key);
        }
        assert_eq!(entry, "-12.5");
        for key in [".", "-", "a", "ArrowUp", "Enter"] {
            assert_eq!(typed(&entry, key), None, "{key}");
        }
        assert_eq!(typed(&entry, "Backspace").as_deref(), Some("-12."));
        assert_eq!(typed("", "Backspace"), None);
        assert_eq!(typed("1234567", "8"), None, "too long");
    }
}
