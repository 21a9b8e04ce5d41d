//! `neurorack install`: the instrument starts when this computer is switched on.

use anyhow::Result;
use std::path::PathBuf;

/// Let the instrument start when this computer is switched on (Linux with systemd).
///
/// Writes the service, leave to use the module and to switch this computer off from the menu, and on a Jetson what leads sound to
/// its 40-pin header. Needs root: `sudo neurorack install`. Run it again after an update; what is in place is left alone.
#[derive(Debug, clap::Args)]
pub(crate) struct Install {
    /// Show every file and every command, and do nothing.
    #[arg(long)]
    dry_run: bool,
    /// Take away what was installed, and nothing else.
    #[arg(long)]
    remove: bool,
    /// Take away presets and settings too.
    #[arg(long, requires = "remove")]
    purge: bool,
    /// Write to the system below this folder (an image), and run none of its programs.
    #[arg(long, value_name = "DIR", default_value = "/")]
    root: PathBuf,
}

#[cfg(target_os = "linux")]
impl Install {
    /// Runs the command.
    pub(crate) fn run(self) -> Result<()> {
        use crate::{files, install};

        let root = install::Root::new(std::fs::canonicalize(&self.root).map_err(|error| {
            anyhow::anyhow!("{} is no folder ({error}): give the root of a system", self.root.display())
        })?);
        let really = root.is_running() && !self.dry_run;
        if really {
            self.require_leave()?;
        }
        let steps = if self.remove {
            install::remove(&root, self.purge)?
        } else {
            install::install(&root, &program(&root, really)?)?
        };
        if self.dry_run {
            return files::print(&install::dry_run(&steps));
        }
        install::perform(&root, &steps, files::print)
    }

    /// The rights and the service manager that are needed.
    fn require_leave(&self) -> Result<()> {
        if !nix::unistd::geteuid().is_root() {
            let flags = match (self.remove, self.purge) {
                (true, true) => " --remove --purge",
                (true, false) => " --remove",
                _ => "",
            };
            anyhow::bail!(
                "this writes into the system: run `sudo neurorack install{flags}` (--dry-run shows what it would do)"
            );
        }
        if !std::path::Path::new("/run/systemd/system").is_dir() {
            anyhow::bail!(
                "this system does not run systemd: let what starts its services start `neurorack play --service` (--dry-run \
                 shows the unit, --root DIR prepares an image)"
            );
        }
        Ok(())
    }
}

/// The program that the service starts: this one, from where packages and administrators put programs.
#[cfg(target_os = "linux")]
fn program(root: &crate::install::Root, really: bool) -> Result<PathBuf> {
    let this = std::env::current_exe()?;
    if root.is_running() && (this.starts_with("/usr") || this.starts_with("/opt")) {
        return Ok(this);
    }
    if !really {
        return Ok(PathBuf::from("/usr/bin/neurorack"));
    }
    anyhow::bail!(
        "a service cannot rely on a program in {}: install the package, or put the program into /usr/local/bin and the banks into \
         /usr/local/share/neurorack/banks, and run `sudo neurorack install` again",
        this.parent().unwrap_or(&this).display()
    )
}

#[cfg(not(target_os = "linux"))]
impl Install {
    /// Runs the command.
    pub(crate) fn run(self) -> Result<()> {
        anyhow::bail!(
            "`neurorack install` makes a systemd service, which exists on Linux only: start `neurorack play` at login"
        )
    }
}
