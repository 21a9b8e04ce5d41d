//! `cargo xtask test`: every check there is, and one line that sums it up.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::browser::Session;
use crate::companion::Elsewhere;
use crate::firmware;
use crate::fuzz;
use crate::gpu;
use crate::hardware;
use crate::process;
use crate::setup;
use crate::tally::{self, Tally};
use crate::workspace::{self, Family};

/// The crates that run on this machine and build without burn.
const HOST: [&str; 14] = [
    "neurorack-engine",
    "neurorack-recording",
    "neurorack-host",
    "neurorack-worklet",
    "neurorack-abi",
    "neurorack-panel",
    "neurorack-protocol",
    "neurorack-link",
    "neurorack-module",
    "neurorack-emulator",
    "neurorack-decoder",
    "neurorack-companion",
    "neurorack-e2e",
    "xtask",
];

const LEARN: [&str; 2] = ["neurorack-nets", "neurorack-learn"];

/// Run every check and test: format, lints, Rust, network, firmware, browser.
///
/// All steps run even when one fails. The last line reads `N passed, N
/// failed`, one before it how many steps this machine could not run; the
/// exit status is 0 only when nothing failed.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Leave out the tests that need Chromium
    #[arg(long)]
    no_browser: bool,
    /// Only tests whose name contains TEXT, and no format or lint checks
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// Only these tests, and no format or lint checks
    #[arg(long, value_name = "PART")]
    only: Option<Part>,
}

/// The tests there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// Crates of this machine that build without burn
    Host,
    /// The companion for the Jetsons, run under an emulator
    Arm,
    /// The networks in burn
    Learn,
    /// The module's firmware on a simulated chip
    Firmware,
    /// The module's board
    Hardware,
    /// The page's own, without a browser
    Page,
    /// What reads foreign bytes, under a fuzzer for a short time
    Fuzz,
    /// The page in Chromium
    Browser,
}

/// What one step found, for the summary.
#[derive(Debug)]
struct Outcome {
    name: &'static str,
    tally: Tally,
    took: Duration,
}

/// Longest that a property test may look for a smaller case that fails, in milliseconds.
///
/// Without it, one property that draws screens shrank for longer than the whole run may take.
const SHRINKING_MS: &str = "20000";

/// Runs `cargo xtask test`.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    setup::wasm::ensure()?;
    setup::system::ensure_audio_headers()?;
    let filter = args.filter.as_deref();

    let mut outcomes = Vec::new();
    let wants = |part: Part| args.only.is_none_or(|only| only == part);
    if filter.is_none() && args.only.is_none() {
        outcomes.push(check("format", format)?);
        outcomes.push(check("lints, host", || lint(Family::Host, &HOST, &["--all-targets"]))?);
        outcomes.push(check("lints, learn", || lint(Family::Learn, &LEARN, &["--all-targets"]))?);
        outcomes.push(check("lints, page", || {
            lint(Family::Wasm, &["neurorack-web", "neurorack-abi"], &["--target", "wasm32-unknown-unknown"])
        })?);
        outcomes
            .push(check("lints, gpu", || lint(Family::Gpu, &[gpu::PACKAGE], &["--target", "wasm32-unknown-unknown"]))?);
    }
    if wants(Part::Host) || wants(Part::Firmware) {
        setup::system::try_jack_server();
    }
    if wants(Part::Host) {
        outcomes.push(count("tests, host", &mut rust_tests(Family::Host, &HOST, filter)?)?);
    }
    if wants(Part::Arm) {
        outcomes.push(arm_tests(filter)?);
    }
    if wants(Part::Learn) {
        outcomes.push(count("tests, learn", &mut rust_tests(Family::Learn, &LEARN, filter)?)?);
    }
    if wants(Part::Firmware) {
        outcomes.push(firmware_tests(filter)?);
    }
    if wants(Part::Hardware) && filter.is_none() {
        outcomes.push(board_checks()?);
    }
    if wants(Part::Page) {
        let mut page = rust_tests(Family::Wasm, &["neurorack-web"], filter)?;
        outcomes.push(count("tests, page", page.args(["--profile", "page-test"]))?);
    }
    if wants(Part::Fuzz) && filter.is_none() {
        outcomes.push(fuzzing()?);
    }
    if wants(Part::Browser) && !args.no_browser {
        outcomes.push(browser_tests(filter)?);
    }
    Ok(summarise(&outcomes))
}

