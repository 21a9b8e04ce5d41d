//! The worklet behaves as the page expects, driven by messages alone.

use neurorack_engine::bank::{MAX_IMAGE_BYTES, test_bank};
use neurorack_engine::{ControlFrame, CurveSlot, ScaledCurve};
use neurorack_worklet::message::{CHUNK_BYTES, CurveData, Message, bank_messages};
use neurorack_worklet::{Refusal, Status, Worklet};

const RATE: u32 = 48_000;
const QUANTUM: usize = 128;

struct Page {
    worklet: Worklet,
    time_s: f64,
}

impl Page {
    fn new() -> Self {
        // A context that has run for a while before the worklet came.
        Self { worklet: Worklet::new(RATE, 1), time_s: 3.2 }
    }

    fn send(&mut self, message: Message<'_>) {
        self.worklet.receive(&message.encode());
    }

    fn send_bank(&mut self, seed: u64, rate: u32) -> u64 {
        let bank = test_bank::small(seed).prepare(rate);
        for message in bank_messages(&bank) {
            self.worklet.receive(&message);
        }
        bank.serial()
    }

    fn send_curves(&mut self) {
        for (slot, curve) in [CurveSlot::F1, CurveSlot::F2].into_iter().zip(test_bank::small(1).factory()) {
            self.send(Message::Curve { slot, curve: CurveData::from(&ScaledCurve::from(curve)) });
        }
    }

    fn hear(&mut self, quanta: usize) -> Vec<f32> {
        let mut sound = Vec::new();
        for _ in 0..quanta {
            sound.extend_from_slice(self.worklet.render(QUANTUM, self.time_s));
            self.time_s += QUANTUM as f64 / f64::from(RATE);
        }
        sound
    }

    fn status(&mut self) -> Status {
        let status = self.worklet.status();
        assert_eq!(Status::from_bytes(bytemuck::bytes_of(&status)), Some(status));
        status
    }
}

fn trigger_at(time_s: f64) -> Message<'static> {
    Message::Trigger { time_s, velocity: 1.0, semitones: 0.0 }
}

#[test]
fn before_there_is_a_bank_there_is_silence() {
    let mut page = Page::new();
    page.send(trigger_at(0.0));
    assert!(page.hear(10).iter().all(|&x| x == 0.0));
    let status = page.status();
    assert_eq!((status.hits, status.dropped_events, status.bank_serial), (0, 1, 0));
    assert!(status.last_trigger_s < 0.0 && status.has_asked == 0);
}

#[test]
fn a_trigger_sounds_in_the_coming_quantum() {
    let mut page = Page::new();
    let serial = page.send_bank(1, RATE);
    page.send_curves();
    page.hear(5);
    page.send(trigger_at(0.0));
    let now = page.time_s;
    let sound = page.hear(2);
    assert!(sound[0] != 0.0);
    let status = page.status();
    assert_eq!((status.hits, status.dropped_events, status.voices, status.bank_serial), (1, 0, 1, serial));
    assert!((status.last_trigger_s - now).abs() < 1e-9, "{} instead of {now}", status.last_trigger_s);
    assert!((status.time_s - page.time_s).abs() < 1e-9);
    assert_eq!(status.peak, sound.iter().fold(0.0f32, |peak, x| peak.max(x.abs())));
    assert!(status.has_asked == 1 && status.asked[5] > 3_000.0, "asked {:?}", status.asked);
    assert_eq!(status.refusal(), None);
}

#[test]
fn a_trigger_of_the_future_sounds_at_its_sample() {
    let mut page = Page::new();
    page.send_bank(1, RATE);
    page.send_curves();
    page.send(trigger_at(page.time_s + 1000.0 / f64::from(RATE)));
    assert_eq!(page.hear(20).iter().position(|&x| x != 0.0), Some(1000));
}

