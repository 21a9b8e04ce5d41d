//! A preset in few bytes, little-endian: what is deflated into a link.
//!
//! Version `u8`; name; bank's name and the first 8 bytes of its hash; F1 and F2; volume in decibels `f32`;
//! [`Settings::to_bytes`]; [`Patch::to_bytes`]; in version 2 a gesture. A name is its bytes' number `u16` and UTF-8. A sound begins with a kind:
//!
//! | kind | sound | what follows |
//! |---|---|---|
//! | 0 | factory set | its place `u16`, its name |
//! | 1 | own, without timbre | its name, frames `u16`, the seven descriptors, each a row |
//! | 2 | own, with its timbre | the same, then the timbre as a row |
//! | 3 | F2 is F1 | nothing |
//!
//! A gesture is its number of points `u16` and a row for each way, in hundredths of a volt.
//!
//! A row of 16-bit numbers is written as differences from one to the next, folded so that small ones are small numbers of
//! either sign: first all lower bytes, then all upper bytes, which is what deflating finds its repetitions in.

use super::json::check_version;
use super::{BankMark, GESTURE_VERSION, MAX_NAME_CHARS, OwnSound, Preset, PresetError, Sound, VERSION};
use crate::control::Settings;
use crate::descriptors::{DescriptorCurve, Descriptors, MAX_FRAMES, Timbre};
use crate::sources::{Gesture, PATCH_BYTES, Patch};
use half::f16;

/// Most bytes of a preset: two of the longest curves with all that is beside them.
pub(super) const MAX_BYTES: usize = 2 * (MAX_FRAMES * Descriptors::COUNT + Timbre::COUNT + Gesture::MAX_POINTS) * 2
    + 4 * (2 + 4 * MAX_NAME_CHARS)
    + PATCH_BYTES
    + 256;

pub(super) fn write(preset: &Preset) -> Vec<u8> {
    let version = if preset.gesture.is_some() { GESTURE_VERSION } else { VERSION };
    let mut bytes = vec![version as u8];
    put_name(&mut bytes, &preset.name);
    put_name(&mut bytes, &preset.bank.name);
    bytes.extend(preset.bank.hash);
    let [first, second] = &preset.sounds;
    put_sound(&mut bytes, first);
    if first == second {
        bytes.push(3)
    } else {
        put_sound(&mut bytes, second)
    }
    bytes.extend(preset.volume_db.to_le_bytes());
    bytes.extend(preset.settings.to_bytes());
    bytes.extend(preset.patch.to_bytes());
    if let Some(gesture) = &preset.gesture {
        // No gesture has more points than 16 bits count.
        bytes.extend((gesture.points().len() as u16).to_le_bytes());
        for way in 0..2 {
            put_row(&mut bytes, gesture.points().iter().map(|point| point[way] as u16));
        }
    }
    bytes
}

pub(super) fn read(bytes: &[u8]) -> Result<Preset, PresetError> {
    let mut reader = Reader { rest: bytes };
    let [version] = reader.take()?;
    check_version(version.into())?;
    let name = reader.name()?;
    let bank = BankMark { name: reader.name()?, hash: reader.take()? };
    let first = reader.sound()?.ok_or_else(|| wrong("F1 refers to itself"))?;
    let second = reader.sound()?.unwrap_or_else(|| first.clone());
    let volume_db = f32::from_le_bytes(reader.take()?);
    let settings = Settings::from_bytes(&reader.take()?).ok_or_else(|| wrong("an input has an unknown target"))?;
    let patch = Patch::from_bytes(reader.bytes(PATCH_BYTES)?).map_err(|why| wrong(&why.to_string()))?;
    let gesture = if u32::from(version) == GESTURE_VERSION { Some(reader.gesture()?) } else { None };
    if !reader.rest.is_empty() {
        return Err(PresetError::Damaged);
    }
    Ok(Preset { version: version.into(), name, bank, sounds: [first, second], volume_db, settings, patch, gesture })
}

