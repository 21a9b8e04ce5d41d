//! Whatever happens on the way: no panic, no false gate, and recovery within ten frames.

use neurorack_protocol::host::{Heard, Pairing, Session};
use neurorack_protocol::midi::MidiMessage;
use neurorack_protocol::{
    Calibration, Cv, Edge, Frame, Gates, Info, Message, MessageKind, Receiver, ResetCause, Version, flash,
};
use proptest::collection::vec;
use proptest::prelude::*;

const INFO: Info = Info {
    protocol: Version::OURS,
    firmware: [1, 2, 3],
    commit: [0; 4],
    hardware: 1,
    uid: 42,
    has_screen: true,
    calibrated: true,
    reset: ResetCause::Power,
};

/// A module that strikes Gate 1 every 40 frames of a millisecond and holds Gate 2 for half of each second.
struct Module {
    seq: u16,
    gates: Gates,
}

impl Module {
    fn new() -> Self {
        Self { seq: 0, gates: Gates::default() }
    }

    fn say(&mut self, time_us: u32, message: Message) -> Vec<u8> {
        let seq = self.seq;
        self.seq = seq.wrapping_add(1);
        Frame { seq, time_us, message }.to_bytes().to_vec()
    }

    /// All that is sent in one millisecond; adds rises to `rises`.
    fn millisecond(&mut self, k: u32, rises: &mut [u32; 2]) -> Vec<u8> {
        let time_us = k * 1_000;
        let wanted = [k % 40 < 5, k % 1_000 >= 500];
        let mut bytes = Vec::new();
        for gate in 0..2 {
            if wanted[gate] != self.gates.high[gate] {
                self.gates.high[gate] = wanted[gate];
                if wanted[gate] {
                    self.gates.rises[gate] = (self.gates.rises[gate] + 1) % Gates::RISES;
                    rises[gate] += 1;
                }
                let edge = Edge { gate: gate as u8, high: wanted[gate], rises: self.gates.rises[gate] };
                bytes.extend(self.say(time_us - 300, Message::Edge(edge)));
            }
        }
        bytes.extend(self.say(time_us, Message::Cv(Cv { gates: self.gates, ..Cv::default() })));
        bytes
    }
}

#[test]
fn over_midi_gates_are_heard_once_volts_keep_their_inputs_and_a_pulled_cable_lets_go() {
    let mut session = Session::new(0.005);
    let heard = |session: &mut Session, said: &[MidiMessage]| {
        let mut heard = Vec::new();
        for message in said {
            session.receive_midi(&message.to_bytes(), 1.0, |event| heard.push(event));
        }
        heard
    };
    let gate = |high| MidiMessage::Gate { gate: 1, high };
    assert_eq!(heard(&mut session, &[gate(true), gate(false)]), [], "nobody knows who speaks");
    let info = Frame { seq: 0, time_us: 0, message: Message::Info(INFO) };
    assert_eq!(heard(&mut session, &[MidiMessage::Frame(info)]), [Heard::Paired(INFO)]);
    let rose = |high| Heard::Gate { gate: 1, high, at_s: 1.005 };
    let twice = [gate(true), gate(true), gate(false), gate(false)];
    let found = heard(&mut session, &twice);
    assert_eq!(found, [rose(true), rose(false), rose(true), rose(false)], "a rise needs a fall before it");
    let volts = [MidiMessage::Cv { input: 2, steps: 400 }, MidiMessage::Cv { input: 0, steps: -800 }];
    let told = heard(&mut session, &volts).pop();
    assert_eq!(told, Some(Heard::Volts { steps: [-800, 0, 400, 0], patched: [true; 4], at_s: 1.005 }));
    assert_eq!(
        heard(&mut session, &[MidiMessage::Turn(-2), MidiMessage::Push(true)]),
        [Heard::Turn(-2), Heard::Push(true)]
    );
    heard(&mut session, &[gate(true)]);
    let mut fell = Vec::new();
    session.release(2.0, |event| fell.push(event));
    assert_eq!(fell, [Heard::Gate { gate: 1, high: false, at_s: 2.0 }, Heard::Push(false)]);
}

/// One byte of a hundred becomes another.
fn damage(noise: &mut fastrand::Rng, bytes: &mut [u8]) {
    for byte in bytes {
        if noise.u8(..100) == 0 {
            *byte = noise.u8(..);
        }
    }
}

