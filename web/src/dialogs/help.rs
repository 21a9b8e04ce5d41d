//! Help in place: what to try first, what each jack does, and the keys.

use super::Dialog;
use leptos::prelude::*;

/// What the inputs do, in the words of the documentation.
const CONTROLS: &str = include_str!("../../../docs/controls.md");

const FIRST: [&str; 3] = [
    "Press Start, then tap Gate 1 or press the space bar.",
    "Turn CV 1 while a hit sounds: it goes from F1 to F2.",
    "Drop a recording of anything on F1 and strike: its curves are measured, and its timbre comes along.",
];

const KEYS: [(&str, &str); 8] = [
    ("Space", "strikes Gate 1"),
    ("B", "holds Gate 2 while it is down"),
    ("Arrow keys", "turn the knob or fader at hand, with Shift in large steps; Home and End go to its ends"),
    ("Tab", "goes to the next control; Enter and Space press it"),
    ("Ctrl Z, Ctrl Shift Z", "undo and redo"),
    (
        "+ and \u{2212} on the map",
        "zoom about the sound at hand; 0 shows the whole map, arrow keys walk on beyond its edge",
    ),
    ("Space or P on the map", "while a path is drawn, adds the sound at hand as a stop"),
    ("Escape", "closes a dialog, ends a lesson and the drawing of a path"),
];

const MORE: [(&str, &str); 8] = [
    (
        "Gesture",
        "press Record beside the XY pad, then move on it: it goes round from when you let go, and a hand on the pad takes over.",
    ),
    (
        "Map",
        "wheel or two fingers zoom, a drag moves on, past the edge too, where the map goes on mirrored; colours run from dark to \
         bright as from rust over gold to blue, and the noisier a sound, the paler it is",
    ),
    (
        "Path",
        "press Draw a path, draw over the map, press Play path: its stops play on the steps of Gate 1's row in the place of F1, \
         CV 1 goes from there to F2, a gate struck by hand strikes the stop that sounds; F1 is back when the path stops",
    ),
    ("Seed", "the same number gives the same chances: of steps, of random modulators, and of variation"),
    ("MIDI", "notes strike, the pitch bend bends what sounds, MIDI clock in the clock's block moves the pattern"),
    (
        "Module",
        "a Eurorack module over USB: its gates, voltages, encoder and screen are the page's; Calibrate takes three voltages",
    ),
    ("Audio input", "voltages and gates from a DC-coupled interface; full scale and offset calibrate it"),
    ("Menu", "Sounds, F1 or F2, Save keeps a sound as one of your own; Admin, Statistics sets its counters to zero"),
];

/// The button "Help" with its dialog.
#[component]
pub(crate) fn HelpButton() -> impl IntoView {
    view! {
        <Dialog name="Help" opens=|| ()>
            <h3>"Try first"</h3>
            <ol>{FIRST.map(|what| view! { <li>{what}</li> }).collect_view()}</ol>
            <h3>"What each jack does"</h3>
            <dl class="jacks">
                {inputs(CONTROLS)
                    .map(|[input, printed, does]| view! {
                        <dt><b>{input}</b>" "<span class="muted">{printed}</span></dt>
                        <dd>{does}</dd>
                    })
                    .collect_view()}
            </dl>
            <h3>"Keys"</h3>
            <dl class="keys">
                {KEYS.map(|(key, does)| view! { <dt><kbd>{key}</kbd></dt><dd>{does}</dd> }).collect_view()}
            </dl>
            <h3>"More to play with"</h3>
            <dl>
                {MORE.map(|(what, does)| view! { <dt><b>{what}</b></dt><dd>{does}</dd> }).collect_view()}
            </dl>
            <p class="muted">"A double tap on a knob returns it to rest. Any knob can be taught to a MIDI controller: MIDI, Learn."</p>
        </Dialog>
    }
}

/// The rows of the first table: input, name on the panel, what it does.
fn inputs(text: &str) -> impl Iterator<Item = [&str; 3]> {
    let rows = text.lines().filter(|line| line.starts_with("| Gate ") || line.starts_with("| CV "));
    rows.filter_map(|row| {
        let mut cells = row.trim_matches('|').split('|').map(str::trim);
        Some([cells.next()?, cells.next()?, cells.next()?])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documentation_says_what_each_input_does() {
        let names: Vec<_> = inputs(CONTROLS).map(|[input, ..]| input).collect();
        assert_eq!(names, ["Gate 1", "Gate 2", "CV 1", "CV 2", "CV 3", "CV 4"]);
        assert!(inputs(CONTROLS).all(|[_, printed, does]| !printed.is_empty() && does.len() > 20));
    }
}
