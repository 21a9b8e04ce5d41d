//! A patch as bytes of fixed size, little endian: how it reaches the worklet. Neither direction allocates.
//!
//! Version, running, clock, seed, tempo, swing; for each sequence length, division and per step velocity, probability,
//! ratchets, gate, tie; for each modulation shape, span (0 for none), rate, phase, depth, bipolar, retrigger, gate,
//! attack, decay; sixteen cables of source (0 for none), input, amount; four knobs; the pad. Choices are codes of one
//! byte: their places in `ALL`.

use super::{
    Cable, Cables, ClockSource, Division, GateInput, Input, Modulation, Patch, Sequence, Shape, Source, Span, Step,
};

/// First byte of the encoding. Whoever changes the layout or a code raises it.
const VERSION: u8 = 1;

const STEP: usize = 4 + 4 + 1 + 4 + 1;
const SEQUENCE: usize = 2 + Sequence::STEPS * STEP;
const MODULATION: usize = 2 + 3 * 4 + 3 + 2 * 4;
const CABLE: usize = 2 + 4;

/// Bytes of an encoded patch.
pub const PATCH_BYTES: usize = 3 + 3 * 4 + 2 * SEQUENCE + 4 * MODULATION + Cables::CAPACITY * CABLE + 6 * 4;

/// Why bytes are not a [`Patch`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PatchBytesError {
    /// Too few or too many bytes.
    #[error(
        "a patch has {PATCH_BYTES} bytes, these are {found}: page and engine are of different versions, reload the page"
    )]
    Length {
        /// Bytes that came.
        found: usize,
    },
    /// Another version of the encoding.
    #[error("this patch is of version {found}, the engine reads {VERSION}: reload the page")]
    Version {
        /// The version that came.
        found: u8,
    },
    /// A byte that stands for no choice.
    #[error(
        "byte {at} of the patch has the unknown code {code}: page and engine are of different versions, reload the page"
    )]
    Code {
        /// Place of the byte.
        at: usize,
        /// What it says.
        code: u8,
    },
}

impl Patch {
    /// The patch as bytes. Real-time safe.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; PATCH_BYTES] {
        let mut writer = Writer { bytes: [0; PATCH_BYTES], at: 0 };
        writer.put([VERSION, self.running.into(), self.clock as u8]);
        writer.put(self.seed.to_le_bytes());
        writer.floats([self.tempo_bpm, self.swing_percent]);
        for sequence in &self.sequences {
            writer.put([sequence.length, sequence.division as u8]);
            for step in &sequence.steps {
                writer.floats([step.velocity, step.probability]);
                writer.put([step.ratchets]);
                writer.floats([step.gate_percent]);
                writer.put([step.tie.into()]);
            }
        }
        for modulation in &self.modulations {
            writer.put([modulation.shape as u8, modulation.span.map_or(0, |span| span as u8 + 1)]);
            writer.floats([modulation.rate_hz, modulation.phase, modulation.depth]);
            writer.put([modulation.bipolar.into(), modulation.retrigger.into(), modulation.gate as u8]);
            writer.floats([modulation.attack_ms, modulation.decay_ms]);
        }
        for cable in self.cables.iter() {
            writer.put([cable.from as u8 + 1, cable.to as u8]);
            writer.floats([cable.amount]);
        }
        writer.at += (Cables::CAPACITY - self.cables.iter().count()) * CABLE;
        writer.floats(self.knobs_volts);
        writer.floats(self.pad);
        writer.bytes
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote, with every value put in range. Real-time safe.
    ///
    /// # Errors
    ///
    /// If length, version or a code is not of this encoding.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PatchBytesError> {
        if bytes.len() != PATCH_BYTES {
            return Err(PatchBytesError::Length { found: bytes.len() });
        }
        let mut reader = Reader { bytes, at: 0 };
        let [version] = reader.take()?;
        if version != VERSION {
            return Err(PatchBytesError::Version { found: version });
        }
        let mut patch = Self {
            running: reader.flag()?,
            clock: reader.choice(&ClockSource::ALL)?,
            seed: u32::from_le_bytes(reader.take()?),
            tempo_bpm: reader.float()?,
            swing_percent: reader.float()?,
            ..Self::default()
        };
        for sequence in &mut patch.sequences {
            [sequence.length] = reader.take()?;
            sequence.division = reader.choice(&Division::ALL)?;
            for step in &mut sequence.steps {
                *step = Step {
                    velocity: reader.float()?,
                    probability: reader.float()?,
                    ratchets: reader.take::<1>()?[0],
                    gate_percent: reader.float()?,
                    tie: reader.flag()?,
                };
            }
        }
        for modulation in &mut patch.modulations {
            *modulation = Modulation {
                shape: reader.choice(&Shape::ALL)?,
                span: reader.optional(&Span::ALL)?,
                rate_hz: reader.float()?,
                phase: reader.float()?,
                depth: reader.float()?,
                bipolar: reader.flag()?,
                retrigger: reader.flag()?,
                gate: reader.choice(&GateInput::ALL)?,
                attack_ms: reader.float()?,
                decay_ms: reader.float()?,
            };
        }
        patch.cables = Cables::default();
        for _ in 0..Cables::CAPACITY {
            let (from, to, amount) = (reader.optional(&Source::ALL)?, reader.choice(&Input::ALL)?, reader.float()?);
            if let Some(from) = from {
                patch.cables.plug(Cable { from, to, amount });
            }
        }
        for volts in &mut patch.knobs_volts {
            *volts = reader.float()?;
        }
        for place in &mut patch.pad {
            *place = reader.float()?;
        }
        Ok(patch.sanitised())
    }
}

