//! What is recorded while it is played: blocks as the engine posts them, put away in blobs so that the page's own memory
//! stays small.

use super::wav::header;
use js_sys::{Array, Float32Array, Uint8Array};
use wasm_bindgen::JsValue;
use web_sys::Blob;

/// Longest recording, in seconds: half an hour has 330 MiB.
pub(super) const LONGEST_S: u32 = 30 * 60;

/// Samples that are gathered before the browser puts them away.
const GATHERED: u32 = 1 << 16;

/// A recording in progress.
pub(super) struct Tape {
    rate_hz: u32,
    /// Blobs of what was put away.
    parts: Array,
    /// Blocks that were not.
    blocks: Array,
    gathered: u32,
    samples: u32,
}

impl Tape {
    /// An empty tape for samples of this rate in hertz.
    pub(super) fn new(rate_hz: u32) -> Self {
        Self { rate_hz, parts: Array::new(), blocks: Array::new(), gathered: 0, samples: 0 }
    }

    /// Takes a block. Says whether there is room for another.
    pub(super) fn hear(&mut self, block: &Float32Array) -> Result<bool, JsValue> {
        self.blocks.push(block);
        self.gathered += block.length();
        self.samples += block.length();
        if self.gathered >= GATHERED {
            self.put_away()?;
        }
        Ok(self.samples / self.rate_hz.max(1) < LONGEST_S)
    }

    /// Whole seconds so far.
    pub(super) fn seconds(&self) -> u32 {
        self.samples / self.rate_hz.max(1)
    }

    /// The recording as a WAV file.
    pub(super) fn finish(mut self) -> Result<Blob, JsValue> {
        self.put_away()?;
        let head = Uint8Array::from(header(self.samples, self.rate_hz).as_slice());
        self.parts.unshift(&head);
        Blob::new_with_blob_sequence(&self.parts)
    }

    fn put_away(&mut self) -> Result<(), JsValue> {
        self.parts.push(&Blob::new_with_buffer_source_sequence(&self.blocks)?.into());
        self.blocks = Array::new();
        self.gathered = 0;
        Ok(())
    }
}

/// Samples as a WAV file of this rate in hertz.
pub(super) fn wav(samples: &Float32Array, rate_hz: u32) -> Result<Blob, JsValue> {
    let mut tape = Tape::new(rate_hz);
    tape.hear(samples)?;
    tape.finish()
}