#[test]
fn one_damaged_byte_of_a_hundred_gives_every_gate_once_and_recovers_within_ten_frames() {
    let (mut module, mut session, mut noise) = (Module::new(), Session::new(0.0), fastrand::Rng::with_seed(1));
    let mut heard_rises = [0u32; 2];
    let mut rises = [0u32; 2];
    let mut levels = [false; 2];
    let mut since_volts = 0u32;
    session.receive(&module.say(0, Message::Info(INFO)), 0.0, |_| {});
    for k in 1..=60_000u32 {
        let mut bytes = module.millisecond(k, &mut rises);
        // The last second is clean: all is made up for.
        if k < 59_000 {
            damage(&mut noise, &mut bytes);
        }
        since_volts += 1;
        session.receive(&bytes, f64::from(k) * 1e-3, |heard| match heard {
            Heard::Gate { gate, high, .. } => {
                let gate = usize::from(gate);
                assert_ne!(levels[gate], high, "gate {gate} {high} twice at {k} ms");
                levels[gate] = high;
                heard_rises[gate] += u32::from(high);
            }
            Heard::Volts { steps, .. } => {
                assert_eq!(steps, [0; 4]);
                since_volts = 0;
            }
            Heard::Turn(_) | Heard::Push(_) => panic!("{heard:?} was never done"),
            _ => {}
        });
        assert!(since_volts <= 10, "no voltage in {since_volts} frames at {k} ms");
    }
    assert_eq!(heard_rises, rises);
    let reception = session.reception();
    assert!(reception.damaged > 5_000, "{reception:?}: the noise was there");
    assert_eq!(reception.malformed, 0);
    assert!(session.missed() > 5_000);
}

#[test]
fn a_talk_begins_with_the_modules_name_and_says_when_it_falls_silent() {
    let mut session = Session::new(0.004);
    let mut module = Module::new();
    let mut heard = Vec::new();
    let volts = module.say(1_000, Message::Cv(Cv { gates: Gates { high: [true; 2], rises: [1; 2] }, ..Cv::default() }));
    session.receive(&volts, 0.0, |told| heard.push(told));
    assert!(heard.is_empty(), "nobody knows who says so");
    assert_eq!(session.due(0.0, |_| {}), Some(Message::Hello(Version::OURS)));
    assert_eq!(session.due(0.1, |_| {}), None);
    session.receive(&module.say(2_000, Message::Info(INFO)), 0.2, |told| heard.push(told));
    assert_eq!(heard, [Heard::Paired(INFO)]);
    let rise = module.say(3_000, Message::Edge(Edge { gate: 1, high: true, rises: 2 }));
    session.receive(&rise, 0.3, |told| heard.push(told));
    assert!(matches!(heard[1], Heard::Gate { gate: 1, high: true, at_s } if (at_s - 0.304).abs() < 1e-9), "{heard:?}");

    let Some(Message::Ping(number)) = session.due(1.25, |_| {}) else { panic!("no sign of life was asked for") };
    session.receive(&module.say(4_000, Message::Pong(number)), 1.252, |told| heard.push(told));
    assert!((session.round_trip_s().expect("answered") - 0.002).abs() < 1e-9);

    let mut late = Vec::new();
    session.due(3.0, |told| late.push(told));
    assert_eq!(session.pairing(), Pairing::Silent);
    assert!(matches!(late[..], [Heard::Gate { gate: 1, high: false, .. }]), "a gate that was held falls: {late:?}");
    session.receive(&module.say(5_000, Message::Info(INFO)), 9.0, |told| late.push(told));
    assert_eq!(session.pairing(), Pairing::Paired(INFO), "and it is back");
}

#[test]
fn a_module_that_began_anew_and_only_answers_is_asked_who_it_is() {
    let mut session = Session::new(0.0);
    let mut module = Module::new();
    session.receive(&module.say(0, Message::Info(INFO)), 0.0, |_| {});
    session.receive(&module.say(1_000, Message::Cv(Cv::default())), 0.001, |_| {});
    // Its volts are gone, and whatever is asked is answered.
    let mut anew = Module::new();
    let asked = (1..40).find_map(|tenth| {
        let now_s = f64::from(tenth) / 10.0;
        match session.due(now_s, |_| {})? {
            Message::Ping(number) => {
                session.receive(&anew.say(0, Message::Pong(number)), now_s, |heard| panic!("{heard:?}"));
                None
            }
            asked => Some((now_s, asked)),
        }
    });
    let Some((at_s, Message::Hello(_))) = asked else { panic!("{asked:?}") };
    assert!(at_s < 2.5, "after {at_s} s");
    let mut heard = Vec::new();
    session.receive(&anew.say(0, Message::Info(INFO)), 4.0, |told| heard.push(told));
    assert_eq!(heard, [Heard::Paired(INFO)]);
}

