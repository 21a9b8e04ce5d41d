//! Cables under the hand: which one is held, which jack's list is open.

use super::names::{input_name, is_gate, source_name};
use crate::desk::Desk;
use leptos::prelude::*;
use neurorack_engine::sources::{Cable, Input, Source};
use wasm_bindgen::JsCast;

/// A pointer that moved this far holds a cable, in CSS pixels.
const LIFT_PX: f64 = 6.0;

/// The amount of a new cable: a gate opens, a voltage moves by half of its range.
fn first_amount(source: Source, input: Input) -> f32 {
    // A gate opens at more than half of full voltage, and what comes from outside comes as it is.
    let whole = is_gate(source) || input.gate().is_some() || source.audio_output().is_some();
    if whole { 1.0 } else { 0.5 }
}

/// One end of a cable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Source(Source),
    Input(Input),
}

impl End {
    /// The value of `data-jack` at its jacks.
    pub(super) fn key(self) -> String {
        match self {
            Self::Source(source) => format!("s{}", source as usize),
            Self::Input(input) => format!("i{}", input as usize),
        }
    }

    fn from_key(key: &str) -> Option<Self> {
        let index: usize = key.get(1..)?.parse().ok()?;
        match key.as_bytes().first()? {
            b's' => Source::ALL.get(index).copied().map(Self::Source),
            b'i' => Input::ALL.get(index).copied().map(Self::Input),
            _ => None,
        }
    }

    /// The pair of jacks between which a cable with this end and that one lies.
    pub(super) fn with(self, other: Self) -> Option<(Source, Input)> {
        match (self, other) {
            (Self::Source(source), Self::Input(input)) | (Self::Input(input), Self::Source(source)) => {
                Some((source, input))
            }
            _ => None,
        }
    }
}

/// A cable of which one end is in the hand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Held {
    /// The end that stays where it is.
    pub(super) fixed: End,
    /// Where the other end is, in CSS pixels from the window's top left.
    pub(super) at: [f64; 2],
    /// The cable that was pulled out for it.
    pub(super) pulled: Option<Cable>,
}

/// A pointer that went down on a jack.
#[derive(Debug, Clone, Copy)]
struct Press {
    end: End,
    at: [f64; 2],
}

/// What the hand does with cables. `Copy`; a part of the desk.
#[derive(Clone, Copy)]
pub(crate) struct Patching {
    /// The jack whose list is open.
    pub(super) open: RwSignal<Option<End>>,
    pub(super) held: RwSignal<Option<Held>>,
    press: StoredValue<Option<Press>>,
    /// The click that follows a drag opens nothing.
    dragged: StoredValue<bool>,
}

impl Patching {
    pub(crate) fn new() -> Self {
        Self {
            open: RwSignal::new(None),
            held: RwSignal::new(None),
            press: StoredValue::new(None),
            dragged: StoredValue::new(false),
        }
    }

    /// A pointer goes down on a jack.
    pub(super) fn down(self, end: End, event: &web_sys::PointerEvent) {
        self.dragged.set_value(false);
        if event.button() == 0 {
            crate::controls::capture(event);
            self.press.set_value(Some(Press { end, at: at(event) }));
        }
    }

    /// It moves: far enough, and it holds a cable. From an input it takes the cable that was plugged last.
    pub(super) fn moved(self, desk: Desk, event: &web_sys::PointerEvent) {
        let Some(press) = self.press.get_value() else { return };
        let now = at(event);
        if self.held.with_untracked(Option::is_none) {
            if (now[0] - press.at[0]).hypot(now[1] - press.at[1]) < LIFT_PX {
                return;
            }
            self.open.set(None);
            let last = match press.end {
                End::Input(input) => desk.patch.with_untracked(|patch| patch.cables.at(input).last().copied()),
                End::Source(_) => None,
            };
            let fixed = last.map_or(press.end, |cable| End::Source(cable.from));
            self.held.set(Some(Held { fixed, at: now, pulled: last }));
        } else {
            self.held.update(|held| {
                if let Some(held) = held {
                    held.at = now;
                }
            });
        }
    }

