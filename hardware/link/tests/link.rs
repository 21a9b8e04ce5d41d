//! A link and what is at the other end of its cable, over real pseudo-terminals.

#![cfg(unix)]

use std::time::Duration;

use neurorack_link::test_module::{Nature, TestModule};
use neurorack_link::{Choice, Event, Found, Link, NotSent, Problem, State, short_name};
use neurorack_protocol::host::{Heard, PICTURE_BYTES, Pairing};
use neurorack_protocol::{Info, Message, Rate, Version, volts};

/// A busy machine gets so long for each thing that is to happen.
const PATIENCE: Duration = Duration::from_secs(60);

fn linked(module: &TestModule) -> Link {
    Link::open(Choice::Port(module.port()), 0.008)
}

/// Waits for what `wanted` makes something of; all events before are handed to `meanwhile`.
fn wait<T>(
    link: &Link,
    what: &str,
    mut wanted: impl FnMut(&Event) -> Option<T>,
    mut meanwhile: impl FnMut(Event),
) -> T {
    loop {
        let event =
            link.next(PATIENCE).unwrap_or_else(|| panic!("nothing came of \"{what}\"; the link: {}", link.state()));
        if let Some(found) = wanted(&event) {
            return found;
        }
        meanwhile(event);
    }
}

fn paired(link: &Link) -> Info {
    let info = |event: &Event| match event {
        Event::State(State::Paired(info)) => Some(*info),
        _ => None,
    };
    wait(link, "module", info, drop)
}

fn problem(link: &Link, what: &str, wanted: impl Fn(&Problem) -> bool) -> Problem {
    let found = |event: &Event| match event {
        Event::State(State::Waiting(problem)) if wanted(problem) => Some(problem.clone()),
        _ => None,
    };
    wait(link, what, found, drop)
}

/// Waits until a gate rises or falls; there may be no other edge before.
fn edge(link: &Link, gate: u8, high: bool) {
    let found = |event: &Event| match event {
        Event::Heard(Heard::Gate { gate, high, .. }) => Some((*gate, *high)),
        _ => None,
    };
    assert_eq!(wait(link, "edge", found, drop), (gate, high));
}

/// Reads volts until CV 2 is as wanted; no gate may be heard before.
fn volts_at_cv2(link: &Link, wanted: f32) {
    let found = |event: &Event| match event {
        Event::Heard(Heard::Volts { steps, .. }) => ((volts(steps[1]) - wanted).abs() < 0.1).then_some(()),
        _ => None,
    };
    let no_gate = |event| assert!(!matches!(event, Event::Heard(Heard::Gate { .. })), "{event:?}");
    wait(link, "volts", found, no_gate);
}

#[test]
fn volts_gates_and_the_encoder_of_a_module_are_heard() {
    let module = TestModule::plug_in(0xE661_4104_035C_4F2A, Nature::Module);
    let link = linked(&module);
    let info = paired(&link);
    assert_eq!(info.uid, 0xE661_4104_035C_4F2A);
    assert!(Pairing::Paired(info).to_string().contains(&short_name(info.uid)), "both names are one");
    module.set_volts([0.0, -3.0, 0.0, 0.0]);
    volts_at_cv2(&link, -3.0);
    module.gate(0, true);
    edge(&link, 0, true);
    module.gate(0, false);
    edge(&link, 0, false);
    module.encoder(-2, true);
    wait(&link, "turn", |event| (*event == Event::Heard(Heard::Turn(-2))).then_some(()), drop);
    wait(&link, "push", |event| (*event == Event::Heard(Heard::Push(true))).then_some(()), drop);
}

#[test]
fn a_gate_is_heard_once_and_garbage_is_no_gate() {
    let module = TestModule::plug_in(1, Nature::Module);
    let link = linked(&module);
    paired(&link);
    let mut noise = 1u32;
    for round in 0..20 {
        let random = std::iter::repeat_with(|| {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (noise >> 24) as u8
        });
        let garbage: Vec<u8> = random.take(40 * round).collect();
        module.babble(&garbage);
        module.babble(&[0]);
        module.set_volts([0.0, round as f32 / 5.0, 0.0, 0.0]);
        volts_at_cv2(&link, round as f32 / 5.0);
        module.gate(1, true);
        edge(&link, 1, true);
        module.gate(1, false);
        edge(&link, 1, false);
    }
    assert!(link.report().reception.damaged > 0, "{:?}", link.report());
}

#[test]
fn a_cable_pulled_in_mid_frame_lets_gates_fall_and_what_comes_back_is_heard_again() {
    let mut module = TestModule::plug_in(2, Nature::Module);
    let link = linked(&module);
    paired(&link);
    for _ in 0..3 {
        module.gate(0, true);
        edge(&link, 0, true);
        module.encoder(0, true);
        wait(&link, "push", |event| (*event == Event::Heard(Heard::Push(true))).then_some(()), drop);
        module.pull();
        edge(&link, 0, false);
        wait(&link, "release", |event| (*event == Event::Heard(Heard::Push(false))).then_some(()), drop);
        problem(&link, "loss", |problem| *problem == Problem::Unplugged);
        assert_eq!(link.send(Message::CalibrationRead), Err(NotSent::NoModule));
        module.plug_in_again();
        assert_eq!(paired(&link).uid, 2);
    }
    module.set_volts([0.0, 4.0, 0.0, 0.0]);
    volts_at_cv2(&link, 4.0);
}

