//! The calibration in the last two sectors of flash.

use embassy_rp::Peri;
use embassy_rp::flash::{Blocking, ERASE_SIZE, Flash, PAGE_SIZE};
use embassy_rp::peripherals::FLASH;
use neurorack_protocol::Calibration;
use neurorack_protocol::flash::{Kept, RECORD_BYTES, Sector};

use crate::shared::Shared;

/// Bytes of flash; `memory.x` leaves the last two sectors free.
const FLASH_BYTES: usize = 2 * 1024 * 1024;

const SECTOR: u32 = ERASE_SIZE as u32;

/// Both sectors.
pub(crate) struct Store {
    flash: Flash<'static, FLASH, Blocking, FLASH_BYTES>,
}

impl Store {
    pub(crate) fn new(flash: Peri<'static, FLASH>) -> Self {
        Self { flash: Flash::new_blocking(flash) }
    }

    /// The number that the flash chip was made with; 0 where it does not tell.
    pub(crate) fn uid(&mut self) -> u64 {
        let mut bytes = [0; 8];
        match self.flash.blocking_unique_id(&mut bytes) {
            Ok(()) => u64::from_be_bytes(bytes),
            Err(_) => 0,
        }
    }

    /// What both sectors say.
    pub(crate) fn kept(&mut self) -> Kept {
        let [a, b] = [Sector::A, Sector::B].map(|sector| self.read(sector));
        Kept::read(&a, &b)
    }

    fn read(&mut self, sector: Sector) -> [u8; RECORD_BYTES] {
        let mut bytes = [0xFF; RECORD_BYTES];
        // A sector that cannot be read holds nothing.
        let _ = self.flash.blocking_read(offset(sector), &mut bytes);
        bytes
    }

    /// Keeps a calibration, or that there is none. Returns whether it can be read back.
    fn keep(&mut self, calibration: Option<Calibration>) -> bool {
        let kept = self.kept();
        let record = kept.record(calibration).to_bytes();
        let mut page = [0xFF; PAGE_SIZE];
        page.iter_mut().zip(record).for_each(|(place, byte)| *place = byte);
        let begin = offset(kept.next);
        let written =
            self.flash.blocking_erase(begin, begin + SECTOR).is_ok() && self.flash.blocking_write(begin, &page).is_ok();
        written && self.read(kept.next) == record
    }
}

fn offset(sector: Sector) -> u32 {
    let from_end = match sector {
        Sector::A => 2,
        Sector::B => 1,
    };
    FLASH_BYTES as u32 - from_end * SECTOR
}

/// Keeps what it is asked to, for ever. Sampling pauses meanwhile: nothing runs from a flash that is being written.
#[embassy_executor::task]
pub(crate) async fn keep(mut store: Store, shared: &'static Shared) {
    loop {
        let keep = shared.to_keep.receive().await;
        let done = store.keep(keep.calibration);
        shared.kept(keep, done);
    }
}
