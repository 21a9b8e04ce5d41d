//! Takes reach the engine by messages, whatever else is sent.

use neurorack_engine::bank::test_bank;
use neurorack_engine::{CurveSlot, ScaledCurve, TakeLabel};
use neurorack_worklet::Worklet;
use neurorack_worklet::message::{CurveData, Message, TakeData, bank_messages, take_messages};

const RATE: u32 = 44_100;
const BANK: u64 = 0xabcd_ef01_2345_6789;

fn label(number: u32) -> TakeLabel {
    TakeLabel { bank: BANK, family: 1, number, semitones: 0.0 }
}

fn send(worklet: &mut Worklet, messages: &[Vec<u8>]) {
    messages.iter().for_each(|message| worklet.receive(message));
}

fn welcomed() -> Worklet {
    let mut worklet = Worklet::new(RATE, 1);
    worklet.receive(&Message::RenderedBank { serial: BANK }.encode());
    worklet
}

/// The level of what a strike sounds like, some time after it: takes here are constant.
fn struck(worklet: &mut Worklet) -> f32 {
    worklet.receive(&Message::Trigger { time_s: 0.0, velocity: 1.0, semitones: 0.0 }.encode());
    worklet.render(4_096, 0.0)[2_000]
}

fn constant(number: u32, value: f32) -> Vec<Vec<u8>> {
    take_messages(label(number), &vec![value; 20_000])
}

#[test]
fn the_newest_complete_take_is_played_and_the_status_names_it() {
    let mut worklet = welcomed();
    assert_eq!(struck(&mut worklet), 0.0);
    assert_eq!(worklet.status().dropped_events, 1, "there is nothing to play yet");
    send(&mut worklet, &constant(1, 0.25));
    assert!((struck(&mut worklet) - 0.25).abs() < 1e-3);
    let messages = constant(2, 0.5);
    send(&mut worklet, &messages[..messages.len() - 1]);
    worklet.render(4_096, 0.0);
    assert_eq!(worklet.status().coming_take, 1, "the second is not complete");
    send(&mut worklet, &messages[messages.len() - 1..]);
    worklet.render(4_096, 0.0);
    let status = worklet.status();
    assert_eq!((status.coming_take, status.sounding_take, status.bank_serial), (2, 2, BANK));
}

#[test]
fn takes_come_without_end_and_there_is_always_room() {
    let mut worklet = welcomed();
    for number in 1..200 {
        send(&mut worklet, &constant(number, 0.1));
        struck(&mut worklet);
        assert_eq!(worklet.status().coming_take, number);
    }
}

#[test]
fn what_is_damaged_foreign_or_out_of_turn_changes_nothing() {
    let mut worklet = welcomed();
    send(&mut worklet, &constant(1, 0.25));
    let whole = constant(2, 0.5);
    let mut missing = whole.clone();
    missing.remove(2);
    let mut swapped = whole.clone();
    swapped.swap(1, 2);
    let foreign = take_messages(TakeLabel { bank: BANK + 1, ..label(2) }, &[0.5; 100]);
    let not_finite = take_messages(label(2), &[f32::NAN; 100]);
    let endless = vec![
        Message::TakeBegin { label: label(2), samples: u32::MAX }.encode(),
        Message::TakeChunk { offset: 0, data: TakeData::from(&[0.5; 100][..]) }.encode(),
        Message::TakeUse.encode(),
    ];
    for (name, messages) in [
        ("a chunk is missing", missing),
        ("chunks are swapped", swapped),
        ("another bank's", foreign),
        ("no numbers", not_finite),
        ("endless", endless),
        ("no beginning", whole[1..].to_vec()),
    ] {
        send(&mut worklet, &messages);
        assert!((struck(&mut worklet) - 0.25).abs() < 1e-3, "{name}");
        assert_eq!(worklet.status().coming_take, 1, "{name}");
        worklet.render(4_096, 0.0);
        for _ in 0..20 {
            worklet.render(4_096, 0.0);
        }
    }
    send(&mut worklet, &whole);
    assert!((struck(&mut worklet) - 0.5).abs() < 1e-3, "and a good one is taken");
}

#[test]
fn a_bank_that_is_used_ends_the_takes_and_late_ones_are_left_out() {
    let mut worklet = welcomed();
    send(&mut worklet, &constant(1, 0.25));
    let bank = test_bank::small(1);
    let prepared = bank.prepare(RATE);
    send(&mut worklet, &bank_messages(&prepared));
    let curve = ScaledCurve::from(&bank.factory()[0]);
    worklet.receive(&Message::Curve { slot: CurveSlot::F1, curve: CurveData::from(&curve) }.encode());
    send(&mut worklet, &constant(2, 0.5));
    let status = worklet.status();
    assert_eq!((status.coming_take, status.bank_serial), (0, prepared.serial()));
    worklet.receive(&Message::RenderedBank { serial: BANK }.encode());
    send(&mut worklet, &constant(3, 0.5));
    assert_eq!(worklet.status().coming_take, 3);
}
