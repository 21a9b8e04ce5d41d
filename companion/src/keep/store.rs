//! Files that are whole at any moment, whenever the power goes.

use crate::files;
use anyhow::{Context, Result, bail};
use neurorack_engine::preset::{MAX_FILE_BYTES, OwnSound, Preset};
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

/// How files begin that are not whole yet.
const UNFINISHED: &str = ".unfinished-";

/// Longest name of a preset or sound, in characters.
const LONGEST_NAME: usize = 80;

/// Most presets and sounds that are read: a folder full of other things must not fill the memory.
const MOST_FILES: usize = 1_024;

/// A folder of settings, presets and sounds.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    folder: PathBuf,
}

impl Store {
    /// Opens a folder, which is made where it is missing, and clears away what an interrupted run left.
    ///
    /// # Errors
    /// When the folder cannot be made or written to.
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        let store = Self { folder: folder.to_path_buf() };
        for folder in [store.folder.clone(), store.presets(), store.sounds(), store.banks()] {
            fs::create_dir_all(&folder)?;
            for entry in fs::read_dir(&folder)?.filter_map(Result::ok) {
                if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
                    // Another run may be writing it, or have cleared it away.
                    let _ = fs::remove_file(entry.path());
                }
            }
        }
        Ok(store)
    }

    /// Where banks of the user lie.
    pub(crate) fn banks(&self) -> PathBuf {
        self.folder.join("banks")
    }

    /// Keeps the state as it is now.
    ///
    /// # Errors
    /// When the disk does not take it; what was kept before is still there.
    pub(crate) fn keep_state(&self, state: &str) -> Result<()> {
        self.write(&self.state(), state.as_bytes())
    }

    /// The state that was kept last.
    ///
    /// # Errors
    /// When there is a file that cannot be read.
    pub(crate) fn kept_state(&self) -> Result<Option<Vec<u8>>> {
        let path = self.state();
        if path.exists() { files::read(&path, MAX_FILE_BYTES).map(Some) } else { Ok(None) }
    }

    /// Puts a state that says nothing aside, so that it is not lost and does not come back.
    pub(crate) fn put_state_aside(&self) -> PathBuf {
        let aside = self.folder.join("state.unreadable.json");
        // Where this fails, the next state replaces it.
        let _ = fs::rename(self.state(), &aside);
        aside
    }

    /// Keeps a preset under its name.
    ///
    /// # Errors
    /// When its name cannot be a file's, or the disk does not take it.
    pub(crate) fn keep_preset(&self, preset: &Preset) -> Result<PathBuf> {
        let path = self.presets().join(file_name(&preset.name)?);
        self.write(&path, preset.to_json().as_bytes())?;
        Ok(path)
    }

    /// A preset by its name.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub(crate) fn preset(&self, name: &str) -> Result<Preset> {
        let path = self.presets().join(file_name(name)?);
        if !path.exists() {
            let known: Vec<String> = self.preset_names();
            let known = if known.is_empty() { "none is kept yet".to_owned() } else { known.join(", ") };
            bail!("no preset is called {name}: {known}");
        }
        let bytes = files::read(&path, MAX_FILE_BYTES)?;
        Preset::from_json(&bytes).with_context(|| path.display().to_string())
    }

    /// Names of the presets, in their order.
    pub(crate) fn preset_names(&self) -> Vec<String> {
        names(&self.presets())
    }

    /// Removes a preset.
    ///
    /// # Errors
    /// When there is none of this name.
    pub(crate) fn remove_preset(&self, name: &str) -> Result<()> {
        let path = self.presets().join(file_name(name)?);
        fs::remove_file(&path).with_context(|| format!("no preset is called {name}"))
    }

    /// Keeps a sound of the user's own under its name.
    ///
    /// # Errors
    /// When its name cannot be a file's, or the disk does not take it.
    pub(crate) fn keep_sound(&self, sound: &OwnSound) -> Result<()> {
        let path = self.sounds().join(file_name(sound.name())?);
        self.write(&path, serde_json::to_string(sound)?.as_bytes())
    }

    /// The user's own sounds, in the order of their names, and a sentence for each file that is none.
    pub(crate) fn kept_sounds(&self) -> (Vec<OwnSound>, Vec<String>) {
        let (mut sounds, mut complaints) = (Vec::new(), Vec::new());
        for name in names(&self.sounds()) {
            let path = self.sounds().join(format!("{name}.json"));
            let read = files::read(&path, MAX_FILE_BYTES)
                .and_then(|bytes| Ok(serde_json::from_slice::<OwnSound>(&bytes)?))
                .with_context(|| format!("{} is no sound and is left out", path.display()));
            match read {
                Ok(sound) => sounds.push(sound),
                Err(error) => complaints.push(format!("{error:#}")),
            }
        }
        (sounds, complaints)
    }

    fn state(&self) -> PathBuf {
        self.folder.join("state.json")
    }

    fn presets(&self) -> PathBuf {
        self.folder.join("presets")
    }

    fn sounds(&self) -> PathBuf {
        self.folder.join("sounds")
    }

    /// Replaces a file by one that is whole: written beside it, on the disk, and then put in its place in one step.
    fn write(&self, path: &Path, contents: &[u8]) -> Result<()> {
        let place = || format!("cannot write {}: is the disk full or write-protected?", path.display());
        let folder = path.parent().unwrap_or(&self.folder);
        let mut file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(folder).with_context(place)?;
        file.write_all(contents).with_context(place)?;
        file.as_file().sync_all().with_context(place)?;
        file.persist(path).with_context(place)?;
        // The new name is on the disk once its folder is. Windows opens no folders.
        if let Ok(folder) = File::open(folder) {
            let _ = folder.sync_all();
        }
        Ok(())
    }
}

