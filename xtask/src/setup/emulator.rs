//! What runs another processor's programs on this machine.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use super::system::{self, Package};
use crate::companion::Processor;
use crate::process;

const QEMU: Package = Package { apt: &["qemu-user"], dnf: &["qemu-user"], pacman: &["qemu-user"], brew: &[] };

/// The emulator for a processor, or nothing where this machine is one.
pub(crate) fn ensure(processor: Processor) -> Result<Option<PathBuf>> {
    if Processor::here() == Some(processor) && cfg!(target_os = "linux") {
        return Ok(None);
    }
    if !cfg!(target_os = "linux") {
        bail!("programs of {} Linux run on Linux only", processor.name());
    }
    let names = [format!("qemu-{}", processor.name()), format!("qemu-{}-static", processor.name())];
    let names = names.each_ref().map(String::as_str);
    if let Some(found) = process::find(&names)? {
        return Ok(Some(found));
    }
    system::install("qemu, which runs programs of other processors", &QEMU)?;
    Ok(Some(process::find(&names)?.with_context(|| format!("qemu was installed but {} is not on PATH", names[0]))?))
}
