//! What the page tells the engine: bytes that travel through a `MessagePort` unread.
//!
//! Little-endian. Every message starts with its kind as `u32`:
//!
//! | kind | message | what follows |
//! |---|---|---|
//! | 1 | trigger | velocity `f32`, time in seconds `f64`, transposition in semitones `f32` |
//! | 2 | control | CV 1 to 4 in volts `4 x f32`, level `f32` |
//! | 3 | curve | slot `u32` (0 = F1, 1 = F2), frames of 8 channels `f32` |
//! | 4 | bank begins | size of the image in bytes `u32` |
//! | 5 | bank chunk | offset `u32`, bytes |
//! | 6 | use bank | nothing |
//! | 7 | curve with its timbre | slot `u32`, 191 numbers of the timbre and 7 octaves it was moved by `f32`, frames as above |
//! | 8 | gate | which `u32` (0 = Gate 1, 1 = Gate 2), high `u32`, velocity `f32`, time in seconds `f64` |
//! | 9 | settings | [`Settings::to_bytes`] |
//! | 10 | patch | [`Patch::to_bytes`] |
//! | 11 | action | which `u32`, two numbers `2 x f32`, time in seconds `f64` |
//! | 12 | gesture | points of two `i16`, in hundredths of a volt; none ends it |
//! | 13 | input scales | of both channels volts at full scale and offset `4 x f32` |
//! | 14 | jacks | what a module's CV 1 to 4 read in volts `4 x f32`, no number where there is no plug; time in seconds `f64` |
//! | 15 | rendered bank | its serial `u64`: takes of this bank are played from now on, until a bank is used |
//! | 16 | take begins | serial of its bank `u64`, family `u32`, number `u32`, transposition in semitones `f32`, samples `u32` |
//! | 17 | take chunk | offset in samples `u32`, samples `f32` |
//! | 18 | use take | nothing |
//!
//! The controls' voltages are the knobs; what cables add to them, and what they do to the gates, is the rack's. Actions are
//! 0 all pads up, 1 XY pad (x, y), 2 lane (which, value), 3 wheel (value), and of the clock 4 start, 5 stop, 6 continue,
//! 7 pulse; 8 bend (semitones), 9 hold the pad (1 or 0).

mod opening;
mod takes;

pub use opening::{Opening, first_opening, strike};
pub use takes::{TakeData, take_messages};

use neurorack_engine::TakeLabel;
use neurorack_engine::curve::ScaledCurve;
use neurorack_engine::descriptors::{Descriptors, MovedTimbre, Timbre};
use neurorack_engine::instrument::CurveSlot;
use neurorack_engine::models::conditioning::{CHANNELS, Conditioned};
use neurorack_engine::sources::{Action, GesturePoint, InputScale, Patch};
use neurorack_engine::{ControlFrame, GateInput, PreparedBank, Settings};

/// Bytes of a bank's image that one message carries: copying them takes a small part of a render quantum.
pub const CHUNK_BYTES: usize = 128 << 10;

/// Longest message.
pub const MAX_BYTES: usize = CHUNK_BYTES + 8;

const FRAME_BYTES: usize = CHANNELS * size_of::<f32>();

const TIMBRE_BYTES: usize = (Timbre::COUNT + Descriptors::COUNT) * size_of::<f32>();

