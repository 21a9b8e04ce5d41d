//! Any text as a line that is typed while the companion plays, as a sequence and as curves: understood, or refused with a sentence.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[allow(dead_code, reason = "the companion writes, too")]
#[path = "../../../companion/src/curve_file.rs"]
mod curve_file;
#[allow(dead_code, reason = "the companion reads standard input, too")]
#[path = "../../../companion/src/control/lines.rs"]
mod lines;
#[path = "../../../companion/src/sequence/parse.rs"]
mod parse;
#[allow(dead_code, reason = "the companion plays it, too")]
#[path = "../../../companion/src/sequence/score.rs"]
mod score;

use curve_file::CurveFile;
use lines::Request;
use score::{Ramp, Sequence, Step, Strike};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(curves) = CurveFile::parse(bytes) {
        assert!(curves.resampled().iter().all(|frame| frame.is_finite()));
        let again = CurveFile::parse(curves.to_json().expect("curves are JSON").as_bytes()).expect("ours");
        assert_eq!((again.timbre(), again.frames.len()), (curves.timbre(), curves.frames.len()));
    }
    let text = String::from_utf8_lossy(bytes);
    let said = [Request::parse(&text).err(), Sequence::parse(&text).err()];
    assert!(said.into_iter().flatten().all(|error| !error.to_string().is_empty()));
    if let Ok(sequence) = Sequence::parse(&text) {
        assert!(sequence.tracks.iter().flatten().all(|step| step.at_s.is_finite() && step.at_s >= 0.0));
    }
});