fn wrong(reason: &str) -> PresetError {
    PresetError::Value { reason: reason.to_owned() }
}

fn put_name(bytes: &mut Vec<u8>, name: &str) {
    // A tidy name has at most four bytes for each of its few characters.
    bytes.extend((name.len() as u16).to_le_bytes());
    bytes.extend(name.as_bytes());
}

fn put_sound(bytes: &mut Vec<u8>, sound: &Sound) {
    match sound {
        Sound::Factory { index, name } => {
            bytes.push(0);
            bytes.extend(index.to_le_bytes());
            put_name(bytes, name);
        }
        Sound::Own(own) => {
            let (frames, timbre) = (own.curve().frames(), own.curve().timbre());
            bytes.push(1 + u8::from(timbre.is_some()));
            put_name(bytes, own.name());
            bytes.extend((frames.len() as u16).to_le_bytes());
            for channel in 0..Descriptors::COUNT {
                put_row(bytes, frames.iter().map(|frame| bits(frame.to_array()[channel])));
            }
            if let Some(timbre) = timbre {
                put_row(bytes, timbre.values().iter().copied().map(bits));
            }
        }
    }
}

/// A number as 16 bits.
fn bits(value: f32) -> u16 {
    f16::from_f32(value).to_bits()
}

fn put_row(bytes: &mut Vec<u8>, numbers: impl Iterator<Item = u16>) {
    let mut before = 0;
    let folded: Vec<u16> = numbers.map(|now| fold(now.wrapping_sub(std::mem::replace(&mut before, now)))).collect();
    bytes.extend(folded.iter().map(|&number| number as u8));
    bytes.extend(folded.iter().map(|&number| (number >> 8) as u8));
}

/// Numbers of small magnitude, of either sign, become small numbers.
fn fold(difference: u16) -> u16 {
    (difference << 1) ^ ((difference as i16 >> 15) as u16)
}

fn unfold(folded: u16) -> u16 {
    (folded >> 1) ^ (folded & 1).wrapping_neg()
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn bytes(&mut self, count: usize) -> Result<&'a [u8], PresetError> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(PresetError::Damaged)?;
        self.rest = rest;
        Ok(taken)
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], PresetError> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or(PresetError::Damaged)?;
        self.rest = rest;
        Ok(*taken)
    }

    fn number(&mut self) -> Result<u16, PresetError> {
        self.take().map(u16::from_le_bytes)
    }

    fn name(&mut self) -> Result<String, PresetError> {
        let length = self.number()?.into();
        let bytes = self.bytes(length)?;
        std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| PresetError::Damaged)
    }

    /// A sound; `None` where it is the one before it.
    fn sound(&mut self) -> Result<Option<Sound>, PresetError> {
        match self.take()? {
            [0] => {
                let index = self.number()?;
                Ok(Some(Sound::Factory { index, name: self.name()? }))
            }
            [kind @ (1 | 2)] => self.own(kind == 2).map(|own| Some(Sound::Own(own))),
            [3] => Ok(None),
            _ => Err(wrong("a sound is of an unknown kind")),
        }
    }

    fn own(&mut self, has_timbre: bool) -> Result<OwnSound, PresetError> {
        let name = self.name()?;
        let frames: usize = self.number()?.into();
        let mut channels: [Vec<f32>; Descriptors::COUNT] = Default::default();
        for channel in &mut channels {
            *channel = self.row(frames)?.into_iter().map(value).collect();
        }
        let frame = |frame: usize| Descriptors::from_array(std::array::from_fn(|channel| channels[channel][frame]));
        let curve = DescriptorCurve::new((0..frames).map(frame).collect()).map_err(|why| wrong(&why.to_string()))?;
        let timbre = if has_timbre {
            let numbers: Vec<f32> = self.row(Timbre::COUNT)?.into_iter().map(value).collect();
            let timbre = numbers.try_into().ok().and_then(Timbre::new);
            Some(timbre.ok_or_else(|| wrong("a number of a timbre is out of range"))?)
        } else {
            None
        };
        Ok(OwnSound::new(&name, curve.with_timbre(timbre)))
    }

    fn gesture(&mut self) -> Result<Gesture, PresetError> {
        let count = self.number()?.into();
        let (x, y) = (self.row(count)?, self.row(count)?);
        let points = x.into_iter().zip(y).map(|(x, y)| [x as i16, y as i16]);
        Gesture::new(points).map_err(|why| wrong(&why.to_string()))
    }

    fn row(&mut self, count: usize) -> Result<Vec<u16>, PresetError> {
        let (lower, upper) = (self.bytes(count)?, self.bytes(count)?);
        let mut now = 0u16;
        let values = lower.iter().zip(upper).map(|(&lower, &upper)| {
            now = now.wrapping_add(unfold(u16::from_le_bytes([lower, upper])));
            now
        });
        Ok(values.collect())
    }
}

