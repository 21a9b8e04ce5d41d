//! Any bytes are a bank of either kind that can be verified, or are refused.
//!
//! `cargo +nightly fuzz run bank fuzz/corpus/bank ../static/banks` in `engine`, the last as seeds.

#![no_main]

use libfuzzer_sys::fuzz_target;
use neurorack_engine::bank::Bank;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(bank) = Bank::parse(bytes) {
        // What it returns is the bank's quality; that it returns is the point.
        let _ = bank.verify();
    }
});