/// One message.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Message<'a> {
    /// A hit, whatever the gates are assigned to: a note.
    Trigger {
        /// When, in the `AudioContext`'s seconds. What is past happens at once.
        time_s: f64,
        /// Strength, 0 to 1.
        velocity: f32,
        /// Transposition.
        semitones: f32,
    },
    /// An edge at a gate.
    Gate {
        /// When, in the `AudioContext`'s seconds. What is past happens at once.
        time_s: f64,
        /// Which of them.
        gate: GateInput,
        /// Whether it went high.
        high: bool,
        /// Strength of the hit that it may start, 0 to 1.
        velocity: f32,
    },
    /// What the menu sets.
    Settings(Settings),
    /// What is set at the sources, the knobs too.
    Patch(Patch),
    /// What hands and MIDI do to the sources; a press of a gate travels as [`Message::Gate`].
    Action {
        /// When, in the `AudioContext`'s seconds. What is past happens at once.
        time_s: f64,
        /// What.
        action: Action,
    },
    /// What goes round on the XY pad from now on.
    Gesture(GestureData<'a>),
    /// How both channels of the audio input are read.
    InputScales([InputScale; 2]),
    /// The controls from now on.
    Control(ControlFrame),
    /// A new F1 or F2 for coming hits.
    Curve {
        /// Which of them.
        slot: CurveSlot,
        /// Its frames and its timbre.
        curve: CurveData<'a>,
    },
    /// A bank's image of this many bytes will come in chunks, from its first byte on.
    BankBegin {
        /// Size of the image.
        bytes: u32,
    },
    /// The next chunk.
    BankChunk {
        /// Where it belongs.
        offset: u32,
        /// The bytes, at most [`CHUNK_BYTES`].
        data: &'a [u8],
    },
    /// The image is complete: play coming hits with it.
    BankUse,
    /// Coming hits are takes of this bank, as soon as there is one; until then what was played is.
    RenderedBank {
        /// The bank, by the first eight bytes of its file's hash.
        serial: u64,
    },
    /// A take of this many samples will come in chunks, from its first sample on.
    TakeBegin {
        /// What it is a take of.
        label: TakeLabel,
        /// How many samples it has.
        samples: u32,
    },
    /// The next samples of it.
    TakeChunk {
        /// Where they belong.
        offset: u32,
        /// The samples.
        data: TakeData<'a>,
    },
    /// The take is complete: play it.
    TakeUse,
}

/// A scaled curve as it lies in a message.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CurveData<'a> {
    // Invariant: whole frames, at least one.
    frames: &'a [u8],
    timbre: Option<MovedTimbre>,
}

impl<'a> From<&'a ScaledCurve> for CurveData<'a> {
    fn from(curve: &'a ScaledCurve) -> Self {
        Self { frames: bytemuck::cast_slice(curve.frames()), timbre: curve.timbre().copied() }
    }
}

impl<'a> CurveData<'a> {
    fn read(frames: &'a [u8], timbre: Option<MovedTimbre>) -> Option<Self> {
        (!frames.is_empty() && frames.len().is_multiple_of(FRAME_BYTES)).then_some(Self { frames, timbre })
    }

    /// The timbre, where one is known.
    pub fn timbre(&self) -> Option<MovedTimbre> {
        self.timbre
    }

    /// The frames, one by one.
    pub fn frames(&self) -> impl ExactSizeIterator<Item = Conditioned> + Clone {
        let (frames, _) = self.frames.as_chunks::<FRAME_BYTES>();
        frames.iter().map(|frame| {
            let (values, _) = frame.as_chunks::<4>();
            std::array::from_fn(|channel| f32::from_le_bytes(values[channel]))
        })
    }
}

/// Points of a gesture as they lie in a message.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GestureData<'a> {
    points: &'a [u8],
}

impl GestureData<'_> {
    /// The points, one by one.
    pub fn points(&self) -> impl Iterator<Item = GesturePoint> + Clone {
        let (points, _) = self.points.as_chunks::<4>();
        points.iter().map(|&[a, b, c, d]| [i16::from_le_bytes([a, b]), i16::from_le_bytes([c, d])])
    }
}

impl<'a> Message<'a> {
    /// What goes round on the XY pad from now on; nothing where there are no points.
    #[must_use]
    pub fn gesture(points: &'a [GesturePoint]) -> Self {
        Self::Gesture(GestureData { points: bytemuck::cast_slice(points) })
    }

