//! Recording a movement on the XY pad: from the first movement after "Record" until the hand lets go.

use crate::clock::now_ms;
use crate::desk::Desk;
use leptos::prelude::*;
use neurorack_engine::sources::Gesture;
use std::sync::Arc;
use std::time::Duration;

/// Time between two points, and the longest movement, in milliseconds.
const POINT_MS: f64 = 1_000.0 / Gesture::POINTS_HZ as f64;
const LONGEST_MS: f64 = POINT_MS * Gesture::MAX_POINTS as f64;

/// Shorter than this it is a tap, in milliseconds.
const TAP_MS: f64 = 80.0;

/// How far a recording has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Off,
    /// It begins with the first movement.
    Armed,
    Recording,
}

/// Where the hand was when, in milliseconds on the page's clock.
type Moment = (f64, [f32; 2]);

/// A recording of the pad. `Copy`.
#[derive(Clone, Copy)]
pub(super) struct GestureTake {
    desk: Desk,
    pub(super) stage: RwSignal<Stage>,
    moments: StoredValue<Vec<Moment>>,
    /// Counts recordings, so that the end of an earlier one does not end a later one.
    turn: StoredValue<u32>,
}

impl GestureTake {
    pub(super) fn new(desk: Desk) -> Self {
        Self { desk, stage: RwSignal::new(Stage::Off), moments: StoredValue::default(), turn: StoredValue::new(0) }
    }

    /// The button was pressed: waits for a movement, or ends.
    pub(super) fn toggle(self) {
        match self.stage.get_untracked() {
            Stage::Off => {
                self.moments.set_value(Vec::new());
                self.stage.set(Stage::Armed);
            }
            Stage::Armed => self.stage.set(Stage::Off),
            Stage::Recording => self.end(now_ms()),
        }
    }

    /// The hand moved, at this time on the page's clock.
    pub(super) fn moved(self, at_ms: f64, place: [f32; 2]) {
        match self.stage.get_untracked() {
            Stage::Off => return,
            Stage::Armed => {
                self.stage.set(Stage::Recording);
                self.turn.update_value(|turn| *turn += 1);
                let turn = self.turn.get_value();
                let enough = move || {
                    if self.turn.try_get_value() == Some(turn)
                        && self.stage.try_get_untracked() == Some(Stage::Recording)
                    {
                        self.end(now_ms());
                    }
                };
                set_timeout(enough, Duration::from_millis(LONGEST_MS as u64));
            }
            Stage::Recording => {}
        }
        self.moments.update_value(|moments| moments.push((at_ms, place)));
    }

    /// The hand let go, or there is no more room: the movement goes round from now on.
    pub(super) fn end(self, at_ms: f64) {
        if self.stage.get_untracked() != Stage::Recording {
            return;
        }
        self.stage.set(Stage::Off);
        let moments = self.moments.try_update_value(std::mem::take).unwrap_or_default();
        match points(&moments, at_ms) {
            Some(gesture) => {
                self.desk.history.remember(self.desk, "Gesture");
                self.desk.gesture.set(Some(Arc::new(gesture)));
            }
            None => self.desk.say(
                "A tap is no gesture: press Record beside the pad, then hold the pad, move, and let go. What plays goes on playing.",
            ),
        }
    }
}

/// The movement at even distances in time, on straight lines between the moments; none where it was a tap.
fn points(moments: &[Moment], end_ms: f64) -> Option<Gesture> {
    let (begin_ms, _) = *moments.first()?;
    let length_ms = (end_ms - begin_ms).min(LONGEST_MS);
    if length_ms < TAP_MS {
        return None;
    }
    let count = (length_ms / POINT_MS).round() as usize;
    let mut after = 1;
    let points = (0..count.min(Gesture::MAX_POINTS)).map(|index| {
        let at_ms = begin_ms + index as f64 * POINT_MS;
        while after < moments.len() && moments[after].0 <= at_ms {
            after += 1;
        }
        let (from_ms, from) = moments[after - 1];
        let Some(&(to_ms, to)) = moments.get(after) else { return Gesture::point(from) };
        let part = ((at_ms - from_ms) / (to_ms - from_ms)).clamp(0.0, 1.0) as f32;
        Gesture::point([0, 1].map(|way| from[way] + part * (to[way] - from[way])))
    });
    Gesture::new(points).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_movement_is_read_at_even_times_whenever_the_browser_told_of_it() {
        let moments = [(1_000.0, [0.0, 0.0]), (1_040.0, [1.0, -1.0]), (1_040.0, [0.5, 0.0]), (1_100.0, [0.5, 0.6])];
        let gesture = points(&moments, 1_160.0).expect("0.16 s");
        let x: Vec<i16> = gesture.points().iter().map(|point| point[0]).collect();
        assert_eq!(x, [0, 200, 400, 250, 250, 250, 250, 250, 250, 250]);
        assert_eq!(gesture.points()[6], [250, 280]);
        assert_eq!(gesture.points()[9], [250, 300], "the hand rested there until it let go");
    }

    #[test]
    fn a_tap_is_no_gesture_and_the_longest_ends_after_16_s() {
        assert_eq!(points(&[], 9.0), None);
        assert_eq!(points(&[(0.0, [0.0; 2]), (30.0, [1.0; 2])], 60.0), None);
        let longest = points(&[(0.0, [0.0; 2])], 99_000.0).expect("cut");
        assert_eq!(longest.points().len(), Gesture::MAX_POINTS);
    }
}
