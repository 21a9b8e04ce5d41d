//! `cargo xtask fuzz`: everything that reads foreign bytes, under libFuzzer.
//!
//! The targets lie in `tests/fuzz` as cargo-fuzz has them, and `cargo +nightly fuzz run --fuzz-dir tests/fuzz TARGET` runs them under
//! the address sanitizer. Here they are built by the pinned compiler, which counts edges and compares without a sanitizer: so that
//! they run wherever the tests do, and several times as fast.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::archive;
use crate::process;
use crate::setup::system;
use crate::workspace::{self, Family};

/// The targets, with the longest input that each is given, in bytes, and what the tests let it run.
pub(crate) const TARGETS: [Target; 14] = [
    Target { name: "bank", max_len: 8_192, in_tests: 1_500 },
    Target { name: "map", max_len: 8_192, in_tests: 1_500 },
    Target { name: "preset", max_len: 4_096, in_tests: 10_000 },
    Target { name: "settings", max_len: 4_096, in_tests: 30_000 },
    Target { name: "texts", max_len: 4_096, in_tests: 30_000 },
    Target { name: "recording", max_len: 4_096, in_tests: 5_000 },
    Target { name: "descriptors", max_len: 4_096, in_tests: 3_000 },
    Target { name: "checkpoint", max_len: 4_096, in_tests: 5_000 },
    Target { name: "stream", max_len: 1_024, in_tests: 30_000 },
    Target { name: "module", max_len: 512, in_tests: 30_000 },
    Target { name: "midi", max_len: 1_024, in_tests: 100_000 },
    Target { name: "messages", max_len: 1_024, in_tests: 100_000 },
    Target { name: "worklet", max_len: 2_048, in_tests: 1_000 },
    Target { name: "image", max_len: 4_096, in_tests: 30_000 },
];

/// What the pinned compiler takes to count edges and comparisons, as cargo-fuzz gives it.
const COUNTERS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing -Ccodegen-units=1";

/// Most inputs of a target that the clone keeps, and their bytes in all.
const KEPT: usize = 400;
const KEPT_BYTES: u64 = 128 << 10;

/// Most memory that a target may take, in MiB: an input of some thousand bytes never needs it.
const MEMORY_MIB: u32 = 1_024;

/// Longest time for one input, in seconds; a hundred times what the slowest takes on a busy machine.
const INPUT_S: u32 = 20;

/// One target.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target {
    pub(crate) name: &'static str,
    max_len: u32,
    in_tests: u64,
}

/// Fuzz what reads foreign bytes: banks, presets, sounds, settings, the module's wire, MIDI, checkpoints.
///
/// The corpus of what was found to matter stays in your user cache and grows
/// from run to run; a part of it with which the tests begin is in
/// tests/fuzz/corpus, an archive for each target (`--keep`).
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only these targets; all of them without a name
    #[arg(value_name = "TARGET", value_parser = TARGETS.map(|target| target.name))]
    targets: Vec<String>,
    /// Executions of each target
    #[arg(long, default_value_t = 100_000)]
    runs: u64,
    /// Longest time for each target in seconds; the executions count without one
    #[arg(long, value_name = "SECONDS")]
    most_s: Option<u64>,
    /// Afterwards, put a part of the corpus into tests/fuzz/corpus
    #[arg(long)]
    keep: bool,
}

/// Runs `cargo xtask fuzz`.
pub(crate) fn run(args: &Args) -> Result<()> {
    let programs = build()?;
    let wanted = |target: &&Target| args.targets.is_empty() || args.targets.iter().any(|name| name == target.name);
    for target in TARGETS.iter().filter(wanted) {
        let corpus = seeded(&programs, target)?;
        let mut command = program(&programs, target, args.runs)?;
        command.args(args.most_s.map(|seconds| format!("-max_total_time={seconds}"))).arg(&corpus);
        process::run(&mut command).with_context(|| {
            format!(
                "the target {} failed: the input lies in {}",
                target.name,
                artifacts().unwrap_or_default().display()
            )
        })?;
        if args.keep {
            keep(&programs, target, &corpus)?;
        }
    }
    Ok(())
}

/// Every target for a short time, from the corpus in the clone; says of each whether it held.
pub(crate) fn briefly(mut each: impl FnMut(&str, bool)) -> Result<()> {
    let programs = build()?;
    let brief = workspace::cache()?.join("fuzz/brief");
    for target in &TARGETS {
        // What is found here is not kept: the same run each time.
        let [found, kept] = ["found", "kept"].map(|name| brief.join(target.name).join(name));
        empty(&found)?;
        empty(&kept)?;
        archive::unpack(&kept_archive(target), &kept).context("`cargo xtask fuzz --keep` makes this archive")?;
        let mut command = program(&programs, target, target.in_tests)?;
        command.args(["-seed=1", "-verbosity=0"]).arg(&found).arg(&kept);
        let held = process::watch(&mut command, |_| {})?;
        each(target.name, held);
    }
    Ok(())
}

