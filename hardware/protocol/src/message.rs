//! What can be said, and each message's body.

use crate::calibration::Calibration;
use crate::checklist::Checklist;
use crate::reader::Reader;
use crate::version::Version;
use crate::{CV_INPUTS, GATES};
use heapless::Vec;

/// Most bytes of pixels in one [`Rectangle`]: a whole page of the screen.
pub const MAX_RECTANGLE_BYTES: usize = 128;

/// Most bytes of a body.
pub(crate) const MAX_BODY: usize = MAX_RECTANGLE_BYTES + 3;

/// The bytes of a body.
pub(crate) type Body = Vec<u8, MAX_BODY>;

/// One thing that is said.
#[derive(Debug, Clone, PartialEq)]
pub enum Message {
    /// Host to module: who are you? The host speaks this version.
    Hello(Version),
    /// Module to host: the answer to [`Message::Hello`].
    Info(Info),
    /// Module to host, at the [`Rate`]: all that the panel is at one instant, the frame's time.
    Cv(Cv),
    /// Module to host, at once: a gate rose or fell at the frame's time.
    Edge(Edge),
    /// Module to host, at the [`Rate`] while calibrating: what the converter reads, uncalibrated, in sixteenths of a code.
    Raw([u16; CV_INPUTS]),
    /// Host to module: pixels.
    Oled(Rectangle),
    /// Host to module: whether the lamp is lit.
    Led(bool),
    /// Host to module: how often voltages are wanted.
    SetRate(Rate),
    /// Host to module: answer with this number.
    Ping(u32),
    /// Module to host: the answer; the frame's time is the module's.
    Pong(u32),
    /// Host to module: begin the factory test anew, or end it. Answered by [`Message::Checklist`].
    SelfTest(bool),
    /// Module to host: how the factory test stands; the answer, each change, and once a second while it runs.
    Checklist(Checklist),
    /// Host to module: send your calibration.
    CalibrationRead,
    /// Host to module: use this calibration from now on, until you are switched off.
    CalibrationStage(Calibration),
    /// Host to module: keep the calibration in use. Answered once it is kept.
    CalibrationCommit,
    /// Host to module: forget what is kept, use the nominal values.
    CalibrationClear,
    /// Module to host: the calibration in use, and whether it is one that is kept; the answer to all four.
    CalibrationState {
        /// What turns codes into volts now.
        calibration: Calibration,
        /// Whether it is what the module starts with.
        kept: bool,
    },
    /// Host to module: whether codes ([`Message::Raw`]) come beside voltages.
    SendRaw(bool),
    /// Host to module: restart into the boot loader that takes a new firmware. Holds [`BOOTSEL`](Self::BOOTSEL).
    Bootsel,
    /// Module to host, once a second: how the module is.
    Health(Health),
    /// Module to host: something was refused.
    Refused(Refusal),
}

/// A kind of message: its code, name, direction and body length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MessageKind {
    /// The first byte of a frame.
    pub code: u8,
    /// As PROTOCOL.md calls it.
    pub name: &'static str,
    /// Whether the module says it.
    pub from_module: bool,
    /// Bytes of the body, least and most.
    pub body: [usize; 2],
}

impl MessageKind {
    /// All kinds, by code.
    pub const ALL: [Self; 21] = [
        Self::new(0x01, "HELLO", false, [2, 2]),
        Self::new(0x02, "CV", true, [13, 13]),
        Self::new(0x03, "EDGE", true, [3, 3]),
        Self::new(0x04, "RAW", true, [8, 8]),
        Self::new(0x10, "OLED", false, [4, MAX_BODY]),
        Self::new(0x11, "LED", false, [1, 1]),
        Self::new(0x12, "SETRATE", false, [2, 2]),
        Self::new(0x13, "PING", false, [4, 4]),
        Self::new(0x14, "SENDRAW", false, [1, 1]),
        Self::new(0x15, "SELFTEST", false, [1, 1]),
        Self::new(0x20, "CALREAD", false, [0, 0]),
        Self::new(0x21, "CALSTAGE", false, [24, 24]),
        Self::new(0x22, "CALCOMMIT", false, [0, 0]),
        Self::new(0x23, "CALCLEAR", false, [0, 0]),
        Self::new(0x30, "BOOTSEL", false, [4, 4]),
        Self::new(0x7E, "REFUSED", true, [2, 2]),
        Self::new(0x7F, "HEALTH", true, [20, 20]),
        Self::new(0x81, "INFO", true, [21, 21]),
        Self::new(0x93, "PONG", true, [4, 4]),
        Self::new(0x95, "CHECKLIST", true, [5, 5]),
        Self::new(0xA0, "CALSTATE", true, [25, 25]),
    ];

