//! Values that can be edited: each is a row of positions with a reading for every one.

use core::fmt::Write;

use crate::assignment::{CvInput, EncoderTarget, GateInput, GateTarget, PushTarget, Target};
use crate::settings::{CvRange, Setting, Settings, Voices};
use crate::text::Words;

/// A value of the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    Volume,
    Range,
    FreezeLength,
    Seed,
    Voices,
    Target(CvInput),
    Factor(CvInput),
    Offset(CvInput),
    Unpatched(CvInput),
    Gate(GateInput),
    Encoder,
    Push,
}

/// How a value is shown while it is edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// A list of names.
    Names,
    /// A number over a bar that fills from its lower end.
    FromLeft,
    /// A number over a bar that fills from its middle.
    FromCentre,
}

/// Index of a name among those to choose from.
fn index_of<T: PartialEq>(all: &[T], one: T) -> usize {
    all.iter().position(|other| *other == one).unwrap_or(0)
}

/// The position of a number on an even scale; beyond its ends, the end.
fn position(number: i32, least: i32, step: i32, len: usize) -> usize {
    usize::try_from((number - least) / step).unwrap_or(0).min(len - 1)
}

/// The number at a position, as the type that the setting has. Positions are below the field's length, so that it fits.
fn number<T: TryFrom<i32> + Default>(at: usize, least: i32, step: i32) -> T {
    i32::try_from(at).ok().and_then(|at| T::try_from(least + at * step).ok()).unwrap_or_default()
}

