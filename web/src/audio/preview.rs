//! A rendered sound played once beside the engine: it neither waits for the engine nor holds it up.

use js_sys::Float32Array;
use web_sys::{AudioBufferSourceNode, AudioContext, GainNode};

/// A preview is softer than a hit by this factor: 8 dB.
const SOFTLY: f32 = 0.4;

/// Time in which a preview that is left fades out, in seconds.
const FADE_S: f64 = 0.03;

/// A sound that plays.
pub(super) struct Preview {
    source: AudioBufferSourceNode,
    gain: GainNode,
}

impl Preview {
    /// Plays samples of this rate at this level, a factor on them, to this way out. `None` where the browser cannot.
    pub(super) fn play(
        context: &AudioContext,
        out: &GainNode,
        samples: &Float32Array,
        rate_hz: u32,
        level: f32,
    ) -> Option<Self> {
        let play = || {
            let buffer = context.create_buffer(1, samples.length().max(1), rate_hz as f32)?;
            buffer.copy_to_channel_with_f32_array(samples, 0)?;
            let source = AudioBufferSourceNode::new(context)?;
            source.set_buffer(Some(&buffer));
            let gain = GainNode::new(context)?;
            gain.gain().set_value(level * SOFTLY);
            source.connect_with_audio_node(&gain)?;
            gain.connect_with_audio_node(out)?;
            source.start()?;
            Ok::<_, wasm_bindgen::JsValue>(Self { source, gain })
        };
        play().ok()
    }

    /// Fades the sound out; one that has ended stays ended.
    pub(super) fn end(self) {
        let now_s = self.gain.context().current_time();
        let level = self.gain.gain().value();
        // Fails only for times that are not finite.
        let _ = self.gain.gain().set_value_at_time(level, now_s);
        let _ = self.gain.gain().linear_ramp_to_value_at_time(0.0, now_s + FADE_S);
        let source: &web_sys::AudioScheduledSourceNode = &self.source;
        let _ = source.stop_with_when(now_s + FADE_S);
    }
}
