//! One frame: what travels between two zero bytes.

use crate::message::{MAX_BODY, Message, NoMessage};
use crate::reader::Reader;
use crc::{CRC_16_IBM_3740, Crc};
use heapless::Vec;

/// Code, sequence number and time.
const HEAD: usize = 1 + 2 + 4;

/// The check behind the body.
const CHECK: usize = 2;

/// Most bytes before they are stuffed.
const MAX_PLAIN: usize = HEAD + MAX_BODY + CHECK;

/// Most bytes of a frame with the zero behind it. Stuffing adds one byte to fewer than 254.
pub const MAX_FRAME_BYTES: usize = MAX_PLAIN + 1 + 1;

const CRC: Crc<u16> = Crc::<u16>::new(&CRC_16_IBM_3740);

/// A message with its place in the stream.
///
/// As bytes: `COBS( code u8 | seq u16 | time_us u32 | body | CRC-16/IBM-3740 ) 00`, little-endian, the check over all before
/// it. COBS: Cheshire and Baker, "Consistent Overhead Byte Stuffing", 1999: a zero is nothing but the end of a frame.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// Counts the frames of one side; it wraps. A gap is what was lost.
    pub seq: u16,
    /// The sender's time in microseconds, of what the message tells; it wraps after 71 minutes.
    pub time_us: u32,
    /// What is said.
    pub message: Message,
}

/// Why bytes between two zeros are no frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoFrame {
    /// They did not arrive as they were sent.
    Damaged,
    /// They did, but say what this version does not know.
    Unknown,
    /// They did, but say nonsense: its code.
    Malformed(u8),
}

impl Frame {
    /// As it travels, the zero behind it included.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8, MAX_FRAME_BYTES> {
        let mut stuffed = [0; MAX_FRAME_BYTES];
        let length = cobs::encode(&self.to_plain(), &mut stuffed);
        // `length` leaves room for the zero, which is there already.
        Vec::from_slice(stuffed.get(..=length).unwrap_or_default()).unwrap_or_default()
    }

    /// Before stuffing: what SysEx carries too.
    pub(crate) fn to_plain(&self) -> Vec<u8, MAX_PLAIN> {
        let mut plain = Vec::new();
        // Each part has its room in `MAX_PLAIN`.
        let mut put = |bytes: &[u8]| drop(plain.extend_from_slice(bytes));
        put(&[self.message.code()]);
        put(&self.seq.to_le_bytes());
        put(&self.time_us.to_le_bytes());
        put(&self.message.body());
        let check = CRC.checksum(&plain).to_le_bytes();
        drop(plain.extend_from_slice(&check));
        plain
    }

    /// Reads what lay between two zeros; `stuffed` is unpacked in its place.
    pub(crate) fn read(stuffed: &mut [u8]) -> Result<Self, NoFrame> {
        let length = cobs::decode_in_place(stuffed).map_err(|_| NoFrame::Damaged)?;
        Self::read_plain(stuffed.get(..length).ok_or(NoFrame::Damaged)?)
    }

    pub(crate) fn read_plain(plain: &[u8]) -> Result<Self, NoFrame> {
        let (told, check) = plain.split_last_chunk::<CHECK>().ok_or(NoFrame::Damaged)?;
        if CRC.checksum(told) != u16::from_le_bytes(*check) {
            return Err(NoFrame::Damaged);
        }
        let mut reader = Reader(told);
        let head = (|| Some((reader.u8()?, reader.u16()?, reader.u32()?)))();
        let (code, seq, time_us) = head.ok_or(NoFrame::Damaged)?;
        let message = Message::read(code, reader.0).map_err(|why| match why {
            NoMessage::Unknown => NoFrame::Unknown,
            NoMessage::Malformed => NoFrame::Malformed(code),
        })?;
        Ok(Self { seq, time_us, message })
    }
}
