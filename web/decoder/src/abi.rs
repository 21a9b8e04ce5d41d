//! The C ABI that `decoder.js` calls: one sound at a time.

use crate::answer::Answer;
use std::cell::RefCell;

thread_local! {
    /// What was written by [`nd_memory`], and what was last answered.
    static INPUT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static OUTPUT: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Memory for `bytes` bytes of input; valid until the next call of any function here.
#[unsafe(no_mangle)]
pub extern "C" fn nd_memory(bytes: usize) -> *mut u8 {
    INPUT.with_borrow_mut(|input| {
        input.clear();
        input.resize(bytes, 0);
        input.as_mut_ptr()
    })
}

/// Reads a file: the memory holds its name in UTF-8, `name_bytes` long, and then its bytes. Returns how long the answer is.
#[unsafe(no_mangle)]
pub extern "C" fn nd_file(name_bytes: usize) -> usize {
    let input = INPUT.take();
    let (name, bytes) = input.split_at_checked(name_bytes).unwrap_or((&[], &input));
    answer(&Answer::of_file(bytes, &String::from_utf8_lossy(name)))
}

/// Reads samples: the memory holds 32-bit floats, little-endian, of this rate in hertz. Returns how long the answer is.
#[unsafe(no_mangle)]
pub extern "C" fn nd_samples(rate_hz: u32) -> usize {
    let input = INPUT.take();
    let (samples, _) = input.as_chunks::<4>();
    answer(&Answer::of_samples(samples.iter().map(|&sample| f32::from_le_bytes(sample)).collect(), rate_hz))
}

/// Where the answer lies: JSON in UTF-8; valid until the next call of any function here.
#[unsafe(no_mangle)]
pub extern "C" fn nd_answer() -> *const u8 {
    OUTPUT.with_borrow(|output| output.as_ptr())
}

fn answer(answer: &Answer) -> usize {
    let json = answer.to_json();
    let bytes = json.len();
    OUTPUT.set(json);
    bytes
}
