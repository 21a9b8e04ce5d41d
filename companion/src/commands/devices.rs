//! `neurorack devices`: what of this machine can sound, be played, and be plugged in.

use crate::{files, midi, quiet};
use anyhow::{Context, Result};
use neurorack_link::{Found, Problem, modules, short_name};
use serde_json::{Value, json};
use std::fmt::Write;

/// List audio outputs, MIDI inputs and modules; opens no module and plays nothing.
#[derive(Debug, clap::Args)]
pub(crate) struct Devices {
    /// Write JSON, for a program.
    #[arg(long)]
    json: bool,
}

impl Devices {
    /// Runs the command.
    pub(crate) fn run(self) -> Result<()> {
        let lists = quiet::quietly(|| Lists { audio: outputs(), midi: inputs(), modules: found() });
        if self.json {
            let text = serde_json::to_string_pretty(&lists.json()).context("the list cannot be written as JSON")?;
            return files::print(&(text + "\n"));
        }
        files::print(&lists.text())
    }
}

/// What was found; where nothing was, a sentence says why and what to do.
struct Lists {
    audio: Result<Vec<Output>, String>,
    midi: Result<Vec<String>, String>,
    modules: Result<Vec<Found>, String>,
}

/// An audio output.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
struct Output {
    name: String,
    /// Most channels that it has, where the system tells.
    channels: Option<u16>,
    /// Lowest and highest rate in hertz, where the system tells.
    rates_hz: Option<[u32; 2]>,
}

impl Lists {
    fn json(&self) -> Value {
        fn part<T, V: serde::Serialize>(list: &Result<Vec<T>, String>, one: impl Fn(&T) -> V) -> Value {
            match list {
                Ok(found) => json!({ "found": found.iter().map(one).collect::<Vec<_>>(), "problem": null }),
                Err(problem) => json!({ "found": [], "problem": problem }),
            }
        }
        let module =
            |module: &Found| json!({ "port": module.port, "name": module.uid.map(short_name), "uid": module.uid });
        json!({
            "audio": part(&self.audio, Clone::clone),
            "midi": part(&self.midi, Clone::clone),
            "modules": part(&self.modules, module),
        })
    }

    fn text(&self) -> String {
        let mut text = String::new();
        paragraph(&mut text, "Audio outputs", &self.audio, |output| {
            let channels = output.channels.map(|channels| match channels {
                1 => "mono".to_owned(),
                channels => format!("{channels} channels"),
            });
            let khz = |hz: u32| f64::from(hz) / 1e3;
            let rates = output.rates_hz.map(|[low, high]| match low == high {
                true => format!("{} kHz", khz(low)),
                false => format!("{} to {} kHz", khz(low), khz(high)),
            });
            [Some(output.name.clone()), channels, rates].into_iter().flatten().collect::<Vec<_>>().join(", ")
        });
        paragraph(&mut text, "MIDI inputs", &self.midi, Clone::clone);
        paragraph(&mut text, "Modules", &self.modules, |module| match module.uid {
            Some(uid) => format!("{}  module {}", module.port, short_name(uid)),
            None => module.port.clone(),
        });
        text
    }
}

/// A heading with its list, or with the sentence in its place.
fn paragraph<T>(text: &mut String, heading: &str, list: &Result<Vec<T>, String>, line: impl Fn(&T) -> String) {
    // Writing to a String cannot fail, here and below.
    let _ = writeln!(text, "{heading}");
    match list {
        Ok(found) => found.iter().for_each(|one| {
            let _ = writeln!(text, "  {}", line(one));
        }),
        Err(problem) => {
            let _ = writeln!(text, "  {problem}");
        }
    }
}

#[cfg(feature = "device")]
fn outputs() -> Result<Vec<Output>, String> {
    use web_audio_api::media_devices::{MediaDeviceInfoKind, enumerate_devices_sync};

    let known = ranges();
    let outputs: Vec<_> = enumerate_devices_sync()
        .into_iter()
        .filter(|device| device.kind() == MediaDeviceInfoKind::AudioOutput)
        // ALSA's "null" is always there, and nobody hears it.
        .filter(|device| !device.label().starts_with("Discard all samples"))
        .map(|device| {
            let name = device.label().to_owned();
            let known = known.iter().find(|output| output.name == name);
            known.cloned().unwrap_or(Output { name, channels: None, rates_hz: None })
        })
        .collect();
    if outputs.is_empty() { Err(no_output()) } else { Ok(outputs) }
}

