//! An open audio output: a device, JACK, or nowhere in real time.

use crate::quiet::quietly;
use anyhow::{Context, Result, anyhow, bail, ensure};
use web_audio_api::context::{AudioContext, AudioContextLatencyCategory, AudioContextOptions, BaseAudioContext};
use web_audio_api::media_devices::{MediaDeviceInfoKind, enumerate_devices_sync};

/// Rates that may be asked for, in hertz.
const RATES_HZ: std::ops::RangeInclusive<u32> = 44_100..=96_000;

/// Lengths of a buffer that may be asked for, in frames.
const BUFFERS: std::ops::RangeInclusive<u32> = 64..=8_192;

/// The rate for which a buffer is asked until the device's own is known, in hertz.
const USUAL_RATE_HZ: u32 = 48_000;

/// Where the sound goes, and how.
#[derive(Debug, Clone, PartialEq, clap::Args)]
pub(crate) struct OutputArguments {
    /// Where the sound goes: `default`, `none` (nowhere, in real time), or a device by a part of its name as `neurorack devices`
    /// lists it. While a JACK server runs, it is the default.
    #[arg(long, value_name = "NAME", default_value = "default")]
    sink: String,
    /// Samples a second, 44100 to 96000. [default: the device's own]
    #[arg(long, value_name = "HZ", value_parser = rate_hz)]
    rate: Option<u32>,
    /// Frames of the device's buffer, 64 to 8192: shorter is quicker, longer is safer. JACK has its own.
    #[arg(long, value_name = "FRAMES", value_parser = frames, default_value_t = 128)]
    buffer: u32,
    /// Channels that carry the sound, from the first on. [default: 2, or 1 where there is no more]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=32))]
    channels: Option<u8>,
}

fn rate_hz(text: &str) -> Result<u32> {
    let rate: u32 = text.parse().context("give samples a second, such as 48000")?;
    ensure!(RATES_HZ.contains(&rate), "the instrument plays at 44100 to 96000 Hz");
    Ok(rate)
}

fn frames(text: &str) -> Result<u32> {
    let frames: u32 = text.parse().context("give a number of frames, such as 128")?;
    ensure!(BUFFERS.contains(&frames), "a buffer has 64 to 8192 frames");
    ensure!(frames.is_power_of_two(), "a buffer has a power of two of frames: 64, 128, 256, ...");
    Ok(frames)
}

impl OutputArguments {
    /// The rate that is asked for, or the usual one.
    pub(super) fn rate_hz(&self) -> u32 {
        self.rate.unwrap_or(USUAL_RATE_HZ)
    }

    /// Whether any device will do.
    pub(crate) fn is_default(&self) -> bool {
        self.sink == "default" || self.sink.is_empty()
    }
}

/// An open output, with nothing to play yet.
pub(super) struct Output {
    pub(super) context: AudioContext,
    pub(super) channels: usize,
    /// Where it leads, for people.
    pub(super) name: String,
}

impl Output {
    /// Opens what the arguments name.
    ///
    /// # Errors
    /// With what to do, when there is no such device or it cannot be had.
    pub(super) fn open(arguments: &OutputArguments) -> Result<Self> {
        quietly(|| Self::open_loudly(arguments))
    }

    fn open_loudly(arguments: &OutputArguments) -> Result<Self> {
        let (sink_id, name) = match arguments.sink.as_str() {
            "none" => ("none".to_owned(), "nowhere".to_owned()),
            "default" | "" => (String::new(), "the default output".to_owned()),
            name => find(name)?,
        };
        let context = Self::start(&sink_id, arguments, arguments.rate_hz())?;
        let rate_hz = context.sample_rate() as u32;
        // A buffer is asked for in seconds: at another rate than was thought it is asked for once more.
        let context = if rate_hz == arguments.rate_hz() || sink_id == "none" {
            context
        } else {
            context.close_sync();
            drop(context);
            Self::start(&sink_id, arguments, rate_hz)?
        };
        let most = context.destination().max_channel_count();
        let channels = arguments.channels.map_or(most.min(2), usize::from);
        ensure!(channels <= most, "this output has {most} channels: give --channels 1 to {most}");
        Ok(Self { context, channels, name })
    }

    fn start(sink_id: &str, arguments: &OutputArguments, rate_hz: u32) -> Result<AudioContext> {
        // Half a frame more, so that rounding does not halve the buffer.
        let buffer_s = (f64::from(arguments.buffer) + 0.5) / f64::from(rate_hz);
        let options = AudioContextOptions {
            sink_id: sink_id.to_owned(),
            latency_hint: AudioContextLatencyCategory::Custom(shortened(buffer_s, rate_hz)),
            sample_rate: arguments.rate.map(|rate| rate as f32),
            ..AudioContextOptions::default()
        };
        AudioContext::try_new(options).map_err(|error| anyhow!(sentence(&error.to_string())))
    }
}

