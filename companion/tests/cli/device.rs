//! A device that goes away and comes back: JACK's dummy driver, where jackd is installed.

use super::Place;
use super::jack::Jack;
use super::running::Running;

#[test]
fn a_device_that_goes_away_is_waited_for_and_played_on() {
    let start = || Jack::start("device", 256);
    // Without one no device can go away: it has said why.
    let Some(server) = start() else {
        return;
    };
    let place = Place::new();
    let mut command = Running::command(&place, false);
    server.lead(&mut command);
    let mut running = Running::run(command.args(["--module", "off"]));
    running.type_line("");
    server.end();
    running.wait_for("The audio device is gone");
    // What is played meanwhile is not heard, and does no harm.
    running.type_line("");
    running.type_line("volume -12");
    let server = start().expect("it was there before");
    running.wait_for("The audio device is here");
    running.type_line("");
    running.unplug_keyboard();
    let said = running.ended();
    assert!(said.contains("0 dropped events, 0 refused"), "{said}");
    server.end();
}