    const fn new(code: u8, name: &'static str, from_module: bool, body: [usize; 2]) -> Self {
        Self { code, name, from_module, body }
    }
}

/// What the module is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Info {
    /// The protocol it speaks.
    pub protocol: Version,
    /// Major, minor and patch version of its firmware.
    pub firmware: [u8; 3],
    /// The first four bytes of the firmware's commit, 0 where it was built without one.
    pub commit: [u8; 4],
    /// Revision of the board.
    pub hardware: u8,
    /// Number of this very module.
    pub uid: u64,
    /// Whether it has a screen.
    pub has_screen: bool,
    /// Whether a calibration is kept in it.
    pub calibrated: bool,
    /// Why it started last.
    pub reset: ResetCause,
}

/// Why a module started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResetCause {
    /// It was switched on.
    Power,
    /// Its watchdog found it stuck.
    Watchdog,
    /// It was told to.
    Software,
}

/// All that the panel is at one instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cv {
    /// Volts at CV 1 to CV 4, calibrated, in steps of 0.2 mV.
    pub steps: [i16; CV_INPUTS],
    /// Both gates.
    pub gates: Gates,
    /// Detents by which the encoder was turned since the module started, clockwise positive; it wraps.
    pub encoder: i16,
    /// Whether the encoder is pushed.
    pub pushed: bool,
    /// Whether a plug is in CV 1 to CV 4.
    pub patched: [bool; CV_INPUTS],
}

/// Level of each gate and how often it rose, so that a lost edge is not lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Gates {
    /// Whether Gate 1 and Gate 2 are high.
    pub high: [bool; GATES],
    /// How often each rose since the module started, 0 to 7; it wraps.
    pub rises: [u8; GATES],
}

impl Gates {
    /// Rises are counted up to here and begin anew.
    pub const RISES: u8 = 8;

    /// Bits 0 and 1: levels; bits 2 to 4: rises of Gate 1; bits 5 to 7: rises of Gate 2.
    pub(crate) fn to_byte(self) -> u8 {
        let [first, second] = self.rises.map(|rises| rises % Self::RISES);
        u8::from(self.high[0]) | (u8::from(self.high[1]) << 1) | (first << 2) | (second << 5)
    }

    pub(crate) fn from_byte(byte: u8) -> Self {
        Self { high: [byte & 1 != 0, byte & 2 != 0], rises: [(byte >> 2) & 7, byte >> 5] }
    }
}

/// A gate rose or fell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// Which: 0 or 1.
    pub gate: u8,
    /// Whether it rose.
    pub high: bool,
    /// How often it has risen since the module started, this time counted; 0 to 7, it wraps.
    pub rises: u8,
}

/// Pixels of the screen: columns of eight, as the screen's memory has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rectangle {
    /// Which eight rows, 0 to 7 from the top.
    pub page: u8,
    /// The first column, 0 to 127.
    pub column: u8,
    /// A byte for each column, the uppermost pixel in the lowest bit; never empty, never beyond column 127.
    pub bytes: Vec<u8, MAX_RECTANGLE_BYTES>,
}

/// How often voltages are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rate {
    /// 250 times a second.
    Hz250,
    /// 500 times a second.
    Hz500,
    /// 1,000 times a second.
    #[default]
    Hz1000,
}

impl Rate {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Hz250, Self::Hz500, Self::Hz1000];

    /// Times a second.
    #[must_use]
    pub fn hz(self) -> u16 {
        match self {
            Self::Hz250 => 250,
            Self::Hz500 => 500,
            Self::Hz1000 => 1_000,
        }
    }
}

/// How the module is: counters since it started, which stay at their highest value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Health {
    /// Frames from the host that were damaged.
    pub damaged: u32,
    /// Frames for the host that found no place since it did not read.
    pub dropped: u32,
    /// Milliseconds since the module started; it wraps.
    pub up_ms: u32,
    /// Transfers to the screen that failed.
    pub screen_errors: u16,
    /// Samples of the converter that came late.
    pub late_samples: u16,
    /// How often the watchdog restarted it.
    pub watchdog_resets: u16,
    /// Messages from the host that it does not know.
    pub unknown: u16,
}

/// What the module refused, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// Code of the message that it answers.
    pub code: u8,
    /// Why.
    pub error: WireError,
}

/// Why the module refused something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WireError {
    /// The host speaks another major version.
    Version,
    /// The calibration is outside of what the parts can be: the old one stays.
    Calibration,
    /// The calibration could not be written.
    Flash,
    /// A value is out of range.
    Value,
}

