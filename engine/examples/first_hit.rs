//! Renders one hit of the shipped bank and writes it as a WAV file: the whole way from a bank to samples.
//!
//! `cargo run --release -p neurorack-engine --example first_hit -- hit.wav`

use neurorack_engine::{ControlFrame, CurveSlot, Event, Instrument, ModelBank, ScaledCurve};
use std::error::Error;
use std::sync::Arc;

const RATE_HZ: u32 = 48_000;
const BLOCK: usize = 128;
const BANK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../static/banks/impacts.safetensors");

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("say where the sound goes: first_hit hit.wav")?;
    // Everything that allocates comes first: the bank, its tables for this rate, and the curves.
    let bank = ModelBank::parse(&std::fs::read(BANK)?)?;
    let mut instrument = Instrument::new(Arc::new(bank.prepare(RATE_HZ)), 1);
    for (slot, name) in [(CurveSlot::F1, "Deep boom"), (CurveSlot::F2, "Steel plate")] {
        let place = bank.card().factory.iter().position(|entry| entry.name == name).ok_or("no such sound")?;
        let curve = Arc::new(ScaledCurve::from(&bank.factory()[place]));
        instrument.use_curve(slot, curve).map_err(|_| "no room for a curve")?;
    }
    instrument.push(Event::strike(0, 1.0));
    let (mut block, mut samples) = ([0.0; BLOCK], Vec::new());
    loop {
        // From here on an audio thread could go on: CV 1 goes from F1 to F2 within a second, while the hit sounds.
        let seconds = samples.len() as f32 / RATE_HZ as f32;
        let cv = [-5.0 + 10.0 * seconds.min(1.0), 0.0, 0.0, -5.0];
        instrument.render(&ControlFrame { cv, ..ControlFrame::default() }, &mut block);
        samples.extend_from_slice(&block);
        let statistics = instrument.statistics();
        if statistics.voices == 0 && !statistics.frozen {
            break;
        }
    }
    std::fs::write(&path, wav(&samples))?;
    println!("{path}: {:.3} s", samples.len() as f32 / RATE_HZ as f32);
    Ok(())
}

/// A WAV file of one channel of 32-bit floats.
fn wav(samples: &[f32]) -> Vec<u8> {
    let bytes = 4 * samples.len() as u32;
    let mut file = Vec::new();
    file.extend(b"RIFF");
    file.extend((36 + bytes).to_le_bytes());
    file.extend(b"WAVEfmt ");
    // 16 bytes of format: floats (3), one channel, samples and bytes a second, bytes and bits a sample.
    for number in [16, 3 | 1 << 16, RATE_HZ, 4 * RATE_HZ, 4 | 32 << 16] {
        file.extend(number.to_le_bytes());
    }
    file.extend(b"data");
    file.extend(bytes.to_le_bytes());
    file.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
    file
}