#[test]
fn cv_1_and_level_act() {
    let asked_hz = |volts: f32, level: f32| {
        let mut page = Page::new();
        page.send_bank(1, RATE);
        page.send_curves();
        page.send(Message::Control(ControlFrame { cv: [volts, 0.0, 0.0, -5.0], level }));
        page.send(trigger_at(0.0));
        let loud = page.hear(4).iter().any(|&x| x != 0.0);
        (page.status().asked[5], loud)
    };
    let ((bright_hz, _), (dark_hz, _), (_, loud)) = (asked_hz(-5.0, 1.0), asked_hz(5.0, 1.0), asked_hz(0.0, 0.0));
    assert!(bright_hz > 3_900.0 && dark_hz < 510.0, "{bright_hz} and {dark_hz} Hz");
    assert!(!loud, "level 0 is silence");
}

#[test]
fn a_third_bank_waits_until_the_first_has_rung_out() {
    let mut page = Page::new();
    page.send_bank(1, RATE);
    page.send_curves();
    page.send(trigger_at(0.0));
    page.hear(4);
    let second = page.send_bank(2, RATE);
    assert_eq!((page.status().refusal(), page.status().bank_serial), (None, second));
    page.send_bank(3, RATE);
    assert_eq!((page.status().refusal(), page.status().bank_serial), (Some(Refusal::Busy), second));
    page.hear(400);
    for seed in 3..8 {
        let serial = page.send_bank(seed, RATE);
        assert_eq!((page.status().refusal(), page.status().bank_serial), (None, serial), "bank {seed}");
    }
}

