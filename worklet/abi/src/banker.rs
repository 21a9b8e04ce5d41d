//! The C ABI that `banker.js` calls: a bank's file is read, prepared and checked away from the page, which it would hold up
//! for some tenths of a second.

use neurorack_engine::ModelBank;
use neurorack_worklet::message::{bank_messages, first_opening, strike};
use std::cell::RefCell;

thread_local! {
    static BANKER: RefCell<Banker> = const { RefCell::new(Banker::new()) };
}

/// One bank at a time.
#[derive(Debug)]
struct Banker {
    file: Vec<u8>,
    bank: Option<ModelBank>,
    /// SHA-256 of the file, as the browser computes it.
    hash: [u8; 32],
    /// Why the last call failed; empty where it did not.
    refusal: String,
    /// What is to be sent to an engine.
    messages: Vec<Vec<u8>>,
}

impl Banker {
    const fn new() -> Self {
        Self { file: Vec::new(), bank: None, hash: [0; 32], refusal: String::new(), messages: Vec::new() }
    }

    /// Reads the file that was written.
    fn read(&mut self) {
        let file = std::mem::take(&mut self.file);
        self.bank = self.note(ModelBank::parse_hashed(&file, self.hash).map_err(|error| error.to_string()));
    }

    /// Prepares what was read for this rate, in hertz.
    fn prepare(&mut self, rate_hz: u32) {
        self.messages = self.bank.as_ref().map(|bank| bank_messages(&bank.prepare(rate_hz))).unwrap_or_default();
    }

    /// Makes what opens what was read to the first strike, and that strike.
    fn open(&mut self) {
        let opening = self.bank.as_ref().map(|bank| first_opening(bank.as_ref())).unwrap_or_default();
        self.messages = if opening.is_empty() { opening } else { opening.into_iter().chain(strike()).collect() };
    }

    /// Plays the golden hits of what was read.
    fn verify(&mut self) {
        let verified = match &self.bank {
            Some(bank) => bank.verify().map(drop).map_err(|error| error.to_string()),
            None => Err("no bank was read".into()),
        };
        self.note(verified);
    }

    fn note<T>(&mut self, result: Result<T, String>) -> Option<T> {
        match result {
            Ok(value) => {
                self.refusal.clear();
                Some(value)
            }
            Err(refusal) => {
                self.refusal = refusal;
                None
            }
        }
    }
}

/// Memory for a file of `bytes` bytes; valid until the next call of any function here.
#[unsafe(no_mangle)]
pub extern "C" fn nr_bank_memory(bytes: usize) -> *mut u8 {
    BANKER.with_borrow_mut(|banker| {
        banker.file = vec![0; bytes];
        banker.file.as_mut_ptr()
    })
}

/// Reads the bank that was written to [`nr_bank_memory`], whose SHA-256 was written to [`nr_bank_hash`]. Returns how long the
/// refusal is, 0 where there is none.
#[unsafe(no_mangle)]
pub extern "C" fn nr_bank_read() -> usize {
    BANKER.with_borrow_mut(|banker| {
        banker.read();
        banker.refusal.len()
    })
}

/// Plays the golden hits of the bank that was read. Returns how long the refusal is, 0 where there is none.
#[unsafe(no_mangle)]
pub extern "C" fn nr_bank_verify() -> usize {
    BANKER.with_borrow_mut(|banker| {
        banker.verify();
        banker.refusal.len()
    })
}

/// Where the last refusal lies: the rest of a sentence in UTF-8.
#[unsafe(no_mangle)]
pub extern "C" fn nr_bank_refusal() -> *const u8 {
    BANKER.with_borrow(|banker| banker.refusal.as_ptr())
}

/// Where the 32 bytes of the file's SHA-256 go.
#[unsafe(no_mangle)]
pub extern "C" fn nr_bank_hash() -> *mut u8 {
    BANKER.with_borrow_mut(|banker| banker.hash.as_mut_ptr())
}

/// Prepares the bank that was read for this rate in hertz; returns how many messages carry it to an engine.
#[unsafe(no_mangle)]
pub extern "C" fn nr_bank_prepare(rate_hz: f64) -> usize {
    BANKER.with_borrow_mut(|banker| {
        banker.prepare(rate_hz as u32);
        banker.messages.len()
    })
}

/// What an engine that has the bank is told so that it plays as it does at first, and to be struck: how many messages, 0 where
/// no bank was read. The last two are the strike.
#[unsafe(no_mangle)]
pub extern "C" fn nr_bank_open() -> usize {
    BANKER.with_borrow_mut(|banker| {
        banker.open();
        banker.messages.len()
    })
}

/// Where a message lies; null where there are fewer.
#[unsafe(no_mangle)]
pub extern "C" fn nr_bank_message(index: usize) -> *const u8 {
    BANKER.with_borrow(|banker| banker.messages.get(index).map_or(std::ptr::null(), |message| message.as_ptr()))
}

/// How long a message is, in bytes.
#[unsafe(no_mangle)]
pub extern "C" fn nr_bank_message_bytes(index: usize) -> usize {
    BANKER.with_borrow(|banker| banker.messages.get(index).map_or(0, Vec::len))
}

/// Frees the messages: they have been copied.
#[unsafe(no_mangle)]
pub extern "C" fn nr_bank_sent() {
    BANKER.with_borrow_mut(|banker| banker.messages = Vec::new());
}

#[cfg(test)]
mod tests {
    use super::*;
    use neurorack_engine::bank::{NamedTensor, test_bank, write};

    /// What a browser would have computed.
    const HASH: [u8; 32] = [7; 32];

    fn given(file: Vec<u8>) -> Banker {
        let mut banker = Banker { file, hash: HASH, ..Banker::new() };
        banker.read();
        banker
    }

    #[test]
    fn a_good_bank_is_read_checked_and_prepared_as_elsewhere() {
        let file = test_bank::bytes(test_bank::SMALL, 1);
        let bank = ModelBank::parse_hashed(&file, HASH).expect("a test bank");
        let mut banker = given(file);
        assert_eq!(banker.refusal, "");
        for rate_hz in [44_100, 48_000] {
            banker.prepare(rate_hz);
            assert!(banker.messages == bank_messages(&bank.prepare(rate_hz)), "{rate_hz} Hz");
        }
    }

    #[test]
    fn what_is_no_bank_is_refused_in_words_and_gives_no_messages() {
        for (name, file) in [("nothing", Vec::new()), ("noise", vec![0xa5; 5_000])] {
            let mut banker = given(file);
            assert!(banker.refusal.len() > 20, "{name}: {:?}", banker.refusal);
            banker.prepare(48_000);
            assert!(banker.messages.is_empty(), "{name}");
            banker.open();
            assert!(banker.messages.is_empty(), "{name}");
            banker.verify();
            assert_eq!(banker.refusal, "no bank was read", "{name}");
        }
    }

    #[test]
    fn a_bank_that_sounds_otherwise_than_it_should_is_refused() {
        let mut good = given(test_bank::bytes(test_bank::SMALL, 1));
        good.verify();
        assert_eq!(good.refusal, "");
        let mut tensors = test_bank::tensors(test_bank::SMALL, 1);
        tensors.push(NamedTensor { name: "golden.audio".into(), shape: vec![10], values: vec![0.0; 10], half: false });
        let mut bad = given(write(&test_bank::card(1), &tensors));
        assert_eq!(bad.refusal, "", "it can be read");
        bad.verify();
        assert!(bad.refusal.len() > 20, "{:?}", bad.refusal);
    }
}
