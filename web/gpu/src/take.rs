//! A hit that is rendered ahead, asked for and answered in the engine's messages.

use neurorack_engine::control::Parameters;
use neurorack_engine::curve::ScaledCurve;
use neurorack_engine::instrument::CurveSlot;
use neurorack_engine::models::hn_sinc_nsf::Ask;
use neurorack_engine::{ControlFrame, Settings, TakeLabel};
use neurorack_nets::player::{Player, PlayerError};
use neurorack_worklet::message::{Message, take_messages};

/// What is to be rendered.
pub(crate) struct Wanted {
    curves: [ScaledCurve; 2],
    controls: ControlFrame,
    settings: Settings,
}

impl Wanted {
    /// Reads settings, controls and both curves, in any order. `None` where one of them is missing or says nothing.
    pub(crate) fn read(messages: &[Vec<u8>]) -> Option<Self> {
        let (mut first, mut second) = (None, None);
        let (mut controls, mut settings) = (None, None);
        for message in messages {
            match Message::decode(message)? {
                Message::Curve { slot, curve } => {
                    let mut taken = ScaledCurve::default();
                    if !taken.replace(curve.frames(), curve.timbre()) {
                        return None;
                    }
                    match slot {
                        CurveSlot::F1 => first = Some(taken),
                        CurveSlot::F2 => second = Some(taken),
                    }
                }
                Message::Control(frame) => controls = Some(frame.sanitised()),
                Message::Settings(said) => settings = Some(said.sanitised()),
                _ => return None,
            }
        }
        Some(Self { curves: [first?, second?], controls: controls?, settings: settings? })
    }

    /// Renders it at full strength; returns the messages that carry it to an engine. Velocity and level are the engine's.
    pub(crate) async fn render(
        &self,
        player: &Player,
        bank: u64,
        family: u32,
        number: u32,
    ) -> Result<Vec<Vec<u8>>, PlayerError> {
        let parameters = Parameters::read(&self.controls, &self.settings);
        let [first, second] = &self.curves;
        let seed = self.settings.seed;
        let ask = Ask { curves: [first, second], settings: &self.settings, velocity: 1.0, semitones: 0.0, seed };
        let sound = player.ahead(&ask, |_| parameters).await?;
        Ok(take_messages(TakeLabel { bank, family, number, semitones: parameters.semitones }, &sound))
    }
}
