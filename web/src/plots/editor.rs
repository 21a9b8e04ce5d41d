//! What pointer and keys do to the curve that is shown large.

use super::view::{frame_at, frames_shown};
use crate::descriptor::Descriptor;
use crate::desk::Desk;
use crate::workshop::{Bent, Stroke, drawn, handles, inserted, line, moved, removed, shifted, shown, with_line};
use leptos::prelude::*;
use web_sys::KeyboardEvent;

/// One press of an arrow key up or down, as a share of the axis: half a decibel of loudness. With Shift ten of them.
const STEP: f32 = 1.0 / 120.0;

/// Presses that one with Shift is worth.
const STRIDE: usize = 10;

/// What the pointer has hold of.
#[derive(Debug, Clone)]
enum Grip {
    /// A point, by index.
    Point(usize),
    /// The whole curve, taken at this height.
    Whole(f64),
    /// The pen: the line so far, and where the pen is, as frame and place.
    Pen(Vec<f32>, (usize, f32)),
}

/// The plot's editor. `Copy`; one a page.
#[derive(Clone, Copy)]
pub(super) struct Editor {
    desk: Desk,
    /// Whether a pointer on the plot draws.
    pub(super) drawing: RwSignal<bool>,
    /// The point under the hand.
    pub(super) held: RwSignal<Option<usize>>,
    hand: StoredValue<Option<(Stroke, Grip)>, LocalStorage>,
}

impl Editor {
    pub(super) fn new(desk: Desk) -> Self {
        Self { desk, drawing: RwSignal::new(false), held: RwSignal::new(None), hand: StoredValue::new_local(None) }
    }

    fn shown(self) -> Descriptor {
        self.desk.shown.get_untracked()
    }

    fn frame(self, time: f64) -> usize {
        untrack(|| frame_at(time, frames_shown(self.desk)))
    }

    /// The hand takes a point.
    pub(super) fn take_point(self, index: usize) {
        let stroke = Stroke::begin(self.desk, self.shown().name());
        self.hand.set_value(stroke.map(|stroke| (stroke, Grip::Point(index))));
        self.held.set(Some(index));
    }

    /// The hand takes the whole curve at this height.
    pub(super) fn take_whole(self, height: f64) {
        let stroke = Stroke::begin(self.desk, self.shown().name());
        self.hand.set_value(stroke.map(|stroke| (stroke, Grip::Whole(height))));
    }

    /// The pen goes down.
    pub(super) fn pen_down(self, (time, height): (f64, f64)) {
        let Some(stroke) = Stroke::begin(self.desk, self.shown().name()) else { return };
        let at = (self.frame(time), height as f32);
        let line = line(self.shown(), &stroke.origin.curve);
        self.hand.set_value(Some((stroke, Grip::Pen(line, at))));
        self.drag((time, height));
    }

    /// The hand moves to this time and height.
    pub(super) fn drag(self, (time, height): (f64, f64)) {
        let (desk, descriptor, frame) = (self.desk, self.shown(), self.frame(time));
        self.hand.update_value(|hand| {
            let Some((stroke, grip)) = hand else { return };
            let origin = stroke.origin.clone();
            let before = line(descriptor, &origin.curve);
            let Bent { line, handles } = match grip {
                Grip::Point(index) => moved(&before, origin.handles(descriptor), *index, frame, height as f32),
                Grip::Whole(from) => {
                    let line = shifted(&before, (height - *from) as f32);
                    Bent { line, handles: origin.handles(descriptor).to_vec() }
                }
                Grip::Pen(line, at) => {
                    let now = (frame.min(line.len() - 1), height as f32);
                    *line = drawn(line, *at, now);
                    *at = now;
                    let curve = with_line(&origin.curve, descriptor, line);
                    let end = shown(descriptor, curve.frames()).len();
                    Bent { handles: handles(&line[..end]), line: line.clone() }
                }
            };
            if line != before {
                let curve = with_line(&origin.curve, descriptor, &line);
                stroke.show(desk, curve, Some((descriptor, handles)));
            }
        });
    }

    /// The hand lets go.
    pub(super) fn release(self) {
        self.held.set(None);
        if let Some((stroke, _)) = self.hand.try_update_value(Option::take).flatten() {
            stroke.end(self.desk);
        }
    }

    /// Puts a point onto the line at this time; says which one it is.
    pub(super) fn add(self, time: f64) -> Option<usize> {
        let stroke = Stroke::begin(self.desk, self.shown().name())?;
        let descriptor = self.shown();
        let (points, index) = inserted(stroke.origin.handles(descriptor), self.frame(time))?;
        let curve = stroke.origin.curve.clone();
        // The frames have to be those that a link can hold, as those of every edited set.
        let curve = with_line(&curve, descriptor, &line(descriptor, &curve));
        stroke.once(self.desk, curve, Some((descriptor, points)));
        Some(index)
    }