    /// The bytes to send.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut word = |word: [u8; 4]| bytes.extend_from_slice(&word);
        word(self.kind().to_le_bytes());
        match *self {
            Self::Trigger { time_s, velocity, semitones } => {
                word(velocity.to_le_bytes());
                bytes.extend_from_slice(&time_s.to_le_bytes());
                bytes.extend_from_slice(&semitones.to_le_bytes());
            }
            Self::Gate { time_s, gate, high, velocity } => {
                word((gate as u32).to_le_bytes());
                word(u32::from(high).to_le_bytes());
                word(velocity.to_le_bytes());
                bytes.extend_from_slice(&time_s.to_le_bytes());
            }
            Self::Settings(settings) => bytes.extend_from_slice(&settings.to_bytes()),
            Self::Patch(patch) => bytes.extend_from_slice(&patch.to_bytes()),
            Self::Action { time_s, action: Action::Jacks { volts } } => {
                volts.iter().for_each(|volts| word(volts.unwrap_or(f32::NAN).to_le_bytes()));
                bytes.extend_from_slice(&time_s.to_le_bytes());
            }
            Self::Action { time_s, action } => {
                let (code, numbers) = action_code(action);
                word(code.to_le_bytes());
                numbers.iter().for_each(|number| word(number.to_le_bytes()));
                bytes.extend_from_slice(&time_s.to_le_bytes());
            }
            Self::Gesture(gesture) => bytes.extend_from_slice(gesture.points),
            Self::InputScales(scales) => {
                for InputScale { full_scale_volts, offset_volts } in scales {
                    word(full_scale_volts.to_le_bytes());
                    word(offset_volts.to_le_bytes());
                }
            }
            Self::Control(ControlFrame { cv, level }) => {
                for volts in cv {
                    word(volts.to_le_bytes());
                }
                word(level.to_le_bytes());
            }
            Self::Curve { slot, curve } => {
                word((slot as u32).to_le_bytes());
                if let Some(MovedTimbre { timbre, octaves }) = &curve.timbre {
                    timbre.values().iter().chain(octaves).for_each(|number| word(number.to_le_bytes()));
                }
                bytes.extend_from_slice(curve.frames);
            }
            Self::BankBegin { bytes: size } => word(size.to_le_bytes()),
            Self::BankChunk { offset, data } => {
                word(offset.to_le_bytes());
                bytes.extend_from_slice(data);
            }
            Self::RenderedBank { serial } => bytes.extend_from_slice(&serial.to_le_bytes()),
            Self::TakeBegin { label: TakeLabel { bank, family, number, semitones }, samples } => {
                bytes.extend_from_slice(&bank.to_le_bytes());
                for word in [family.to_le_bytes(), number.to_le_bytes(), semitones.to_le_bytes(), samples.to_le_bytes()]
                {
                    bytes.extend_from_slice(&word);
                }
            }
            Self::TakeChunk { offset, data } => {
                word(offset.to_le_bytes());
                bytes.extend_from_slice(data.samples);
            }
            Self::BankUse | Self::TakeUse => {}
        }
        bytes
    }

    /// The message in these bytes; `None` when there is none. Real-time safe.
    #[must_use]
    pub fn decode(bytes: &'a [u8]) -> Option<Self> {
        let (&kind, body) = bytes.split_first_chunk::<4>()?;
        let word = |index: usize| body.get(4 * index..).and_then(|rest| rest.first_chunk::<4>()).copied();
        let float = |index: usize| word(index).map(f32::from_le_bytes);
        let whole = |index: usize| word(index).map(u32::from_le_bytes);
        match u32::from_le_bytes(kind) {
            1 => {
                let time_s = f64::from_le_bytes(*body.get(4..)?.first_chunk()?);
                Some(Self::Trigger { time_s, velocity: float(0)?, semitones: float(3)? })
            }
            2 => {
                Some(Self::Control(ControlFrame { cv: [float(0)?, float(1)?, float(2)?, float(3)?], level: float(4)? }))
            }
            3 => Some(Self::Curve { slot: slot(whole(0)?)?, curve: CurveData::read(&body[4..], None)? }),
            4 => Some(Self::BankBegin { bytes: whole(0)? }),
            5 => Some(Self::BankChunk { offset: whole(0)?, data: &body[4..] }),
            6 => Some(Self::BankUse),
            7 => {
                let (numbers, frames) = body.get(4..)?.split_first_chunk::<TIMBRE_BYTES>()?;
                let (numbers, _) = numbers.as_chunks::<4>();
                let number = |index: usize| f32::from_le_bytes(numbers[index]);
                let timbre = Timbre::new(std::array::from_fn(number))?;
                let octaves = std::array::from_fn(|index| number(Timbre::COUNT + index));
                let timbre = Some(MovedTimbre { timbre, octaves });
                Some(Self::Curve { slot: slot(whole(0)?)?, curve: CurveData::read(frames, timbre)? })
            }
            8 => {
                let gate = match whole(0)? {
                    0 => GateInput::Gate1,
                    1 => GateInput::Gate2,
                    _ => return None,
                };
                let time_s = f64::from_le_bytes(*body.get(12..)?.first_chunk()?);
                Some(Self::Gate { time_s, gate, high: whole(1)? != 0, velocity: float(2)? })
            }
            9 => Settings::from_bytes(body.first_chunk()?).map(Self::Settings),
            10 => Patch::from_bytes(body).ok().map(Self::Patch),
            11 => {
                let time_s = f64::from_le_bytes(*body.get(12..)?.first_chunk()?);
                Some(Self::Action { time_s, action: action(whole(0)?, [float(1)?, float(2)?])? })
            }
            12 => Some(Self::Gesture(GestureData { points: body })),
            13 => {
                let scale = |at: usize| Some(InputScale { full_scale_volts: float(at)?, offset_volts: float(at + 1)? });
                Some(Self::InputScales([scale(0)?, scale(2)?]))
            }
            14 => {
                let time_s = f64::from_le_bytes(*body.get(16..)?.first_chunk()?);
                let volts = |at: usize| float(at).map(|volts| Some(volts).filter(|volts| !volts.is_nan()));
                let volts = [volts(0)?, volts(1)?, volts(2)?, volts(3)?];
                Some(Self::Action { time_s, action: Action::Jacks { volts } })
            }
            15 => Some(Self::RenderedBank { serial: u64::from_le_bytes(*body.first_chunk()?) }),
            16 => {
                let bank = u64::from_le_bytes(*body.first_chunk()?);
                let label = TakeLabel { bank, family: whole(2)?, number: whole(3)?, semitones: float(4)? };
                Some(Self::TakeBegin { label, samples: whole(5)? })
            }
            17 => Some(Self::TakeChunk { offset: whole(0)?, data: TakeData::read(&body[4..])? }),
            18 => Some(Self::TakeUse),
            _ => None,
        }
    }

    fn kind(&self) -> u32 {
        match self {
            Self::Trigger { .. } => 1,
            Self::Control(_) => 2,
            Self::Curve { curve: CurveData { timbre: None, .. }, .. } => 3,
            Self::BankBegin { .. } => 4,
            Self::BankChunk { .. } => 5,
            Self::BankUse => 6,
            Self::Curve { .. } => 7,
            Self::Gate { .. } => 8,
            Self::Settings(_) => 9,
            Self::Patch(_) => 10,
            Self::Action { action: Action::Jacks { .. }, .. } => 14,
            Self::Action { .. } => 11,
            Self::Gesture(_) => 12,
            Self::InputScales(_) => 13,
            Self::RenderedBank { .. } => 15,
            Self::TakeBegin { .. } => 16,
            Self::TakeChunk { .. } => 17,
            Self::TakeUse => 18,
        }
    }
}

