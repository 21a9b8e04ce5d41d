//! Hands on the map: a mouse that drags, two fingers that pinch.

/// A hand that moved less than this has not begun to drag, in pixels.
const SLACK_PX: f64 = 5.0;

/// Fingers closer than this tell no size, in pixels.
const CLOSEST_PX: f64 = 12.0;

/// A wheel's travel that doubles the view, in pixels.
const DOUBLING_PX: f64 = 240.0;

/// The most that one event of a wheel is believed to have moved, in pixels.
const FASTEST_PX: f64 = 240.0;

/// A place in pixels from the map's left and top.
pub(super) type Pixel = [f64; 2];

/// What hands do to the view.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Motion {
    /// Where the content is held, before it moves.
    pub(super) about: Pixel,
    /// How far it is drawn along, in pixels.
    pub(super) by: Pixel,
    /// How many times it grows.
    pub(super) factor: f64,
}

/// The pointers that are down: one mouse, or up to two fingers.
#[derive(Debug, Clone, Default)]
pub(super) struct Fingers {
    down: Vec<(i32, Pixel)>,
    /// Where the first went down.
    begun: Pixel,
    /// Whether they move the view: a click or a hold that ends now is none.
    moves: bool,
}

impl Fingers {
    /// A pointer goes down.
    pub(super) fn press(&mut self, id: i32, at: Pixel) {
        self.down.retain(|(other, _)| *other != id);
        if self.down.is_empty() {
            (self.begun, self.moves) = (at, false);
        }
        if self.down.len() < 2 {
            self.down.push((id, at));
        }
        self.moves |= self.down.len() == 2;
    }

    /// A pointer goes up, or is lost.
    pub(super) fn lift(&mut self, id: i32) {
        self.down.retain(|(other, _)| *other != id);
    }

    /// Whether hands moved the view since the first went down.
    pub(super) fn moves(&self) -> bool {
        self.moves
    }

    pub(super) fn count(&self) -> usize {
        self.down.len()
    }

    /// A pointer moves: what that does to the view. `alone` says whether it may drag by itself, as a mouse does.
    pub(super) fn moved(&mut self, id: i32, at: Pixel, alone: bool) -> Option<Motion> {
        if at.iter().any(|x| !x.is_finite()) {
            return None;
        }
        let index = self.down.iter().position(|(other, _)| *other == id)?;
        let before = std::mem::replace(&mut self.down[index].1, at);
        match *self.down.as_slice() {
            [_] => {
                if !alone || (!self.moves && apart(self.begun, at) < SLACK_PX) {
                    return None;
                }
                // What was held back before it counted as dragging is made up for.
                let from = if std::mem::replace(&mut self.moves, true) { before } else { self.begun };
                Some(Motion { about: from, by: [at[0] - from[0], at[1] - from[1]], factor: 1.0 })
            }
            [(_, first), (_, second)] => {
                let other = if index == 0 { second } else { first };
                let middle = |a: Pixel| [(a[0] + other[0]) / 2.0, (a[1] + other[1]) / 2.0];
                let (from, to) = (middle(before), middle(at));
                let [was, is] = [before, at].map(|finger| apart(finger, other).max(CLOSEST_PX));
                Some(Motion { about: from, by: [to[0] - from[0], to[1] - from[1]], factor: is / was })
            }
            _ => None,
        }
    }
}

fn apart(a: Pixel, b: Pixel) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

/// What a wheel's turn does at this place: across it moves, up and down it zooms. `mode` is what its numbers count, as the
/// browser says it: 0 pixels, 1 lines, 2 pages.
pub(super) fn wheel(about: Pixel, [across, down]: [f64; 2], mode: u32) -> Motion {
    let unit = [1.0, 16.0, 240.0][(mode as usize).min(2)];
    let px = |turned: f64| if turned.is_nan() { 0.0 } else { (turned * unit).clamp(-FASTEST_PX, FASTEST_PX) };
    let (across, down) = (px(across), px(down));
    if across.abs() > down.abs() {
        Motion { about, by: [-across, 0.0], factor: 1.0 }
    } else {
        Motion { about, by: [0.0, 0.0], factor: (-down / DOUBLING_PX).exp2() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_click_is_no_drag_and_a_drag_loses_nothing() {
        let mut fingers = Fingers::default();
        fingers.press(1, [100.0, 100.0]);
        assert_eq!(fingers.moved(1, [103.0, 100.0], true), None);
        assert!(!fingers.moves());
        let motion = fingers.moved(1, [110.0, 102.0], true).expect("it drags");
        assert_eq!((motion.by, motion.factor), ([10.0, 2.0], 1.0));
        fingers.lift(1);
        assert!(fingers.moves(), "the click that follows is none");
        fingers.press(1, [0.0, 0.0]);
        assert!(!fingers.moves());
    }

    #[test]
    fn one_finger_leaves_the_map_alone_and_two_pinch_about_their_middle() {
        let mut fingers = Fingers::default();
        fingers.press(7, [100.0, 100.0]);
        assert_eq!(fingers.moved(7, [100.0, 300.0], false), None);
        fingers.press(9, [200.0, 300.0]);
        assert!(fingers.moves());
        let motion = fingers.moved(9, [300.0, 300.0], false).expect("it pinches");
        assert_eq!((motion.about, motion.by, motion.factor), ([150.0, 300.0], [50.0, 0.0], 2.0));
        fingers.press(11, [0.0, 0.0]);
        assert_eq!((fingers.count(), fingers.moved(11, [50.0, 50.0], false)), (2, None), "a third finger does nothing");
    }

    #[test]
    fn a_lost_pointer_is_forgotten() {
        let mut fingers = Fingers::default();
        fingers.press(1, [0.0, 0.0]);
        fingers.lift(1);
        assert_eq!(fingers.moved(1, [90.0, 0.0], true), None);
    }

    proptest! {
        #[test]
        fn no_wheel_and_no_pointer_moves_by_what_is_no_number(
            turned in [any::<f64>(), any::<f64>()], mode in any::<u32>(), at in [any::<f64>(), any::<f64>()],
        ) {
            let motion = wheel([1.0, 2.0], turned, mode);
            prop_assert!((0.5..=2.0).contains(&motion.factor), "{motion:?}");
            prop_assert!(motion.by.iter().all(|by| by.abs() <= FASTEST_PX), "{motion:?}");
            let mut fingers = Fingers::default();
            fingers.press(1, [5.0, 5.0]);
            fingers.press(2, [9.0, 9.0]);
            if let Some(motion) = fingers.moved(1, at, true) {
                prop_assert!(motion.factor > 0.0 && !motion.factor.is_nan(), "{motion:?}");
            }
        }
    }
}
