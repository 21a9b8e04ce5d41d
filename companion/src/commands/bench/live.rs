//! A pattern at the device, with menu and screen under way, and gates that are timed.

use crate::audio::{Deed, Hands, OutputArguments, Player, ThreadWishes};
use crate::commands::play::module_choice;
use crate::control::{Desk, Jacks, Library, Loaded, Parts};
use crate::keep::{BankEntry, Banks};
use crate::realtime;
use anyhow::{Context, Result};
use neurorack_engine::sources::{Action, Patch};
use neurorack_engine::{GateInput, ModelBank};
use neurorack_panel::{Host, Pixels, Settings};
use serde::Serialize;
use std::path::Path;
use std::time::{Duration, Instant};

/// Time between two looks at everything.
const TICK: Duration = Duration::from_millis(15);

/// Looks between two strikes, one after the other: no beat of any clock.
const GAPS: [u32; 7] = [5, 9, 6, 13, 7, 11, 8];

/// Time between two beginnings of the bank.
const BANK_EVERY: Duration = Duration::from_secs(5);

/// How much later than by its quickest message a module's gate sounds, in seconds.
const LATENCY_S: f64 = 0.002;

/// What was measured at the device.
#[derive(Debug, Serialize)]
pub(super) struct Live {
    /// Where the sound went.
    pub(super) output: String,
    pub(super) seconds: f32,
    pub(super) hits: u64,
    /// Of one core, in percent.
    pub(super) load_percent: f32,
    /// The longest block, in milliseconds and in percent of its time.
    pub(super) longest_ms: f32,
    pub(super) longest_percent: f32,
    /// The longest processor time of a block, likewise: what others took of the time is not in it. None where the system does not
    /// tell.
    pub(super) longest_work_ms: Option<f32>,
    pub(super) longest_work_percent: Option<f32>,
    pub(super) xruns: u64,
    /// How often the bank was taken up anew.
    pub(super) banks: u32,
    /// By how much the program's memory grew after the second time, in KiB, where the system tells.
    pub(super) grown_kib: Option<i64>,
    pub(super) gates: Option<Gates>,
    /// What could not be had.
    pub(super) said: Vec<String>,
}

/// From a gate's edge to its sample.
#[derive(Debug, Serialize)]
pub(super) struct Gates {
    /// Where edges are timed: at the module's jack, or in this program.
    pub(super) from: &'static str,
    pub(super) count: u64,
    pub(super) median_ms: f32,
    pub(super) p99_ms: f32,
    pub(super) most_ms: f32,
}

/// Plays for so many seconds.
pub(super) fn measure(
    bank: ModelBank,
    output: OutputArguments,
    module: &str,
    core: Option<usize>,
    seconds: f32,
) -> Result<Live> {
    let mut said: Vec<String> = realtime::lock_memory().into_iter().collect();
    let bank = BankEntry::new(Path::new(""), bank);
    let library = Library::new(&bank.bank, Vec::new());
    let sets = library.sets();
    let (first, last) =
        sets.first().zip(sets.last()).context("this bank has no sounds: choose another with --bank FILE")?;
    let loaded = Loaded {
        own: Vec::new(),
        sounds: [first.clone(), last.clone()],
        settings: Settings::default(),
        volume_db: f32::from(Settings::default().volume_db),
        // A pattern with modulators, as the page begins.
        patch: Patch::default(),
        gesture: None,
        name: "Benchmark".to_owned(),
        bank,
    };
    let hands = Hands::new(Instant::now());
    let player = Player::open(output, ThreadWishes { core, measures: true }, hands.clone(), loaded.program(), false)?;
    let jacks = module_choice(module).map(|choice| Jacks::open(choice, LATENCY_S, hands.clone()));
    let has_module = jacks.is_some();
    let search = Banks::look(Vec::new(), false, &loaded.bank.path);
    let parts =
        Parts { player, hands: hands.clone(), jacks, keys: None, search, store: None, map: None, host: Host::Module };
    let bank = loaded.bank.clone();
    let mut desk = Desk::new(parts, loaded);
    let (banks, grown_kib) = play(&mut desk, &hands, &bank, !has_module, seconds);
    let meters = *desk.meters();
    let privileges = meters.privileges.to_string();
    said.extend(Some(privileges).filter(|sentence| !sentence.is_empty()));
    said.extend(desk.unsaid());
    let sounded_s = meters.statistics.frames as f64 / f64::from(desk.rate_hz().max(1));
    let work_s = Some(meters.longest_work_s).filter(|&seconds| seconds > 0.0);
    let quantile = |share| meters.reaction.quantile_ms(share);
    let live = Live {
        output: desk.audio_state(),
        seconds,
        hits: meters.statistics.hits,
        load_percent: (100.0 * meters.render_s / sounded_s.max(1e-3)) as f32,
        longest_ms: 1e3 * meters.longest_render_s,
        longest_percent: 100.0 * meters.longest_render_s / meters.block_s.max(1e-6),
        longest_work_ms: work_s.map(|seconds| 1e3 * seconds),
        longest_work_percent: work_s.map(|seconds| 100.0 * seconds / meters.block_s.max(1e-6)),
        xruns: desk.xruns(),
        banks,
        grown_kib,
        gates: quantile(0.5).zip(quantile(0.99)).zip(quantile(1.0)).map(|((median_ms, p99_ms), most_ms)| Gates {
            from: if has_module { "from the module's jack" } else { "inside this program" },
            count: meters.reaction.total(),
            median_ms,
            p99_ms,
            most_ms,
        }),
        said,
    };
    let (player, _) = desk.close();
    player.close();
    Ok(live)
}

/// Lets the pattern play, turns the encoder, takes up the bank anew now and then, and strikes where nobody else does. Returns how
/// often it took up the bank, and by how much the memory grew.
fn play(desk: &mut Desk, hands: &Hands, bank: &BankEntry, strikes: bool, seconds: f32) -> (u32, Option<i64>) {
    let begun = Instant::now();
    let end = begun + Duration::from_secs_f32(seconds);
    let (mut banks, mut settled_kib) = (0u32, None);
    let mut pixels = Pixels::new();
    let mut gaps = GAPS.into_iter().cycle();
    let mut wait = 0u32;
    while Instant::now() < end {
        desk.look();
        desk.show(&mut pixels);
        if wait == 0 {
            wait = gaps.next().unwrap_or(1);
            desk.turn(if wait.is_multiple_of(2) { 1 } else { -1 });
            if strikes {
                let gate = GateInput::Gate1;
                hands.module_at(Instant::now(), 0.0, Deed::Act(Action::Press { gate, velocity: 1.0 }));
                hands.now(Deed::Act(Action::Release { gate }));
            }
        }
        wait -= 1;
        if begun.elapsed() >= BANK_EVERY * (banks + 1) {
            banks += 1;
            // From the second time on there are two prepared banks: the one that plays, and the one that comes.
            settled_kib = if banks > 2 { settled_kib.or_else(memory_kib) } else { None };
            desk.use_bank(bank.clone());
        }
        std::thread::sleep(TICK);
    }
    desk.look();
    (banks, settled_kib.zip(memory_kib()).map(|(settled, now)| now - settled))
}

/// The memory that the program has, in KiB.
fn memory_kib() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().trim_end_matches("kB").trim().parse().ok()
}
