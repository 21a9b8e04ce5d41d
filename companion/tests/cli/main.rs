//! The program as a user meets it: what it prints, writes, and says when something is wrong.

mod bad_input;
mod banks;
#[cfg(unix)]
mod chain;
mod describe;
#[cfg(target_os = "linux")]
mod device;
#[cfg(target_os = "linux")]
mod endure;
#[cfg(unix)]
mod heard;
#[cfg(target_os = "linux")]
mod install;
#[cfg(target_os = "linux")]
mod jack;
mod map;
#[cfg(unix)]
mod module;
mod original;
mod play;
mod preset;
mod presets;
mod render;
#[cfg(unix)]
mod running;

#[cfg(target_os = "linux")]
mod service;

use assert_cmd::Command;
use neurorack_engine::bank::test_bank;
use neurorack_engine::models::curve_vae::test_map;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A folder with a small bank and a small map with random weights, and the program run in it.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        place.write("bank.safetensors", &test_bank::bytes(test_bank::SMALL, 1));
        place.write("map.safetensors", &test_map::bytes(1));
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    /// A mono float WAV file.
    fn write_wav(&self, name: &str, rate: u32, samples: impl IntoIterator<Item = f32>) {
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: rate,
            bits_per_sample: 32,
            sample_format: hound::SampleFormat::Float,
        };
        let mut file = hound::WavWriter::create(self.path(name), spec).unwrap();
        for sample in samples {
            file.write_sample(sample).unwrap();
        }
        file.finalize().unwrap();
    }

    /// The program with these arguments, in this folder, with this folder's bank and map.
    fn neurorack(&self, arguments: &[&str]) -> Command {
        let mut command = Command::cargo_bin("neurorack").unwrap();
        command.current_dir(self.folder.path()).env("NEURORACK_BANK", "bank.safetensors");
        command.env("NEURORACK_MAP", "map.safetensors").env("NEURORACK_STATE", "state").args(arguments);
        command.timeout(std::time::Duration::from_secs(60));
        command
    }

    /// Standard output of a run that succeeds.
    fn output(&self, arguments: &[&str]) -> String {
        let output = self.neurorack(arguments).assert().success().get_output().stdout.clone();
        String::from_utf8(output).unwrap()
    }

    /// What is said on standard error by a run that fails with this exit code.
    fn refusal(&self, code: i32, arguments: &[&str]) -> String {
        let output = self.neurorack(arguments).assert().code(code).get_output().stderr.clone();
        let said = String::from_utf8(output).unwrap();
        assert!(!said.contains("panicked"), "{arguments:?}: {said}");
        said
    }
}

#[cfg(unix)]
impl running::Home for Place {
    fn path(&self, name: &str) -> PathBuf {
        Self::path(self, name)
    }
}

fn read_wav(path: &Path) -> (hound::WavSpec, Vec<f32>) {
    let mut reader = hound::WavReader::open(path).unwrap();
    let spec = reader.spec();
    let samples = match spec.sample_format {
        hound::SampleFormat::Float => reader.samples::<f32>().map(Result::unwrap).collect(),
        hound::SampleFormat::Int => {
            let full_scale = (1i64 << (spec.bits_per_sample - 1)) as f32;
            reader.samples::<i32>().map(|sample| sample.unwrap() as f32 / full_scale).collect()
        }
    };
    (spec, samples)
}

/// A decaying 1 kHz tone.
fn ping(rate: u32, seconds: f32) -> impl Iterator<Item = f32> {
    let rate = rate as f32;
    (0..(seconds * rate) as usize).map(move |n| {
        let t = n as f32 / rate;
        0.5 * (-8.0 * t).exp() * (std::f32::consts::TAU * 1_000.0 * t).sin()
    })
}
