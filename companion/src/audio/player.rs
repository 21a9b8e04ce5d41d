//! The control side of what plays, for as long as the program runs: it outlives the device.

use super::clock::BlockClock;
use super::hands::Hands;
use super::notices::Notices;
use super::output::{Output, OutputArguments};
use super::voice_box::{Meters, ThreadWishes, VoiceBox};
use anyhow::Result;
use neurorack_engine::sources::{Gesture, Patch, Rack};
use neurorack_engine::{CurveSlot, Instrument, ModelBank, PreparedBank, Retired, ScaledCurve, Settings};
use rtrb::{Consumer, Producer, RingBuffer};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};
use triple_buffer::triple_buffer;
use web_audio_api::context::{AudioContext, BaseAudioContext};
use web_audio_api::node::AudioNode;
use web_audio_api::worklet::{AudioWorkletNode, AudioWorkletNodeOptions};

/// Messages that may wait for the next block, and things that may wait to be freed.
const QUEUE: usize = 64;

/// Samples of a block of web-audio-api.
const BLOCK_SAMPLES: f64 = 128.0;

/// Samples of the output that may wait to be heard: more than two seconds.
const TAP: usize = 1 << 17;

/// A device that asks for no sound for so long is lost.
const STALL: Duration = Duration::from_millis(700);

/// How long a device may take to close.
const PATIENCE: Duration = Duration::from_secs(2);

/// Time between two tries to open a device that was lost.
const AGAIN: Duration = Duration::from_secs(1);

/// What the control side asks of the audio side.
#[expect(clippy::large_enum_variant, reason = "nothing is allocated for a message, and few wait at a time")]
pub(super) enum Message {
    /// A curve for coming hits.
    Curve(CurveSlot, Arc<ScaledCurve>),
    /// A bank for coming hits, prepared for the player's sample rate.
    Bank(Arc<PreparedBank>),
    /// What the menu sets.
    Settings(Settings),
    /// What is set at the sources, and a movement that goes round there.
    Patch(Patch, Option<Arc<Gesture>>),
    /// Knobs of CV 1 to CV 4 in volts.
    Knobs([f32; 4]),
    /// The volume as a factor.
    Level(f32),
}

