//! A take on its way to the engine.

use super::Message;
use neurorack_engine::TakeLabel;

/// Samples that one message carries: copying them takes a small part of a render quantum.
const CHUNK_SAMPLES: usize = 8_192;

/// Samples as they lie in a message.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TakeData<'a> {
    // Invariant: whole numbers of four bytes.
    pub(super) samples: &'a [u8],
}

impl<'a> TakeData<'a> {
    pub(super) fn read(samples: &'a [u8]) -> Option<Self> {
        samples.len().is_multiple_of(size_of::<f32>()).then_some(Self { samples })
    }

    /// The samples, one by one.
    pub fn samples(&self) -> impl ExactSizeIterator<Item = f32> + Clone + use<'a> {
        let (samples, _) = self.samples.as_chunks::<4>();
        samples.iter().map(|&bytes| f32::from_le_bytes(bytes))
    }
}

impl<'a> From<&'a [f32]> for TakeData<'a> {
    fn from(samples: &'a [f32]) -> Self {
        Self { samples: bytemuck::cast_slice(samples) }
    }
}

/// The messages that carry a take to the engine and put it to use, in order.
#[must_use]
pub fn take_messages(label: TakeLabel, samples: &[f32]) -> Vec<Vec<u8>> {
    let begin = Message::TakeBegin { label, samples: samples.len() as u32 };
    let chunks = samples.chunks(CHUNK_SAMPLES).enumerate().map(|(index, samples)| {
        let offset = (index * CHUNK_SAMPLES) as u32;
        Message::TakeChunk { offset, data: TakeData::from(samples) }.encode()
    });
    std::iter::once(begin.encode()).chain(chunks).chain([Message::TakeUse.encode()]).collect()
}
