use super::Place;

#[test]
fn every_strike_from_the_keyboard_is_a_hit() {
    let place = Place::new();
    let output = place.neurorack(&["play", "--sink", "none"]).write_stdin("\n2.5\n\nf1 2\n\n").assert().success();
    let said = String::from_utf8(output.get_output().stdout.clone()).unwrap();
    assert!(said.contains("3 hits, 0 dropped events, 0 refused"), "{said}");
}

#[test]
fn a_bad_bank_never_silences_the_one_that_plays() {
    let place = Place::new();
    place.write("broken.safetensors", b"not a bank");
    let typed =
        "\nbank broken.safetensors\nbank missing.safetensors\nf1 no such sound\n99\n\nbank bank.safetensors\n\n";
    let output = place.neurorack(&["play", "--sink", "none"]).write_stdin(typed).assert().success();
    let (said, complaints) = (&output.get_output().stdout, &output.get_output().stderr);
    let (said, complaints) = (String::from_utf8_lossy(said), String::from_utf8_lossy(complaints));
    assert!(said.contains("3 hits, 0 dropped events, 0 refused"), "{said}{complaints}");
    assert_eq!(complaints.matches("plays on").count(), 2, "{complaints}");
    assert!(complaints.contains("neither a file nor a sound") && complaints.contains("-5 to 5 volts"), "{complaints}");
}

#[test]
fn it_stops_when_it_was_told_to() {
    let place = Place::new();
    let start = std::time::Instant::now();
    place.neurorack(&["play", "--sink", "none", "--seconds", "0.3"]).assert().success();
    assert!(start.elapsed().as_secs_f32() >= 0.3);
    place.neurorack(&["play", "--sink", "none"]).write_stdin("q\n").assert().success();
}
