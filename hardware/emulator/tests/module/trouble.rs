//! What goes wrong, and that the module comes back.

use neurorack_protocol::{Message, Refusal, ResetCause, Version, WireError};
use serde_json::json;

use crate::bench::{MS, S, cvs, found, health, met, paired, run, say, switched_on, tell};

#[test]
#[ignore = "needs the firmware: cargo xtask firmware test"]
fn a_firmware_that_hangs_is_restarted_and_says_so() {
    let mut module = met();
    run(&mut module, 300 * MS);
    tell(&mut module, json!({ "hang": true }));
    assert_eq!(cvs(&run(&mut module, S)), []);
    run(&mut module, 2 * S);
    found(&mut module);
    assert_eq!(paired(&mut module).reset, ResetCause::Watchdog);
    assert_eq!(health(&run(&mut module, 1_100 * MS)).watchdog_resets, 1);
}

#[test]
#[ignore = "needs the firmware: cargo xtask firmware test"]
fn a_module_without_a_display_streams_and_counts_what_failed() {
    let mut module = switched_on();
    tell(&mut module, json!({ "display": false }));
    found(&mut module);
    assert!(!paired(&mut module).has_screen);
    let frames = run(&mut module, 1_100 * MS);
    assert!(cvs(&frames).len() > 1_000);
    assert!(health(&frames).screen_errors > 0);
}

#[test]
#[ignore = "needs the firmware: cargo xtask firmware test"]
fn a_host_of_another_major_version_is_refused_and_the_screen_says_why() {
    let mut module = switched_on();
    found(&mut module);
    tell(&mut module, json!({ "open": true }));
    run(&mut module, 2 * S);
    let before = module.screen().expect("it runs");
    say(&mut module, Message::Hello(Version { major: 99, minor: 0 }));
    let frames = run(&mut module, 200 * MS);
    let refusal = Message::Refused(Refusal { code: 0x01, error: WireError::Version });
    assert!(frames.iter().any(|frame| frame.message == refusal), "{frames:?}");
    assert_eq!(cvs(&frames), []);
    assert_ne!(module.screen().expect("it runs"), before);
}

#[test]
#[ignore = "needs the firmware: cargo xtask firmware test"]
fn the_boot_loader_comes_only_with_its_word() {
    let mut module = met();
    let mut bytes = module.frame(Message::Bootsel).to_bytes();
    let last = bytes.len() - 4;
    bytes[last] ^= 1;
    module.send_bytes(&bytes).expect("it runs");
    assert!(!run(&mut module, 10 * MS).is_empty());
    assert_eq!(module.stopped(), None);
    say(&mut module, Message::Bootsel);
    run(&mut module, 10 * MS);
    assert_eq!(module.stopped(), Some("bootsel"));
}

#[test]
#[ignore = "needs the firmware: cargo xtask firmware test"]
fn the_lamp_is_lit_when_a_host_says_so() {
    let mut module = met();
    for lit in [true, false] {
        say(&mut module, Message::Led(lit));
        run(&mut module, 5 * MS);
        assert_eq!(tell(&mut module, json!({ "state": true }))["lamp"], lit);
    }
}
