//! Pictures of what a module shows while no host draws its screen.

use expect_test::expect_file;
use neurorack_panel::{Alone, Pixels, View};

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
fn a_module_that_does_not_understand_its_host_says_what_to_do() {
    let sentence = "The host speaks protocol 2.0, this module 1.0: update the module's firmware.";
    expect_file!["screens/alone_problem.txt"].assert_eq(&picture(Alone::Problem(sentence)));
}