/// Builds the targets; returns the folder with their programs.
fn build() -> Result<PathBuf> {
    system::ensure_cpp_compiler()?;
    let triple = host()?;
    let mut command = process::cargo(Family::Fuzz)?;
    command.args(["build", "--release", "--locked", "--manifest-path", "tests/fuzz/Cargo.toml", "--bins"]);
    // With a target named, what runs while building is not counted.
    command.args(["--target", &triple]).env("RUSTFLAGS", COUNTERS);
    process::run(&mut command)?;
    Ok(Family::Fuzz.target_dir()?.join(triple).join("release"))
}

/// The compiler's own target.
fn host() -> Result<String> {
    let said = process::output(process::command("rustc")?.arg("-vV"))?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc names no host")?.to_owned())
}

/// A target's program with its limits.
fn program(programs: &Path, target: &Target, runs: u64) -> Result<Command> {
    let artifacts = artifacts()?.join(target.name);
    std::fs::create_dir_all(&artifacts).with_context(|| format!("cannot make {}", artifacts.display()))?;
    let mut command = process::command(programs.join(target.name))?;
    command.args([
        format!("-runs={runs}"),
        format!("-max_len={}", target.max_len),
        format!("-timeout={INPUT_S}"),
        format!("-rss_limit_mb={MEMORY_MIB}"),
        format!("-artifact_prefix={}/", artifacts.display()),
        // Words for the terminal, not one line an input.
        "-print_pcs=0".into(),
    ]);
    Ok(command)
}

/// A target's corpus in the user's cache, with seeds and what is kept in the clone.
fn seeded(programs: &Path, target: &Target) -> Result<PathBuf> {
    let corpus = workspace::cache()?.join("fuzz/corpus");
    process::run(process::command(programs.join("seeds"))?.env("NEURORACK_SEEDS", &corpus))?;
    let corpus = corpus.join(target.name);
    std::fs::create_dir_all(&corpus).with_context(|| format!("cannot make {}", corpus.display()))?;
    if kept_archive(target).is_file() {
        archive::unpack(&kept_archive(target), &corpus)?;
    }
    let Some(seeds) = foreign_seeds(target.name) else { return Ok(corpus) };
    for entry in std::fs::read_dir(workspace::root().join(seeds))? {
        let path = entry?.path();
        if path.is_file() {
            process::copy(&path, &corpus.join(path.file_name().context("a file has a name")?))?;
        }
    }
    Ok(corpus)
}

/// Where the repository has files of this kind for other tests.
fn foreign_seeds(target: &str) -> Option<&'static str> {
    match target {
        "recording" => Some("engine/recording/tests/data"),
        "checkpoint" => Some("engine/learn/tests/data"),
        _ => None,
    }
}

/// Replaces what is kept in the clone by the shortest inputs of the smallest corpus that reaches as much.
fn keep(programs: &Path, target: &Target, corpus: &Path) -> Result<()> {
    let kept = workspace::cache()?.join("fuzz/kept").join(target.name);
    empty(&kept)?;
    let mut command = process::command(programs.join(target.name))?;
    command.arg("-set_cover_merge=1").arg(format!("-max_len={}", target.max_len)).arg(&kept).arg(corpus);
    process::run(&mut command)?;
    let path = kept_archive(target);
    pack(&kept, &path)?;
    println!("fuzz: {} has {:.0} kB", path.display(), std::fs::metadata(&path)?.len() as f64 / 1e3);
    Ok(())
}

/// Where the clone keeps a target's corpus.
fn kept_archive(target: &Target) -> PathBuf {
    workspace::root().join("tests/fuzz/corpus").join(target.name).with_extension("zip")
}

/// Writes the smallest files of a folder into an archive, without times.
fn pack(folder: &Path, path: &Path) -> Result<()> {
    let mut files = Vec::new();
    for file in std::fs::read_dir(folder)? {
        let file = file?;
        files.push((file.metadata()?.len(), file.file_name(), file.path()));
    }
    files.sort();
    let mut room = KEPT_BYTES;
    let kept = files.into_iter().take(KEPT).map_while(|(bytes, name, path)| {
        room = room.checked_sub(bytes)?;
        Some((name.to_string_lossy().into_owned(), path))
    });
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    archive::pack(path, kept)
}

fn artifacts() -> Result<PathBuf> {
    Ok(workspace::cache()?.join("fuzz/artifacts"))
}

/// Makes a folder that holds nothing.
fn empty(folder: &Path) -> Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            bail!("cannot empty {}: {error}", folder.display());
        }
        _ => std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display())),
    }
}
