//! Undoing an installation.

use super::found::Found;
use super::record::{self, Record, WrittenFile};
use super::{Root, STATE, Step, UNIT, USER};
use anyhow::{Result, bail};

/// The steps that take away what was installed; with `purge` presets and settings too.
pub(crate) fn remove(root: &Root, purge: bool) -> Result<Vec<Step>> {
    let record = Record::read(root)?;
    let state = purge && root.exists(STATE);
    let Some(record) = record else {
        if !state {
            bail!("nothing is installed here: there is no {}", root.at(record::PLACE).display());
        }
        return Ok(vec![Step::DeleteTree(STATE.into())]);
    };
    let mut steps = vec![Step::attempt(&["systemctl", "stop", UNIT], "the instrument ends")];
    for link in record.links.iter().filter(|link| root.exists(link)) {
        steps.push(Step::Delete(link.clone()));
    }
    for written in &record.files {
        file(root, written, &mut steps)?;
    }
    steps.extend([
        Step::attempt(&["systemctl", "daemon-reload"], "the unit is forgotten"),
        Step::attempt(&["udevadm", "control", "--reload"], "the rule is forgotten"),
    ]);
    let user = Found::look(root)?.user;
    if record.user_created && user {
        steps.push(Step::attempt(&["userdel", USER], "the user of its own"));
    } else if user {
        let leave = |group: &String| Step::attempt(&["gpasswd", "--delete", USER, group], "as it was before");
        steps.extend(record.groups_joined.iter().map(leave));
    }
    if state {
        steps.push(Step::DeleteTree(STATE.into()));
    } else if root.exists(STATE) {
        steps.push(Step::Say(format!("{STATE} keeps presets and settings: `--remove --purge` takes them away")));
    }
    // Last: a removal that is interrupted can be run again.
    steps.push(Step::Delete(record::PLACE.into()));
    steps.extend(record.folders.iter().rev().map(|folder| Step::DeleteFolder(folder.clone())));
    Ok(steps)
}

/// The steps that take one file away, where it is as it was written, and bring back what was there before.
pub(super) fn file(root: &Root, written: &WrittenFile, steps: &mut Vec<Step>) -> Result<()> {
    let path = &written.path;
    match root.read(path)? {
        None => {}
        Some(there) if written.holds(&there) => steps.push(Step::Delete(path.clone())),
        Some(_) => {
            steps.push(Step::Say(format!("{} was changed since, and stays", path.display())));
            return Ok(());
        }
    }
    if let Some(backup) = written.backup.as_ref().filter(|backup| root.exists(backup)) {
        steps.push(Step::Move { from: backup.clone(), to: path.clone() });
    }
    Ok(())
}
