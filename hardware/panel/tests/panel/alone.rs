//! Pictures of what a module shows while no host draws its screen.

use expect_test::expect_file;
use neurorack_panel::{Alone, CheckRow, Pixels, Tick, View};

use crate::art::framed;
use crate::scene::view;

fn picture(screen: Alone<'_>) -> String {
    let mut pixels = Pixels::new();
    screen.draw(&View { version: "0.1.0", ..view() }, &mut pixels).expect("memory takes every pixel");
    framed(&pixels)
}

#[test]
fn a_module_alone_shows_its_name_and_what_its_inputs_read() {
    expect_file!["screens/alone_splash.txt"].assert_eq(&picture(Alone::Splash));
    expect_file!["screens/alone_monitor.txt"].assert_eq(&picture(Alone::Monitor { uncalibrated: false }));
    expect_file!["screens/alone_uncalibrated.txt"].assert_eq(&picture(Alone::Monitor { uncalibrated: true }));
}

#[test]
fn the_factory_test_shows_what_passed_what_failed_and_what_is_still_to_do() {
    let rows = [
        CheckRow { name: "Board", items: &[("screen", Tick::Passed), ("flash", Tick::Failed)] },
        CheckRow {
            name: "0 V",
            items: &[("1", Tick::Passed), ("2", Tick::Open), ("3", Tick::Failed), ("4", Tick::Open)],
        },
        CheckRow {
            name: "Plug",
            items: &[("1", Tick::Open), ("2", Tick::Open), ("3", Tick::Open), ("4", Tick::Passed)],
        },
        CheckRow { name: "Gate", items: &[("1", Tick::Open), ("2", Tick::Passed)] },
        CheckRow { name: "Turn", items: &[("left", Tick::Passed), ("right", Tick::Open), ("push", Tick::Failed)] },
    ];
    expect_file!["screens/alone_test.txt"].assert_eq(&picture(Alone::Test(&rows)));
    let passed = [CheckRow { name: "Gate", items: &[("1", Tick::Passed)] }];
    expect_file!["screens/alone_test_passed.txt"].assert_eq(&picture(Alone::Test(&passed)));
}

#[test]
fn a_module_that_does_not_understand_its_host_says_what_to_do() {
    let sentence = "The host speaks protocol 2.0, this module 1.0: update the module's firmware.";
    expect_file!["screens/alone_problem.txt"].assert_eq(&picture(Alone::Problem(sentence)));
}
