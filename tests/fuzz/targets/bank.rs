//! Any bytes are a bank of either kind that can be verified, or are refused.

#![no_main]

use libfuzzer_sys::fuzz_target;
use neurorack_engine::bank::Bank;

#[path = "../whole.rs"]
mod whole;

/// One input in so many is played, which takes far longer than to read it.
const PLAYED: usize = 16;

fuzz_target!(|bytes: &[u8]| {
    for file in whole::files(bytes) {
        if let Ok(bank) = Bank::parse(&file) {
            if bytes.len().is_multiple_of(PLAYED) {
                // What it returns is the bank's quality; that it returns is the point.
                let _ = bank.verify();
            }
        }
    }
});
