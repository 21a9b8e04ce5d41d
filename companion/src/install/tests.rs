//! Installing and removing on systems made of a few files.

use super::{ENABLED, Root, STATE, Step, UNIT_FILE, dry_run, install, perform, remove};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const PROGRAM: &str = "/usr/bin/neurorack";

/// A system with the user, in all groups, and further files.
fn system(files: &[(&str, &str)]) -> (TempDir, Root) {
    let folder = tempfile::tempdir().unwrap();
    let root = Root::new(folder.path());
    let users = [
        ("/etc/passwd", "root:x:0:0::/:/bin/sh\nneurorack:x:990:990::/var/lib/neurorack:/usr/sbin/nologin\n"),
        ("/etc/group", "audio:x:29:neurorack\ndialout:x:20:neurorack\n"),
    ];
    for (path, contents) in users.iter().chain(files) {
        let path = root.at(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, contents).unwrap();
    }
    (folder, root)
}

/// Every file, link and empty folder below a folder, with what is in it.
fn all(root: &Root) -> BTreeMap<PathBuf, String> {
    fn visit(folder: &Path, found: &mut BTreeMap<PathBuf, String>) {
        let entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        if entries.is_empty() {
            found.insert(folder.to_path_buf(), "a folder".to_owned());
        }
        for path in entries {
            if path.is_symlink() {
                let to = std::fs::read_link(&path).unwrap().display().to_string();
                found.insert(path, to);
            } else if path.is_dir() {
                visit(&path, found);
            } else {
                let contents = std::fs::read_to_string(&path).unwrap();
                found.insert(path, contents);
            }
        }
    }
    let mut found = BTreeMap::new();
    visit(&root.at("/"), &mut found);
    found
}

fn carried_out(root: &Root, steps: &[Step]) {
    perform(root, steps, |_| Ok(())).unwrap();
}

fn installed(root: &Root) {
    carried_out(root, &install(root, Path::new(PROGRAM)).unwrap());
}

fn removed(root: &Root, purge: bool) {
    carried_out(root, &remove(root, purge).unwrap());
}

const JETSON: (&str, &str) = ("/etc/nv_tegra_release", "# R36 (release), REVISION: 4.0, GCID: 1\n");
const OWN_SOUND: (&str, &str) = ("/etc/asound.conf", "defaults.pcm.card 1\n");

#[test]
fn removal_leaves_a_system_as_it_was() {
    let systems: [&[(&str, &str)]; 4] = [
        &[],
        &[JETSON],
        &[JETSON, OWN_SOUND],
        &[JETSON, ("/etc/alsa/conf.d/50-own.conf", ""), ("/etc/udev/rules.d/60-neurorack.rules", "# my own\n")],
    ];
    for files in systems {
        let (_folder, root) = system(files);
        let before = all(&root);
        installed(&root);
        assert!(root.at(UNIT_FILE).is_file() && root.at(ENABLED).is_symlink(), "{files:?}");
        removed(&root, false);
        assert_eq!(all(&root), before, "{files:?}");
    }
}

#[test]
fn installing_twice_changes_nothing() {
    let (_folder, root) = system(&[JETSON]);
    installed(&root);
    let before = all(&root);
    let steps = install(&root, Path::new(PROGRAM)).unwrap();
    assert_eq!(steps, []);
    assert_eq!(dry_run(&steps), "everything is in place\n");
    installed(&root);
    assert_eq!(all(&root), before);
}

/// Of an image, whose programs are not run: its user is still to come each time.
#[test]
fn preparing_an_image_twice_changes_no_file() {
    let (_folder, root) = system(&[("/etc/passwd", ""), ("/etc/group", "audio:x:29:\n")]);
    installed(&root);
    let before = all(&root);
    installed(&root);
    assert_eq!(all(&root), before);
}

#[test]
fn a_dry_run_does_nothing() {
    let (_folder, root) = system(&[JETSON]);
    let before = all(&root);
    let shown = dry_run(&install(&root, Path::new(PROGRAM)).unwrap());
    assert!(shown.contains("ExecStart=/usr/bin/neurorack play --service"), "{shown}");
    assert_eq!(all(&root), before);
}

#[test]
fn an_update_replaces_what_the_old_version_wrote() {
    let (_folder, root) = system(&[]);
    carried_out(&root, &install(&root, Path::new("/usr/local/bin/neurorack")).unwrap());
    installed(&root);
    let unit = std::fs::read_to_string(root.at(UNIT_FILE)).unwrap();
    assert!(unit.contains("ExecStart=/usr/bin/neurorack "), "{unit}");
    assert!(!root.at(UNIT_FILE.to_owned() + ".before-neurorack").exists(), "our own file needs no copy");
}

