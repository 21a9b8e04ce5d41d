//! Any bytes as a message to the engine, as settings and as a patch: read, and the same when written again, or refused.
//!
//! What plays them is the target `worklet`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use neurorack_engine::Settings;
use neurorack_engine::sources::Patch;
use neurorack_worklet::message::Message;

fuzz_target!(|bytes: &[u8]| {
    if let Some(bytes) = bytes.first_chunk()
        && let Some(settings) = Settings::from_bytes(bytes)
    {
        assert_eq!(Settings::from_bytes(&settings.to_bytes()), Some(settings));
    }
    if let Ok(patch) = Patch::from_bytes(bytes) {
        assert_eq!(Patch::from_bytes(&patch.to_bytes()).as_ref(), Ok(&patch));
    }
    if let Some(message) = Message::decode(bytes) {
        let written = message.encode();
        let again = Message::decode(&written).expect("ours");
        // Compared as bytes: a message may hold what is no number, which equals nothing.
        assert_eq!(again.encode(), written);
    }
});
