//! What the panel asks its host to do.

use neurorack_panel::{
    Action, Calibration, CvInput, Descriptor, EncoderTarget, Host, Input, Message, MessageKind, Offers, Panel,
    PushTarget, Reference, Sense, Setting, Slot, Target, View,
};

use crate::scene::Go::{Back, By, Push, Wait};
use crate::scene::{Go, after, answer, view, with_presets};

/// What this input does after this way through the menu.
fn then(view: View<'_>, ways: &[Go], input: Input) -> Option<Action> {
    let (mut panel, view) = after(view, ways);
    panel.handle(input, &view)
}

#[test]
fn a_value_sounds_while_it_is_turned_and_comes_back_on_a_long_push() {
    let volume = [Push, By(2), Push, Push];
    assert_eq!(then(view(), &volume, Input::Turn(1)), Some(Action::Set(Setting::Volume(-8))));
    let turned = [&volume[..], &[By(-5)]].concat();
    assert_eq!(then(view(), &turned, Input::Push), None, "a push keeps -14 dB");
    assert_eq!(then(view(), &turned, Input::LongPush), Some(Action::Set(Setting::Volume(-9))));
    assert_eq!(then(view(), &volume, Input::LongPush), None, "nothing was turned, nothing is put back");
}

#[test]
fn a_sound_is_heard_while_it_is_looked_for() {
    let sets = [Push, By(1), Push, By(1), Push, Push];
    let choose = |set| Some(Action::ChooseSet { slot: Slot::F2, set });
    assert_eq!(then(view(), &sets, Input::Turn(1)), choose(5));
    assert_eq!(then(view(), &[&sets[..], &[By(3)]].concat(), Input::LongPush), choose(4), "the one from before");
}

#[test]
fn every_kind_of_entry_asks_for_what_it_says() {
    let cases: [(&[Go], Action); 12] = [
        (&[Push, Push, By(1), Push], Action::PlayBank(1)),
        (&[Push, Push, Push], Action::Strike),
        (&[Push, By(1), Push, Push, By(1)], Action::SampleFromMap(Slot::F1)),
        (&[Push, By(1), Push, By(1), Push, By(2)], Action::SaveSet(Slot::F2)),
        (&[Push, By(2), Push, By(5), Push, By(3)], Action::Set(Setting::Varies(Descriptor::Tone, false))),
        (&[Push, By(4), Push, By(1), Push], Action::Calibrate(Calibration::Measure(Reference::Zero))),
        (&[Push, By(4), Push, By(1), Push, Push], Action::Calibrate(Calibration::Measure(Reference::Low))),
        (&[Push, By(4), Push, By(1), Push, Push, Push, Push], Action::Calibrate(Calibration::Keep)),
        (&[Push, By(4), Push, By(2), Push, By(1), Push, By(1)], Action::UpdateFirmware),
        (&[Push, By(5), Push, Push, By(5), Push, By(1)], Action::ResetStatistics),
        (&[Push, By(5), Push, By(1), Push, By(1)], Action::Shutdown),
        (&[Push, By(5), Push, By(2), Push, By(1)], Action::Reboot),
    ];
    for (ways, action) in cases {
        assert_eq!(then(view(), ways, Input::Push), Some(action), "{ways:?}");
    }
}

#[test]
fn presets_are_loaded_and_kept_where_the_host_has_them() {
    let presets = [Push, By(2), Push];
    assert_eq!(then(with_presets(), &presets, Input::Push), Some(Action::LoadPreset(1)), "it opens at the one at hand");
    assert_eq!(then(with_presets(), &[&presets[..], &[By(1)]].concat(), Input::Push), Some(Action::LoadPreset(2)));
    assert_eq!(then(with_presets(), &[&presets[..], &[By(-2)]].concat(), Input::Push), Some(Action::KeepPreset));
}

#[test]
fn assignments_are_turned_in_their_own_steps() {
    let input = |row: i8| [Push, By(3), Push, By(1), Push, By(row), Push];
    let set = |setting| Some(Action::Set(setting));
    let cv = CvInput::Cv2;
    assert_eq!(then(view(), &input(0), Input::Turn(1)), set(Setting::Target(cv, Target::Transient)));
    assert_eq!(then(view(), &input(1), Input::Turn(1)), set(Setting::Factor(cv, 105)), "steps of .05");
    assert_eq!(then(view(), &input(2), Input::Turn(-1)), set(Setting::Offset(cv, -1)), "steps of .1 V");
    assert_eq!(then(view(), &input(3), Input::Turn(1)), set(Setting::Unpatched(cv, 1)));
}

#[test]
fn deeds_are_done_only_after_a_yes() {
    let shutdown = [Push, By(5), Push, By(1), Push];
    assert_eq!(then(view(), &shutdown, Input::Push), None, "No is chosen first");
    assert_eq!(then(view(), &[&shutdown[..], &[By(1)]].concat(), Input::LongPush), None, "back is no");
}

