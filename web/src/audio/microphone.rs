//! A microphone: opened on request, heard block by block, closed when it is no longer held.

use super::reason;
use js_sys::{Float32Array, Object, Reflect};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AudioContext, AudioWorkletNode, AudioWorkletNodeOptions, MediaStream, MediaStreamAudioSourceNode,
    MediaStreamConstraints, MediaStreamTrack, MessageEvent,
};

/// The script that listens on the audio thread, relative to the page, and its name there.
const PROCESSOR: &str = "recorder.js";
const PROCESSOR_NAME: &str = "neurorack-recorder";

/// An open microphone; dropping it closes it.
pub(crate) struct Microphone {
    stream: MediaStream,
    source: MediaStreamAudioSourceNode,
    node: AudioWorkletNode,
    rate_hz: u32,
    // It is called as long as the microphone is open.
    _on_block: Closure<dyn FnMut(MessageEvent)>,
}

impl Microphone {
    /// Asks the person for their microphone; `listener` gets what it hears, some twenty milliseconds at a time.
    ///
    /// # Errors
    /// With a sentence that says why there is none and what to do.
    pub(super) async fn open(
        context: &AudioContext,
        mut listener: impl FnMut(Vec<f32>) + 'static,
    ) -> Result<Self, String> {
        let stream = open_stream(1, REFUSED).await?;
        let connect = async {
            JsFuture::from(context.audio_worklet()?.add_module(PROCESSOR)?).await?;
            let source = context.create_media_stream_source(&stream)?;
            let options = AudioWorkletNodeOptions::new();
            options.set_number_of_outputs(0);
            options.set_channel_count(1);
            let node = AudioWorkletNode::new_with_options(context, PROCESSOR_NAME, &options)?;
            let on_block = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
                if let Ok(samples) = event.data().dyn_into::<Float32Array>() {
                    listener(samples.to_vec());
                }
            });
            node.port()?.set_onmessage(Some(on_block.as_ref().unchecked_ref()));
            source.connect_with_audio_node(&node)?;
            Ok::<_, JsValue>((source, node, on_block))
        };
        match connect.await {
            Ok((source, node, on_block)) => {
                let rate_hz = context.sample_rate().round() as u32;
                Ok(Self { stream, source, node, rate_hz, _on_block: on_block })
            }
            Err(error) => {
                stop(&stream);
                Err(REFUSED.sentence(&error))
            }
        }
    }

    /// The rate of what it hears, in hertz.
    pub(crate) fn rate_hz(&self) -> u32 {
        self.rate_hz
    }
}

impl Drop for Microphone {
    fn drop(&mut self) {
        // These fail only for what is closed already.
        let _ = self.source.disconnect();
        if let Ok(port) = self.node.port() {
            port.set_onmessage(None);
            port.close();
        }
        stop(&self.stream);
    }
}

/// Asks the person for sound from outside, as it is, in so many channels where there are as many.
pub(super) async fn open_stream(channels: u32, refusals: Refusals) -> Result<MediaStream, String> {
    let devices = window().navigator().media_devices().map_err(|_| refusals.none_here.to_owned())?;
    let constraints = MediaStreamConstraints::new();
    let refused = |error: JsValue| refusals.sentence(&error);
    constraints.set_audio(&untouched(channels).map_err(refused)?);
    let asked = devices.get_user_media_with_constraints(&constraints).map_err(refused)?;
    Ok(JsFuture::from(asked).await.map_err(refused)?.unchecked_into())
}

/// Ends a stream, so that the browser no longer shows a microphone in use.
pub(super) fn stop(stream: &MediaStream) {
    for track in stream.get_tracks() {
        track.unchecked_into::<MediaStreamTrack>().stop();
    }
}

/// Sound without what makes speech clearer: it takes the attack from an impact, and a steady voltage altogether.
fn untouched(channels: u32) -> Result<JsValue, JsValue> {
    let wishes = Object::new();
    for name in ["echoCancellation", "noiseSuppression", "autoGainControl"] {
        Reflect::set(&wishes, &name.into(), &false.into())?;
    }
    Reflect::set(&wishes, &"channelCount".into(), &channels.into())?;
    Ok(wishes.into())
}

/// Why a stream of sound was not opened, and what to do: a sentence for each cause.
pub(super) struct Refusals {
    pub(super) none_here: &'static str,
    pub(super) not_allowed: &'static str,
    pub(super) not_found: &'static str,
    pub(super) in_use: &'static str,
    /// Anything else: the beginning of a sentence that goes on with the browser's own words.
    pub(super) failed: &'static str,
}

const REFUSED: Refusals = Refusals {
    none_here: "This browser offers no microphone to this page: open it by https, or from this computer as localhost, or \
                drop a sound file instead.",
    not_allowed: "The microphone was not allowed: allow it for this page in the browser's address bar, then press \
                  \u{201c}Record a sound\u{201d} again.",
    not_found: "No microphone was found: connect one, then press \u{201c}Record a sound\u{201d} again.",
    in_use: "The microphone is in use by another program: close that program, then press \u{201c}Record a \
             sound\u{201d} again.",
    failed: "The microphone could not be opened",
};

impl Refusals {
    fn sentence(&self, error: &JsValue) -> String {
        let name = Reflect::get(error, &"name".into()).ok().and_then(|name| name.as_string()).unwrap_or_default();
        match name.as_str() {
            "NotAllowedError" | "SecurityError" => self.not_allowed.into(),
            "NotFoundError" | "OverconstrainedError" => self.not_found.into(),
            "NotReadableError" => self.in_use.into(),
            _ => format!("{} ({}): reload the page and try again.", self.failed, reason(error)),
        }
    }
}