/// Says which step begins, and when: a run that is cut short still tells where its time went.
fn head(name: &str) {
    static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);
    println!("\n== {name}, after {} s", BEGUN.elapsed().as_secs());
}

/// Prints the steps and, as the last line of all, the total.
fn summarise(outcomes: &[Outcome]) -> ExitCode {
    let mut total = Tally::default();
    println!();
    for outcome in outcomes {
        let verdict = match outcome.tally {
            Tally { failed: 1.., .. } => "FAILED",
            Tally { skipped: 1.., .. } => "SKIPPED",
            _ => "ok",
        };
        println!(
            "{:<15} {:<7} {:>4} passed {:>3} failed {:>5} s",
            outcome.name,
            verdict,
            outcome.tally.passed,
            outcome.tally.failed,
            outcome.took.as_secs(),
        );
        total += outcome.tally;
    }
    let failed = total.failed;
    if total.skipped > 0 {
        println!("{} skipped: see above what is missing on this machine", total.skipped);
    }
    println!("{} passed, {failed} failed", total.passed);
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn format() -> Result<Command> {
    let mut command = process::cargo(Family::Host)?;
    command.args(["fmt", "--all", "--check"]);
    Ok(command)
}

fn lint(family: Family, packages: &[&str], what: &[&str]) -> Result<Command> {
    let mut command = process::cargo(family)?;
    command.args(["clippy", "--quiet"]);
    for package in packages {
        command.args(["--package", package]);
    }
    command.args(what).args(["--", "--deny", "warnings"]);
    Ok(command)
}

fn rust_tests(family: Family, packages: &[&str], filter: Option<&str>) -> Result<Command> {
    let mut command = process::cargo(family)?;
    command.args(["test", "--no-fail-fast"]).env("PROPTEST_MAX_SHRINK_TIME", SHRINKING_MS);
    if family == Family::Learn {
        // The benchmark and training build burn in release; a second, slower burn would take minutes more.
        command.arg("--release");
    }
    for package in packages {
        command.args(["--package", package]);
    }
    command.args(filter);
    Ok(command)
}

/// The companion for the Jetsons, built and run under an emulator. What this machine cannot have is said, and counts as skipped.
fn arm_tests(filter: Option<&str>) -> Result<Outcome> {
    let begun = Instant::now();
    let name = "tests, arm";
    head(name);
    let elsewhere = match Elsewhere::prepare() {
        Ok(elsewhere) => elsewhere,
        Err(error) => {
            println!("SKIPPED: the program for the Jetsons was neither built nor run: {error:#}");
            return Ok(Outcome { name, tally: Tally { skipped: 1, ..Tally::default() }, took: begun.elapsed() });
        }
    };
    let mut command = match rust_tests(Family::Host, &HOST, filter).and_then(|tests| elsewhere.test(tests)) {
        Ok(command) => command,
        Err(error) => {
            println!("{error:#}");
            return Ok(Outcome { name, tally: Tally::default().settled(false), took: begun.elapsed() });
        }
    };
    let outcome = count(name, &mut command)?;
    Ok(Outcome { took: begun.elapsed(), ..outcome })
}

/// The module's firmware, built and run on a simulated chip.
fn firmware_tests(filter: Option<&str>) -> Result<Outcome> {
    let begun = Instant::now();
    let name = "tests, firmware";
    head(name);
    let prepared = firmware::build().and_then(|elf| firmware::emulate(rust_tests(Family::Host, &HOST, filter)?, &elf));
    let mut command = match prepared {
        Ok(command) => command,
        Err(error) => {
            println!("{error:#}");
            return Ok(Outcome { name, tally: Tally::default().settled(false), took: begun.elapsed() });
        }
    };
    Ok(Outcome { took: begun.elapsed(), ..count(name, &mut command)? })
}

/// The module's board. What needs KiCad or ngspice is skipped where they are not.
fn board_checks() -> Result<Outcome> {
    head("board");
    let begun = Instant::now();
    Ok(Outcome { name: "board", tally: hardware::tally()?, took: begun.elapsed() })
}

/// Everything that reads foreign bytes, for a short time. What it finds lies in the user's cache.
fn fuzzing() -> Result<Outcome> {
    let begun = Instant::now();
    let name = "fuzzing, brief";
    head(name);
    let mut tally = Tally::default();
    let outcome = fuzz::briefly(|target, held| {
        println!("test fuzz {target} ... {}", if held { "ok" } else { "FAILED" });
        tally.passed += usize::from(held);
        tally.failed += usize::from(!held);
    });
    if let Err(error) = outcome {
        println!("{error:#}");
        tally.failed += 1;
    }
    Ok(Outcome { name, tally, took: begun.elapsed() })
}

fn browser_tests(filter: Option<&str>) -> Result<Outcome> {
    let begun = Instant::now();
    let name = "tests, browser";
    head(name);
    let (session, elf) = match Session::start().and_then(|session| Ok((session, emulated()?))) {
        Ok(prepared) => prepared,
        Err(error) => {
            println!("{error:#}");
            return Ok(Outcome { name, tally: Tally::default().settled(false), took: begun.elapsed() });
        }
    };
    let (mut tally, failed) = pages(&session, &elf, filter, &test_files()?)?;
    if !failed.is_empty() {
        println!("\nonce more, what failed: {}", failed.join(", "));
        let (again, _) = pages(&session, &elf, filter, &failed)?;
        tally = tally::again(tally, again);
    }
    println!("pictures and sounds of this run: {}", session.results().display());
    Ok(Outcome { name, tally, took: begun.elapsed() })
}

/// The firmware that modules in browser tests run, with what they need for it.
fn emulated() -> Result<PathBuf> {
    setup::node::ensure_packages("hardware/emulator")?;
    firmware::build()
}

/// Runs browser test files, one page at a time: two would compete for the cores that play. Modules among them run the firmware
/// `elf`. Returns what they counted and the files with a failure.
fn pages(session: &Session, elf: &Path, filter: Option<&str>, files: &[String]) -> Result<(Tally, Vec<String>)> {
    let mut node = session.node()?;
    let xtask = std::env::current_exe()?;
    node.env("NEURORACK_FIRMWARE", elf).env("NEURORACK_XTASK", xtask).args([
        "--test",
        "--test-concurrency=1",
        "--test-reporter=spec",
    ]);
    if let Some(filter) = filter {
        node.arg(format!("--test-name-pattern={filter}"));
    }
    node.args(files);
    let (mut tally, mut failed) = (Tally::default(), BTreeSet::new());
    let succeeded = process::watch(&mut node, |line| {
        tally.read(line);
        failed.extend(tally::failing_file(line).filter(|file| files.contains(file)));
    })?;
    Ok((tally.settled(succeeded), failed.into_iter().collect()))
}

/// The browser test files, in order of their names.
fn test_files() -> Result<Vec<String>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(workspace::root().join("tests/browser"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".test.mjs") {
            files.push(name);
        }
    }
    if files.is_empty() {
        bail!("tests/browser holds no test files");
    }
    files.sort();
    Ok(files)
}