    /// Takes a point away.
    pub(super) fn remove(self, index: usize) {
        let Some(stroke) = Stroke::begin(self.desk, self.shown().name()) else { return };
        let descriptor = self.shown();
        let before = line(descriptor, &stroke.origin.curve);
        let bent = removed(&before, stroke.origin.handles(descriptor), index);
        if bent.handles.len() < stroke.origin.handles(descriptor).len() {
            let curve = with_line(&stroke.origin.curve, descriptor, &bent.line);
            stroke.once(self.desk, curve, Some((descriptor, bent.handles)));
        }
    }

    /// A key on a point. Says whether it was one that means something there.
    pub(super) fn key_on_point(self, index: usize, event: &KeyboardEvent) -> bool {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return false;
        }
        let times = if event.shift_key() { STRIDE } else { 1 };
        let (later, higher) = match event.key().as_str() {
            "Delete" | "Backspace" => {
                self.remove(index);
                return true;
            }
            "Insert" | "Enter" => {
                self.add_behind(index);
                return true;
            }
            key => match way(key, times) {
                Some(way) => way,
                None => return false,
            },
        };
        let Some(stroke) = Stroke::key(self.desk, self.shown().name()) else { return true };
        let descriptor = self.shown();
        let before = line(descriptor, &stroke.origin.curve);
        let points = stroke.origin.handles(descriptor);
        let Some(&frame) = points.get(index) else { return true };
        let frame_to = frame.saturating_add_signed(later);
        let place = before[frame].clamp(0.0, 1.0) + higher;
        let Bent { line, handles } = moved(&before, points, index, frame_to, place);
        if line != before || handles != points {
            let curve = with_line(&stroke.origin.curve, descriptor, &line);
            stroke.once(self.desk, curve, Some((descriptor, handles)));
        }
        true
    }

    /// A key on the handle of the whole curve.
    pub(super) fn key_on_whole(self, event: &KeyboardEvent) -> bool {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return false;
        }
        let times = if event.shift_key() { STRIDE } else { 1 };
        let Some((_, higher)) = way(&event.key(), times).filter(|(_, higher)| *higher != 0.0) else { return false };
        let Some(stroke) = Stroke::key(self.desk, self.shown().name()) else { return true };
        let descriptor = self.shown();
        let before = line(descriptor, &stroke.origin.curve);
        let points = stroke.origin.handles(descriptor).to_vec();
        let curve = with_line(&stroke.origin.curve, descriptor, &shifted(&before, higher));
        stroke.once(self.desk, curve, Some((descriptor, points)));
        true
    }

    /// Puts a point half way between this one and the next.
    fn add_behind(self, index: usize) {
        let desk = self.desk;
        let descriptor = self.shown();
        let frames = untrack(|| frames_shown(desk));
        let between = desk.slot(desk.at_hand.get_untracked()).with_untracked(|set| {
            let points = set.as_ref()?.handles(descriptor);
            Some((points.get(index)? + points.get(index + 1)?) / 2)
        });
        if let Some(frame) = between {
            self.add(super::view::time_of(frame, frames));
        }
    }
}

/// Frames later and shares of the axis higher that a key asks for.
fn way(key: &str, times: usize) -> Option<(isize, f32)> {
    let (frames, height) = (times as isize, STEP * times as f32);
    let far = STEP * STRIDE as f32;
    match key {
        "ArrowLeft" => Some((-frames, 0.0)),
        "ArrowRight" => Some((frames, 0.0)),
        "ArrowUp" => Some((0, height)),
        "ArrowDown" => Some((0, -height)),
        "PageUp" => Some((0, far)),
        "PageDown" => Some((0, -far)),
        "Home" => Some((0, -1.0)),
        "End" => Some((0, 1.0)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_move_by_half_a_decibel_and_five_with_shift() {
        let db = |place: f32| 20.0 * Descriptor::Loudness.value_at(place).log10() + 60.0;
        let (_, one) = way("ArrowUp", 1).expect("it moves");
        let (_, many) = way("ArrowUp", STRIDE).expect("it moves");
        assert!((db(one) - 0.5).abs() < 1e-3 && (db(many) - 5.0).abs() < 1e-3, "{one}, {many}");
        assert_eq!(way("ArrowLeft", STRIDE), Some((-10, 0.0)));
        assert_eq!(way("a", 1), None);
    }
}