/// What the system's own audio interface says of its outputs, which the names alone do not.
#[cfg(feature = "device")]
fn ranges() -> Vec<Output> {
    use cpal::traits::{DeviceTrait, HostTrait};

    let Ok(devices) = cpal::default_host().output_devices() else { return Vec::new() };
    let output = |device: cpal::Device| {
        let name = device.description().ok()?.to_string();
        let ranges: Vec<_> = device.supported_output_configs().map(Iterator::collect).unwrap_or_default();
        let low = ranges.iter().map(|range: &cpal::SupportedStreamConfigRange| range.min_sample_rate()).min();
        let high = ranges.iter().map(cpal::SupportedStreamConfigRange::max_sample_rate).max();
        let channels = ranges.iter().map(cpal::SupportedStreamConfigRange::channels).max();
        Some(Output { name, channels, rates_hz: low.zip(high).map(|(low, high)| [low, high]) })
    };
    devices.filter_map(output).collect()
}

/// Why there is no output, and what to do.
#[cfg(all(feature = "device", target_os = "linux"))]
fn no_output() -> String {
    let entries = std::fs::read_dir("/dev/snd").into_iter().flatten().filter_map(Result::ok);
    // Each sound card has one; opening it neither waits nor disturbs who plays.
    let mut cards = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with("controlC")).peekable();
    if cards.peek().is_none() {
        return "this system knows no sound card: plug one in, or load its driver; `aplay -l` lists what there is"
            .into();
    }
    let is_refused = |error: std::io::Error| error.kind() == std::io::ErrorKind::PermissionDenied;
    if cards.all(|card| std::fs::File::open(card.path()).is_err_and(is_refused)) {
        return "you may not use the sound cards: run `sudo usermod -a -G audio $USER` and log in again".into();
    }
    "no sound card can be opened for playing: close other programs that use it, or choose one in ALSA's configuration"
        .into()
}

#[cfg(all(feature = "device", not(target_os = "linux")))]
fn no_output() -> String {
    "this system has no audio output: plug one in, or switch it on in the system's settings".into()
}

#[cfg(not(feature = "device"))]
fn outputs() -> Result<Vec<Output>, String> {
    Err("this neurorack was built without its feature `device`, which plays to sound cards".into())
}

fn inputs() -> Result<Vec<String>, String> {
    let names = midi::names()?;
    if names.is_empty() { Err("no MIDI input is there: plug a keyboard or controller in".into()) } else { Ok(names) }
}

fn found() -> Result<Vec<Found>, String> {
    let found = modules().map_err(|problem| problem.to_string())?;
    if found.is_empty() { Err(Problem::NoModule.to_string()) } else { Ok(found) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    fn lists() -> Lists {
        let output = |name: &str, channels, rates_hz| Output { name: name.into(), channels, rates_hz };
        Lists {
            audio: Ok(vec![
                output("USB Audio", Some(8), Some([44_100, 192_000])),
                output("PCM5102", Some(2), Some([48_000, 48_000])),
                output("Elsewhere", None, None),
            ]),
            midi: Err("no MIDI input is there: plug a keyboard or controller in".into()),
            modules: Ok(vec![Found { port: "/dev/ttyACM0".into(), uid: Some(42) }]),
        }
    }

    #[test]
    fn what_is_there_is_named_and_what_is_not_has_its_sentence() {
        expect![[r#"
            Audio outputs
              USB Audio, 8 channels, 44.1 to 192 kHz
              PCM5102, 2 channels, 48 kHz
              Elsewhere
            MIDI inputs
              no MIDI input is there: plug a keyboard or controller in
            Modules
              /dev/ttyACM0  module 0000002A
        "#]]
        .assert_eq(&lists().text());
    }

    #[test]
    fn a_program_reads_lists_and_reasons() {
        let json = lists().json();
        assert_eq!(json["audio"]["found"][0]["rates_hz"][1], 192_000);
        assert_eq!(json["audio"]["problem"], Value::Null);
        assert_eq!(
            json["midi"],
            json!({ "found": [], "problem": "no MIDI input is there: plug a keyboard or controller in" })
        );
        assert_eq!(json["modules"]["found"][0]["name"], "0000002A");
    }
}
