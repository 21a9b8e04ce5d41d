//! The program as systemd runs it.

use super::Place;
use super::running::until;
use std::io::{BufRead, BufReader};
use std::os::unix::net::UnixDatagram;
use std::process::{Command, Stdio};
use std::time::Duration;

#[test]
fn a_service_says_when_it_plays_that_it_lives_and_when_it_stops() {
    let place = Place::new();
    let socket = UnixDatagram::bind(place.path("notify")).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let hear = || {
        let mut bytes = [0; 256];
        let count = socket.recv(&mut bytes).expect("it says something");
        String::from_utf8_lossy(&bytes[..count]).into_owned()
    };
    let mut child = Command::new(assert_cmd::cargo::cargo_bin!("neurorack"))
        .current_dir(place.path(""))
        .env("NOTIFY_SOCKET", place.path("notify"))
        .env("STATE_DIRECTORY", place.path("kept"))
        .env("NEURORACK_BANK", "bank.safetensors")
        .env("NEURORACK_MAP", "map.safetensors")
        .env_remove("NEURORACK_STATE")
        .args(["play", "--service", "--sink", "none", "--module", "off"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    assert!(hear().contains("READY=1"));
    assert!(hear().contains("WATCHDOG=1"));
    Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    until("it says that it stops", || hear().contains("STOPPING=1"));
    let output = BufReader::new(child.stdout.take().unwrap());
    let last = output.lines().map_while(Result::ok).last().unwrap_or_default();
    assert!(child.wait().unwrap().success() && last.contains("0 hits"), "{last}");
    assert!(place.path("kept/presets").is_dir(), "systemd's folder is used");
}
