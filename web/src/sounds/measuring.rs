//! Sounds that the user brings, measured in a worker: the decoders are fetched with the first of them.

use crate::desk::Desk;
use crate::worker::Worker;
use js_sys::{Array, ArrayBuffer, Object, Reflect, Uint8Array};
use leptos::prelude::*;
use neurorack_engine::descriptors::{DescriptorCurve, Descriptors, Timbre};
use serde::Deserialize;
use std::cell::RefCell;
use wasm_bindgen::JsValue;

/// The script that holds the decoders, relative to the page.
const SCRIPT: &str = "decoder.js";

/// The worker, and which bank it fits sounds to.
struct Decoder {
    worker: Worker,
    bank: Option<u32>,
}

thread_local! {
    /// The page's one decoder, from the first sound on.
    static DECODER: RefCell<Option<Decoder>> = const { RefCell::new(None) };
}

/// The first impact of a sound, as the decoder tells it.
#[derive(Debug, Deserialize)]
pub(super) struct Impact {
    /// Lengths of the whole sound and of the impact, in seconds.
    pub(super) whole_s: f32,
    pub(super) impact_s: f32,
    frames: Vec<[f32; Descriptors::COUNT]>,
    timbre: Option<Vec<f32>>,
}

/// What the decoder answers.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Answer {
    Impact(Impact),
    Refused(String),
}

impl Impact {
    /// Its curve with its timbre.
    pub(super) fn curve(&self) -> Result<DescriptorCurve, String> {
        let frames = self.frames.iter().map(|&frame| Descriptors::from_array(frame)).collect();
        let timbre = self.timbre.as_deref().and_then(|numbers| numbers.try_into().ok()).and_then(Timbre::new);
        DescriptorCurve::new(frames).map(|curve| curve.with_timbre(timbre)).map_err(|error| error.to_string())
    }
}

/// Measures the first impact of a sound file and fits its timbre to the bank that plays.
///
/// # Errors
/// With the rest of a sentence that says why there is none and what to do.
pub(super) async fn measure_file(desk: Desk, bytes: ArrayBuffer, name: &str) -> Result<Impact, String> {
    measure(desk, &bytes, "name", &name.into()).await
}

/// Measures the first impact of samples at this rate, in hertz.
///
/// # Errors
/// As [`measure_file`].
pub(super) async fn measure_samples(desk: Desk, samples: &[f32], rate_hz: u32) -> Result<Impact, String> {
    let bytes: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    measure(desk, &Uint8Array::from(bytes.as_slice()).buffer(), "rate", &rate_hz.into()).await
}

async fn measure(desk: Desk, bytes: &ArrayBuffer, what: &str, known: &JsValue) -> Result<Impact, String> {
    let lost = |_| "the part of this page that reads sounds stopped: try again, or reload the page".to_owned();
    let data = Object::new();
    Reflect::set(&data, &"bytes".into(), bytes).map_err(lost)?;
    Reflect::set(&data, &what.into(), known).map_err(lost)?;
    let asked = DECODER.with_borrow_mut(|decoder| {
        if decoder.as_ref().is_none_or(|decoder| decoder.worker.has_failed()) {
            *decoder = Some(Decoder { worker: Worker::start(SCRIPT)?, bank: None });
        }
        let Some(decoder) = decoder else { return Ok(None) };
        let bank = desk.bank.get_untracked();
        if decoder.bank != bank.as_ref().map(|bank| bank.id) {
            decoder.bank = bank.as_ref().map(|bank| bank.id);
            // A bank without such a file plays no timbre: nothing is fitted to it.
            let file = bank.and_then(|bank| desk.audio.bank_file(&bank)).unwrap_or_else(|| ArrayBuffer::new(0));
            Reflect::set(&data, &"bank".into(), &file)?;
        }
        Ok::<_, JsValue>(Some(decoder.worker.ask(&data, &Array::of1(bytes))))
    });
    let answer = match asked.map_err(lost)? {
        Some(answer) => answer.await.map_err(|_| lost(JsValue::NULL))?,
        None => return Err(lost(JsValue::NULL)),
    };
    read(&answer.as_string().unwrap_or_default())
}

fn read(json: &str) -> Result<Impact, String> {
    match serde_json::from_str(json) {
        Ok(Answer::Impact(impact)) => Ok(impact),
        Ok(Answer::Refused(reason)) => Err(reason),
        Err(_) => Err("two versions of this page have met: reload it".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_as_the_decoder_writes_them() {
        let frame = "[0.5,0.1,2000.0,0.01,900.0,1000.0,200.0]";
        let timbre = vec!["0.25"; Timbre::COUNT].join(",");
        let json =
            format!(r#"{{"impact":{{"whole_s":1.0,"impact_s":0.5,"frames":[{frame},{frame}],"timbre":[{timbre}]}}}}"#);
        let curve = read(&json).and_then(|impact| impact.curve()).expect("an impact");
        assert_eq!(curve.frames()[1].centroid_hz, 1_000.0);
        assert!(curve.timbre().is_some());
        assert_eq!(read(r#"{"refused":"it is silent"}"#).err().as_deref(), Some("it is silent"));
        assert!(read("").is_err());
    }
}