impl Field {
    /// Its name in lists.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Volume => "Volume",
            Self::Range => "CV range",
            Self::FreezeLength => "Freeze length",
            Self::Seed => "Seed",
            Self::Voices => "Voices",
            Self::Target(_) => "Target",
            Self::Factor(_) => "Range",
            Self::Offset(_) => "Offset",
            Self::Unpatched(_) => "Unpatched",
            Self::Gate(gate) => gate.name(),
            Self::Encoder => "Encoder",
            Self::Push => "Button",
        }
    }

    /// The input it belongs to, where its name alone does not say so.
    pub(crate) fn owner(self) -> Option<&'static str> {
        match self {
            Self::Target(input) | Self::Factor(input) | Self::Offset(input) | Self::Unpatched(input) => {
                Some(input.name())
            }
            _ => None,
        }
    }

    /// How many positions it has.
    pub(crate) fn len(self) -> usize {
        match self {
            Self::Volume => 61,
            Self::Range => CvRange::ALL.len(),
            Self::FreezeLength => 51,
            Self::Seed => 10_000,
            Self::Voices => Voices::ALL.len(),
            Self::Target(_) => Target::ALL.len(),
            Self::Factor(_) => 81,
            Self::Offset(_) | Self::Unpatched(_) => 101,
            Self::Gate(_) => GateTarget::ALL.len(),
            Self::Encoder => EncoderTarget::ALL.len(),
            Self::Push => PushTarget::ALL.len(),
        }
    }

    /// How it is shown while it is edited.
    pub(crate) fn style(self) -> Style {
        match self {
            Self::Volume | Self::FreezeLength | Self::Seed => Style::FromLeft,
            Self::Factor(_) | Self::Offset(_) | Self::Unpatched(_) => Style::FromCentre,
            Self::Range | Self::Voices | Self::Target(_) | Self::Gate(_) | Self::Encoder | Self::Push => Style::Names,
        }
    }

    /// Where it stands.
    pub(crate) fn read(self, settings: &Settings) -> usize {
        let cv = |input: CvInput| settings.cv[input as usize];
        let on = |number: i32, least, step| position(number, least, step, self.len());
        match self {
            Self::Volume => on(settings.volume_db.into(), -60, 1),
            Self::Range => index_of(&CvRange::ALL, settings.range),
            Self::FreezeLength => on(settings.freeze_ms.into(), 50, 1),
            Self::Seed => on(settings.seed.into(), 0, 1),
            Self::Voices => index_of(&Voices::ALL, settings.voices),
            Self::Target(input) => index_of(&Target::ALL, cv(input).target),
            Self::Factor(input) => on(cv(input).range_percent.into(), -200, 5),
            Self::Offset(input) => on(cv(input).offset_decivolts.into(), -50, 1),
            Self::Unpatched(input) => on(cv(input).unpatched_decivolts.into(), -50, 1),
            Self::Gate(gate) => index_of(&GateTarget::ALL, settings.gates[gate as usize]),
            Self::Encoder => index_of(&EncoderTarget::ALL, settings.encoder),
            Self::Push => index_of(&PushTarget::ALL, settings.push),
        }
    }

    /// The change that puts it to a position below [`Self::len`]; a later one is the last.
    pub(crate) fn setting(self, at: usize) -> Setting {
        let at = at.min(self.len() - 1);
        match self {
            Self::Volume => Setting::Volume(number(at, -60, 1)),
            Self::Range => Setting::Range(CvRange::ALL[at]),
            Self::FreezeLength => Setting::FreezeLength(number(at, 50, 1)),
            Self::Seed => Setting::Seed(number(at, 0, 1)),
            Self::Voices => Setting::Voices(Voices::ALL[at]),
            Self::Target(input) => Setting::Target(input, Target::ALL[at]),
            Self::Factor(input) => Setting::Factor(input, number(at, -200, 5)),
            Self::Offset(input) => Setting::Offset(input, number(at, -50, 1)),
            Self::Unpatched(input) => Setting::Unpatched(input, number(at, -50, 1)),
            Self::Gate(gate) => Setting::Gate(gate, GateTarget::ALL[at]),
            Self::Encoder => Setting::Encoder(EncoderTarget::ALL[at]),
            Self::Push => Setting::Push(PushTarget::ALL[at]),
        }
    }

    /// The name at a position; empty where the value is a number.
    pub(crate) fn choice(self, at: usize) -> &'static str {
        match self.setting(at) {
            Setting::Volume(-60) => "off",
            Setting::Range(range) => range.name(),
            Setting::Voices(voices) => voices.name(),
            Setting::Target(_, target) => target.name(),
            Setting::Gate(_, target) => target.name(),
            Setting::Encoder(target) => target.name(),
            Setting::Push(target) => target.name(),
            _ => "",
        }
    }

    /// The value at a position, without its unit.
    pub(crate) fn reading(self, at: usize) -> Words {
        let choice = self.choice(at);
        if !choice.is_empty() {
            return Words::of(choice);
        }
        match self.setting(at) {
            Setting::Volume(number) => Words::write(|text| write!(text, "{number}")),
            Setting::FreezeLength(number) => Words::write(|text| write!(text, "{number}")),
            Setting::Seed(seed) => Words::write(|text| write!(text, "{seed:04}")),
            Setting::Factor(_, percent) => Words::signed(percent.into(), 100),
            Setting::Offset(_, decivolts) | Setting::Unpatched(_, decivolts) => Words::signed(decivolts.into(), 10),
            _ => Words::default(),
        }
    }

    /// The unit of the value at a position, as it is written behind the number; empty where there is none.
    pub(crate) fn unit(self, at: usize) -> &'static str {
        match self {
            Self::Volume if at == 0 => "",
            Self::Volume => "dB",
            Self::FreezeLength => "ms",
            Self::Offset(_) | Self::Unpatched(_) => "V",
            Self::Factor(_) => "x",
            _ => "",
        }
    }

    /// The unit as it is spoken.
    pub(crate) fn spoken_unit(self, at: usize) -> &'static str {
        match self.unit(at) {
            "dB" => "decibels",
            "ms" => "milliseconds",
            "V" => "volts",
            "x" => "times",
            other => other,
        }
    }

    /// The value at a position with its unit.
    pub(crate) fn value(self, at: usize) -> Words {
        let (reading, unit) = (self.reading(at), self.unit(at));
        if unit.is_empty() { reading } else { Words::write(|text| write!(text, "{} {unit}", reading.as_str())) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: [Field; 12] = [
        Field::Volume,
        Field::Range,
        Field::FreezeLength,
        Field::Seed,
        Field::Voices,
        Field::Target(CvInput::Cv1),
        Field::Factor(CvInput::Cv2),
        Field::Offset(CvInput::Cv3),
        Field::Unpatched(CvInput::Cv4),
        Field::Gate(GateInput::Gate2),
        Field::Encoder,
        Field::Push,
    ];

    #[test]
    fn every_position_of_every_field_is_read_back_as_it_was_set() {
        for field in FIELDS {
            for at in 0..field.len() {
                let mut settings = Settings::default();
                settings.apply(field.setting(at));
                assert_eq!(field.read(&settings), at, "{field:?}");
            }
        }
    }

    #[test]
    fn settings_beyond_a_scale_stand_at_its_end() {
        let settings = Settings { volume_db: 12, freeze_ms: 3, ..Settings::default() };
        assert_eq!([Field::Volume.read(&settings), Field::FreezeLength.read(&settings)], [60, 0]);
    }

    #[test]
    fn values_are_written_with_sign_and_unit() {
        let seen = |field: Field, at| field.value(at);
        assert_eq!(seen(Field::Volume, 51).as_str(), "-9 dB");
        assert_eq!(seen(Field::Volume, 0).as_str(), "off");
        assert_eq!(seen(Field::Offset(CvInput::Cv1), 47).as_str(), "-0.3 V");
        assert_eq!(seen(Field::Factor(CvInput::Cv1), 61).as_str(), "+1.05 x");
        assert_eq!(seen(Field::Seed, 42).as_str(), "0042");
    }
}