impl WireError {
    /// All of them, in the order of their codes from 1 on.
    pub const ALL: [Self; 4] = [Self::Version, Self::Calibration, Self::Flash, Self::Value];

    /// What a person reads.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Version => "the module does not speak this program's protocol: update the older of the two",
            Self::Calibration => {
                "the module refused the calibration, which is outside of what its parts can be: the old one stays; check that \
                 each reference voltage was at its input"
            }
            Self::Flash => {
                "the module could not keep the calibration: it is in use until the module is switched off; try again"
            }
            Self::Value => {
                "the module refused a value that is out of range: update this program or the module's firmware"
            }
        }
    }
}

impl ResetCause {
    const ALL: [Self; 3] = [Self::Power, Self::Watchdog, Self::Software];
}

/// Why a body is no message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoMessage {
    /// Its kind is of a later version: to be skipped.
    Unknown,
    /// Its length or a value in it is wrong.
    Malformed,
}

impl Message {
    /// What [`Message::Bootsel`] must hold, so that no damaged frame restarts a module in a concert.
    pub const BOOTSEL: u32 = 0xB007_5E1E;

    /// The first byte of its frame.
    #[must_use]
    pub fn code(&self) -> u8 {
        match self {
            Self::Hello(_) => 0x01,
            Self::Cv(_) => 0x02,
            Self::Edge(_) => 0x03,
            Self::Raw(_) => 0x04,
            Self::Oled(_) => 0x10,
            Self::Led(_) => 0x11,
            Self::SetRate(_) => 0x12,
            Self::Ping(_) => 0x13,
            Self::SendRaw(_) => 0x14,
            Self::SelfTest(_) => 0x15,
            Self::CalibrationRead => 0x20,
            Self::CalibrationStage(_) => 0x21,
            Self::CalibrationCommit => 0x22,
            Self::CalibrationClear => 0x23,
            Self::Bootsel => 0x30,
            Self::Refused(_) => 0x7E,
            Self::Health(_) => 0x7F,
            Self::Info(_) => 0x81,
            Self::Pong(_) => 0x93,
            Self::Checklist(_) => 0x95,
            Self::CalibrationState { .. } => 0xA0,
        }
    }

    pub(crate) fn body(&self) -> Body {
        let mut body = Body::new();
        // A body always has room: `MessageKind::ALL` bounds each, and a test writes the longest of every kind.
        let mut put = |bytes: &[u8]| drop(body.extend_from_slice(bytes));
        match self {
            Self::Hello(Version { major, minor }) => put(&[*major, *minor]),
            Self::Info(info) => {
                put(&[info.protocol.major, info.protocol.minor]);
                put(&info.firmware);
                put(&info.commit);
                put(&[info.hardware]);
                put(&info.uid.to_le_bytes());
                put(&[u8::from(info.has_screen), u8::from(info.calibrated), info.reset as u8]);
            }
            Self::Cv(cv) => {
                cv.steps.iter().for_each(|steps| put(&steps.to_le_bytes()));
                put(&[cv.gates.to_byte()]);
                put(&cv.encoder.to_le_bytes());
                put(&[u8::from(cv.pushed), bits(cv.patched)]);
            }
            Self::Edge(edge) => put(&[edge.gate, u8::from(edge.high), edge.rises]),
            Self::Raw(codes) => codes.iter().for_each(|code| put(&code.to_le_bytes())),
            Self::Oled(rectangle) => {
                put(&[rectangle.page, rectangle.column, rectangle.bytes.len() as u8]);
                put(&rectangle.bytes);
            }
            Self::Led(on) | Self::SendRaw(on) | Self::SelfTest(on) => put(&[u8::from(*on)]),
            Self::Checklist(list) => put(&list.to_bytes()),
            Self::SetRate(rate) => put(&rate.hz().to_le_bytes()),
            Self::Ping(number) | Self::Pong(number) => put(&number.to_le_bytes()),
            Self::CalibrationStage(calibration) => put(&calibration.to_bytes()),
            Self::CalibrationState { calibration, kept } => {
                put(&calibration.to_bytes());
                put(&[u8::from(*kept)]);
            }
            Self::CalibrationRead | Self::CalibrationCommit | Self::CalibrationClear => {}
            Self::Bootsel => put(&Self::BOOTSEL.to_le_bytes()),
            Self::Health(health) => {
                [health.damaged, health.dropped, health.up_ms].iter().for_each(|count| put(&count.to_le_bytes()));
                let counts = [health.screen_errors, health.late_samples, health.watchdog_resets, health.unknown];
                counts.iter().for_each(|count| put(&count.to_le_bytes()));
            }
            Self::Refused(Refusal { code, error }) => put(&[*code, *error as u8 + 1]),
        }
        body
    }

