//! A device that goes away and comes back: JACK's dummy driver, where jackd is installed.

use super::Place;
use super::running::Running;
use std::process::{Child, Command, Stdio};

/// A server of this test alone; none where jackd is not installed.
fn jack(name: &str) -> Option<Child> {
    let server = Command::new("jackd")
        .args(["--no-realtime", "--name", name, "-d", "dummy", "-r", "48000", "-p", "256"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    std::thread::sleep(std::time::Duration::from_secs(2));
    Some(server)
}

fn end(mut server: Child) {
    // A signal that it can answer: it tells its clients.
    Command::new("kill").args(["-TERM", &server.id().to_string()]).status().expect("kill is there");
    server.wait().expect("the server ends");
}

#[test]
fn a_device_that_goes_away_is_waited_for_and_played_on() {
    let name = format!("neurorack-device-{}", std::process::id());
    let Some(server) = jack(&name) else {
        println!("SKIPPED: jackd is not installed, no device can go away");
        return;
    };
    let place = Place::new();
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("neurorack"));
    command.current_dir(place.path("")).env("NEURORACK_STATE", "state").env("NEURORACK_BANK", "bank.safetensors");
    command.env("NEURORACK_MAP", "map.safetensors").env("JACK_DEFAULT_SERVER", &name).args(["play", "--module", "off"]);
    let mut running = Running::run(&mut command);
    running.type_line("");
    end(server);
    running.wait_for("The audio device is gone");
    // What is played meanwhile is not heard, and does no harm.
    running.type_line("");
    running.type_line("volume -12");
    let server = jack(&name).expect("it was there before");
    running.wait_for("The audio device is here");
    running.type_line("");
    running.unplug_keyboard();
    let said = running.ended();
    assert!(said.contains("0 dropped events, 0 refused"), "{said}");
    end(server);
}
