//! Memory for two banks: one plays or rings out while another arrives, and nothing is allocated or freed for either.

use crate::status::Refusal;
use neurorack_engine::PreparedBank;
use neurorack_engine::bank::{ImageBuffer, ImageError, MAX_IMAGE_BYTES};
use std::sync::Arc;

/// Places for banks.
pub(crate) struct Banks {
    places: [Place; 2],
    arrival: Option<Arrival>,
}

/// A place for a bank. Its reference count exists from the start: a small silent bank has it while no other does.
struct Place {
    bank: Arc<PreparedBank>,
    /// Memory that the bank does not lie in: the large one while it is the silent bank, the silent bank's otherwise. Nothing while
    /// an image is written to it.
    memory: Option<ImageBuffer>,
    is_used: bool,
}

/// A bank on its way.
struct Arrival {
    /// Where it will lie.
    place: usize,
    buffer: ImageBuffer,
    expected: usize,
    received: usize,
}

impl Banks {
    /// Room for two banks at this rate. Allocates 24 MiB.
    pub(crate) fn new(sample_rate_hz: u32) -> Self {
        let place = || Place {
            bank: Arc::new(PreparedBank::placeholder(sample_rate_hz)),
            memory: Some(ImageBuffer::new(MAX_IMAGE_BYTES)),
            is_used: false,
        };
        Self { places: [place(), place()], arrival: None }
    }

    /// A bank of so many bytes is to come; one that was on its way is forgotten. Real-time safe.
    pub(crate) fn begin(&mut self, bytes: usize) -> Result<(), Refusal> {
        if let Some(Arrival { place, buffer, .. }) = self.arrival.take() {
            self.places[place].memory = Some(buffer);
        }
        if bytes > MAX_IMAGE_BYTES {
            return Err(Refusal::TooLarge);
        }
        let free = self.places.iter().position(|place| !place.is_used);
        let (place, buffer) =
            free.and_then(|place| Some((place, self.places[place].memory.take()?))).ok_or(Refusal::Busy)?;
        self.arrival = Some(Arrival { place, buffer, expected: bytes, received: 0 });
        Ok(())
    }

    /// The next bytes of it. Returns whether they are what was waited for. Real-time safe.
    pub(crate) fn extend(&mut self, offset: usize, data: &[u8]) -> bool {
        let Some(arrival) = &mut self.arrival else { return false };
        let end = offset.saturating_add(data.len());
        if offset != arrival.received || end > arrival.expected {
            return false;
        }
        arrival.buffer.bytes_mut()[offset..end].copy_from_slice(data);
        arrival.received = end;
        true
    }

    /// The bank that has arrived; nothing where none was on its way. Real-time safe.
    pub(crate) fn arrived(&mut self) -> Option<Result<Arc<PreparedBank>, Refusal>> {
        let Arrival { place, buffer, expected, received } = self.arrival.take()?;
        let place = &mut self.places[place];
        let is_whole = received == expected;
        // Nobody else has it while it is the silent bank.
        let (Some(bank), true) = (Arc::get_mut(&mut place.bank), is_whole) else {
            place.memory = Some(buffer);
            return Some(Err(if is_whole { Refusal::Busy } else { Refusal::Incomplete }));
        };
        Some(match bank.exchange(buffer) {
            Ok(small) => {
                place.memory = Some(small);
                place.is_used = true;
                Ok(Arc::clone(&place.bank))
            }
            Err((buffer, why)) => {
                place.memory = Some(buffer);
                Err(if why == ImageError::Foreign { Refusal::Damaged } else { Refusal::Incomplete })
            }
        })
    }

    /// Takes a bank back that nobody plays any more. Real-time safe.
    pub(crate) fn retire(&mut self, bank: Arc<PreparedBank>) {
        let Some(place) = self.places.iter_mut().find(|place| Arc::ptr_eq(&place.bank, &bank)) else { return };
        // The place has it still: nothing is freed.
        drop(bank);
        if let Some(bank) = Arc::get_mut(&mut place.bank)
            && let Some(small) = place.memory.take()
        {
            let given_back = bank.exchange(small);
            place.is_used = given_back.is_err();
            place.memory = Some(given_back.unwrap_or_else(|(small, _)| small));
        }
    }
}
