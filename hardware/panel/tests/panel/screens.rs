//! Pictures of every screen. `UPDATE_EXPECT=1 cargo test -p neurorack-panel` draws them anew; look at them before committing.

use expect_test::expect_file;
use neurorack_panel::{Host, Message, MessageKind, Offers, Statistics, View};

use crate::art::art;
use crate::scene::Go::{Back, By, Push};
use crate::scene::{Go, after, view, with_presets};

/// A test that a way through the menu leads to the picture of this name.
macro_rules! pictures {
    ($($name:ident: $view:expr, $ways:expr;)*) => {$(
        #[test]
        fn $name() {
            let ways: &[Go] = &$ways;
            let (panel, view) = after($view, ways);
            let said = panel.describe(&view);
            expect_file![concat!("screens/", stringify!($name), ".txt")]
                .assert_eq(&format!("{}{}\n", art(&panel, &view), said.as_str()));
        }
    )*};
}

/// A sentence longer than the screen.
const PROBLEM: &str = "“impact.wav” was not used: it has 70 MiB, more than the 64 allowed: cut it to the impact first. \
    What plays goes on playing, and nothing else has changed.";

fn saying(kind: MessageKind, text: &'static str) -> View<'static> {
    View { message: Some(Message { serial: 1, kind, text }), ..view() }
}

fn page() -> View<'static> {
    let statistics = Statistics { load_percent: None, ..view().statistics };
    View {
        host: Host::Browser,
        offers: Offers { map: true, saving: true, reset: true, presets: false },
        firmware: None,
        statistics,
        ..view()
    }
}

pictures! {
    idle: view(), [];
    idle_before_anything_came: View::default(), [];
    idle_turning_the_volume: view(), [By(-3)];
    idle_turning_f1: with_encoder_at_f1(), [By(-2)];
    menu: view(), [Push];
    menu_at_its_end: view(), [Push, By(6)];
    menu_with_presets: with_presets(), [Push, By(2)];
    presets: with_presets(), [Push, By(2), Push];
    presets_at_their_beginning: with_presets(), [Push, By(2), Push, By(-2)];
    models: view(), [Push, Push];
    models_with_a_long_name: view(), [Push, Push, By(2)];
    bank_that_plays: view(), [Push, Push, Push];
    bank_to_select: view(), [Push, Push, By(1), Push];
    card: view(), [Push, Push, Push, By(1), Push];
    card_at_its_end: view(), [Push, Push, Push, By(1), Push, By(9)];
    sounds: view(), [Push, By(1), Push];
    sound: view(), [Push, By(1), Push, Push];
    sets: view(), [Push, By(1), Push, Push, Push, By(1)];
    sets_with_a_long_name: view(), [Push, By(1), Push, Push, Push, By(4)];
    sets_of_nothing: View::default(), [Push, By(1), Push, Push, Push];
    parameters: view(), [Push, By(2), Push];
    volume: view(), [Push, By(2), Push, Push, By(-6)];
    volume_off: view(), [Push, By(2), Push, Push, By(-60)];
    cv_range: view(), [Push, By(2), Push, By(1), Push, By(1)];
    freeze_length: view(), [Push, By(2), Push, By(2), Push, By(12)];
    seed: view(), [Push, By(2), Push, By(3), Push, By(41)];
    voices: view(), [Push, By(2), Push, By(4), Push];
    variation: view(), [Push, By(2), Push, By(5), Push, By(1), Push, By(1), Push];
    assignment: view(), [Push, By(3), Push];
    assignment_at_its_end: view(), [Push, By(3), Push, By(7)];
    input: view(), [Push, By(3), Push, By(2), Push];
    target: view(), [Push, By(3), Push, By(2), Push, Push, By(5)];
    factor: view(), [Push, By(3), Push, By(2), Push, By(1), Push, By(-31)];
    offset: view(), [Push, By(3), Push, By(2), Push, By(2), Push, By(13)];
    unpatched: view(), [Push, By(3), Push, Push, By(3), Push];
    gate: view(), [Push, By(3), Push, By(4), Push, By(1)];
    encoder: view(), [Push, By(3), Push, By(6), Push, By(1)];
    button: view(), [Push, By(3), Push, By(7), Push];
    module: view(), [Push, By(4), Push];
    monitor: view(), [Push, By(4), Push, Push];
    calibration_zero: view(), [Push, By(4), Push, By(1), Push];
    calibration_reference: view(), [Push, By(4), Push, By(1), Push, Push];
    calibration_keep: view(), [Push, By(4), Push, By(1), Push, Push, Push, Push];
    calibration_without_a_module: page(), [Push, By(4), Push, By(1), Push];
    firmware: view(), [Push, By(4), Push, By(2), Push];
    firmware_update: view(), [Push, By(4), Push, By(2), Push, By(1), Push];
    firmware_without_a_module: page(), [Push, By(4), Push, By(2), Push];
    admin: view(), [Push, By(5), Push];
    admin_of_the_page: page(), [Push, By(5), Push];
    statistics: view(), [Push, By(5), Push, Push];
    statistics_of_the_page: page(), [Push, By(5), Push, Push, By(4)];
    reset: view(), [Push, By(5), Push, Push, By(5), Push];
    shutdown: view(), [Push, By(5), Push, By(1), Push, By(1)];
    reboot: view(), [Push, By(5), Push, By(2), Push];
    about: view(), [Push, By(6), Push];
    about_at_its_end: view(), [Push, By(6), Push, By(20)];
    note: saying(MessageKind::Info, "Saved as Anvil, dry 2."), [];
    problem: saying(MessageKind::Error, PROBLEM), [];
    problem_scrolled: saying(MessageKind::Error, PROBLEM), [By(1)];
    back_on_the_idle_screen: view(), [Push, By(2), Push, Push, By(-6), Back, Back, Back];
}

fn with_encoder_at_f1() -> View<'static> {
    let mut view = view();
    view.settings.encoder = neurorack_panel::EncoderTarget::F1;
    view
}
