//! The keyboard: drawn, under several fingers, and the computer's own keys from A to L.

use super::notes::{
    BLACK_HEIGHT, BLACK_WIDTH, OCTAVES, WHITE_KEYS, has_black, key_at, letter, name, semitone_of, white,
};
use crate::controls::{capture, is_typed_into};
use crate::desk::Desk;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// How hard a key of the computer strikes.
const KEY_VELOCITY: f32 = 0.9;

/// What holds a key down.
#[derive(Debug, Clone, PartialEq)]
enum Finger {
    Pointer(i32),
    Key(String),
}

/// The drawn keyboard. It also listens to the computer's keys, wherever on the page they are pressed.
#[component]
pub(super) fn Keyboard() -> impl IntoView {
    let desk = Desk::get();
    let octave = RwSignal::new(0i32);
    // What is held, and the key that each finger holds, in semitones of the drawing.
    let held = RwSignal::new(Vec::<(Finger, i32)>::new());
    let frame = NodeRef::<html::Div>::new();
    let strike = move |finger: Finger, key: i32, velocity: f32| {
        held.update(|held| {
            held.retain(|(other, _)| *other != finger);
            held.push((finger, key));
        });
        desk.audio.note(desk, (key + 12 * octave.get_untracked()) as f32, velocity);
    };
    let lift = move |finger: &Finger| {
        if held.with_untracked(|held| held.iter().any(|(other, _)| other == finger)) {
            held.update(|held| held.retain(|(other, _)| other != finger));
        }
    };
    let shift = move |by: i32| octave.update(|octave| *octave = (*octave + by).clamp(*OCTAVES.start(), *OCTAVES.end()));

    let key_down = window_event_listener(leptos::ev::keydown, move |event| {
        let plain = !(event.ctrl_key() || event.alt_key() || event.meta_key() || event.repeat());
        if !plain || is_typed_into(event.target()) {
            return;
        }
        match (semitone_of(&event.code()), event.code().as_str()) {
            (Some(key), _) => strike(Finger::Key(event.code()), key, KEY_VELOCITY),
            (None, "KeyZ") => shift(-1),
            (None, "KeyX") => shift(1),
            _ => {}
        }
    });
    let key_up = window_event_listener(leptos::ev::keyup, move |event| lift(&Finger::Key(event.code())));
    // What is let go while another window has the keyboard is never heard of.
    let leaves = window_event_listener(leptos::ev::blur, move |_| held.set(Vec::new()));
    on_cleanup(move || {
        key_down.remove();
        key_up.remove();
        leaves.remove();
    });

    let under = move |event: &web_sys::PointerEvent| {
        let rect = frame.get_untracked()?.get_bounding_client_rect();
        let x = (f64::from(event.client_x()) - rect.left()) / rect.width();
        let y = (f64::from(event.client_y()) - rect.top()) / rect.height();
        Some(key_at(x, y))
    };
    let down = move |event: web_sys::PointerEvent| {
        if let Some((key, velocity)) = under(&event).filter(|_| event.button() == 0) {
            event.prevent_default();
            capture(&event);
            strike(Finger::Pointer(event.pointer_id()), key, velocity);
        }
    };
    // A finger that slides plays each key that it comes to.
    let moved = move |event: web_sys::PointerEvent| {
        let finger = Finger::Pointer(event.pointer_id());
        let before = held.with_untracked(|held| held.iter().find(|(other, _)| *other == finger).map(|(_, key)| *key));
        if let (Some(before), Some((key, velocity))) = (before, under(&event))
            && key != before
        {
            strike(finger, key, velocity);
        }
    };
    let up = move |event: web_sys::PointerEvent| lift(&Finger::Pointer(event.pointer_id()));
    // The Tab key reaches one key; arrow keys go on from there.
    let reachable = RwSignal::new(0i32);
    let by_key = move |event: web_sys::KeyboardEvent| {
        let last = white(WHITE_KEYS - 1);
        let next = match event.key().as_str() {
            "ArrowRight" => reachable.get_untracked() + 1,
            "ArrowLeft" => reachable.get_untracked() - 1,
            "ArrowUp" => return shift(1),
            "ArrowDown" => return shift(-1),
            _ => return,
        };
        event.prevent_default();
        reachable.set(next.clamp(0, last));
        let found = frame
            .get_untracked()
            .and_then(|frame| {
                frame.query_selector(&format!("[data-key='{}']", reachable.get_untracked())).ok().flatten()
            })
            .and_then(|key| key.dyn_into::<web_sys::HtmlElement>().ok());
        if let Some(found) = found {
            // Fails only for an element that is gone.
            let _ = found.focus();
        }
    };
    // Enter, Space and assistive technology click; pointers have struck already.
    let click = move |event: web_sys::MouseEvent, key: i32| {
        if event.detail() == 0 {
            desk.audio.note(desk, (key + 12 * octave.get_untracked()) as f32, KEY_VELOCITY);
        }
    };
    let key = move |(key, black, place): (i32, bool, usize)| {
        let down = Memo::new(move |_| held.with(|held| held.iter().any(|(_, other)| *other == key)));
        let width = 100.0 / WHITE_KEYS as f64;
        let style = if black {
            let left = (place as f64 + 1.0 - BLACK_WIDTH / 2.0) * width;
            format!("left:{left:.3}%;width:{:.3}%;height:{:.0}%", width * BLACK_WIDTH, BLACK_HEIGHT * 100.0)
        } else {
            format!("left:{:.3}%;width:{width:.3}%", place as f64 * width)
        };
        view! {
            <button
                type="button"
                class="key"
                class:black=black
                class:down=move || down.get()
                style=style
                data-key=key
                tabindex=move || if reachable.get() == key { "0" } else { "-1" }
                aria-label=move || format!("Note {}", name(key + 12 * octave.get()))
                on:focus=move |_| reachable.set(key)
                on:click=move |event| click(event, key)
            >
                {(!black).then(|| letter(key)).flatten().map(|letter| view! { <kbd aria-hidden="true">{letter}</kbd> })}
            </button>
        }
    };
    let whites = (0..WHITE_KEYS).map(|place| (white(place), false, place));
    let blacks = (0..WHITE_KEYS).filter(|&place| has_black(place)).map(|place| (white(place) + 1, true, place));
    let octave_name = move || format!("{:+}", octave.get()).replace('-', "\u{2212}").replace("+0", "0");
    view! {
        <div class="keyboard-line">
            <div class="octave" role="group" aria-label="Octave">
                <button type="button" class="plain" aria-label="Octave down" aria-keyshortcuts="Z" on:click=move |_| shift(-1)>"\u{2212}"</button>
                <span title="Octave: Z and X">{octave_name}</span>
                <button type="button" class="plain" aria-label="Octave up" aria-keyshortcuts="X" on:click=move |_| shift(1)>"+"</button>
            </div>
            <div
                class="keyboard"
                role="group"
                aria-label="Keyboard"
                node_ref=frame
                on:pointerdown=down
                on:pointermove=moved
                on:pointerup=up
                on:pointercancel=up
                on:keydown=by_key
            >
                {whites.chain(blacks).map(key).collect_view()}
            </div>
        </div>
    }
}
