//! The real-time side of `play`: the instrument inside a web-audio-api worklet.
//!
//! The latest controls and meters cross threads in triple buffers, events in bounded queues. Banks and curves that the
//! instrument no longer needs travel back and are freed by [`Player::collect`].

use crate::realtime;
use anyhow::{Result, anyhow};
use neurorack_engine::instrument::{BankRefused, Statistics};
use neurorack_engine::{ControlFrame, CurveSlot, Event, GateInput, Instrument, PreparedBank, Retired, ScaledCurve};
use rtrb::{Consumer, Producer, RingBuffer};
use std::sync::Arc;
use std::time::Instant;
use triple_buffer::triple_buffer;
use web_audio_api::context::{AudioContext, AudioContextOptions, BaseAudioContext};
use web_audio_api::node::AudioNode;
use web_audio_api::worklet::{
    AudioParamValues, AudioWorkletGlobalScope, AudioWorkletNode, AudioWorkletNodeOptions, AudioWorkletProcessor,
};

/// Messages that may wait for the next block.
const QUEUE: usize = 64;

/// Where the sound goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Sink {
    /// The system's default audio device.
    Default,
    /// Nowhere, in real time: for tests and machines without an audio device.
    None,
}

/// What the control side asks of the audio side.
pub(crate) enum Message {
    /// A hit, transposed by so many semitones.
    Note(f32),
    /// Gate 2 goes high or low.
    Gate2(bool),
    /// A curve for coming hits.
    Curve(CurveSlot, Arc<ScaledCurve>),
    /// A bank for coming hits, prepared for the player's sample rate.
    Bank(Arc<PreparedBank>),
}

/// What the audio side reports after every block.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Meters {
    /// The instrument's own counters.
    pub(crate) statistics: Statistics,
    /// Longest time that one block took, in seconds, and how long a block may take.
    pub(crate) longest_render_s: f32,
    pub(crate) block_s: f32,
    /// Banks and curves that could not be taken up.
    pub(crate) refused: u32,
}

/// An open audio output, with no instrument yet: its sample rate decides how banks are prepared.
pub(crate) struct Output {
    context: AudioContext,
}

impl Output {
    /// Opens the sink.
    pub(crate) fn open(sink: Sink) -> Result<Self> {
        let sink_id = match sink {
            Sink::Default => "",
            Sink::None => "none",
        };
        let options = AudioContextOptions { sink_id: sink_id.to_owned(), ..AudioContextOptions::default() };
        let context = AudioContext::try_new(options).map_err(|error| {
            anyhow!(
                "the audio device cannot be opened ({error}): is one connected, and does no other program hold it? \
                 --sink none plays without"
            )
        })?;
        Ok(Self { context })
    }

    /// Samples a second.
    pub(crate) fn sample_rate_hz(&self) -> u32 {
        self.context.sample_rate() as u32
    }

    /// Starts to play an instrument.
    pub(crate) fn play(self, instrument: Instrument, controls: ControlFrame) -> Player {
        let (messages, incoming) = RingBuffer::new(QUEUE);
        let (outgoing, retired) = RingBuffer::new(QUEUE);
        let (controls, latest_controls) = triple_buffer(&controls);
        let (new_meters, meters) = triple_buffer(&Meters::default());
        let voice_box = VoiceBox {
            instrument,
            messages: incoming,
            retired: outgoing,
            controls: latest_controls,
            meters: new_meters,
            current: Meters::default(),
        };
        let options = AudioWorkletNodeOptions {
            number_of_inputs: 0,
            number_of_outputs: 1,
            output_channel_count: vec![1],
            parameter_data: Default::default(),
            processor_options: voice_box,
            audio_node_options: Default::default(),
        };
        let node = AudioWorkletNode::new::<VoiceBox>(&self.context, options);
        node.connect(&self.context.destination());
        Player { context: self.context, _node: node, messages, retired, controls, meters, strikes: 0, dropped: 0 }
    }
}

/// The control side of a playing instrument.
pub(crate) struct Player {
    context: AudioContext,
    /// A node lives as long as its handle.
    _node: AudioWorkletNode,
    messages: Producer<Message>,
    retired: Consumer<Retired>,
    controls: triple_buffer::Input<ControlFrame>,
    meters: triple_buffer::Output<Meters>,
    /// Strikes handed over, and messages of any kind that found no room.
    strikes: u64,
    dropped: u64,
}