#[test]
fn strangers_and_modules_of_another_time_get_their_sentence() {
    let mut session = Session::new(0.0);
    session.due(0.0, |_| {});
    session.receive(b"AT+OK\r\n\0", 0.1, |heard| panic!("{heard:?}"));
    session.due(2.0, |_| {});
    assert_eq!(session.pairing(), Pairing::Stranger);
    assert!(session.pairing().to_string().contains("choose another one"));

    for (major, says) in [(2, "update this program"), (0, "update the module's firmware")] {
        let mut session = Session::new(0.0);
        let info = Info { protocol: Version { major, minor: 0 }, ..INFO };
        session.receive(&Module::new().say(0, Message::Info(info)), 0.0, |heard| panic!("{heard:?}"));
        assert!(session.pairing().to_string().contains(says), "{}", session.pairing());
    }
}

proptest! {
    #[test]
    fn any_bytes_are_taken_in_pieces_of_any_length_alike(bytes in vec(any::<u8>(), 0..2_000), piece in 1usize..50) {
        let mut whole = Vec::new();
        Receiver::new().receive(&bytes, |frame| whole.push(frame));
        let mut pieces = Vec::new();
        let mut receiver = Receiver::new();
        bytes.chunks(piece).for_each(|bytes| receiver.receive(bytes, |frame| pieces.push(frame)));
        prop_assert_eq!(&whole, &pieces);
        for frame in whole {
            let mut again = Vec::new();
            Receiver::new().receive(&frame.to_bytes(), |frame| again.push(frame));
            prop_assert_eq!(again, [frame]);
        }
    }

    #[test]
    fn any_body_under_a_right_check_is_a_message_that_survives_or_is_skipped(
        code in prop_oneof![proptest::sample::select(MessageKind::ALL.map(|kind| kind.code).to_vec()), any::<u8>()],
        body in vec(any::<u8>(), 0..131),
    ) {
        let mut plain = vec![code, 1, 2, 3, 4, 5, 6];
        plain.extend(&body);
        let check = crc::Crc::<u16>::new(&crc::CRC_16_IBM_3740).checksum(&plain);
        plain.extend(check.to_le_bytes());
        let mut stuffed = vec![0; cobs::max_encoding_length(plain.len())];
        let length = cobs::encode(&plain, &mut stuffed);
        stuffed.truncate(length);
        stuffed.push(0);
        let mut receiver = Receiver::new();
        let mut session = Session::new(0.0);
        session.receive(&Module::new().say(0, Message::Info(INFO)), 0.0, |_| {});
        receiver.receive(&stuffed, |frame| {
            assert_eq!(frame.to_bytes().as_slice(), &stuffed[..], "written as it was read");
            session.take(frame, 0.1, |_| {});
        });
        let reception = receiver.reception();
        prop_assert_eq!(reception.frames + reception.unknown + reception.malformed, 1);
        prop_assert_eq!(reception.damaged, 0);
    }

    #[test]
    fn any_bytes_are_a_midi_message_that_survives_or_nothing(bytes in vec(any::<u8>(), 0..200)) {
        if let Some(message) = MidiMessage::read(&bytes) {
            let again = MidiMessage::read(&message.to_bytes());
            // A note of any strength is written as the strongest, a push as fully down.
            prop_assert_eq!(again, Some(message));
        }
    }

    #[test]
    fn any_flash_is_read_and_a_calibration_in_it_is_one_that_parts_can_have(
        a in vec(any::<u8>(), 0..300),
        b in vec(any::<u8>(), 0..300),
        codes in any::<[u16; 4]>(),
    ) {
        let kept = flash::Kept::read(&a, &b);
        prop_assert!(kept.calibration.is_none_or(|calibration| calibration.is_plausible()));
        let bytes = kept.record(Some(Calibration::NOMINAL)).to_bytes();
        prop_assert_eq!(flash::Kept::read(&a, &bytes).calibration.is_some(), true);
        let _ = Calibration::from_bytes(a.try_into().unwrap_or([7; 24])).steps(codes);
    }
}