/// Code and numbers of an action. Presses have none, they travel as gates; nor have jacks, a message of their own.
fn action_code(action: Action) -> (u32, [f32; 2]) {
    match action {
        Action::ReleaseAll | Action::Press { .. } | Action::Release { .. } | Action::Jacks { .. } => (0, [0.0; 2]),
        Action::Pad { x, y } => (1, [x, y]),
        Action::Lane { lane, value } => (2, [f32::from(lane), value]),
        Action::Wheel { value } => (3, [value, 0.0]),
        Action::Start => (4, [0.0; 2]),
        Action::Stop => (5, [0.0; 2]),
        Action::Continue => (6, [0.0; 2]),
        Action::Pulse => (7, [0.0; 2]),
        Action::Bend { semitones } => (8, [semitones, 0.0]),
        Action::HoldPad { held } => (9, [f32::from(u8::from(held)), 0.0]),
    }
}

fn action(code: u32, [first, second]: [f32; 2]) -> Option<Action> {
    Some(match code {
        0 => Action::ReleaseAll,
        1 => Action::Pad { x: first, y: second },
        2 => Action::Lane { lane: first as u8, value: second },
        3 => Action::Wheel { value: first },
        4 => Action::Start,
        5 => Action::Stop,
        6 => Action::Continue,
        7 => Action::Pulse,
        8 => Action::Bend { semitones: first },
        9 => Action::HoldPad { held: first != 0.0 },
        _ => return None,
    })
}