#[test]
fn the_screen_the_lamp_and_the_rate_reach_the_module_and_one_that_comes_back() {
    let mut module = TestModule::plug_in(3, Nature::Module);
    let link = linked(&module);
    paired(&link);
    let picture: [u8; PICTURE_BYTES] = std::array::from_fn(|at| (at * 37 % 251) as u8);
    link.show(&picture);
    link.send(Message::Led(true)).expect("a module is there");
    link.send(Message::SetRate(Rate::Hz250)).expect("a module is there");
    for again in [false, true] {
        if again {
            module.pull();
            module.plug_in_again();
            paired(&link);
        }
        let shows = |module: &TestModule| {
            let screen = module.screen();
            let lit = |x: usize, y: usize| screen[y / 8][x] >> (y % 8) & 1;
            (0..64).all(|y| (0..128).all(|x| lit(x, y) == picture[16 * y + x / 8] >> (7 - x % 8) & 1))
        };
        wait(&link, "picture", |_| (shows(&module) && module.lamp()).then_some(()), drop);
        // Seconds in a row of which each is a quarter of what it would be: counted by the module's clock.
        let mut times = Vec::new();
        let spacing = |event: &Event| {
            if let Event::Heard(Heard::Volts { at_s, .. }) = event {
                times.push(*at_s);
            }
            let last = times.windows(2).rev().take(10).map(|pair| pair[1] - pair[0]);
            (times.len() > 20 && last.sum::<f64>() > 0.035).then_some(())
        };
        wait(&link, "slow volts", spacing, drop);
    }
}

#[test]
fn a_device_that_is_no_module_and_other_protocols_get_their_sentences() {
    let Version { major, .. } = Version::OURS;
    let cases = [
        (Nature::Stranger, "does not answer as a Neurorack module does"),
        (Nature::Speaks(Version { major: major + 1, minor: 0 }), "update this program"),
        (Nature::Speaks(Version { major: major - 1, minor: 9 }), "update the module's firmware"),
    ];
    for (nature, wanted) in cases {
        let module = TestModule::plug_in(4, nature);
        let link = linked(&module);
        problem(&link, wanted, |problem| problem.to_string().contains(wanted));
        module.gate(0, true);
        assert_eq!(link.send(Message::Led(true)), Err(NotSent::NoModule));
    }
    let module = TestModule::plug_in(4, Nature::Speaks(Version { major, minor: 99 }));
    assert_eq!(paired(&linked(&module)).protocol.minor, 99, "a newer minor version is understood");
}

#[test]
fn of_two_modules_one_is_to_be_named_and_the_known_one_is_found_again() {
    let (first, mut second) = (TestModule::plug_in(5, Nature::Module), TestModule::plug_in(6, Nature::Module));
    let plugs = [(first.port(), 5), (second.port(), 6)];
    let find = move || {
        let plugged = plugs.iter().filter(|(port, _)| std::path::Path::new(port).exists());
        Ok(plugged.map(|(port, uid)| Found { port: port.clone(), uid: Some(*uid) }).collect())
    };
    let link = Link::open_among(Choice::Any, 0.008, find);
    let sentence = problem(&link, "question", |_| true).to_string();
    assert!(sentence.contains(&first.port()) && sentence.contains(&second.port()), "{sentence}");
    second.pull();
    assert_eq!(paired(&link).uid, 5, "the only one");
    second.plug_in_again();
    let mut first = first;
    first.pull();
    // The one that is left is now the only one; the first is not taken back while it is there.
    assert_eq!(paired(&link).uid, 6);
    first.plug_in_again();
    second.pull();
    problem(&link, "loss", |problem| *problem == Problem::Unplugged);
    assert_eq!(paired(&link).uid, 5);
}

#[test]
fn a_port_that_another_program_has_or_that_is_none_gets_its_sentence() {
    let module = TestModule::plug_in(7, Nature::Module);
    let first = linked(&module);
    paired(&first);
    let second = linked(&module);
    let busy = problem(&second, "sentence", |_| true);
    assert_eq!(busy, Problem::Busy { port: module.port() });
    drop(first);
    assert_eq!(paired(&second).uid, 7, "it is opened once it is free");

    for (port, wanted) in
        [("/no/such/port", "there is no port"), ("/", "no serial port"), ("Cargo.toml", "no serial port")]
    {
        let link = Link::open(Choice::Port(port.to_owned()), 0.0);
        let sentence = problem(&link, "sentence", |_| true).to_string();
        assert!(sentence.contains(wanted), "{port}: {sentence}");
    }
}
