//! Any messages to the engine on the audio thread: what plays goes on, and every sample is finite and below full scale.
//!
//! The bytes are messages, each behind its length in 16 bits; between them a block is rendered. Settings, patches, curves,
//! takes and a bank's image are among the messages.

#![no_main]

use libfuzzer_sys::fuzz_target;
use neurorack_engine::bank::test_bank;
use neurorack_worklet::{Worklet, message};
use std::sync::LazyLock;

const RATE_HZ: u32 = 48_000;
const BLOCK: usize = 128;

/// Messages that bring a bank.
static BANK: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| message::bank_messages(&test_bank::small(1).prepare(RATE_HZ)));

fuzz_target!(|bytes: &[u8]| {
    let mut worklet = Worklet::new(RATE_HZ, 1);
    BANK.iter().for_each(|part| worklet.receive(part));
    let mut rest = bytes;
    let mut at = 0;
    while let Some((length, after)) = rest.split_first_chunk() {
        let (message, after) = after.split_at(after.len().min(u16::from_le_bytes(*length).into()));
        rest = after;
        worklet.receive(message);
        play(&mut worklet, &mut at);
    }
    play(&mut worklet, &mut at);
});

fn play(worklet: &mut Worklet, at: &mut usize) {
    let samples = worklet.render(BLOCK, *at as f64 / f64::from(RATE_HZ));
    assert!(samples.iter().all(|sample| sample.abs() <= 1.0), "{samples:?}");
    *at += BLOCK;
}