struct Writer {
    bytes: [u8; PATCH_BYTES],
    at: usize,
}

impl Writer {
    fn put<const N: usize>(&mut self, bytes: [u8; N]) {
        self.bytes[self.at..self.at + N].copy_from_slice(&bytes);
        self.at += N;
    }

    fn floats<const N: usize>(&mut self, values: [f32; N]) {
        for value in values {
            self.put(value.to_le_bytes());
        }
    }
}

struct Reader<'a> {
    /// What is still to be read.
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], PatchBytesError> {
        let (head, tail) =
            self.bytes.split_first_chunk().ok_or(PatchBytesError::Length { found: self.at + self.bytes.len() })?;
        self.bytes = tail;
        self.at += N;
        Ok(*head)
    }

    fn float(&mut self) -> Result<f32, PatchBytesError> {
        Ok(f32::from_le_bytes(self.take()?))
    }

    fn flag(&mut self) -> Result<bool, PatchBytesError> {
        self.choice(&[false, true])
    }

    fn choice<T: Copy>(&mut self, all: &[T]) -> Result<T, PatchBytesError> {
        let at = self.at;
        let [code] = self.take()?;
        all.get(usize::from(code)).copied().ok_or(PatchBytesError::Code { at, code })
    }

    /// A choice whose code 0 means none.
    fn optional<T: Copy>(&mut self, all: &[T]) -> Result<Option<T>, PatchBytesError> {
        let at = self.at;
        let [code] = self.take()?;
        match code.checked_sub(1) {
            None => Ok(None),
            Some(place) => all.get(usize::from(place)).map(|&it| Some(it)).ok_or(PatchBytesError::Code { at, code }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADVICE: &str = "the layout of a patch changed: raise VERSION";

    #[test]
    fn codes_are_places_in_the_lists() {
        assert!(Division::ALL.iter().enumerate().all(|(place, &it)| place == it as usize));
        assert!(Span::ALL.iter().enumerate().all(|(place, &it)| place == it as usize));
        assert!(Shape::ALL.iter().enumerate().all(|(place, &it)| place == it as usize));
        assert!(Source::ALL.iter().enumerate().all(|(place, &it)| place == it as usize));
        assert!(Input::ALL.iter().enumerate().all(|(place, &it)| place == it as usize));
        assert!(GateInput::ALL.iter().enumerate().all(|(place, &it)| place == it as usize));
        assert!(ClockSource::ALL.iter().enumerate().all(|(place, &it)| place == it as usize));
    }

    #[test]
    fn the_bytes_of_a_patch_are_pinned() {
        let mut patch = Patch {
            running: true,
            clock: ClockSource::Midi,
            seed: 0x0403_0201,
            tempo_bpm: 128.0,
            swing_percent: 62.5,
            knobs_volts: [-5.0, 0.5, 2.0, 5.0],
            pad: [-1.0, 0.25],
            ..Patch::calm()
        };
        patch.sequences[1] = Sequence { length: 12, division: Division::SixteenthTriplet, ..Sequence::default() };
        patch.sequences[1].steps[15] =
            Step { velocity: 0.5, probability: 0.25, ratchets: 3, gate_percent: 75.0, tie: true };
        patch.modulations[3] = Modulation {
            shape: Shape::Envelope,
            span: Some(Span::ThirtySecond),
            rate_hz: 2.0,
            phase: 0.5,
            depth: 1.0,
            bipolar: false,
            retrigger: true,
            gate: GateInput::Gate2,
            attack_ms: 4.0,
            decay_ms: 512.0,
        };
        patch.cables = [Cable::new(Source::Wheel, Input::Cv4, -0.5)].iter().collect();
        let bytes = patch.to_bytes();
        assert_eq!(bytes.len(), 687, "{ADVICE}");
        let head = [1, 1, 1, 1, 2, 3, 4, 0, 0, 0, 0x43, 0, 0, 0x7A, 0x42, 16, 3];
        assert_eq!(bytes[..17], head, "{ADVICE}");
        assert_eq!(bytes[241..243], [12, 4], "{ADVICE}");
        let step = [0, 0, 0, 0x3F, 0, 0, 0x80, 0x3E, 3, 0, 0, 0x96, 0x42, 1];
        assert_eq!(bytes[453..467], step, "{ADVICE}");
        let modulation =
            [6, 9, 0, 0, 0, 0x40, 0, 0, 0, 0x3F, 0, 0, 0x80, 0x3F, 0, 1, 1, 0, 0, 0x80, 0x40, 0, 0, 0, 0x44];
        assert_eq!(bytes[542..567], modulation, "{ADVICE}");
        assert_eq!(bytes[567..579], [15, 5, 0, 0, 0, 0xBF, 0, 0, 0, 0, 0, 0], "{ADVICE}");
        let tail =
            [0, 0, 0xA0, 0xC0, 0, 0, 0, 0x3F, 0, 0, 0, 0x40, 0, 0, 0xA0, 0x40, 0, 0, 0x80, 0xBF, 0, 0, 0x80, 0x3E];
        assert_eq!(bytes[663..], tail, "{ADVICE}");
        assert_eq!(Patch::from_bytes(&bytes), Ok(patch));
    }

    #[test]
    fn foreign_bytes_are_named() {
        let mut bytes = Patch::default().to_bytes();
        assert_eq!(Patch::from_bytes(&bytes[1..]), Err(PatchBytesError::Length { found: 686 }));
        bytes[16] = 6;
        assert_eq!(Patch::from_bytes(&bytes), Err(PatchBytesError::Code { at: 16, code: 6 }));
        bytes[0] = 9;
        assert_eq!(Patch::from_bytes(&bytes), Err(PatchBytesError::Version { found: 9 }));
    }
}
