//! What sources and inputs are called, in lists, at knobs and to the ear.

use neurorack_engine::sources::{Input, Patch, Shape, Source};

/// The name of a source. A modulator is called by what it is.
pub(crate) fn source_name(source: Source, patch: &Patch) -> String {
    match source {
        Source::Modulator1 | Source::Modulator2 | Source::Modulator3 | Source::Modulator4 => {
            modulator_name(source as usize, patch.modulations[source as usize].shape)
        }
        Source::PadX => "XY x".into(),
        Source::PadY => "XY y".into(),
        Source::Sequencer1Gate => "Steps 1".into(),
        Source::Sequencer2Gate => "Steps 2".into(),
        Source::Sequencer1Velocity => "Velocity 1".into(),
        Source::Sequencer2Velocity => "Velocity 2".into(),
        Source::Lane1 => "MIDI 1".into(),
        Source::Lane2 => "MIDI 2".into(),
        Source::Lane3 => "MIDI 3".into(),
        Source::Lane4 => "MIDI 4".into(),
        Source::Wheel => "Wheel".into(),
        Source::AudioInput1 => "Input 1".into(),
        Source::AudioInput2 => "Input 2".into(),
        Source::InputLevel => "Level 1".into(),
    }
}

/// The name of a modulator, from 0.
pub(super) fn modulator_name(index: usize, shape: Shape) -> String {
    let kind = if shape == Shape::Envelope { "Envelope" } else { "LFO" };
    format!("{kind} {}", index + 1)
}

/// The name of an input, as on the panel.
pub(crate) fn input_name(input: Input) -> &'static str {
    ["Gate 1", "Gate 2", "CV 1", "CV 2", "CV 3", "CV 4"][input as usize]
}

/// What an input does, as it is printed.
pub(super) fn input_task(input: Input) -> &'static str {
    ["Trigger", "Freeze", "Morph", "Scrub", "Transient", "Variation"][input as usize]
}

/// Whether a source is a gate; all others are voltages.
pub(super) fn is_gate(source: Source) -> bool {
    matches!(source, Source::Sequencer1Gate | Source::Sequencer2Gate)
}

/// Where the voltage of a CV input comes from, in as few words as fit below a knob; nothing where no cable reaches it, neither
/// here nor at the `module`.
pub(crate) fn origin(input: Input, patch: &Patch, module: bool) -> Option<String> {
    let mut cables = patch.cables.at(input);
    match (cables.next(), cables.count() + usize::from(module)) {
        (Some(first), 0) => Some(source_name(first.from, patch)),
        (Some(_), more) => Some(format!("{} cables", more + 1)),
        (None, 0) => None,
        (None, _) => Some("Module".to_owned()),
    }
}

/// The name of a shape.
pub(super) fn shape_name(shape: Shape) -> &'static str {
    ["sine", "triangle", "square", "saw", "sample & hold", "smooth noise", "envelope"][shape as usize]
}

#[cfg(test)]
mod tests {
    use super::*;
    use neurorack_engine::sources::Cable;

    #[test]
    fn no_two_sources_share_a_name() {
        let patch = Patch::default();
        let mut names: Vec<_> = Source::ALL.map(|source| source_name(source, &patch)).into();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
    }

    #[test]
    fn a_knob_says_one_source_by_name_and_several_by_number() {
        let mut patch = Patch::calm();
        assert_eq!(origin(Input::Cv3, &patch, false), None);
        assert_eq!(origin(Input::Cv3, &patch, true).as_deref(), Some("Module"));
        assert!(patch.cables.plug(Cable::new(Source::Modulator1, Input::Cv3, 0.5)));
        assert_eq!(origin(Input::Cv3, &patch, false).as_deref(), Some("LFO 1"));
        assert!(patch.cables.plug(Cable::new(Source::PadX, Input::Cv3, 0.5)));
        assert_eq!(origin(Input::Cv3, &patch, false).as_deref(), Some("2 cables"));
    }
}
