//! Encoder, plugs and display, and the same over MIDI.

use neurorack_emulator::hex;
use neurorack_protocol::host::{PICTURE_BYTES, Screen};
use neurorack_protocol::midi::MidiMessage;
use neurorack_protocol::{Message, Version};
use serde_json::json;

use crate::bench::{MS, S, cvs, found, met, run, say, switched_on, tell};

#[test]
#[ignore = "needs the firmware: cargo xtask firmware test"]
fn turns_pushes_and_plugs_arrive_as_often_as_they_were_done() {
    let mut module = met();
    tell(&mut module, json!({ "turn": 5 }));
    tell(&mut module, json!({ "turn": -2 }));
    tell(&mut module, json!({ "in_us": 20_000, "push": true }));
    tell(&mut module, json!({ "in_us": 60_000, "push": false }));
    tell(&mut module, json!({ "plug": [2, true] }));
    let frames = cvs(&run(&mut module, 150 * MS));
    let turned: Vec<i16> = frames.iter().map(|(_, cv)| cv.encoder).collect();
    assert!(turned.windows(2).all(|pair| pair[0].abs_diff(pair[1]) <= 1), "{turned:?}");
    assert_eq!((turned.iter().max(), turned.last()), (Some(&5), Some(&3)));
    let moves = frames.windows(2).filter(|pair| pair[0].1.pushed != pair[1].1.pushed).count();
    assert_eq!(moves, 2, "its contact bounces, it does not");
    assert_eq!(frames.last().map(|(_, cv)| cv.patched), Some([false, false, true, false]));
}

#[test]
#[ignore = "needs the firmware: cargo xtask firmware test"]
fn a_module_alone_shows_its_name_and_then_its_inputs_and_hosts_draw_over_it() {
    let mut module = switched_on();
    run(&mut module, 300 * MS);
    let splash = module.screen().expect("it runs").expect("it is lit");
    run(&mut module, 1_700 * MS);
    let monitor = module.screen().expect("it runs").expect("it is lit");
    assert_ne!(splash, monitor);
    // The head of the monitor is inverted, the splash is dark there.
    assert_eq!((splash[64], monitor[64]), (0x00, 0xFF));

    found(&mut module);
    tell(&mut module, json!({ "open": true }));
    run(&mut module, 5 * MS);
    say(&mut module, Message::Hello(Version::OURS));
    run(&mut module, 100 * MS);
    // A picture without symmetry: what is mirrored or shifted is seen.
    let mut picture = [0u8; PICTURE_BYTES];
    picture.iter_mut().enumerate().for_each(|(at, byte)| *byte = (at * 37 % 251) as u8);
    let mut screen = Screen::new();
    while let Some(rectangle) = screen.next(&picture) {
        say(&mut module, Message::Oled(rectangle));
    }
    run(&mut module, 150 * MS);
    let shown = module.screen().expect("it runs").expect("it is lit");
    for (at, (x, y)) in (0..64).flat_map(|y| (0..128).map(move |x| (x, y))).enumerate() {
        let wanted = picture[at / 8] >> (7 - at % 8) & 1;
        assert_eq!(shown[y / 8 * 128 + x] >> (y % 8) & 1, wanted, "pixel {x}, {y}");
    }
    // A host that falls silent gives the screen back.
    run(&mut module, 6 * S);
    assert_eq!(module.screen().expect("it runs").expect("it is lit")[64], 0xFF);
}

#[test]
#[ignore = "needs the firmware: cargo xtask firmware test"]
fn over_midi_gates_are_notes_voltages_bend_and_hello_is_answered() {
    let mut module = switched_on();
    found(&mut module);
    tell(&mut module, json!({ "openMidi": true }));
    let hello = module.frame(Message::Hello(Version::OURS));
    let events: Vec<u8> = events(&MidiMessage::Frame(hello).to_bytes());
    tell(&mut module, json!({ "midi": hex(&events) }));
    tell(&mut module, json!({ "in_us": 50_000, "volts": [4.0, 0.0, 0.0, 0.0] }));
    tell(&mut module, json!({ "in_us": 60_000, "gate": [1, true] }));
    tell(&mut module, json!({ "in_us": 60_000, "turn": -1 }));
    let said = module.listen(120 * MS).expect("it runs").midi;
    let heard = messages(&said);
    assert!(
        heard.iter().any(|told| matches!(told, MidiMessage::Frame(frame) if matches!(frame.message, Message::Info(_)))),
        "{heard:?}",
    );
    let gates: Vec<&MidiMessage> = heard.iter().filter(|told| matches!(told, MidiMessage::Gate { .. })).collect();
    assert_eq!(gates, [&MidiMessage::Gate { gate: 1, high: true }]);
    assert!(heard.contains(&MidiMessage::Turn(-1)), "{heard:?}");
    let last = heard.iter().rev().find_map(|told| match told {
        MidiMessage::Cv { input: 0, steps } => Some(*steps),
        _ => None,
    });
    // Uncalibrated: within what parts are off.
    assert!(last.is_some_and(|steps| (19_800..20_200).contains(&steps)), "{last:?}");
}

/// Cuts a message into events of USB.
fn events(message: &[u8]) -> Vec<u8> {
    let last = message.len().div_ceil(3) - 1;
    let event = |(k, bytes): (usize, &[u8])| {
        let index = if k < last { 4 } else { 4 + bytes.len() as u8 };
        let byte = |k: usize| bytes.get(k).copied().unwrap_or_default();
        [index, byte(0), byte(1), byte(2)]
    };
    message.chunks(3).enumerate().flat_map(event).collect()
}

/// Puts events of USB together to messages.
fn messages(events: &[u8]) -> Vec<MidiMessage> {
    let (mut found, mut sysex) = (Vec::new(), Vec::new());
    for event in events.chunks_exact(4) {
        let length = match event[0] & 0x0F {
            5 => 1,
            6 => 2,
            _ => 3,
        };
        sysex.extend(&event[1..=length]);
        if event[0] & 0x0F != 4 {
            found.extend(MidiMessage::read(&sysex));
            sysex.clear();
        }
    }
    found
}
