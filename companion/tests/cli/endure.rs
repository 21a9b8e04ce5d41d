//! The program for as long as somebody wants it to be watched: hands that never rest, and a cable that is pulled at random.

use super::Place;
use super::jack::Jack;
use super::running::Running;
use fastrand::Rng;
use neurorack_link::test_module::{Nature, TestModule};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Time between two deeds, two changes of bank and two looks.
const DEED: Duration = Duration::from_millis(40);
const BANK: Duration = Duration::from_secs(1);
const LOOK: Duration = Duration::from_secs(10);

/// Longest time that the cable is out, and in, in milliseconds.
const OUT_MS: u64 = 1_500;
const IN_MS: u64 = 8_000;

const SOUNDS: [&str; 6] = ["Round kick", "Deep boom", "Clave", "Timpani", "Glass ring", "Rim shot"];

/// Growth of memory from the first third of the time to its end that is no leak, in kilobytes.
const GROWTH_KB: u64 = 16_384;

/// What the program takes: memory in kilobytes, threads and open files.
fn taken(id: u32) -> [u64; 3] {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).expect("it runs");
    let number = |key: &str| {
        let line = status.lines().find(|line| line.starts_with(key)).expect("Linux tells it");
        line.split_whitespace().nth(1).and_then(|word| word.parse().ok()).expect("a number")
    };
    let files = std::fs::read_dir(format!("/proc/{id}/fd")).map_or(0, Iterator::count);
    [number("VmRSS:"), number("Threads:"), files as u64]
}

fn shipped_banks() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../static/banks");
    let files = std::fs::read_dir(folder).expect("the shipped banks").flatten().map(|entry| entry.path());
    // Maps of sounds lie beside them.
    files
        .filter(|path| path.to_string_lossy().ends_with(".safetensors") && !path.to_string_lossy().contains("map"))
        .collect()
}

/// One thing that somebody does at the module or at the keyboard.
fn deed(random: &mut Rng, module: &TestModule, running: &mut Running) {
    match random.u8(..100) {
        0..40 => module.gate(0, random.bool()),
        40..50 => module.gate(1, random.u8(..4) == 0),
        50..75 => module.set_volts([(); 4].map(|()| random.f32() * 10.0 - 5.0)),
        75..80 => module.set_patched([(); 4].map(|()| random.bool())),
        80..90 => module.encoder(random.i8(-3..4), random.u8(..4) == 0),
        90..93 => running.type_line(""),
        93..96 => running.type_line(&format!("f{} {}", random.u8(1..3), SOUNDS[random.usize(..SOUNDS.len())])),
        96..98 => running.type_line(&format!("cv{} {}", random.u8(1..5), random.i8(-5..6))),
        _ => running.type_line(["start", "stop", "turn 1", "turn -2", "push", "screen"][random.usize(..6)]),
    }
}

/// A measurement: `cargo xtask bench --companion --endure 60`.
#[test]
#[ignore = "takes as many minutes as NEURORACK_ENDURE_MINUTES says"]
fn hands_that_never_rest_take_no_more_memory_and_lose_nothing() {
    let minutes: f64 = std::env::var("NEURORACK_ENDURE_MINUTES").ok().and_then(|text| text.parse().ok()).unwrap_or(1.0);
    let place = Place::new();
    let jack = Jack::start("endure", 128);
    let mut module = TestModule::plug_in(16, Nature::Module);
    let mut command = Running::command(&place, true);
    match &jack {
        Some(jack) => jack.lead(&mut command),
        None => drop(command.args(["--sink", "none"])),
    }
    let mut running = Running::run(command.args(["--module", &module.port()]));
    let (banks, mut random) = (shipped_banks(), Rng::with_seed(20_261_127));
    let begun = Instant::now();
    let end = begun + Duration::from_secs_f64(minutes * 60.0);
    let [mut bank_at, mut look_at, mut cable_at] = [begun; 3];
    let (mut is_in, mut pulls) = (true, 0);
    let mut memory = Vec::new();
    println!("seconds,memory_kb,threads,files,pulls");
    while Instant::now() < end {
        let now = Instant::now();
        deed(&mut random, &module, &mut running);
        if now >= bank_at {
            bank_at = now + BANK;
            running.type_line(&format!("bank {}", banks[random.usize(..banks.len())].display()));
        }
        if now >= cable_at {
            is_in = !is_in;
            if is_in {
                module.plug_in_again();
            } else {
                module.pull();
                pulls += 1;
            }
            cable_at = now + Duration::from_millis(random.u64(1..if is_in { IN_MS } else { OUT_MS }));
        }
        if now >= look_at {
            look_at = now + LOOK;
            let [kilobytes, threads, files] = taken(running.id());
            memory.push(kilobytes);
            println!("{},{kilobytes},{threads},{files},{pulls}", begun.elapsed().as_secs());
        }
        std::thread::sleep(DEED);
    }
    let said = running.quit();
    // What it counted stands in its last lines; what was typed and answered before says no more.
    let counted = said.lines().skip_while(|line| !line.contains(" dropped events, ")).collect::<Vec<_>>().join("\n");
    println!("{counted}");
    assert!(counted.contains(", 0 dropped events, 0 refused"), "{counted}");
    let settled = memory[memory.len() / 3];
    let most = memory.iter().max().copied().unwrap_or_default();
    assert!(most < settled + GROWTH_KB, "{settled} kB became {most} kB");
}
