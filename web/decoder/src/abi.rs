//! The C ABI that `decoder.js` calls: one sound at a time.

use crate::answer::Answer;
use neurorack_engine::ModelBank;
use neurorack_engine::fitting::Fitter;
use std::cell::RefCell;

thread_local! {
    /// What was written by [`nd_memory`], and what was last answered.
    static INPUT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static OUTPUT: RefCell<String> = const { RefCell::new(String::new()) };
    /// Fits timbres to the bank that plays.
    static FITTER: RefCell<Option<Fitter>> = const { RefCell::new(None) };
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

/// From now on sounds are fitted to the bank whose file the memory holds; to none where it holds no bank that timbres are
/// fitted to. The page has judged it before.
#[unsafe(no_mangle)]
pub extern "C" fn nd_bank() {
    let bank = ModelBank::parse(&INPUT.take()).ok();
    FITTER.set(bank.and_then(|bank| Fitter::new(&bank)));
}

/// Reads a file: the memory holds its name in UTF-8, `name_bytes` long, and then its bytes. Returns how long the answer is.
#[unsafe(no_mangle)]
pub extern "C" fn nd_file(name_bytes: usize) -> usize {
    let input = INPUT.take();
    let (name, bytes) = input.split_at_checked(name_bytes).unwrap_or((&[], &input));
    answer(&FITTER.with_borrow(|fitter| Answer::of_file(bytes, &String::from_utf8_lossy(name), fitter.as_ref())))
}

/// Reads samples: the memory holds 32-bit floats, little-endian, of this rate in hertz. Returns how long the answer is.
#[unsafe(no_mangle)]
pub extern "C" fn nd_samples(rate_hz: u32) -> usize {
    let input = INPUT.take();
    let (samples, _) = input.as_chunks::<4>();
    let samples = samples.iter().map(|&sample| f32::from_le_bytes(sample)).collect();
    answer(&FITTER.with_borrow(|fitter| Answer::of_samples(samples, rate_hz, fitter.as_ref())))
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
