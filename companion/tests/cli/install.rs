//! `neurorack install` as a person sees it.

use super::Place;
use expect_test::expect_file;
use std::path::Path;

/// A Jetson without the user: the steps and all files of a first installation.
#[test]
fn a_dry_run_shows_every_file_and_every_command() {
    let place = Place::new();
    for (path, contents) in [
        ("etc/passwd", "root:x:0:0::/:/bin/sh\n"),
        ("etc/group", "audio:x:29:\ndialout:x:20:\nplugdev:x:46:\n"),
        ("etc/nv_tegra_release", "# R36 (release), REVISION: 4.0, GCID: 1\n"),
    ] {
        std::fs::create_dir_all(place.path(path).parent().unwrap()).unwrap();
        place.write(path, contents.as_bytes());
    }
    let said = place.output(&["install", "--dry-run", "--root", "."]);
    expect_file!["install.txt"].assert_eq(&said);
    assert!(!Path::new(&place.path("etc/systemd")).exists(), "a dry run writes nothing");
}

#[test]
fn an_image_is_prepared_and_what_is_left_is_said() {
    let place = Place::new();
    std::fs::create_dir(place.path("image")).unwrap();
    let said = place.output(&["install", "--root", "image"]);
    assert!(said.contains("left to be run on that system: useradd --system"), "{said}");
    assert!(place.path("image/etc/systemd/system/neurorack.service").is_file());
    let said = place.output(&["install", "--remove", "--root", "image"]);
    assert!(said.contains("remove /etc/systemd/system/neurorack.service\n"), "{said}");
    assert_eq!(std::fs::read_dir(place.path("image")).unwrap().count(), 0, "nothing is left");
}

#[test]
fn purging_belongs_to_removing() {
    assert!(Place::new().refusal(2, &["install", "--purge"]).contains("--remove"));
}

#[test]
fn a_root_that_is_none_gets_a_sentence() {
    let said = Place::new().refusal(1, &["install", "--root", "nowhere"]);
    assert!(said.contains("nowhere is no folder"), "{said}");
}
