//! What a take is rendered for: everything that makes a hit, at one moment.

use crate::desk::{Desk, Slot};
use crate::sounds::SoundSet;
use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use neurorack_engine::ControlFrame;
use neurorack_engine::Settings;
use neurorack_engine::control::Parameters;
use neurorack_engine::instrument::CurveSlot;
use neurorack_host::engine_settings;
use neurorack_worklet::message::{CurveData, Message};
use std::sync::Arc;

/// The sounds, the settings and the voltages of a hit.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Wanted {
    sets: [Arc<SoundSet>; 2],
    settings: Settings,
    cv_volts: [f32; 4],
}

impl Wanted {
    /// What the next hit is to sound like; none while there is no sound to ask for. `hits` were struck so far: where hits
    /// vary, each draws anew.
    pub(crate) fn now(desk: Desk, hits: u32) -> Option<Self> {
        let [first, second] = Slot::BOTH.map(|slot| desk.slot(slot).get_untracked());
        let sets = [first.clone().or_else(|| second.clone())?, second.or(first)?];
        // What the engine says of cables and knobs, or the knobs alone.
        let volts = |index: usize| {
            let said: Option<f64> = desk.live.cv_volts[index].get_untracked();
            said.unwrap_or_else(|| desk.cv[index].get_untracked()) as f32
        };
        let cv_volts = std::array::from_fn(volts);
        let settings = desk.settings.with_untracked(engine_settings);
        Some(Self { sets, settings: draws(settings, cv_volts, hits), cv_volts })
    }

    /// Whether this is the same hit under other controls: what sounds goes over to it.
    pub(crate) fn is_of_one_family(&self, other: &Self) -> bool {
        self.sets == other.sets && self.settings.seed == other.settings.seed
    }

    /// It in the engine's messages.
    pub(crate) fn messages(&self) -> Array {
        let controls = ControlFrame { cv: self.cv_volts, ..ControlFrame::default() };
        let curve = |slot, set: &SoundSet| Message::Curve { slot, curve: CurveData::from(&set.scaled) }.encode();
        let [first, second] = &self.sets;
        [
            Message::Settings(self.settings).encode(),
            Message::Control(controls).encode(),
            curve(CurveSlot::F1, first),
            curve(CurveSlot::F2, second),
        ]
        .iter()
        .map(|message| Uint8Array::from(message.as_slice()))
        .collect()
    }
}

/// The settings with the seed of the hit after so many: another one each time where hits vary.
fn draws(settings: Settings, cv: [f32; 4], hits: u32) -> Settings {
    let varies = Parameters::read(&ControlFrame { cv, ..ControlFrame::default() }, &settings).variation > 0.0;
    let seed = if varies { settings.seed.wrapping_add(u64::from(hits)) } else { settings.seed };
    Settings { seed, ..settings }
}

#[cfg(test)]
mod tests {
    use super::*;
    use neurorack_engine::descriptors::{DescriptorCurve, Descriptors};

    fn set() -> Arc<SoundSet> {
        let curve = DescriptorCurve::new(vec![Descriptors::default(); 3]).expect("finite frames");
        Arc::new(SoundSet::new("a".into(), String::new(), curve, true))
    }

    fn wanted(sets: &[Arc<SoundSet>; 2], cv_volts: [f32; 4], hits: u32) -> Wanted {
        Wanted { sets: sets.clone(), settings: draws(Settings::default(), cv_volts, hits), cv_volts }
    }

    #[test]
    fn moved_controls_make_another_take_of_the_same_hit() {
        let sets = [set(), set()];
        let still = wanted(&sets, [-5.0, 0.0, 0.0, -5.0], 0);
        assert_eq!(still, wanted(&sets, [-5.0, 0.0, 0.0, -5.0], 7), "hits do not vary: the next one is the same");
        let moved = wanted(&sets, [1.0, 0.0, 0.0, -5.0], 0);
        assert!(still != moved && still.is_of_one_family(&moved));
    }

    #[test]
    fn other_sounds_and_hits_that_vary_are_other_families() {
        let sets = [set(), set()];
        let varied = [-5.0, 0.0, 0.0, 2.0];
        let first = wanted(&sets, varied, 0);
        let next = wanted(&sets, varied, 1);
        assert!(first != next && !first.is_of_one_family(&next));
        let others = [set(), sets[1].clone()];
        assert!(!first.is_of_one_family(&wanted(&others, varied, 0)));
    }
}
