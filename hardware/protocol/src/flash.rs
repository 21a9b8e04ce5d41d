//! How the module keeps its calibration, so that a loss of power at any moment leaves one that is valid.
//!
//! Two sectors take turns: the newer valid record counts, the other sector is erased and written. Whatever is half erased or
//! half written fails its check, and the one before it is still there.

use crate::calibration::Calibration;
use crate::reader::Reader;
use crc::{CRC_32_ISO_HDLC, Crc};

/// Bytes of a record; the rest of its flash page stays erased.
pub const RECORD_BYTES: usize = 4 + 4 + Calibration::BYTES + 4;

/// "NRC1": Neurorack, calibration, first format.
const MAGIC: [u8; 4] = *b"NRC1";

const CRC: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);

/// One of the two sectors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sector {
    /// The first.
    A,
    /// The second.
    B,
}

/// A calibration that is kept: `MAGIC | generation u32 | calibration | CRC-32`, little-endian.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record {
    /// Counts what was ever kept; it wraps. The newer of two is the one ahead by less than half of all numbers.
    pub generation: u32,
    /// None where the calibration was cleared.
    pub calibration: Option<Calibration>,
}

impl Record {
    /// As it lies in flash. A cleared calibration is one of zeros, which no parts can have.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; RECORD_BYTES] {
        let calibration = self.calibration.map_or([0; Calibration::BYTES], |calibration| calibration.to_bytes());
        let mut bytes = [0; RECORD_BYTES];
        let (told, check) = bytes.split_at_mut(RECORD_BYTES - 4);
        let parts = MAGIC.into_iter().chain(self.generation.to_le_bytes()).chain(calibration);
        told.iter_mut().zip(parts).for_each(|(place, byte)| *place = byte);
        check.copy_from_slice(&CRC.checksum(told).to_le_bytes());
        bytes
    }

    /// What a sector holds; nothing where it is erased, damaged, or of another format.
    #[must_use]
    pub fn from_bytes(sector: &[u8]) -> Option<Self> {
        let (told, check) = sector.get(..RECORD_BYTES)?.split_last_chunk()?;
        if CRC.checksum(told) != u32::from_le_bytes(*check) {
            return None;
        }
        let mut reader = Reader(told);
        if reader.array()? != MAGIC {
            return None;
        }
        let (generation, calibration) = (reader.u32()?, Calibration::from_bytes(reader.array()?));
        reader.end(Self { generation, calibration: calibration.is_plausible().then_some(calibration) })
    }

    fn is_newer_than(&self, other: &Self) -> bool {
        (self.generation.wrapping_sub(other.generation) as i32) > 0
    }
}

/// What the two sectors say together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// The calibration that counts, if one is kept.
    pub calibration: Option<Calibration>,
    /// Where the next record goes: never where the one that counts lies.
    pub next: Sector,
    /// Its generation.
    pub generation: u32,
}

impl Kept {
    /// Reads both sectors.
    #[must_use]
    pub fn read(a: &[u8], b: &[u8]) -> Self {
        let (record, next) = match (Record::from_bytes(a), Record::from_bytes(b)) {
            (Some(a), Some(b)) if b.is_newer_than(&a) => (Some(b), Sector::A),
            (Some(a), _) => (Some(a), Sector::B),
            (None, Some(b)) => (Some(b), Sector::A),
            (None, None) => (None, Sector::A),
        };
        Self {
            calibration: record.and_then(|record| record.calibration),
            next,
            generation: record.map_or(0, |record| record.generation.wrapping_add(1)),
        }
    }

    /// The record to write into [`Kept::next`].
    #[must_use]
    pub fn record(&self, calibration: Option<Calibration>) -> Record {
        Record { generation: self.generation, calibration }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    const SECTOR: usize = 4_096;

    /// NOR flash: erasing sets bits, writing clears them, a byte or a part of it at a time; power may go in between.
    #[derive(Clone)]
    struct Flash {
        sectors: [Vec<u8>; 2],
        /// Bytes that are still erased or written before the power goes.
        power: usize,
    }

    impl Flash {
        fn spend(&mut self) -> bool {
            self.power = self.power.saturating_sub(1);
            self.power > 0
        }

        fn keep(&mut self, calibration: Option<Calibration>) {
            let kept = self.kept();
            let record = kept.record(calibration).to_bytes();
            for at in 0..SECTOR {
                let index = kept.next as usize;
                if !self.spend() {
                    // In the middle of this byte.
                    self.sectors[index][at] |= 0xA5;
                    return;
                }
                self.sectors[index][at] = 0xFF;
            }
            for (at, byte) in record.into_iter().enumerate() {
                let index = kept.next as usize;
                if !self.spend() {
                    self.sectors[index][at] &= byte | 0x5A;
                    return;
                }
                self.sectors[index][at] &= byte;
            }
        }

        fn kept(&self) -> Kept {
            Kept::read(&self.sectors[0], &self.sectors[1])
        }
    }

    fn calibration(number: u8) -> Calibration {
        let mut bytes = Calibration::NOMINAL.to_bytes();
        bytes[0] = bytes[0].wrapping_add(number);
        Calibration::from_bytes(bytes)
    }

    #[test]
    fn power_that_goes_at_any_byte_leaves_the_old_calibration_or_the_new_one() {
        let mut flash = Flash { sectors: [std::vec![0xFF; SECTOR], std::vec![0xFF; SECTOR]], power: usize::MAX };
        assert_eq!(flash.kept().calibration, None);
        for number in 1..=3 {
            let before = flash.kept().calibration;
            let new = Some(calibration(number));
            // The first byte of each sector is erased alone; of the rest of the erasing every 64th moment is tried.
            let moments = (1..SECTOR).step_by(64).chain(SECTOR - 1..SECTOR + RECORD_BYTES + 2);
            for power in moments {
                let mut cut = Flash { power, ..flash.clone() };
                cut.keep(new);
                let found = cut.kept().calibration;
                assert!(found == before || found == new, "after {power} bytes: {found:?}");
                // And it can be kept after all.
                cut.power = usize::MAX;
                cut.keep(new);
                assert_eq!(cut.kept().calibration, new, "again after {power} bytes");
            }
            flash.keep(new);
            assert_eq!(flash.kept().calibration, new);
        }
        flash.keep(None);
        assert_eq!(flash.kept().calibration, None, "cleared");
    }

    #[test]
    fn generations_may_wrap() {
        let record = |generation| Record { generation, calibration: Some(calibration(generation as u8)) };
        let [old, new] = [u32::MAX, 0].map(record);
        for sectors in [[old, new], [new, old]] {
            let [a, b] = sectors.map(|record| record.to_bytes());
            assert_eq!(Kept::read(&a, &b).calibration, new.calibration);
        }
    }
}