/// Names of the JSON files in a folder, without their endings, in order.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok).take(MOST_FILES);
    let mut names: Vec<String> = entries
        .filter_map(|entry| Some(entry.file_name().to_str()?.strip_suffix(".json")?.to_owned()))
        .filter(|name| !name.starts_with('.'))
        .collect();
    names.sort_by_key(|name| name.to_lowercase());
    names
}

/// The name as it is kept, if a file can be called so everywhere.
///
/// # Errors
/// With what to change.
pub(crate) fn valid_name(name: &str) -> Result<&str> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        bail!("give a name of 1 to {LONGEST_NAME} characters");
    }
    if name.starts_with('.') || name.chars().any(|c| c.is_control() || "/\\:*?\"<>|".contains(c)) {
        bail!("\"{name}\" cannot be a file's name: leave out . at the beginning and / \\ : * ? \" < > |");
    }
    Ok(name)
}

fn file_name(name: &str) -> Result<String> {
    Ok(format!("{}.json", valid_name(name)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use neurorack_engine::bank::test_bank;

    fn store() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("deep/below")).unwrap();
        (folder, store)
    }

    #[test]
    fn what_is_kept_comes_back() {
        let (_folder, store) = store();
        assert!(store.kept_state().unwrap().is_none());
        store.keep_state("{}").unwrap();
        store.keep_state("{\"a\":1}").unwrap();
        assert_eq!(store.kept_state().unwrap().unwrap(), b"{\"a\":1}");
        let sound = OwnSound::new("Door, loud", test_bank::small(1).factory()[0].clone());
        store.keep_sound(&sound).unwrap();
        fs::write(store.sounds().join("rubbish.json"), "[]").unwrap();
        let (sounds, complaints) = store.kept_sounds();
        assert_eq!(sounds, [sound]);
        assert!(complaints.len() == 1 && complaints[0].contains("rubbish.json is no sound"), "{complaints:?}");
    }

    #[test]
    fn an_unreadable_state_is_put_aside() {
        let (_folder, store) = store();
        store.keep_state("not JSON").unwrap();
        let aside = store.put_state_aside();
        assert_eq!(fs::read(aside).unwrap(), b"not JSON");
        assert!(store.kept_state().unwrap().is_none());
    }

    #[test]
    fn names_that_no_file_can_have_are_refused() {
        for name in ["", "  ", "../state", "a/b", "a\\b", ".hidden", "C:x", "a\nb", &"x".repeat(81)] {
            assert!(valid_name(name).is_err(), "{name:?}");
        }
        assert_eq!(valid_name(" Anvil, at night 2 ").unwrap(), "Anvil, at night 2");
    }

    #[test]
    fn what_an_interrupted_run_left_is_cleared_away() {
        let (_folder, store) = store();
        let left = store.presets().join(format!("{UNFINISHED}x"));
        fs::write(&left, "half").unwrap();
        Store::open(&store.folder).unwrap();
        assert!(!left.exists());
    }

    /// Set in the process that this test starts: where it keeps states until it is killed.
    const CHILD: &str = "NEURORACK_STORE_CHILD";

    /// A state that shows whether it is whole: its number, many times.
    fn state(number: u64) -> String {
        format!("[{}]", vec![number.to_string(); 4_000].join(","))
    }

    #[cfg(unix)]
    #[test]
    fn a_kill_at_any_moment_leaves_the_last_complete_state() {
        use std::io::{BufRead, BufReader};
        use std::process::{Command, Stdio};
        use std::time::Duration;

        if let Some(folder) = std::env::var_os(CHILD) {
            let store = Store::open(Path::new(&folder)).unwrap();
            for number in 1.. {
                store.keep_state(&state(number)).unwrap();
                // Told once it is kept: the parent never finds an older one.
                eprintln!("kept {number}");
            }
        }
        let folder = tempfile::tempdir().unwrap();
        let mut random = 1u64;
        for kill in 0..200 {
            let mut child = Command::new(std::env::current_exe().unwrap())
                .args([
                    "--exact",
                    "keep::store::tests::a_kill_at_any_moment_leaves_the_last_complete_state",
                    "--nocapture",
                ])
                .env(CHILD, folder.path())
                .stdout(Stdio::null())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            let mut said = BufReader::new(child.stderr.take().unwrap());
            let mut line = String::new();
            said.read_line(&mut line).unwrap();
            // A linear congruential generator (Knuth's constants) spreads the moments over some writes.
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            std::thread::sleep(Duration::from_micros(random >> 51));
            child.kill().unwrap();
            child.wait().unwrap();
            let told = std::iter::once(line).chain(said.lines().map_while(Result::ok)).collect::<Vec<_>>();
            let last: u64 = told.iter().rev().find_map(|line| line.trim().strip_prefix("kept ")?.parse().ok()).unwrap();
            let kept = Store::open(folder.path()).unwrap().kept_state().unwrap().unwrap();
            let kept: Vec<u64> =
                serde_json::from_slice(&kept).unwrap_or_else(|_| panic!("half a state after kill {kill}"));
            assert!(kept.iter().all(|&number| number == kept[0]), "a mixed state after kill {kill}");
            assert!(kept[0] == last || kept[0] == last + 1, "state {} after {last} was kept, kill {kill}", kept[0]);
        }
    }
}