    pub(crate) fn read(code: u8, body: &[u8]) -> Result<Self, NoMessage> {
        let mut reader = Reader(body);
        let known = MessageKind::ALL.iter().any(|kind| kind.code == code);
        let message = Self::parse(code, &mut reader);
        message.and_then(|message| reader.end(message)).ok_or(if known {
            NoMessage::Malformed
        } else {
            NoMessage::Unknown
        })
    }

    fn parse(code: u8, reader: &mut Reader<'_>) -> Option<Self> {
        Some(match code {
            0x01 => Self::Hello(version(reader)?),
            0x02 => Self::Cv(Cv {
                steps: [reader.i16()?, reader.i16()?, reader.i16()?, reader.i16()?],
                gates: Gates::from_byte(reader.u8()?),
                encoder: reader.i16()?,
                pushed: flag(reader)?,
                patched: from_bits(reader.u8()?)?,
            }),
            0x03 => {
                let (gate, high, rises) = (reader.u8()?, flag(reader)?, reader.u8()?);
                (usize::from(gate) < GATES && rises < Gates::RISES).then_some(Self::Edge(Edge { gate, high, rises }))?
            }
            0x04 => Self::Raw([reader.u16()?, reader.u16()?, reader.u16()?, reader.u16()?]),
            0x10 => Self::Oled(rectangle(reader)?),
            0x11 => Self::Led(flag(reader)?),
            0x12 => {
                let hz = reader.u16()?;
                Self::SetRate(Rate::ALL.into_iter().find(|rate| rate.hz() == hz)?)
            }
            0x13 => Self::Ping(reader.u32()?),
            0x14 => Self::SendRaw(flag(reader)?),
            0x15 => Self::SelfTest(flag(reader)?),
            0x20 => Self::CalibrationRead,
            0x21 => Self::CalibrationStage(Calibration::from_bytes(reader.array()?)),
            0x22 => Self::CalibrationCommit,
            0x23 => Self::CalibrationClear,
            0x30 => (reader.u32()? == Self::BOOTSEL).then_some(Self::Bootsel)?,
            0x7E => {
                let (code, error) = (reader.u8()?, reader.u8()?);
                Self::Refused(Refusal { code, error: *WireError::ALL.get(usize::from(error).checked_sub(1)?)? })
            }
            0x7F => Self::Health(Health {
                damaged: reader.u32()?,
                dropped: reader.u32()?,
                up_ms: reader.u32()?,
                screen_errors: reader.u16()?,
                late_samples: reader.u16()?,
                watchdog_resets: reader.u16()?,
                unknown: reader.u16()?,
            }),
            0x81 => Self::Info(Info {
                protocol: version(reader)?,
                firmware: reader.array()?,
                commit: reader.array()?,
                hardware: reader.u8()?,
                uid: reader.u64()?,
                has_screen: flag(reader)?,
                calibrated: flag(reader)?,
                reset: *ResetCause::ALL.get(usize::from(reader.u8()?))?,
            }),
            0x93 => Self::Pong(reader.u32()?),
            0x95 => Self::Checklist(Checklist::new(flag(reader)?, reader.u16()?, reader.u16()?)?),
            0xA0 => {
                Self::CalibrationState { calibration: Calibration::from_bytes(reader.array()?), kept: flag(reader)? }
            }
            _ => return None,
        })
    }
}

fn version(reader: &mut Reader<'_>) -> Option<Version> {
    Some(Version { major: reader.u8()?, minor: reader.u8()? })
}

/// A byte that is 0 or 1.
fn flag(reader: &mut Reader<'_>) -> Option<bool> {
    match reader.u8()? {
        0 => Some(false),
        1 => Some(true),
        _ => None,
    }
}

fn bits(flags: [bool; CV_INPUTS]) -> u8 {
    flags.iter().enumerate().map(|(bit, &flag)| u8::from(flag) << bit).sum()
}

fn from_bits(byte: u8) -> Option<[bool; CV_INPUTS]> {
    (byte < 1 << CV_INPUTS).then(|| core::array::from_fn(|bit| (byte >> bit) & 1 == 1))
}

fn rectangle(reader: &mut Reader<'_>) -> Option<Rectangle> {
    let (page, column, count) = (reader.u8()?, reader.u8()?, reader.u8()?);
    let end = usize::from(column) + usize::from(count);
    let inside = page < 8 && count > 0 && end <= MAX_RECTANGLE_BYTES;
    let bytes = Vec::from_slice(reader.bytes(count.into())?).ok()?;
    inside.then_some(Rectangle { page, column, bytes })
}