/// A step that passes or fails as a whole.
fn check(name: &'static str, command: impl FnOnce() -> Result<Command>) -> Result<Outcome> {
    head(name);
    let begun = Instant::now();
    let succeeded = process::watch(&mut command()?, |_| {})?;
    Ok(Outcome {
        name,
        tally: Tally { passed: usize::from(succeeded), failed: usize::from(!succeeded), ..Tally::default() },
        took: begun.elapsed(),
    })
}

/// A step of Rust tests. Those that fail run once more, by themselves.
fn count(name: &'static str, command: &mut Command) -> Result<Outcome> {
    head(name);
    let begun = Instant::now();
    let (mut tally, failed) = named(command)?;
    // One that does not compile, or ends its runner, has no name: nothing runs again.
    if !failed.is_empty() && failed.len() == tally.failed {
        println!("\nonce more, what failed: {}", failed.join(", "));
        if command.get_args().all(|argument| argument != "--") {
            command.arg("--");
        }
        let (again, _) = named(command.arg("--exact").args(&failed))?;
        tally = tally::again(tally, again);
    }
    Ok(Outcome { name, tally, took: begun.elapsed() })
}

/// Runs Rust tests; returns what they counted and the names of those that failed.
fn named(command: &mut Command) -> Result<(Tally, Vec<String>)> {
    let (mut tally, mut failed) = (Tally::default(), Vec::new());
    let succeeded = process::watch(command, |line| {
        tally.read(line);
        failed.extend(tally::failing_test(line));
    })?;
    Ok((tally.settled(succeeded), failed))
}
