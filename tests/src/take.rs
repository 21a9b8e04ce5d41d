//! A bank of the original's kind, a hit to ask it for, and what the hit must sound like.

use std::path::Path;

use anyhow::{Context, Result};
use neurorack_engine::bank::test_bank;
use neurorack_engine::control::Parameters;
use neurorack_engine::descriptors::DescriptorCurve;
use neurorack_engine::instrument::CurveSlot;
use neurorack_engine::models::hn_sinc_nsf::{self, Ask};
use neurorack_engine::{ControlFrame, RenderedBank, ScaledCurve, Settings};
use neurorack_worklet::message::{CurveData, Message};

use crate::messages::framed;

/// Frames of the hit, 0.12 s: a browser's adapter without a card needs seconds for it.
const FRAMES: usize = 21;

/// A bit of everything that a panel moves.
const CONTROLS: ControlFrame = ControlFrame { cv: [1.5, 0.0, 1.0, -5.0], level: 1.0 };

/// Writes the bank, the messages that a take is asked for with, and its samples.
pub(crate) fn write(folder: &Path) -> Result<()> {
    let file = test_bank::rendered_bytes(1);
    let bank = RenderedBank::parse(&file).context("the test bank")?;
    let short = |curve: &DescriptorCurve| {
        let beginning = curve.frames().iter().copied().take(FRAMES).collect();
        DescriptorCurve::new(beginning).map(|curve| ScaledCurve::from(&curve))
    };
    let [first, second] = [&bank.factory()[0], &bank.factory()[1]].map(short);
    let curves = [first?, second?];
    let settings = Settings::default();
    let messages = [
        Message::Settings(settings).encode(),
        Message::Control(CONTROLS).encode(),
        Message::Curve { slot: CurveSlot::F1, curve: CurveData::from(&curves[0]) }.encode(),
        Message::Curve { slot: CurveSlot::F2, curve: CurveData::from(&curves[1]) }.encode(),
    ];
    let parameters = Parameters::read(&CONTROLS, &settings);
    let [first, second] = &curves;
    let ask = Ask { curves: [first, second], settings: &settings, velocity: 1.0, semitones: 0.0, seed: settings.seed };
    let sound: Vec<u8> =
        hn_sinc_nsf::hit(bank.weights(), &ask, |_| parameters).iter().flat_map(|x| x.to_le_bytes()).collect();
    for (name, bytes) in [("original.safetensors", file), ("take.bin", framed(&messages)), ("take.f32", sound)] {
        let path = folder.join(name);
        std::fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}
