//! Which controller turns what: learned by touching one here and turning one there.

use super::message::MODES;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a controller can be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Lesson {
    /// The knob of CV 1.
    #[serde(rename = "CV 1")]
    Cv1,
    /// The knob of CV 2.
    #[serde(rename = "CV 2")]
    Cv2,
    /// The knob of CV 3.
    #[serde(rename = "CV 3")]
    Cv3,
    /// The knob of CV 4.
    #[serde(rename = "CV 4")]
    Cv4,
    /// The output level.
    Volume,
    /// Lane 1, a source of cables.
    #[serde(rename = "Lane 1")]
    Lane1,
    /// Lane 2, a source of cables.
    #[serde(rename = "Lane 2")]
    Lane2,
    /// Lane 3, a source of cables.
    #[serde(rename = "Lane 3")]
    Lane3,
    /// Lane 4, a source of cables.
    #[serde(rename = "Lane 4")]
    Lane4,
}

impl Lesson {
    /// All of them.
    pub const ALL: [Self; 9] =
        [Self::Cv1, Self::Cv2, Self::Cv3, Self::Cv4, Self::Volume, Self::Lane1, Self::Lane2, Self::Lane3, Self::Lane4];

    /// The lanes, which are sources of cables and stand nowhere else on the page.
    pub const LANES: [Self; 4] = [Self::Lane1, Self::Lane2, Self::Lane3, Self::Lane4];

    /// The accessible name of what moves.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Cv1 => "CV 1",
            Self::Cv2 => "CV 2",
            Self::Cv3 => "CV 3",
            Self::Cv4 => "CV 4",
            Self::Volume => "Volume",
            Self::Lane1 => "Lane 1",
            Self::Lane2 => "Lane 2",
            Self::Lane3 => "Lane 3",
            Self::Lane4 => "Lane 4",
        }
    }

    /// What bears this accessible name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lesson| lesson.name() == name)
    }

    /// Which of the knobs CV 1 to CV 4, from 0.
    #[must_use]
    pub fn cv(self) -> Option<usize> {
        Self::ALL[..4].iter().position(|&lesson| lesson == self)
    }

    /// Which lane, from 0.
    #[must_use]
    pub fn lane(self) -> Option<u8> {
        Self::LANES.iter().position(|&lesson| lesson == self).map(|lane| lane as u8)
    }
}

/// What was learned: at most one controller for each thing, and one thing for each controller.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Learned {
    controllers: BTreeMap<Lesson, u8>,
}

impl Learned {
    /// Gives a controller to a thing; what either had before is forgotten. Channel modes cannot be given.
    pub fn learn(&mut self, lesson: Lesson, controller: u8) {
        if controller < MODES {
            self.controllers.retain(|_, &mut taken| taken != controller);
            self.controllers.insert(lesson, controller);
        }
    }

    /// A thing has no controller any more.
    pub fn forget(&mut self, lesson: Lesson) {
        self.controllers.remove(&lesson);
    }

    /// What a controller moves.
    #[must_use]
    pub fn lesson(&self, controller: u8) -> Option<Lesson> {
        self.controllers.iter().find_map(|(&lesson, &taken)| (taken == controller).then_some(lesson))
    }

    /// The controller of a thing.
    #[must_use]
    pub fn controller(&self, lesson: Lesson) -> Option<u8> {
        self.controllers.get(&lesson).copied()
    }

    /// The same, without what no controller can be: what was kept may have been written by others.
    #[must_use]
    pub fn sanitised(&self) -> Self {
        let mut clean = Self::default();
        for (&lesson, &controller) in &self.controllers {
            clean.learn(lesson, controller);
        }
        clean
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_controller_moves_one_thing_and_a_thing_has_one_controller() {
        let mut learned = Learned::default();
        learned.learn(Lesson::Cv1, 74);
        learned.learn(Lesson::Cv2, 74);
        assert_eq!((learned.controller(Lesson::Cv1), learned.lesson(74)), (None, Some(Lesson::Cv2)));
        learned.learn(Lesson::Cv2, 71);
        assert_eq!((learned.lesson(74), learned.lesson(71)), (None, Some(Lesson::Cv2)));
        learned.forget(Lesson::Cv2);
        assert_eq!(learned, Learned::default());
    }

    #[test]
    fn what_was_learned_is_kept_as_names_and_numbers() {
        let mut learned = Learned::default();
        learned.learn(Lesson::Cv3, 16);
        learned.learn(Lesson::Lane2, 1);
        let kept = serde_json::to_string(&learned).unwrap();
        assert_eq!(kept, r#"{"CV 3":16,"Lane 2":1}"#);
        assert_eq!(serde_json::from_str::<Learned>(&kept).unwrap(), learned);
        let foreign: Learned = serde_json::from_str(r#"{"CV 1":200,"Volume":7}"#).unwrap();
        assert_eq!(serde_json::to_string(&foreign.sanitised()).unwrap(), r#"{"Volume":7}"#);
    }

    #[test]
    fn every_lesson_is_found_by_its_name() {
        for lesson in Lesson::ALL {
            assert_eq!(Lesson::named(lesson.name()), Some(lesson));
        }
        assert_eq!(Lesson::ALL.map(Lesson::cv)[..5], [Some(0), Some(1), Some(2), Some(3), None]);
        assert_eq!(Lesson::LANES.map(Lesson::lane), [Some(0), Some(1), Some(2), Some(3)]);
    }
}
