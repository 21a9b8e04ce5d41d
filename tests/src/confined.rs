//! Plays random scripts on a thread that may neither allocate nor ask anything of the system.
//!
//! Linux's strict secure computing mode lets a thread read, write and end, and kills it at any other system call: a lock that has to
//! wait, memory, time, a log. What allocates without one stops the program by assert_no_alloc.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use assert_no_alloc::assert_no_alloc;
use rustix::thread::{SecureComputingMode, gettid, set_secure_computing_mode};

use crate::messages::BENCH_RATE_HZ;
use crate::player::Scripts;
use crate::scene::Scene;

/// How long the thread may take; on any machine it takes seconds.
const PATIENCE: Duration = Duration::from_secs(300);

/// Said where the system knows no such mode, as under an emulator.
const UNKNOWN: &str = "this system confines no thread";

/// Plays every script of a folder; says how many blocks there were.
pub(crate) fn run(folder: &Path) -> Result<()> {
    let scripts = Scripts::load(folder)?;
    let mut worklets: Vec<_> = (0..scripts.count()).map(|_| Scene::worklet(BENCH_RATE_HZ)).collect();
    let count = scripts.count();
    let blocks: usize = (0..count).map(|script| scripts.blocks(script)).sum();
    let played = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&played);
    let (confined, is_confined) = mpsc::channel();
    std::thread::spawn(move || {
        let thread = gettid().as_raw_nonzero();
        // Sent before: a channel that has to wake somebody asks the system.
        if confined.send(thread).is_err() || set_secure_computing_mode(SecureComputingMode::Strict).is_err() {
            counted.store(u64::MAX, Ordering::Release);
            return;
        }
        for (script, worklet) in worklets.iter_mut().enumerate() {
            let ended = assert_no_alloc(|| {
                scripts.play(script, worklet, |_| {
                    counted.fetch_add(1, Ordering::Release);
                })
            });
            if ended.is_err() {
                break;
            }
        }
        // It may not even end: what it would free asks the system.
        loop {
            std::hint::spin_loop();
        }
    });

    let thread = is_confined.recv_timeout(PATIENCE).context("the thread did not begin")?;
    let (task, begun) = (format!("/proc/self/task/{thread}"), Instant::now());
    println!("{count} scripts are played");
    // From here on nothing is allocated on this thread either: one that was killed may hold the allocator's lock.
    loop {
        // In this order: a thread that is gone has counted all that it will.
        let is_gone = !Path::new(&task).exists();
        match played.load(Ordering::Acquire) {
            u64::MAX => {
                println!("{UNKNOWN}");
                return Ok(());
            }
            count if count == blocks as u64 => {
                println!("{count} blocks without memory or a system call");
                // Not by returning, which would wait for what the thread holds.
                std::process::exit(0);
            }
            count if is_gone || begun.elapsed() > PATIENCE => {
                let what = if is_gone { "asked something of the system" } else { "stands still" };
                eprintln!("after {count} of {blocks} blocks the thread {what}");
                std::process::abort();
            }
            _ => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}