impl Player {
    /// Samples a second.
    pub(crate) fn sample_rate_hz(&self) -> u32 {
        self.context.sample_rate() as u32
    }

    /// Hands a message to the audio side; one that finds no room is dropped and counted.
    pub(crate) fn send(&mut self, message: Message) {
        let is_strike = matches!(message, Message::Note(_));
        match self.messages.push(message) {
            Ok(()) => self.strikes += u64::from(is_strike),
            Err(_) => self.dropped += 1,
        }
    }

    /// Changes the controls from the next block on.
    pub(crate) fn control(&mut self, controls: ControlFrame) {
        self.controls.write(controls);
    }

    /// Frees what the instrument gave back.
    pub(crate) fn collect(&mut self) {
        while self.retired.pop().is_ok() {}
    }

    /// The newest meters, and how many messages found no room.
    pub(crate) fn meters(&mut self) -> (Meters, u64) {
        (*self.meters.read(), self.dropped)
    }

    /// Whether every strike was taken up and the last hit is over.
    pub(crate) fn is_at_rest(&mut self) -> bool {
        let statistics = self.meters.read().statistics;
        statistics.hits + statistics.dropped_events >= self.strikes && statistics.voices == 0
    }

    /// Stops the audio device.
    pub(crate) fn close(self) {
        self.context.close_sync();
    }
}

/// The audio side: the instrument and its ends of the queues.
struct VoiceBox {
    instrument: Instrument,
    messages: Consumer<Message>,
    retired: Producer<Retired>,
    controls: triple_buffer::Output<ControlFrame>,
    meters: triple_buffer::Input<Meters>,
    current: Meters,
}

impl VoiceBox {
    /// Real-time safe.
    fn render(&mut self, block: &mut [f32]) {
        let start = Instant::now();
        // Whatever is refused or retired needs a place to go: without one, messages wait.
        while self.retired.slots() > 0
            && let Ok(message) = self.messages.pop()
        {
            self.take(message);
        }
        self.instrument.render(self.controls.read(), block);
        while self.retired.slots() > 0
            && let Some(retired) = self.instrument.take_retired()
        {
            self.retire(retired);
        }
        let longest = self.current.longest_render_s.max(start.elapsed().as_secs_f32());
        self.current.longest_render_s = longest;
        self.current.block_s = block.len() as f32 / self.instrument.sample_rate_hz() as f32;
        self.current.statistics = self.instrument.statistics();
        self.meters.write(self.current);
    }

    fn take(&mut self, message: Message) {
        let refused = match message {
            Message::Note(semitones) => {
                // A full queue counts the event itself.
                self.instrument.push(Event::Trigger { at: 0, velocity: 1.0, semitones });
                None
            }
            Message::Gate2(high) => {
                self.instrument.push(Event::Gate { at: 0, gate: GateInput::Gate2, high, velocity: 1.0 });
                None
            }
            Message::Curve(slot, curve) => self.instrument.use_curve(slot, curve).err().map(Retired::Curve),
            Message::Bank(bank) => match self.instrument.use_bank(bank) {
                Err(BankRefused::SampleRate { bank, .. } | BankRefused::NoRoom { bank }) => Some(Retired::Bank(bank)),
                _ => None,
            },
        };
        if let Some(refused) = refused {
            self.current.refused += 1;
            self.retire(refused);
        }
    }

    /// Sends something home to be freed. There is room: callers asked.
    fn retire(&mut self, retired: Retired) {
        if let Err(rtrb::PushError::Full(retired)) = self.retired.push(retired) {
            // Better lost than freed here.
            std::mem::forget(retired);
        }
    }
}

impl AudioWorkletProcessor for VoiceBox {
    type ProcessorOptions = Self;

    fn constructor(voice_box: Self) -> Self {
        voice_box
    }

    fn process<'a, 'b>(
        &mut self,
        _inputs: &'b [&'a [&'a [f32]]],
        outputs: &'b mut [&'a mut [&'a mut [f32]]],
        _params: AudioParamValues<'b>,
        _scope: &'b AudioWorkletGlobalScope,
    ) -> bool {
        if let Some(block) = outputs.first_mut().and_then(|output| output.first_mut()) {
            realtime::guard(|| self.render(block));
        }
        true
    }
}