/// The number that these 16 bits are.
fn value(bits: u16) -> f32 {
    f16::from_bits(bits).to_f32()
}

#[cfg(test)]
mod tests {
    use super::super::tests::example;
    use super::*;
    use crate::bank::test_bank;

    #[test]
    fn folding_is_one_to_one_and_keeps_small_steps_small() {
        assert!((0..=u16::MAX).all(|number| unfold(fold(number)) == number));
        assert_eq!([0, 1, u16::MAX, 2, u16::MAX - 1].map(fold), [0, 2, 1, 4, 3]);
    }

    #[test]
    fn bytes_are_pinned() {
        // Links live for years: append a kind or raise VERSION rather than change what is here.
        let preset = example(&test_bank::small(1));
        let bytes = write(&preset);
        assert_eq!(bytes[..3], [1, 15, 0]);
        assert_eq!(&bytes[3..18], b"Anvil, at night");
        assert_eq!(bytes[18..20], [14, 0]);
        let sound = 20 + 14 + 8;
        assert_eq!(bytes[sound..sound + 5], [0, 1, 0, 9, 0]);
        let own = sound + 5 + 9;
        assert_eq!(&bytes[own..own + 7], b"\x02\x04\0Door");
        assert_eq!(bytes[own + 7..own + 9], [60, 0]);
        assert_eq!(bytes.len(), own + 9 + 2 * (60 * 7 + Timbre::COUNT) + 4 + Settings::BYTES + PATCH_BYTES);
    }

    #[test]
    fn a_gesture_is_behind_everything_else_and_makes_it_version_2() {
        let plain = example(&test_bank::small(1));
        let gesture = Gesture::new([[-500, 0], [-499, 300], [500, -500]]).expect("three points");
        let bytes = write(&Preset { gesture: Some(gesture.clone()), ..plain.clone() });
        let without = write(&plain);
        assert_eq!((bytes[0], &bytes[1..without.len()]), (2, &without[1..]));
        // Differences -500, 1, 999 and 0, 300, -800, folded; lower bytes before upper ones.
        let rows = [0xE7, 2, 0xCE, 3, 0, 7, 0, 0x58, 0x3F, 0, 2, 6];
        assert_eq!(bytes[without.len()..], [&[3, 0], rows.as_slice()].concat());
        assert_eq!(read(&bytes).expect("as written").gesture, Some(gesture));
        assert!(read(&bytes[..bytes.len() - 1]).is_err(), "cut off");
    }

    #[test]
    fn a_sound_that_is_no_sound_is_refused() {
        let bytes = write(&example(&test_bank::small(1)));
        let sound = 20 + 14 + 8;
        for (place, value) in [(0, 2), (0, 3), (sound, 3), (sound, 9), (1, 0xFF), (4, 0xFF)] {
            let mut changed = bytes.clone();
            changed[place] = value;
            assert!(read(&changed).is_err(), "byte {place} is {value}");
        }
        assert!(read(&[bytes, vec![0]].concat()).is_err(), "a byte too many");
    }
}