/// What comes home to be freed.
pub(super) enum Returned {
    Engine(#[expect(dead_code, reason = "it is only freed")] Retired),
    Gesture(#[expect(dead_code, reason = "it is only freed")] Arc<Gesture>),
}

/// All that is to be played: a device that comes back begins with it.
#[derive(Clone)]
pub(crate) struct Program {
    pub(crate) bank: Arc<ModelBank>,
    /// F1 and F2.
    pub(crate) curves: [Arc<ScaledCurve>; 2],
    pub(crate) settings: Settings,
    pub(crate) patch: Patch,
    pub(crate) gesture: Option<Arc<Gesture>>,
    /// The volume as a factor.
    pub(crate) level: f32,
}

/// An output that plays.
struct Playing {
    context: AudioContext,
    /// A node lives as long as its handle.
    _node: AudioWorkletNode,
    name: String,
    messages: Producer<Message>,
    retired: Consumer<Returned>,
    meters: triple_buffer::Output<Meters>,
    tap: Consumer<f32>,
    /// Samples that were taken from the tap.
    heard: u64,
    /// Samples rendered when somebody looked last, and when they last became more.
    frames: u64,
    moved: Instant,
}

/// What plays, whatever the device does.
pub(crate) struct Player {
    arguments: OutputArguments,
    thread: ThreadWishes,
    hands: Hands,
    program: Program,
    playing: Option<Playing>,
    rate_hz: u32,
    /// When a lost device was last looked for, and why it was not found.
    tried: Instant,
    why: String,
    /// Devices that were lost, messages that found no room, and reports of devices before this player.
    lost: u64,
    dropped: u64,
    last: Meters,
    notices: Notices,
}

impl Player {
    /// Opens an output and plays; `patient`, it looks for the device again and again where it cannot be had.
    ///
    /// # Errors
    /// When the device cannot be had, with what to do.
    pub(crate) fn open(
        arguments: OutputArguments,
        thread: ThreadWishes,
        hands: Hands,
        program: Program,
        patient: bool,
    ) -> Result<Self> {
        Notices::listen();
        let mut player = Self {
            rate_hz: arguments.rate_hz(),
            arguments,
            thread,
            hands,
            program,
            playing: None,
            tried: Instant::now(),
            why: String::new(),
            lost: 0,
            dropped: 0,
            last: Meters::default(),
            notices: Notices::so_far(),
        };
        match Output::open(&player.arguments) {
            Ok(output) => player.start(output),
            Err(error) if patient => player.why = format!("{error:#}"),
            Err(error) => return Err(error),
        }
        Ok(player)
    }

    /// Plays at an output.
    fn start(&mut self, output: Output) {
        self.rate_hz = output.context.sample_rate() as u32;
        let prepared = Arc::new(self.program.bank.prepare(self.rate_hz));
        let (playing, last) = start(output, &self.program, prepared, &self.hands, self.thread);
        (self.playing, self.last) = (Some(playing), last);
    }

    /// Samples a second.
    pub(crate) fn sample_rate_hz(&self) -> u32 {
        self.rate_hz
    }

    /// Plays coming hits with a bank; `prepared` is for the player's rate.
    pub(crate) fn use_bank(&mut self, bank: Arc<ModelBank>, prepared: Arc<PreparedBank>) {
        self.program.bank = bank;
        self.send(Message::Bank(prepared));
    }

    /// Takes a curve for coming hits.
    pub(crate) fn use_curve(&mut self, slot: CurveSlot, curve: Arc<ScaledCurve>) {
        self.program.curves[slot as usize] = Arc::clone(&curve);
        self.send(Message::Curve(slot, curve));
    }

    /// Takes what the menu sets.
    pub(crate) fn use_settings(&mut self, settings: Settings) {
        self.program.settings = settings;
        self.send(Message::Settings(settings));
    }

    /// Takes what is set at the sources, and a movement that goes round there.
    pub(crate) fn use_patch(&mut self, patch: Patch, gesture: Option<Arc<Gesture>>) {
        self.program.patch = patch;
        self.program.gesture.clone_from(&gesture);
        self.send(Message::Patch(patch, gesture));
    }

    /// Turns the knobs of CV 1 to CV 4, in volts.
    pub(crate) fn turn_knobs(&mut self, volts: [f32; 4]) {
        self.program.patch.knobs_volts = volts;
        self.send(Message::Knobs(volts));
    }

    /// The volume as a factor.
    pub(crate) fn use_level(&mut self, level: f32) {
        self.program.level = level;
        self.send(Message::Level(level));
    }

    /// Reads the newest meters, frees what the instrument gave back, and hands out what sounded since the last call, in its
    /// order: pieces with the number of their first sample since the audio side began.
    pub(crate) fn hear(&mut self, mut take: impl FnMut(u64, &[f32], &Meters)) {
        let Some(playing) = &mut self.playing else { return };
        self.last = *playing.meters.read();
        while playing.retired.pop().is_ok() {}
        if let Ok(chunk) = playing.tap.read_chunk(playing.tap.slots()) {
            let (first, second) = chunk.as_slices();
            for piece in [first, second] {
                take(playing.heard + self.last.unheard, piece, &self.last);
                playing.heard += piece.len() as u64;
            }
            chunk.commit_all();
        }
    }

    /// The meters that were read last; those of a lost device stay until it is back.
    pub(crate) fn last(&self) -> &Meters {
        &self.last
    }

    /// Buffers that ran empty: what the device reported, and callbacks that took longer than they may.
    pub(crate) fn xruns(&self) -> u64 {
        let missed = self.playing.as_ref().map_or(0, |playing| playing.context.playback_stats().underrun_events());
        Notices::so_far().xruns - self.notices.xruns + missed
    }

    /// The volume as a factor.
    pub(crate) fn level(&self) -> f32 {
        self.program.level
    }

    /// Devices that went away.
    pub(crate) fn lost(&self) -> u64 {
        self.lost
    }

    /// Messages and deeds that found no room.
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped + self.hands.dropped()
    }

    /// Looks after the device by the meters that were read last: one that went away is looked for until it is back. Says what
    /// changed, in a sentence.
    pub(crate) fn look(&mut self) -> Option<String> {
        let now = Instant::now();
        if let Some(playing) = &mut self.playing {
            let frames = self.last.statistics.frames;
            if frames != playing.frames {
                (playing.frames, playing.moved) = (frames, now);
            }
            if now.duration_since(playing.moved) < STALL {
                return None;
            }
            return Some(self.lose());
        }
        if now.duration_since(self.tried) < AGAIN {
            return None;
        }
        self.tried = now;
        match Output::open(&self.arguments) {
            Ok(output) => {
                self.start(output);
                Some("The audio device is here.".to_owned())
            }
            Err(error) => {
                self.why = format!("{error:#}");
                None
            }
        }
    }

    /// The device went away.
    fn lose(&mut self) -> String {
        self.lost += 1;
        self.tried = Instant::now();
        if let Some(playing) = self.playing.take() {
            // Closing waits for an audio thread that may never answer: nobody waits with it.
            std::thread::spawn(move || playing.context.close_sync());
        }
        "The audio device is gone: it plays on when it is back.".to_owned()
    }

    /// Where the sound goes, in a sentence.
    pub(crate) fn state(&self) -> String {
        match &self.playing {
            Some(playing) => {
                let channels = playing.context.destination().channel_count();
                format!("{} at {} Hz, {channels} channels", playing.name, self.rate_hz)
            }
            None if self.why.is_empty() => "the audio device is gone: looking for it".to_owned(),
            None => self.why.clone(),
        }
    }

    /// Stops the audio device. One that does not answer, since it has just gone away, is not waited for.
    pub(crate) fn close(self) {
        let Some(playing) = self.playing else { return };
        let (closed, wait) = mpsc::channel();
        std::thread::spawn(move || {
            playing.context.close_sync();
            // Nobody may wait any more.
            let _ = closed.send(());
        });
        // Too late or in time: the program ends either way.
        let _ = wait.recv_timeout(PATIENCE);
    }

    /// Hands a message to the audio side; one that finds no room is dropped and counted.
    fn send(&mut self, message: Message) {
        if let Some(playing) = &mut self.playing {
            self.dropped += u64::from(playing.messages.push(message).is_err());
        }
    }
}

/// Starts to play at an output. What the control side has to say comes in messages from then on.
fn start(
    output: Output,
    program: &Program,
    prepared: Arc<PreparedBank>,
    hands: &Hands,
    thread: ThreadWishes,
) -> (Playing, Meters) {
    let Output { context, channels, name } = output;
    let rate_hz = context.sample_rate() as u32;
    let mut instrument = Box::new(Instrument::new(prepared, Settings::default().seed));
    instrument.use_settings(&program.settings);
    for (slot, curve) in [CurveSlot::F1, CurveSlot::F2].into_iter().zip(&program.curves) {
        // Two curves always find room in a new instrument.
        let _ = instrument.use_curve(slot, Arc::clone(curve));
    }
    let mut rack = Box::new(Rack::new(rate_hz, &program.patch));
    if let Some(gesture) = &program.gesture {
        rack.use_gesture(gesture.points().iter().copied());
    }
    let current = VoiceBox::meters(&instrument, &rack);
    let (messages, incoming) = RingBuffer::new(QUEUE);
    let (outgoing, retired) = RingBuffer::new(QUEUE);
    let (sounding, tap) = RingBuffer::new(TAP);
    let (new_meters, meters) = triple_buffer(&current);
    let voice_box = VoiceBox {
        instrument,
        rack,
        level: program.level,
        messages: incoming,
        waiting: None,
        hands: hands.reach(),
        retired: outgoing,
        meters: new_meters,
        tap: sounding,
        current,
        clock: BlockClock::new(BLOCK_SAMPLES / f64::from(rate_hz)),
        epoch: hands.epoch(),
        thread,
        begun: false,
    };
    let options = AudioWorkletNodeOptions {
        number_of_inputs: 0,
        number_of_outputs: 1,
        output_channel_count: vec![channels],
        parameter_data: Default::default(),
        processor_options: voice_box,
        audio_node_options: Default::default(),
    };
    context.destination().set_channel_count(channels);
    let node = AudioWorkletNode::new::<VoiceBox>(&context, options);
    node.connect(&context.destination());
    let now = Instant::now();
    (Playing { context, _node: node, name, messages, retired, meters, tap, heard: 0, frames: 0, moved: now }, current)
}