#[test]
fn what_the_host_no_longer_offers_is_not_asked_for() {
    let elsewhere = View { host: Host::Browser, ..view() };
    let unmetered = View { offers: Offers { reset: false, ..view().offers }, ..view() };
    let cases: [(&[Go], View<'_>); 3] = [
        (&[Push, By(5), Push, By(1), Push, By(1)], elsewhere),
        (&[Push, By(5), Push, By(2), Push, By(1)], elsewhere),
        (&[Push, By(5), Push, Push, By(5), Push, By(1)], unmetered),
    ];
    for (ways, now) in cases {
        let (mut panel, _) = after(view(), ways);
        assert_eq!(panel.handle(Input::Push, &now), None, "{ways:?}");
    }
}

#[test]
fn a_calibration_can_be_given_up_at_every_step() {
    for steps in 0..4 {
        let ways = [vec![Push, By(4), Push, By(1), Push], vec![Push; steps]].concat();
        let discard = Some(Action::Calibrate(Calibration::Discard));
        assert_eq!(then(view(), &ways, Input::LongPush), discard, "after {steps} steps");
        let unplugged = View { firmware: None, ..view() };
        let (mut panel, _) = after(view(), &ways);
        assert_eq!(panel.handle(Input::Tick(10), &unplugged), discard, "the cable is pulled after {steps} steps");
    }
}

#[test]
fn the_idle_screen_turns_what_the_encoder_is_assigned_to() {
    let cases = [
        (EncoderTarget::Volume, Action::Set(Setting::Volume(-8))),
        (EncoderTarget::Morph, Action::Set(Setting::Unpatched(CvInput::Cv1, -49))),
        (EncoderTarget::Bank, Action::PlayBank(1)),
        (EncoderTarget::F1, Action::ChooseSet { slot: Slot::F1, set: 4 }),
        (EncoderTarget::F2, Action::ChooseSet { slot: Slot::F2, set: 5 }),
    ];
    for (target, action) in cases {
        let mut view = view();
        view.settings.encoder = target;
        assert_eq!(Panel::new().handle(Input::Turn(1), &view), Some(action), "{target:?}");
    }
}

#[test]
fn turning_does_not_wait_for_the_host_to_answer() {
    let view = view();
    let mut panel = Panel::new();
    let turned: Vec<_> = (0..3)
        .map(|_| {
            panel.handle(Input::Tick(300), &view);
            panel.handle(Input::Turn(-1), &view)
        })
        .collect();
    assert_eq!(turned, [-10, -11, -12].map(|db| Some(Action::Set(Setting::Volume(db)))));
}

#[test]
fn push_and_long_push_change_places_when_the_button_strikes() {
    assert_eq!(then(view(), &[], Input::LongPush), Some(Action::Strike));
    let mut strikes = view();
    strikes.settings.push = PushTarget::Strike;
    assert_eq!(then(strikes, &[], Input::Push), Some(Action::Strike));
    let (panel, _) = after(strikes, &[Back]);
    assert!(!panel.is_idle(&strikes), "a long push opened the menu");
}

#[test]
fn fast_turns_go_through_a_long_range() {
    let (mut panel, mut view) = after(view(), &[Push, By(2), Push, By(3), Push]);
    for _ in 0..24 {
        answer(&mut panel, Input::Tick(12), &mut view);
        answer(&mut panel, Input::Turn(1), &mut view);
    }
    assert!(view.settings.seed > 9_000, "one fast turn of the knob came to {}", view.settings.seed);
}

#[test]
fn the_idle_screen_returns_after_twenty_seconds_and_leaves_what_is_watched() {
    let idle = |ways: &[Go]| {
        let (panel, view) = after(view(), ways);
        panel.is_idle(&view)
    };
    assert!(!idle(&[Push, By(2), Push, Wait(19_999)]));
    assert!(idle(&[Push, By(2), Push, Wait(19_999), Wait(1)]));
    assert!(!idle(&[Push, By(2), Push, Wait(19_000), By(1), Wait(19_000)]), "an input begins it anew");
    assert!(!idle(&[Push, By(4), Push, By(1), Push, Wait(60_000)]), "a calibration waits");
    assert!(!idle(&[Push, By(4), Push, Push, Wait(60_000)]), "the monitor is watched");
    assert!(idle(&[By(1), Wait(1_500)]), "a value turned on the idle screen is shown for a moment");
}

#[test]
fn a_message_goes_by_a_push_by_time_or_with_its_cause_and_comes_once() {
    let message = |serial| Some(Message { serial, kind: MessageKind::Info, text: "Saved." });
    let saying = View { message: message(7), ..view() };
    let mut panel = Panel::new();
    assert!(!panel.is_idle(&saying));
    assert_eq!(panel.handle(Input::Push, &saying), None);
    assert!(panel.is_idle(&saying), "the push dismissed it, and opened nothing");
    assert!(!panel.is_idle(&View { message: message(8), ..view() }), "the next one is seen");

    let mut panel = Panel::new();
    panel.handle(Input::Tick(3_999), &saying);
    assert!(!panel.is_idle(&saying));
    panel.handle(Input::Tick(1), &saying);
    assert!(panel.is_idle(&saying), "its time is over");
    assert!(Panel::new().is_idle(&view()), "the host took it back");
}

#[test]
fn down_is_the_next_row_and_up_is_more() {
    let sense = |ways: &[Go]| {
        let (panel, view) = after(view(), ways);
        panel.sense(&view)
    };
    assert_eq!(sense(&[]), Sense::Value, "the volume");
    assert_eq!(sense(&[Push]), Sense::List);
    assert_eq!(sense(&[Push, By(2), Push, Push]), Sense::Value);
    assert_eq!(sense(&[Push, By(3), Push, Push, Push]), Sense::List, "targets");
}