/// A length in seconds that web-audio-api, which rounds down to whole frames and then up to a power of two, takes for the frames
/// that are meant.
fn shortened(buffer_s: f64, rate_hz: u32) -> f64 {
    let frames = (buffer_s * f64::from(rate_hz)) as u32;
    (f64::from(frames) + 0.25) / f64::from(rate_hz)
}

/// The device that a part of a name means, and its whole name.
fn find(name: &str) -> Result<(String, String)> {
    let outputs: Vec<(String, String)> = enumerate_devices_sync()
        .into_iter()
        .filter(|device| device.kind() == MediaDeviceInfoKind::AudioOutput)
        .map(|device| (device.device_id().to_owned(), device.label().to_owned()))
        .collect();
    choose(name, &outputs)
}

fn choose(name: &str, outputs: &[(String, String)]) -> Result<(String, String)> {
    let wanted = name.to_lowercase();
    let exact = outputs.iter().find(|(_, label)| label.to_lowercase() == wanted);
    let among: Vec<_> = outputs.iter().filter(|(_, label)| label.to_lowercase().contains(&wanted)).collect();
    match (exact, among.as_slice()) {
        (Some(device), _) => Ok(device.clone()),
        (None, [device]) => Ok((*device).clone()),
        (None, []) if outputs.is_empty() => {
            bail!("there is no audio device: plug one in, or play without by --sink none")
        }
        (None, []) => bail!("no audio device is called {name}: there are {}", labels(outputs.iter())),
        (None, _) => {
            let names = labels(among.into_iter());
            bail!("several audio devices are called {name}: give more of the name of one of {names}")
        }
    }
}

fn labels<'a>(outputs: impl Iterator<Item = &'a (String, String)>) -> String {
    outputs.map(|(_, label)| label.as_str()).collect::<Vec<_>>().join("; ")
}

/// What went wrong with a device and what to do, from what the library says of it.
fn sentence(error: &str) -> String {
    let lower = error.to_lowercase();
    let remedy = if lower.contains("busy") {
        "another program holds it: close that, or play through the sound server by --sink default"
    } else if lower.contains("permission") {
        "this user may not use it: add the user to the group audio (sudo usermod -aG audio $USER) and log in again"
    } else if lower.contains("not available") || lower.contains("no output device") || lower.contains("unavailable") {
        "is one connected? `neurorack devices` lists what there is; --sink none plays without"
    } else {
        "is one connected, and does no other program hold it? --sink none plays without"
    };
    format!("the audio device cannot be opened: {remedy} ({error})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_is_asked_for_with_exactly_its_frames() {
        for rate_hz in [44_100, 48_000, 88_200, 96_000] {
            for frames in [64u32, 128, 256, 1_024, 8_192] {
                let asked_s = shortened((f64::from(frames) + 0.5) / f64::from(rate_hz), rate_hz);
                // As web-audio-api 1.7 does it.
                let taken = ((asked_s * f64::from(rate_hz as f32)) as usize).next_power_of_two();
                assert_eq!(taken as u32, frames, "{frames} at {rate_hz} Hz");
            }
        }
    }

    #[test]
    fn a_device_is_found_by_a_part_of_its_name() {
        let outputs =
            [("1", "USB Audio"), ("2", "USB Audio 2"), ("3", "HDMI")].map(|(id, label)| (id.into(), label.into()));
        assert_eq!(choose("hdmi", &outputs).unwrap().0, "3");
        assert_eq!(choose("usb audio", &outputs).unwrap().0, "1", "the whole name counts first");
        let many = choose("usb", &outputs).unwrap_err().to_string();
        assert!(many.contains("USB Audio; USB Audio 2") && !many.contains("HDMI"), "{many}");
        let none = choose("line out", &outputs).unwrap_err().to_string();
        assert!(none.contains("HDMI"), "{none}");
        assert!(choose("x", &[]).unwrap_err().to_string().contains("--sink none"));
    }

    #[test]
    fn numbers_out_of_range_are_refused_with_the_range() {
        assert!(rate_hz("22050").unwrap_err().to_string().contains("44100"));
        assert!(frames("100").unwrap_err().to_string().contains("power of two"));
        assert!(frames("32").unwrap_err().to_string().contains("64"));
        assert_eq!((rate_hz("96000").unwrap(), frames("64").unwrap()), (96_000, 64));
    }

    #[test]
    fn what_the_library_says_becomes_what_to_do() {
        for (error, remedy) in [
            ("The requested device is temporarily busy.", "close that"),
            ("Permission denied.", "group audio"),
            ("cpal backend error during default_output_device: No output device available", "neurorack devices"),
        ] {
            let said = sentence(error);
            assert!(said.contains(remedy) && said.contains(error), "{said}");
        }
    }
}