#[test]
fn a_bank_that_cannot_be_played_is_refused_and_the_old_one_plays_on() {
    let mut page = Page::new();
    let serial = page.send_bank(1, RATE);
    page.send_curves();
    let good = bank_messages(&test_bank::small(2).prepare(RATE));
    type Attempt<'a> = Box<dyn Fn(&mut Page) + 'a>;
    let cases: [(Refusal, Attempt<'_>); 5] = [
        (Refusal::SampleRate, Box::new(|page| _ = page.send_bank(2, 44_100))),
        (
            Refusal::TooLarge,
            Box::new(|page| {
                page.send(Message::BankBegin { bytes: MAX_IMAGE_BYTES as u32 + 1 });
                page.send(Message::BankUse);
            }),
        ),
        (
            Refusal::Incomplete,
            Box::new(|page| {
                for message in good.iter().filter(|message| *message != &good[2]) {
                    page.worklet.receive(message);
                }
            }),
        ),
        (
            Refusal::Damaged,
            Box::new(|page| {
                page.send(Message::BankBegin { bytes: 1_000 });
                page.send(Message::BankChunk { offset: 0, data: &[7; 1_000] });
                page.send(Message::BankUse);
            }),
        ),
        (Refusal::Incomplete, Box::new(|page| page.send(Message::BankUse))),
    ];
    for (refusal, send) in cases {
        send(&mut page);
        let status = page.status();
        assert_eq!((status.refusal(), status.bank_serial), (Some(refusal), serial));
        assert!(refusal.to_string().contains(": "), "{refusal}");
    }
    page.send(trigger_at(0.0));
    assert!(page.hear(2).iter().any(|&x| x != 0.0));
    // And the two places for banks were not lost on the way.
    let serial = page.send_bank(5, RATE);
    assert_eq!(page.status().bank_serial, serial);
}

#[test]
fn messages_that_say_nothing_are_counted_and_change_nothing() {
    let mut page = Page::new();
    let long = vec![0xFF; CHUNK_BYTES];
    for message in [&b""[..], b"\x01", b"\x09\0\0\0", b"\x03\0\0\0\x02\0\0\0", b"\x05\0\0\0\0\0\0\0abc", &long] {
        page.worklet.receive(message);
    }
    let mut frames = vec![3u8, 0, 0, 0, 0, 0, 0, 0];
    frames.extend([0xFF; 32]); // A frame of NaN.
    page.worklet.receive(&frames);
    // A timbre of NaN, and one that a curve was moved from by NaN; a frame of zeros follows.
    for broken in [0..4, 4 * 191..4 * 198] {
        let mut curve = vec![0u8; 8 + 4 * 198 + 32];
        curve[0] = 7;
        curve[8..][broken].fill(0xFF);
        page.worklet.receive(&curve);
    }
    assert_eq!(page.status().dropped_events, 9);
    assert!(page.hear(3).iter().all(|&x| x == 0.0));
}

#[test]
fn many_curves_come_and_go() {
    let mut page = Page::new();
    page.send_bank(1, RATE);
    for _ in 0..100 {
        page.send_curves();
        page.send(trigger_at(0.0));
        page.hear(2);
    }
    assert_eq!((page.status().hits, page.status().dropped_events), (100, 0));
}

#[test]
fn a_patch_plays_on_the_grid_by_itself() {
    use neurorack_engine::sources::{Action, Patch, Sequence};
    let mut page = Page::new();
    page.send_bank(1, RATE);
    page.send_curves();
    let pattern = Sequence::of([1.0, 0.0, 0.0, 0.0, 0.5, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0]);
    let patch = Patch {
        running: false,
        tempo_bpm: 120.0,
        swing_percent: 50.0,
        sequences: [pattern, Sequence::default()],
        ..Patch::calm()
    };
    page.send(Message::Patch(patch));
    page.hear(5);
    let start_s = page.time_s + 100.0 / f64::from(RATE);
    page.send(Message::Action { time_s: start_s, action: Action::Start });
    let mut triggers = Vec::new();
    for _ in 0..800 {
        page.hear(1);
        let last = page.status().last_trigger_s;
        // The same hit's time may differ in its last bits.
        if last >= 0.0 && triggers.last().is_none_or(|before: &f64| last - before > 1e-6) {
            triggers.push(last);
        }
    }
    assert_eq!(triggers.len(), 5, "{triggers:?}");
    for (beat, trigger) in triggers.iter().enumerate() {
        let samples = (trigger - start_s - 0.5 * beat as f64) * f64::from(RATE);
        assert!(samples.abs() < 0.01, "beat {beat} is {samples} samples off");
    }
    let status = page.status();
    assert!(status.running == 1 && status.tempo_bpm == 120.0 && status.steps[0] < 16);
    page.send(Message::Action { time_s: 0.0, action: Action::Stop });
    page.hear(1);
    assert_eq!((page.status().running, page.status().steps), (0, [u32::MAX; 2]));
}

#[test]
fn gate_2_freezes_and_a_cable_moves_a_voltage() {
    use neurorack_engine::GateInput;
    use neurorack_engine::sources::{Action, Cable, Input, Patch, Source};
    let mut page = Page::new();
    page.send_bank(1, RATE);
    page.send_curves();
    page.send(trigger_at(0.0));
    page.hear(10);
    page.send(Message::Gate { time_s: 0.0, gate: GateInput::Gate2, high: true, velocity: 1.0 });
    page.hear(2);
    assert_eq!((page.status().frozen, page.status().gates), (1, [0, 1]));
    page.send(Message::Gate { time_s: 0.0, gate: GateInput::Gate2, high: false, velocity: 1.0 });
    page.hear(2);
    assert_eq!(page.status().frozen, 0);
    let mut patch = Patch::calm();
    assert!(patch.cables.plug(Cable::new(Source::PadX, Input::Cv3, 0.5)));
    page.send(Message::Patch(patch));
    page.send(Message::Action { time_s: 0.0, action: Action::Pad { x: -0.8, y: 0.0 } });
    page.hear(2);
    assert!((page.status().cv_volts[2] + 2.0).abs() < 1e-5, "{:?}", page.status().cv_volts);
}

#[test]
fn the_status_says_where_in_its_turn_a_modulator_is() {
    use neurorack_engine::sources::{Modulation, Patch, Span};
    let mut page = Page::new();
    let mut patch = Patch { running: true, tempo_bpm: 120.0, ..Patch::calm() };
    patch.modulations[1] = Modulation { span: Some(Span::Bar), ..Modulation::default() };
    page.send(Message::Patch(patch));
    for quanta in [100, 300, 500] {
        page.hear(quanta);
        let status = page.status();
        let bars = status.beats / 4.0;
        // It is looked at at most 32 samples before.
        let behind = bars.fract() - f64::from(status.modulators_turns[1]);
        assert!((0.0..=32.0 / 96_000.0 + 1e-6).contains(&behind), "{behind} of a bar behind at {} beats", status.beats);
    }
}
