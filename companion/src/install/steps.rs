//! The steps of an installation or removal: shown, or carried out.

use super::parts::Part;
use super::{Root, USER};
use anyhow::{Context, Result, bail};
use std::fmt::{self, Write as _};
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// One step. Paths are those of the system that is written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// Write a file that everybody may read.
    Write { path: PathBuf, contents: String, why: &'static str },
    /// Write down what is done.
    Record { path: PathBuf, contents: String },
    /// Give a file another name.
    Move { from: PathBuf, to: PathBuf },
    /// Make a link.
    Link { path: PathBuf, to: PathBuf },
    /// Remove a file or a link.
    Delete(PathBuf),
    /// Remove a folder if nothing is in it.
    DeleteFolder(PathBuf),
    /// Remove a folder with all that is in it.
    DeleteTree(PathBuf),
    /// Run a program of that system.
    Run { words: Vec<String>, why: &'static str },
    /// Run one whose failure is no reason to stop.
    Try { words: Vec<String>, why: &'static str },
    /// Tell the person.
    Say(String),
}

impl Step {
    /// A program to run.
    pub(super) fn run(words: &[&str], why: &'static str) -> Self {
        Self::Run { words: words.iter().map(|word| (*word).to_owned()).collect(), why }
    }

    /// A program to run that may fail.
    pub(super) fn attempt(words: &[&str], why: &'static str) -> Self {
        Self::Try { words: words.iter().map(|word| (*word).to_owned()).collect(), why }
    }

    /// A file to write.
    pub(super) fn write(part: Part) -> Self {
        Self::Write { path: part.path, contents: part.contents, why: part.why }
    }

    /// Whether the system is another one afterwards.
    pub(crate) fn changes(&self) -> bool {
        !matches!(self, Self::Say(_))
    }
}

/// One line, without a file's contents.
impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Write { path, why, .. } => write!(f, "write {}: {why}", path.display()),
            Self::Record { path, .. } => write!(f, "write {}: what was installed, for its removal", path.display()),
            Self::Move { from, to } => write!(f, "move {} to {}", from.display(), to.display()),
            Self::Link { path, to } => {
                write!(f, "link {} to {}: started with the computer", path.display(), to.display())
            }
            Self::Delete(path) => write!(f, "remove {}", path.display()),
            Self::DeleteFolder(path) => write!(f, "remove {} if it is empty", path.display()),
            Self::DeleteTree(path) => write!(f, "remove {} with all that is in it", path.display()),
            Self::Run { words, why } | Self::Try { words, why } => write!(f, "run {}: {why}", words.join(" ")),
            Self::Say(text) => f.write_str(text),
        }
    }
}

/// All steps with all contents, for a person to read; nothing is done.
pub(crate) fn dry_run(steps: &[Step]) -> String {
    let mut text = String::new();
    for step in steps {
        // Writing to a String cannot fail, here and below.
        let _ = writeln!(text, "{step}");
        if let Step::Write { contents, .. } = step {
            for line in contents.lines() {
                let _ = if line.is_empty() { writeln!(text) } else { writeln!(text, "    {line}") };
            }
        }
    }
    if !steps.iter().any(Step::changes) {
        text.push_str("everything is in place\n");
    }
    text
}

/// Carries steps out one after the other and says each; on another system than the running one its programs are left to be run.
pub(crate) fn perform(root: &Root, steps: &[Step], mut say: impl FnMut(&str) -> Result<()>) -> Result<()> {
    for step in steps {
        match step {
            Step::Run { words, why } | Step::Try { words, why } if !root.is_running() => {
                say(&format!("left to be run on that system: {} ({why})\n", words.join(" ")))?;
            }
            step => {
                say(&format!("{step}\n"))?;
                match (step, carry_out(root, step)) {
                    (Step::Try { .. }, Err(error)) => say(&format!("  {error:#}; going on\n"))?,
                    (_, outcome) => outcome.with_context(|| format!("could not {step}"))?,
                }
            }
        }
    }
    if !steps.iter().any(Step::changes) {
        say("everything is in place\n")?;
    }
    Ok(())
}

fn carry_out(root: &Root, step: &Step) -> Result<()> {
    match step {
        Step::Write { path, contents, .. } | Step::Record { path, contents } => write(&root.at(path), contents),
        Step::Move { from, to } => Ok(std::fs::rename(root.at(from), root.at(to))?),
        Step::Link { path, to } => {
            let path = root.at(path);
            make_folder_of(&path)?;
            gone(std::fs::remove_file(&path))?;
            Ok(std::os::unix::fs::symlink(to, &path)?)
        }
        Step::Delete(path) => gone(std::fs::remove_file(root.at(path))),
        Step::DeleteFolder(path) => match std::fs::remove_dir(root.at(path)) {
            Err(error) if error.kind() == ErrorKind::DirectoryNotEmpty => Ok(()),
            outcome => gone(outcome),
        },
        Step::DeleteTree(path) => gone(std::fs::remove_dir_all(root.at(path))),
        Step::Run { words, .. } | Step::Try { words, .. } => run(words),
        Step::Say(_) => Ok(()),
    }
}

/// What is not there need not be removed.
fn gone(outcome: std::io::Result<()>) -> Result<()> {
    match outcome {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

fn make_folder_of(path: &Path) -> Result<()> {
    path.parent().map_or(Ok(()), |folder| Ok(std::fs::create_dir_all(folder)?))
}

/// Writes a file so that at no moment half of it is there.
fn write(path: &Path, contents: &str) -> Result<()> {
    make_folder_of(path)?;
    let mut name = path.as_os_str().to_owned();
    name.push(".neurorack-new");
    let new = PathBuf::from(name);
    std::fs::write(&new, contents)?;
    std::fs::set_permissions(&new, std::fs::Permissions::from_mode(0o644))?;
    Ok(std::fs::rename(&new, path)?)
}

fn run(words: &[String]) -> Result<()> {
    let [program, arguments @ ..] = words else { return Ok(()) };
    let status = match Command::new(program).args(arguments).status() {
        Ok(status) => status,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            bail!("this system has no {program}: do by hand what it would do for the user {USER}, and run this again")
        }
        Err(error) => return Err(error.into()),
    };
    if !status.success() {
        bail!("{program} failed ({status})");
    }
    Ok(())
}