#[test]
fn what_a_jetson_no_longer_needs_goes_with_the_update() {
    let (_folder, root) = system(&[JETSON]);
    installed(&root);
    let drop_in = "/etc/systemd/system/neurorack.service.d/jetson.conf";
    assert!(root.at(drop_in).is_file());
    std::fs::remove_file(root.at(JETSON.0)).unwrap();
    installed(&root);
    assert!(!root.at(drop_in).exists());
}

#[test]
fn a_file_that_was_changed_since_stays() {
    let (_folder, root) = system(&[]);
    installed(&root);
    std::fs::write(root.at(UNIT_FILE), "[Service]\n# mine\n").unwrap();
    let shown = dry_run(&remove(&root, false).unwrap());
    assert!(shown.contains("/etc/systemd/system/neurorack.service was changed since, and stays\n"), "{shown}");
    removed(&root, false);
    assert_eq!(std::fs::read_to_string(root.at(UNIT_FILE)).unwrap(), "[Service]\n# mine\n");
}

#[test]
fn a_file_that_was_changed_since_is_kept_by_an_update() {
    let (_folder, root) = system(&[]);
    installed(&root);
    std::fs::write(root.at(UNIT_FILE), "[Service]\n# mine\n").unwrap();
    installed(&root);
    let kept = std::fs::read_to_string(root.at(UNIT_FILE.to_owned() + ".before-neurorack")).unwrap();
    assert_eq!(kept, "[Service]\n# mine\n");
}

#[test]
fn presets_stay_unless_they_are_asked_for() {
    for purge in [false, true] {
        let preset = format!("{STATE}/presets/door.json");
        let (_folder, root) = system(&[]);
        installed(&root);
        std::fs::create_dir_all(root.at(&preset).parent().unwrap()).unwrap();
        std::fs::write(root.at(&preset), "{}").unwrap();
        removed(&root, purge);
        assert_eq!(root.at(&preset).exists(), !purge, "purge: {purge}");
    }
}

#[test]
fn presets_left_behind_can_be_purged_later() {
    let (_folder, root) = system(&[]);
    std::fs::create_dir_all(root.at(STATE)).unwrap();
    removed(&root, true);
    assert!(!root.at(STATE).exists());
}

#[test]
fn removing_where_nothing_is_installed_says_so() {
    let (_folder, root) = system(&[]);
    let said = remove(&root, false).unwrap_err().to_string();
    assert!(said.starts_with("nothing is installed here"), "{said}");
}

#[test]
fn a_damaged_record_gets_a_sentence() {
    let (_folder, root) = system(&[("/etc/neurorack/installed.json", "{")]);
    let said = format!("{:#}", install(&root, Path::new(PROGRAM)).unwrap_err());
    assert!(said.contains("installed.json is damaged: remove it and run this again"), "{said}");
}

#[test]
fn only_groups_that_exist_are_joined() {
    let (_folder, root) = system(&[("/etc/group", "audio:x:29:pulse\nneurorack:x:990:\n")]);
    let shown = dry_run(&install(&root, Path::new(PROGRAM)).unwrap());
    assert!(shown.contains("run usermod --append --groups audio neurorack:"), "{shown}");
    assert!(!shown.contains("dialout") && !shown.contains("useradd"), "{shown}");
}

#[test]
fn serial_ports_are_opened_by_the_group_that_has_them() {
    for (groups, joined, not) in
        [("uucp:x:10:\n", "uucp", "dialout"), ("uucp:x:10:\ndialout:x:20:\n", "dialout", "uucp")]
    {
        let (_folder, root) = system(&[("/etc/group", groups)]);
        let shown = dry_run(&install(&root, Path::new(PROGRAM)).unwrap());
        assert!(shown.contains(&format!("--groups {joined} ")) && !shown.contains(not), "{groups}: {shown}");
    }
}

/// The service manager reads the unit without a complaint, where there is one.
#[test]
fn systemd_understands_the_unit() {
    let folder = tempfile::tempdir().unwrap();
    let (_system, root) = system(&[JETSON]);
    installed(&root);
    // A program that is there: the check wants one.
    let unit = super::parts::unit(Path::new("/bin/true"));
    let path = folder.path().join("neurorack.service");
    std::fs::write(&path, unit).unwrap();
    let verify = std::process::Command::new("systemd-analyze").args(["verify", "--man=no"]).arg(&path).output();
    let Ok(output) = verify else {
        eprintln!("no systemd-analyze here: the unit was not checked by it");
        return;
    };
    let said = String::from_utf8_lossy(&output.stderr);
    let ours: Vec<&str> = said.lines().filter(|line| line.contains("neurorack")).collect();
    assert_eq!(ours, [""; 0], "{said}");
}
