//! Prints what voices cost: percent of a 128-sample block at 48 kHz, for a bank of the published size.
//!
//! `cargo run --release -p neurorack-engine --features test-bank --example cost`

use neurorack_engine::bank::test_bank;
use neurorack_engine::{ControlFrame, CurveSlot, Event, Instrument, ModelBank, ScaledCurve};
use std::sync::Arc;
use std::time::Instant;

const RATE: u32 = 48_000;
const BLOCK: usize = 128;

fn main() {
    let bytes = test_bank::bytes(test_bank::FULL, 1);
    let bank = ModelBank::parse(&bytes).expect("a valid bank");
    let start = Instant::now();
    let prepared = Arc::new(bank.prepare(RATE));
    println!("prepare: {:.0} ms", start.elapsed().as_secs_f64() * 1e3);
    // The long factory set, so that all voices sound all the time.
    let curve = Arc::new(ScaledCurve::from(&bank.factory()[1]));
    for voices in [0, 1, 8] {
        let mut instrument = Instrument::new(Arc::clone(&prepared), 1);
        instrument.use_curve(CurveSlot::F1, Arc::clone(&curve)).expect("there is room");
        let mut block = [0.0; BLOCK];
        let (mut total, mut longest, mut blocks) = (0.0, 0.0f64, 0);
        for _ in 0..6 {
            for _ in 0..voices {
                instrument.push(Event::strike(0, 0.5));
            }
            instrument.render(&ControlFrame::default(), &mut block);
            // 0.96 s; the hit lasts 0.98 s.
            for _ in 0..360 {
                let start = Instant::now();
                instrument.render(&ControlFrame::default(), &mut block);
                let seconds = start.elapsed().as_secs_f64();
                total += seconds;
                longest = longest.max(seconds);
                blocks += 1;
            }
            assert_eq!(instrument.statistics().voices, voices);
            while instrument.statistics().voices > 0 {
                instrument.render(&ControlFrame::default(), &mut block);
            }
        }
        let block_s = BLOCK as f64 / f64::from(RATE);
        let percent = |seconds: f64| 100.0 * seconds / block_s;
        println!(
            "{voices} voices: mean {:.2} %, longest {:.2} %",
            percent(total / f64::from(blocks)),
            percent(longest)
        );
    }
}
