//! Any bytes as what the companion keeps, as a sound of the user's own and as controllers that were learned: read, and the same when
//! written again, or refused.

#![no_main]

use libfuzzer_sys::fuzz_target;
use neurorack_engine::preset::OwnSound;
use neurorack_host::midi::Learned;
use neurorack_panel::Settings;

#[allow(dead_code, reason = "the companion writes, too")]
#[path = "../../../companion/src/control/saved.rs"]
mod saved;

use saved::State;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(state) = State::from_json(bytes) {
        let again = State::from_json(state.to_json().expect("a state is JSON").as_bytes()).expect("ours");
        assert_eq!(again, state);
        state.set_menu(&mut Settings::default());
    }
    if let Ok(sound) = serde_json::from_slice::<OwnSound>(bytes) {
        let again: OwnSound = serde_json::from_str(&serde_json::to_string(&sound).expect("JSON")).expect("ours");
        assert_eq!(again, sound);
    }
    if let Ok(learned) = serde_json::from_slice::<Learned>(bytes) {
        let learned = learned.sanitised();
        assert_eq!(learned.sanitised(), learned);
    }
});
