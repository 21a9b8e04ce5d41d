//! Making the instrument a part of this computer: it starts when the computer is switched on.
//!
//! `found` looks at the system, `parts` says which files it needs, `install` and `remove` turn both into steps, and `steps` prints
//! or carries them out. `record` remembers on the system what was done, so that removal undoes this and nothing else.

mod found;
mod parts;
mod record;
mod remove;
mod root;
mod steps;

#[cfg(test)]
mod tests;

use found::Found;
use parts::Part;
use record::{Record, WrittenFile};
use std::path::{Path, PathBuf};

pub(crate) use root::Root;
pub(crate) use steps::{Step, dry_run, perform};

pub(crate) use remove::remove;

/// The user that the instrument runs as, the unit, and the folder of its settings.
const USER: &str = "neurorack";
const UNIT: &str = "neurorack.service";
const STATE: &str = "/var/lib/neurorack";

/// Where a unit is that starts with the computer.
const ENABLED: &str = "/etc/systemd/system/multi-user.target.wants/neurorack.service";
const UNIT_FILE: &str = "/etc/systemd/system/neurorack.service";

/// The steps that install `program`, none where all is in place.
pub(crate) fn install(root: &Root, program: &Path) -> anyhow::Result<Vec<Step>> {
    let found = Found::look(root)?;
    let old = Record::read(root)?.unwrap_or_default();
    let mut new = Record { user_created: old.user_created || !found.user, ..Record::default() };
    let mut user = user(&found, &old, &mut new);

    let mut writes = Vec::new();
    for part in parts::wanted(&found, program) {
        place(root, &old, &mut new, part, &mut writes)?;
    }
    // What an earlier version wrote and this one does without.
    for gone in old.files.iter().filter(|file| new.files.iter().all(|kept| kept.path != file.path)) {
        remove::file(root, gone, &mut writes)?;
    }
    if root.link(ENABLED).as_deref() != Some(Path::new(UNIT_FILE)) {
        writes.push(Step::Link { path: ENABLED.into(), to: UNIT_FILE.into() });
    }
    new.links = vec![ENABLED.into()];
    new.note_folders(root, &old);

    let changed = !user.is_empty() || writes.iter().any(Step::changes);
    let mut steps = Vec::new();
    if changed || new != old {
        // First: what an interrupted installation has done is known to the removal.
        steps.push(new.step()?);
    }
    steps.append(&mut user);
    steps.append(&mut writes);
    if changed {
        steps.extend([
            Step::run(&["systemctl", "daemon-reload"], "the unit is read"),
            Step::attempt(&["udevadm", "control", "--reload"], "the rule for the module is read"),
            Step::attempt(&["udevadm", "trigger", "--subsystem-match=tty"], "and used for what is plugged in"),
            Step::run(&["systemctl", "restart", UNIT], "the instrument starts"),
        ]);
    }
    Ok(steps)
}

/// The user of its own, in the groups there are for sound, serial ports and memory sticks.
fn user(found: &Found, old: &Record, new: &mut Record) -> Vec<Step> {
    let mut steps = Vec::new();
    if !found.user {
        let words = [
            "useradd",
            "--system",
            "--user-group",
            "--no-create-home",
            "--home-dir",
            STATE,
            "--shell",
            "/usr/sbin/nologin",
            USER,
        ];
        steps.push(Step::run(&words, "the user that the instrument runs as"));
    }
    new.groups_joined.clone_from(&old.groups_joined);
    for group in &found.groups_to_join {
        steps.push(Step::run(&["usermod", "--append", "--groups", group, USER], found::why_group(group)));
        if !new.groups_joined.contains(group) {
            new.groups_joined.push(group.clone());
        }
    }
    steps
}

/// The steps that put one file in its place.
fn place(root: &Root, old: &Record, new: &mut Record, part: Part, steps: &mut Vec<Step>) -> anyhow::Result<()> {
    let before = old.file(&part.path);
    let mut written = WrittenFile::of(&part);
    written.backup = before.and_then(|file| file.backup.clone());
    match root.read(&part.path)? {
        Some(there) if there == part.contents => {}
        Some(there) if before.is_some_and(|file| file.holds(&there)) => steps.push(Step::write(part)),
        Some(_) if part.only_where_none && before.is_none() => {
            let Part { path, contents, .. } = part;
            let path = path.display();
            steps.push(Step::Say(format!(
                "{path} is there already and stays as it is; to name the output, add to it:\n{contents}"
            )));
            return Ok(());
        }
        Some(_) => {
            let backup = free_backup(root, &part.path);
            steps.push(Step::Move { from: part.path.clone(), to: backup.clone() });
            if written.backup.is_none() {
                written.backup = Some(backup);
            }
            steps.push(Step::write(part));
        }
        None => steps.push(Step::write(part)),
    }
    new.files.push(written);
    Ok(())
}

/// A name beside a file that nothing has.
fn free_backup(root: &Root, path: &Path) -> PathBuf {
    let name = |number: u32| {
        let mut name = path.as_os_str().to_owned();
        name.push(".before-neurorack");
        if number > 1 {
            name.push(format!("-{number}"));
        }
        PathBuf::from(name)
    };
    (1..).map(name).find(|name| !root.exists(name)).expect("some number is free")
}
