//! The engine's settings in the menu's terms: the way back from a preset.

use super::engine_settings::{engine_settings, place, target};
use neurorack_engine::Settings;
use neurorack_engine::control::GateTarget;
use neurorack_panel::{Assignment, CvRange, Descriptor, Target, Voices};

/// Largest seed, factor in hundredths and offset in tenths of a volt that the menu can hold.
const MOST_SEED: u64 = 9_999;
const MOST_PERCENT: f32 = 200.0;
const MOST_DECIVOLTS: f32 = 50.0;

/// The menu's settings that the engine takes as these; what the engine does not know of is as in `like`. What the menu
/// set comes back exactly; finer settings, written by hand into a preset, are rounded to the menu's steps.
#[must_use]
pub fn menu_settings(engine: &Settings, like: &neurorack_panel::Settings) -> neurorack_panel::Settings {
    let ranges = std::iter::once(like.range).chain(CvRange::ALL);
    let exact = ranges.map(|range| in_range(engine, like, range)).find(|menu| engine_settings(menu) == *engine);
    exact.unwrap_or_else(|| in_range(engine, like, CvRange::Bipolar5))
}

/// The nearest settings with this range of the inputs.
fn in_range(engine: &Settings, like: &neurorack_panel::Settings, range: CvRange) -> neurorack_panel::Settings {
    let (spread, middle) = match range {
        CvRange::Bipolar5 => (1.0, 0.0),
        CvRange::Bipolar2 => (2.0, 0.0),
        CvRange::Unipolar5 => (2.0, -5.0),
    };
    let mut menu = *like;
    menu.range = range;
    for (mine, theirs) in menu.cv.iter_mut().zip(&engine.cv) {
        let percent = (100.0 * theirs.range / spread).round().clamp(-MOST_PERCENT, MOST_PERCENT);
        let offset_v = theirs.offset_v - percent / 100.0 * middle;
        *mine = Assignment {
            target: Target::ALL.into_iter().find(|&it| target(it) == theirs.target).unwrap_or(Target::Nothing),
            range_percent: percent as i16,
            offset_decivolts: (10.0 * offset_v).round().clamp(-MOST_DECIVOLTS, MOST_DECIVOLTS) as i8,
            ..*mine
        };
    }
    menu.gates = engine.gates.map(|gate| match gate {
        GateTarget::Nothing => neurorack_panel::GateTarget::Nothing,
        GateTarget::Trigger => neurorack_panel::GateTarget::Trigger,
        GateTarget::Freeze => neurorack_panel::GateTarget::Freeze,
        GateTarget::Sustain => neurorack_panel::GateTarget::Sustain,
    });
    for descriptor in Descriptor::ALL {
        menu.varies[descriptor as usize] = engine.vary[place(descriptor)];
    }
    menu.freeze_ms = engine.freeze_ms.round() as u8;
    menu.voices = Voices::ALL.into_iter().find(|voices| voices.count() == engine.voices).unwrap_or(Voices::Eight);
    menu.seed = engine.seed.min(MOST_SEED) as u16;
    menu
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_menu_sets_comes_back_as_the_same_sound() {
        let at_rest = neurorack_panel::Settings::default();
        for range in CvRange::ALL {
            for range_percent in (-200..=200).step_by(5) {
                for offset_decivolts in [-50, -7, 0, 3, 50] {
                    let mut menu = neurorack_panel::Settings { range, seed: 4_321, freeze_ms: 63, ..at_rest };
                    menu.cv[2] = Assignment { range_percent, offset_decivolts, ..menu.cv[2] };
                    menu.varies[3] = false;
                    menu.gates = [neurorack_panel::GateTarget::Freeze, neurorack_panel::GateTarget::Nothing];
                    menu.voices = Voices::Sixteen;
                    let engine = engine_settings(&menu);
                    let case = format!("{range:?}, {range_percent} %, {offset_decivolts} dV");
                    assert_eq!(menu_settings(&engine, &menu), menu, "{case}");
                    assert_eq!(
                        engine_settings(&menu_settings(&engine, &at_rest)),
                        engine,
                        "{case}, from another range"
                    );
                }
            }
        }
    }

    #[test]
    fn what_is_finer_than_the_menu_is_rounded() {
        let mut engine = Settings { freeze_ms: 70.4, seed: u64::MAX, ..Settings::default() };
        engine.cv[0].range = 0.333;
        let menu = menu_settings(&engine, &neurorack_panel::Settings::default());
        assert_eq!((menu.freeze_ms, menu.seed, menu.cv[0].range_percent), (70, 9_999, 33));
    }
}
