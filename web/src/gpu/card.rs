//! One worker with the module that renders on the graphics card.

use super::line::Line;
use crate::audio::reason;
use crate::sounds::BankFile;
use js_sys::{Array, ArrayBuffer, Float32Array, Function, Promise, Reflect, Uint8Array};
use neurorack_engine::ScaledCurve;
use neurorack_engine::descriptors::DescriptorCurve;
use neurorack_engine::instrument::CurveSlot;
use neurorack_worklet::message::{CurveData, Message};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Rate of what it renders, in hertz.
pub(crate) const RATE_HZ: u32 = 44_100;

/// Most sounds that are asked for at a time.
const MOST: usize = 16;

/// How long a batch may take, in seconds: what a hand waits for comes between two.
const BATCH_S: f64 = 0.25;

/// The longest that a first answer is waited for, in which programs for the card are compiled.
pub(crate) const FIRST_MS: u64 = 120_000;

/// The longest that an answer is waited for beside the time that its sounds should take, and how many times that.
const ANSWER_MS: u64 = 10_000;
const PATIENCE: f64 = 8.0;

/// Seconds from one frame of a curve to the next.
const FRAME_S: f64 = 256.0 / 44_100.0;

/// A card that renders fewer seconds of sound in a second is of no use: the trial ends there.
const USELESS: f64 = 2.0;

/// A card that renders one bank; dropping it ends its worker.
pub(crate) struct Card {
    line: Line,
    /// Seconds of sound in a second.
    speed: f64,
}

/// What its trial found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Trial {
    /// Seconds of sound in a second.
    pub(crate) speed: f64,
    /// Largest difference from the engine, as a share of the peak.
    pub(crate) difference: f64,
}

/// Asks the browser for a graphics card: before anything of it is fetched.
///
/// # Errors
/// With the beginning of a sentence, where there is none.
pub(crate) async fn look_for_one() -> Result<(), String> {
    let none = |why: &str| Err(format!("this browser reaches no graphics card: {why}"));
    let navigator: JsValue = leptos::prelude::window().navigator().into();
    let field = |of: &JsValue, name: &str| Reflect::get(of, &name.into()).unwrap_or(JsValue::UNDEFINED);
    let gpu = field(&navigator, "gpu");
    let Ok(request) = field(&gpu, "requestAdapter").dyn_into::<Function>() else { return none("it has no WebGPU") };
    let asked = request.call0(&gpu).and_then(|promise| promise.dyn_into::<Promise>());
    let Ok(asked) = asked else { return none("its WebGPU does not answer") };
    match JsFuture::from(asked).await {
        Ok(adapter) if adapter.is_object() => Ok(()),
        Ok(_) => none("it offers no adapter"),
        Err(error) => none(&reason(&error)),
    }
}

impl Card {
    /// Fetches the module, opens the card, gives it a bank's file, compares it with the engine and measures it.
    ///
    /// # Errors
    /// With the beginning of a sentence, where any of these fails.
    pub(crate) async fn open(file: &ArrayBuffer, bank: &BankFile) -> Result<(Self, Trial), String> {
        let mut card = Self { line: Line::open(true).await?, speed: 0.0 };
        card.line.ask("bank", file, FIRST_MS).await?;
        let (difference, _) = card.line.ask("verify", &JsValue::TRUE, FIRST_MS).await?;
        let difference = difference.as_f64().ok_or("the graphics card was not compared with the engine")?;
        for sounds in [1, MOST, MOST] {
            // A number of sounds for the first time: programs for it are compiled.
            card.speed = card.try_speed(bank, sounds).await?;
            if card.speed < USELESS {
                break;
            }
        }
        let trial = Trial { speed: card.speed, difference };
        Ok((card, trial))
    }

    /// Seconds of sound in a second, where so many sounds of the bank are rendered at a time.
    async fn try_speed(&self, bank: &BankFile, sounds: usize) -> Result<f64, String> {
        let curves: Vec<&DescriptorCurve> = bank.model.factory().iter().take(sounds).collect();
        let seconds: f32 = curves.iter().map(|curve| curve.seconds()).sum();
        let curves: Vec<ScaledCurve> = curves.into_iter().map(ScaledCurve::from).collect();
        let (_, ms) = self.line.ask("hits", &messages(curves.iter()), FIRST_MS).await?;
        Ok(f64::from(seconds) / (ms / 1_000.0).max(1e-3))
    }

    /// How many sounds are best asked for at a time.
    pub(crate) fn batch(&self) -> usize {
        ((self.speed * BATCH_S) as usize).clamp(1, MOST)
    }

    /// Asks for one hit of each curve, at [`RATE_HZ`]; asked for at once, not when the answer is first waited for.
    ///
    /// # Errors
    /// With the beginning of a sentence, where the card does not answer.
    pub(crate) fn ask_hits(
        &self,
        curves: &[&ScaledCurve],
    ) -> impl Future<Output = Result<Vec<Float32Array>, String>> + use<> {
        let wanted = curves.len();
        let seconds = curves.iter().map(|curve| curve.frames().len()).sum::<usize>() as f64 * FRAME_S;
        let most_ms = ANSWER_MS + (PATIENCE * 1_000.0 * seconds / self.speed.max(1e-2)) as u64;
        let asked = self.line.ask("hits", &messages(curves.iter().copied()), most_ms);
        async move {
            let (sounds, _) = asked.await?;
            let sounds: Array = sounds.dyn_into().map_err(|_| "the graphics card answered with no sounds")?;
            let sounds: Option<Vec<Float32Array>> = sounds.iter().map(|sound| sound.dyn_into().ok()).collect();
            sounds
                .filter(|sounds| sounds.len() == wanted)
                .ok_or_else(|| "the graphics card left out some of the sounds".into())
        }
    }
}

/// Curves as the engine's messages carry them.
fn messages<'a>(curves: impl Iterator<Item = &'a ScaledCurve>) -> Array {
    let message = |curve| Message::Curve { slot: CurveSlot::F1, curve: CurveData::from(curve) }.encode();
    curves.map(|curve| Uint8Array::from(message(curve).as_slice())).collect()
}