fn slot(number: u32) -> Option<CurveSlot> {
    match number {
        0 => Some(CurveSlot::F1),
        1 => Some(CurveSlot::F2),
        _ => None,
    }
}

/// The messages that carry a prepared bank to the engine and put it to use, in order.
#[must_use]
pub fn bank_messages(bank: &PreparedBank) -> Vec<Vec<u8>> {
    let image = bank.to_image();
    let begin = Message::BankBegin { bytes: image.len() as u32 };
    let chunks = image.chunks(CHUNK_BYTES).enumerate().map(|(index, data)| {
        let offset = (index * CHUNK_BYTES) as u32;
        Message::BankChunk { offset, data }.encode()
    });
    std::iter::once(begin.encode()).chain(chunks).chain([Message::BankUse.encode()]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_survive_the_journey() {
        let curve = ScaledCurve::default();
        let mut with_timbre = ScaledCurve::default();
        let timbre = Timbre::new([0.5; Timbre::COUNT]).expect("within the limits");
        let timbre = Some(MovedTimbre { timbre, octaves: [0.25; Descriptors::COUNT] });
        assert!(with_timbre.replace(curve.frames().iter().copied(), timbre));
        let messages = [
            Message::Trigger { time_s: 1.25, velocity: 0.5, semitones: -7.0 },
            Message::Gate { time_s: 2.5, gate: GateInput::Gate2, high: true, velocity: 0.75 },
            Message::Settings(Settings { seed: 7, voices: 16, ..Settings::default() }),
            Message::Patch(Patch { tempo_bpm: 99.0, ..Patch::default() }),
            Message::Action { time_s: 0.5, action: Action::Lane { lane: 3, value: 0.25 } },
            Message::Action { time_s: 0.75, action: Action::Pulse },
            Message::Action { time_s: 0.875, action: Action::Bend { semitones: -1.5 } },
            Message::Action { time_s: 1.0, action: Action::HoldPad { held: true } },
            Message::Action { time_s: 1.5, action: Action::Jacks { volts: [Some(-5.0), None, Some(0.25), None] } },
            Message::gesture(&[[-500, 3], [20, 500]]),
            Message::gesture(&[]),
            Message::InputScales([
                InputScale { full_scale_volts: 10.0, offset_volts: -0.5 },
                InputScale { full_scale_volts: 2.5, offset_volts: 0.25 },
            ]),
            Message::Control(ControlFrame { cv: [1.0, -2.0, 3.0, -4.0], level: 0.25 }),
            Message::Curve { slot: CurveSlot::F2, curve: CurveData::from(&curve) },
            Message::Curve { slot: CurveSlot::F1, curve: CurveData::from(&with_timbre) },
            Message::BankBegin { bytes: 7 },
            Message::BankChunk { offset: 3, data: &[1, 2, 3] },
            Message::BankUse,
            Message::RenderedBank { serial: 0x0123_4567_89ab_cdef },
            Message::TakeBegin {
                label: TakeLabel { bank: 1 << 40, family: 2, number: 3, semitones: -1.5 },
                samples: 4,
            },
            Message::TakeChunk { offset: 2, data: TakeData::from(&[0.5, -0.25][..]) },
            Message::TakeUse,
        ];
        for message in messages {
            let bytes = message.encode();
            assert_eq!(Message::decode(&bytes), Some(message));
            for length in 0..bytes.len() {
                let _ = Message::decode(&bytes[..length]);
            }
        }
    }

    #[test]
    fn bytes_are_pinned() {
        // The page and the worklet are loaded apart: append a kind rather than change one.
        let trigger = Message::Trigger { time_s: 1.0, velocity: 1.0, semitones: 0.0 }.encode();
        assert_eq!(trigger, [1, 0, 0, 0, 0, 0, 0x80, 0x3F, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0, 0, 0, 0]);
        assert_eq!(Message::BankUse.encode(), [6, 0, 0, 0]);
        let chunk = Message::TakeChunk { offset: 1, data: TakeData::from(&[1.0][..]) }.encode();
        assert_eq!(chunk, [17, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0x80, 0x3F]);
    }
}