    /// It goes up: what it held is plugged where it is, or comes out.
    pub(super) fn up(self, desk: Desk, event: &web_sys::PointerEvent) {
        self.press.set_value(None);
        let Some(held) = self.held.get_untracked() else { return };
        self.dragged.set_value(true);
        self.held.set(None);
        let found = document()
            .element_from_point(event.client_x() as f32, event.client_y() as f32)
            .and_then(|element| element.closest("[data-jack]").ok().flatten())
            .and_then(|jack| jack.get_attribute("data-jack"))
            .and_then(|key| End::from_key(&key));
        let pair = found.and_then(|found| held.fixed.with(found));
        match (held.pulled, pair) {
            (Some(cable), Some(pair)) if pair == (cable.from, cable.to) => {}
            (Some(cable), Some((source, input))) => desk.repatch("Cable moved", |cables| {
                cables.pull(cable.from, cable.to);
                cables.plug(Cable::new(source, input, cable.amount))
            }),
            (Some(cable), None) => desk.unplug(cable.from, cable.to),
            (None, Some((source, input))) => desk.plug(source, input),
            (None, None) => {}
        }
    }

    /// It was taken away: nothing changes.
    pub(super) fn cancel(self) {
        self.press.set_value(None);
        self.held.set(None);
    }

    /// A jack was clicked, or pressed by a key: its list opens, or closes.
    pub(super) fn click(self, end: End) {
        if self.dragged.get_value() {
            self.dragged.set_value(false);
        } else {
            self.open.update(|open| *open = (*open != Some(end)).then_some(end));
        }
    }

    /// Whether a jack could take the cable that is held; nothing while none is.
    pub(super) fn accepts(self, end: End) -> Option<bool> {
        self.held.with(|held| held.map(|held| held.fixed.with(end).is_some() || held.fixed == end))
    }
}

fn at(event: &web_sys::PointerEvent) -> [f64; 2] {
    [f64::from(event.client_x()), f64::from(event.client_y())]
}

/// The jack of an end that is shown, if there is one.
pub(super) fn jack_of(end: End) -> Option<web_sys::HtmlElement> {
    let jacks = document().get_elements_by_class_name(&format!("jack-{}", end.key()));
    (0..jacks.length())
        .filter_map(|index| jacks.item(index)?.dyn_into::<web_sys::HtmlElement>().ok())
        .find(|jack| jack.get_bounding_client_rect().width() > 0.0)
}

impl Desk {
    /// Plugs a cable, if one is left; one that is there already stays as it is.
    pub(super) fn plug(self, source: Source, input: Input) {
        let there = self.patch.with_untracked(|patch| patch.cables.at(input).any(|cable| cable.from == source));
        if !there {
            let name = self.patch.with_untracked(|patch| source_name(source, patch));
            self.repatch(&format!("{name} into {}", input_name(input)), |cables| {
                cables.plug(Cable::new(source, input, first_amount(source, input)))
            });
        }
    }

    /// Pulls a cable out.
    pub(super) fn unplug(self, source: Source, input: Input) {
        let name = self.patch.with_untracked(|patch| source_name(source, patch));
        self.repatch(&format!("{name} out of {}", input_name(input)), |cables| {
            cables.pull(source, input);
            true
        });
    }

    /// Changes the cables, so that it can be undone; `change` says whether there was a cable left.
    fn repatch(self, name: &str, change: impl FnOnce(&mut neurorack_engine::sources::Cables) -> bool) {
        let mut cables = self.patch.with_untracked(|patch| patch.cables);
        if change(&mut cables) {
            self.history.remember(self, name);
            self.patch.update(|patch| patch.cables = cables);
        } else {
            self.say_no_cable_left();
        }
    }

    pub(super) fn say_no_cable_left(self) {
        self.say("All sixteen cables are plugged: pull one out first.");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_name_every_end() {
        let ends = Source::ALL.map(End::Source).into_iter().chain(Input::ALL.map(End::Input));
        for end in ends {
            assert_eq!(End::from_key(&end.key()), Some(end), "{end:?}");
        }
        for key in ["", "s", "s18", "i6", "x1", "s-1"] {
            assert_eq!(End::from_key(key), None, "{key}");
        }
    }

    #[test]
    fn a_cable_lies_between_a_source_and_an_input() {
        let (source, input) = (End::Source(Source::PadX), End::Input(Input::Cv2));
        assert_eq!(source.with(input), Some((Source::PadX, Input::Cv2)));
        assert_eq!(input.with(source), Some((Source::PadX, Input::Cv2)));
        assert_eq!(input.with(input), None);
    }
}
