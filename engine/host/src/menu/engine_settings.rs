//! What the menu sets, in the engine's own terms.

use neurorack_engine::Settings;
use neurorack_engine::control::{Assignment, GateTarget, Target};
use neurorack_engine::descriptors::Descriptors;
use neurorack_panel::{CvRange, Descriptor};

/// The menu's settings as the engine takes them.
#[must_use]
pub fn engine_settings(menu: &neurorack_panel::Settings) -> Settings {
    let mut vary = [true; Descriptors::COUNT];
    for descriptor in Descriptor::ALL {
        vary[place(descriptor)] = menu.varies[descriptor as usize];
    }
    Settings {
        cv: menu.cv.map(|assignment| {
            let factor = f32::from(assignment.range_percent) / 100.0;
            // An input's own range is spread over the whole travel before the factor.
            let (spread, middle) = match menu.range {
                CvRange::Bipolar5 => (1.0, 0.0),
                CvRange::Bipolar2 => (2.0, 0.0),
                CvRange::Unipolar5 => (2.0, -5.0),
            };
            let offset_v = f32::from(assignment.offset_decivolts) / 10.0 + factor * middle;
            Assignment { target: target(assignment.target), range: factor * spread, offset_v }
        }),
        gates: menu.gates.map(|gate| match gate {
            neurorack_panel::GateTarget::Nothing => GateTarget::Nothing,
            neurorack_panel::GateTarget::Trigger => GateTarget::Trigger,
            neurorack_panel::GateTarget::Freeze => GateTarget::Freeze,
            neurorack_panel::GateTarget::Sustain => GateTarget::Sustain,
        }),
        freeze_ms: f32::from(menu.freeze_ms),
        vary,
        voices: menu.voices.count(),
        seed: u64::from(menu.seed),
    }
}

/// Index of a descriptor in [`Descriptors`]' order.
pub(super) fn place(descriptor: Descriptor) -> usize {
    match descriptor {
        Descriptor::Loudness => 0,
        Descriptor::Percussivity => 1,
        Descriptor::Tone => 2,
        Descriptor::Noise => 3,
        Descriptor::Richness => 4,
        Descriptor::Brightness => 5,
        Descriptor::Pitch => 6,
    }
}

pub(super) fn target(target: neurorack_panel::Target) -> Target {
    use neurorack_panel::Target as Menu;
    match target {
        Menu::Nothing => Target::Nothing,
        Menu::Morph => Target::Morph,
        Menu::Scrub => Target::Scrub,
        Menu::Transient => Target::Transient,
        Menu::Variation => Target::Variation,
        Menu::Level => Target::Level,
        Menu::Pitch => Target::Pitch,
        Menu::Velocity => Target::Velocity,
        Menu::Loudness => Target::Loudness,
        Menu::Percussivity => Target::Percussivity,
        Menu::Brightness => Target::Brightness,
        Menu::Tone => Target::Tone,
        Menu::Richness => Target::Richness,
        Menu::Noise => Target::Noise,
        Menu::Fundamental => Target::Fundamental,
        Menu::FreezePosition => Target::FreezePosition,
        Menu::FreezeSpread => Target::FreezeSpread,
        Menu::FreezePitch => Target::FreezePitch,
        Menu::FreezeLength => Target::FreezeLength,
        Menu::TimbreA => Target::TimbreA,
        Menu::TimbreB => Target::TimbreB,
        Menu::TimbreC => Target::TimbreC,
        Menu::TimbreD => Target::TimbreD,
        Menu::Follow => Target::Follow,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_rest_menu_and_engine_agree() {
        assert_eq!(engine_settings(&neurorack_panel::Settings::default()), Settings::default());
    }

    #[test]
    fn every_target_has_the_same_name_in_menu_and_engine() {
        for of_menu in neurorack_panel::Target::ALL {
            assert_eq!(target(of_menu).name(), of_menu.name().to_lowercase());
        }
    }

    #[test]
    fn an_input_of_another_range_reaches_the_same_ends() {
        let menu = neurorack_panel::Settings { range: CvRange::Unipolar5, ..Default::default() };
        let Assignment { range, offset_v, .. } = engine_settings(&menu).cv[0];
        assert_eq!([0.0, 2.5, 5.0].map(|volts| volts * range + offset_v), [-5.0, 0.0, 5.0]);
    }
}
