//! Where files are kept, and where banks are looked for.

use super::Store;
use anyhow::{Context, Result, anyhow};
use directories::ProjectDirs;
use std::path::PathBuf;

/// Where a command finds what is kept.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct StateArgument {
    /// Folder of settings, presets and own sounds. [default: NEURORACK_STATE, else the service's folder, else that of the user]
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
}

impl StateArgument {
    /// Opens the folder, which is made where it is missing.
    ///
    /// # Errors
    /// When it cannot be made or written to.
    pub(crate) fn open(&self) -> Result<Store> {
        let folder = self.folder()?;
        Store::open(&folder).with_context(|| {
            format!(
                "settings cannot be kept in {}: may you write there? Give another folder with --state DIR",
                folder.display()
            )
        })
    }

    fn folder(&self) -> Result<PathBuf> {
        if let Some(folder) = &self.state {
            return Ok(folder.clone());
        }
        // systemd names the folder of a service; several are separated by colons.
        let named = |name: &str| std::env::var_os(name).filter(|path| !path.is_empty()).map(PathBuf::from);
        if let Some(folder) = named("NEURORACK_STATE").or_else(|| named("STATE_DIRECTORY")) {
            return Ok(folder);
        }
        let user = ProjectDirs::from("", "", "neurorack")
            .ok_or_else(|| anyhow!("this user has no home folder: give a folder for settings with --state DIR"))?;
        Ok(user.state_dir().unwrap_or_else(|| user.data_local_dir()).to_path_buf())
    }
}

/// Folders below which sticks and cards appear.
pub(super) fn removable() -> Vec<PathBuf> {
    let user = std::env::var("USER").unwrap_or_default();
    let mut places = vec![PathBuf::from("/media"), PathBuf::from("/mnt"), PathBuf::from("/Volumes")];
    if !user.is_empty() {
        places.push(PathBuf::from("/media").join(&user));
        places.push(PathBuf::from("/run/media").join(&user));
    }
    places
}
