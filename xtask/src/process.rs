//! Other programs, run with errors that say which one failed and how.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::workspace::{self, Family};

/// A command in the root of the clone that finds our own tools first.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Result<Command> {
    let mut command = Command::new(program);
    command.current_dir(workspace::root()).env("PATH", path_with_tools()?);
    Ok(command)
}

/// A cargo command for one family of crates.
pub(crate) fn cargo(family: Family) -> Result<Command> {
    let mut command = command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))?;
    command.env("CARGO_TARGET_DIR", family.target_dir()?);
    Ok(command)
}

/// Runs a command to its end; its output goes to the terminal.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start `{}`", line(command)))?;
    if !status.success() {
        bail!("`{}` failed ({status})", line(command));
    }
    Ok(())
}

/// Runs a command quietly and returns what it wrote to standard output.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output =
        command.stderr(Stdio::piped()).output().with_context(|| format!("cannot start `{}`", line(command)))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("`{}` failed ({}): {}", line(command), output.status, said.trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs a command, shows its output as it comes and hands every line of
/// standard output to `each`. Returns whether the command succeeded.
pub(crate) fn watch(command: &mut Command, mut each: impl FnMut(&str)) -> Result<bool> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start `{}`", line(command)))?;
    let stdout = child.stdout.take().context("standard output is piped")?;
    for bytes in BufReader::new(stdout).split(b'\n') {
        let bytes = bytes.context("cannot read the command's output")?;
        let text = String::from_utf8_lossy(&bytes);
        println!("{text}");
        each(&text);
    }
    let status = child.wait()?;
    if !status.success() {
        println!("`{}` failed ({status})", line(command));
    }
    Ok(status.success())
}

/// The first of these programs that is installed, ours before the system's.
pub(crate) fn find(names: &[&str]) -> Result<Option<PathBuf>> {
    let path = path_with_tools()?;
    Ok(names.iter().find_map(|name| {
        std::env::split_paths(&path)
            .map(|dir| dir.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
            .find(|file| file.is_file())
    }))
}

/// Copies one file and names both ends when that fails.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<()> {
    if let Some(dir) = to.parent() {
        std::fs::create_dir_all(dir).with_context(|| format!("cannot make {}", dir.display()))?;
    }
    std::fs::copy(from, to).with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))?;
    Ok(())
}

fn path_with_tools() -> Result<std::ffi::OsString> {
    let ours = workspace::tools()?.join("bin");
    let system = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(std::iter::once(ours).chain(std::env::split_paths(&system)))
        .context("PATH holds a folder whose name cannot stand in PATH")
}

/// The command as a person would type it.
fn line(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}
