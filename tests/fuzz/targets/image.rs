//! Any bytes as a prepared bank's image: a bank whose hit is finite, or refused.

#![no_main]

use libfuzzer_sys::fuzz_target;
use neurorack_engine::{ControlFrame, Event, Instrument, PreparedBank};
use std::sync::Arc;

fuzz_target!(|bytes: &[u8]| {
    let Ok(bank) = PreparedBank::from_image(bytes) else { return };
    let mut instrument = Instrument::new(Arc::new(bank), 1);
    instrument.push(Event::Trigger { at: 0, velocity: 1.0, semitones: 0.0 });
    let mut out = [0.0; 256];
    instrument.render(&ControlFrame::default(), &mut out);
    assert!(out.iter().all(|sample| sample.is_finite()));
});
