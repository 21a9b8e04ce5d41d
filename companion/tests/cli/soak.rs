//! An hour at the instrument: random gates and voltages of a module whose cable is pulled again and again, another bank every second.

use super::Place;
use super::jack::Jack;
use super::running::{Running, SHIPPED_BANK, until};
use neurorack_link::test_module::{Nature, TestModule};
use std::process::Command;
use std::time::{Duration, Instant};

/// Memory that the second half may take, beside what its banks take anyway, in kB.
const GROWTH_KB: i64 = 4_096;

/// Random numbers that are the same in each run (xorshift64).
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }

    fn volts(&mut self) -> f32 {
        self.below(10_001) as f32 / 1_000.0 - 5.0
    }
}

fn memory_kb(id: u32) -> i64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).expect("it runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

/// `NEURORACK_MINUTES=60 cargo test --release -p neurorack-companion --test cli -- --ignored --nocapture an_hour`: on JACK's dummy driver.
#[test]
#[ignore = "it lasts an hour, or NEURORACK_MINUTES"]
fn an_hour_of_random_playing_loses_nothing_and_takes_no_more_memory() {
    let minutes: u64 = std::env::var("NEURORACK_MINUTES").map_or(60, |text| text.parse().expect("minutes"));
    let server = Jack::start("soak", 256).expect("this needs jackd");
    let place = Place::new();
    let mut module = TestModule::plug_in(21, Nature::Module);
    let port = module.port();
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("neurorack"));
    command.current_dir(place.path("")).env("NEURORACK_STATE", "state").env("NEURORACK_BANK", SHIPPED_BANK);
    command.env("NEURORACK_MAP", "map.safetensors").args(["play", "--module", &port]);
    server.lead(&mut command);
    let mut running = Running::run(&mut command);
    running.wait_for("is here.");
    let banks = ["impacts", "frave-impacts", "frave-metal"].map(|name| SHIPPED_BANK.replace("impacts", name));

    let mut random = Random(20_261_127);
    let begun = Instant::now();
    let ends = begun + Duration::from_secs(60 * minutes);
    let [mut bank_at, mut pull_at, mut look_at] = [begun; 3];
    let (mut pulls, mut memory) = (0, Vec::new());
    println!("seconds,memory_kb,pulls");
    while Instant::now() < ends {
        let now = Instant::now();
        module.gate(random.below(2) as usize, random.below(2) == 0);
        module.set_volts(std::array::from_fn(|_| random.volts()));
        if random.below(5) == 0 {
            module.set_patched(std::array::from_fn(|_| random.below(2) == 0));
            module.encoder(random.below(5) as i8 - 2, random.below(4) == 0);
        }
        if now >= bank_at {
            bank_at = now + Duration::from_secs(1);
            running.type_line(&format!("bank {}", banks[random.below(3) as usize]));
        }
        if now >= pull_at {
            pull_at = now + Duration::from_millis(2_000 + random.below(18_000));
            module.pull();
            std::thread::sleep(Duration::from_millis(random.below(400)));
            module.plug_in_again();
            pulls += 1;
        }
        if now >= look_at {
            look_at = now + Duration::from_secs(10);
            memory.push(memory_kb(running.id()));
            println!("{},{},{pulls}", begun.elapsed().as_secs(), memory[memory.len() - 1]);
        }
        std::thread::sleep(Duration::from_millis(20 + random.below(80)));
    }
    module.gate(0, false);
    module.gate(1, false);
    until("the module is paired after the last pull", || module.screen().iter().flatten().any(|&byte| byte != 0));
    let said = running.quit();
    let last: Vec<&str> = said.lines().rev().take(12).collect();
    println!("{}", last.into_iter().rev().collect::<Vec<_>>().join("\n"));
    assert!(said.contains(" 0 dropped events, 0 refused"), "{said}");
    let half = &memory[memory.len() / 2..];
    let most = |part: &[i64]| part.iter().copied().max().unwrap_or(0);
    let (earlier, later) = half.split_at(half.len() / 2);
    println!("most memory in the third quarter {} kB, in the last {} kB", most(earlier), most(later));
    assert!(most(later) <= most(earlier) + GROWTH_KB, "{} kB after {} kB", most(later), most(earlier));
    server.end();
}
