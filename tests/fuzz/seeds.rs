//! Writes inputs that are valid, a folder a target: where the fuzzer begins.
//!
//! `cargo xtask fuzz` runs it. It is built and linked as the targets are, so the folder comes in the variable `NEURORACK_SEEDS`: the
//! words on its command line are the fuzzer's.

#![no_main]

use libfuzzer_sys::fuzz_target;
use neurorack_engine::bank::test_bank;
use neurorack_engine::control::{Assignment, Target};
use neurorack_engine::descriptors::DescriptorCurve;
use neurorack_engine::models::curve_vae::test_map;
use neurorack_engine::preset::{BankMark, OwnSound, Preset, Sound, VERSION};
use neurorack_engine::sources::{Action, Patch};
use neurorack_engine::{ControlFrame, GateInput, Settings};
use neurorack_protocol::midi::MidiMessage;
use neurorack_protocol::{Calibration, Frame, Message as Wire, Rate, Version};
use neurorack_worklet::message::Message;
use std::fs;
use std::io::{Error, Result};
use std::path::Path;

fuzz_target!(init: leave_seeds(), |_bytes: &[u8]| {});

/// Writes the seeds and ends the program before the fuzzer begins.
fn leave_seeds() {
    let written = write();
    if let Err(error) = &written {
        eprintln!("the seeds could not be written: {error}");
    }
    std::process::exit(i32::from(written.is_err()));
}

fn write() -> Result<()> {
    let folder =
        std::env::var_os("NEURORACK_SEEDS").ok_or_else(|| Error::other("name the folder in NEURORACK_SEEDS"))?;
    let folder = Path::new(&folder);
    let put = |target: &str, name: &str, bytes: &[u8]| {
        let folder = folder.join(target);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(name), bytes)
    };
    for (name, bank) in [("streamed", test_bank::bytes(test_bank::SMALL, 1)), ("frave", test_bank::freed_bytes(2))] {
        put("bank", name, header(&bank))?;
    }
    put("bank", "rendered", header(&test_bank::rendered_bytes(3)))?;
    put("map", "small", header(&test_map::bytes(4)))?;

    let bank = test_bank::small(5);
    let sound = |index| Sound::factory(&bank, index);
    let curve = DescriptorCurve::new(bank.factory()[0].frames()[..8].to_vec()).expect("frames are a curve");
    let own = OwnSound::new("Own", curve);
    let preset = Preset {
        version: VERSION,
        name: "A seed".into(),
        bank: BankMark::of(&bank),
        sounds: [Sound::Own(OwnSound::new("Own", bank.factory()[0].clone())), sound(0)],
        volume_db: -6.0,
        settings: Settings::default(),
        patch: Patch::default(),
        gesture: None,
    };
    put("preset", "file", preset.to_json().as_bytes())?;
    put("preset", "link", preset.to_fragment().as_bytes())?;
    let state = format!(
        r#"{{"neurorack_state":1,"preset":{},"bank":"a","menu":{{"range":"","encoder":"","push":""}}}}"#,
        preset.to_json()
    );
    put("settings", "state", state.as_bytes())?;
    put("settings", "own", serde_json::to_string(&own)?.as_bytes())?;
    put("settings", "learned", br#"{"CV 1":1,"Volume":7}"#)?;

    put("texts", "sequence", b"tempo,96\nbeat,track,f1,f2,velocity,cv1\n0,,Boom,,1,\n1.5,b,Bell,Glass,0.7,-5>5/2\n")?;
    put("texts", "line", b"cv2 -3.5")?;
    let frame = r#"{"rms":1,"zcr":0,"rolloff_hz":1,"flatness":0,"bandwidth_hz":1,"centroid_hz":1,"f0_hz":1}"#;
    put("texts", "curves", format!(r#"{{"sample_rate_hz":44100,"hop":256,"frames":[{frame}]}}"#).as_bytes())?;

    let (together, messages) = messages();
    put("worklet", "hits", &together)?;
    for (name, message) in
        ["trigger", "control", "gate", "settings", "patch", "action", "use"].into_iter().zip(messages)
    {
        put("messages", name, &message)?;
    }
    put("image", "start", &bank.prepare(48_000).to_image()[..512])?;
    put("descriptors", "ramp", &(0..600u16).flat_map(u16::to_le_bytes).collect::<Vec<_>>())?;
    wire(&put)
}

/// What a safetensors file says before its numbers.
fn header(file: &[u8]) -> &[u8] {
    let (length, rest) = file.split_first_chunk().expect("a whole file");
    &rest[..u64::from_le_bytes(*length) as usize]
}

/// Messages to the engine: together, each behind its length, and each by itself.
fn messages() -> (Vec<u8>, Vec<Vec<u8>>) {
    let mut settings = Settings::default();
    settings.cv[3] = Assignment::to(Target::Follow);
    let messages = [
        Message::Trigger { time_s: 0.0, velocity: 1.0, semitones: 0.0 },
        Message::Control(ControlFrame::default()),
        Message::Gate { time_s: 0.0, gate: GateInput::Gate2, high: true, velocity: 1.0 },
        Message::Settings(settings),
        Message::Patch(Patch::default()),
        Message::Action { time_s: 0.0, action: Action::ReleaseAll },
        Message::BankUse,
    ]
    .map(|message| message.encode());
    let together = messages.iter().flat_map(|bytes| [&(bytes.len() as u16).to_le_bytes(), &bytes[..]].concat());
    (together.collect(), messages.to_vec())
}

/// What module and host say, over the serial port and over MIDI.
fn wire(put: &impl Fn(&str, &str, &[u8]) -> Result<()>) -> Result<()> {
    let said = [
        Wire::Hello(Version::OURS),
        Wire::SetRate(Rate::Hz1000),
        Wire::SendRaw(true),
        Wire::CalibrationStage(Calibration::NOMINAL),
        Wire::CalibrationCommit,
        Wire::SelfTest(true),
        Wire::Ping(7),
    ];
    let (mut serial, mut midi) = (vec![0], vec![1]);
    for (seq, message) in said.into_iter().enumerate() {
        let frame = Frame { seq: seq as u16, time_us: 0, message };
        serial.extend_from_slice(&frame.to_bytes());
        let sysex = MidiMessage::Frame(frame).to_bytes();
        midi.extend(neurorack_module::usb_midi::events(&sysex).flatten());
        put("midi", &format!("frame-{seq}"), &sysex)?;
    }
    put("module", "serial", &serial)?;
    put("module", "midi", &midi)?;
    put("stream", "serial", &serial[1..])?;
    put("midi", "keys", &[0x90, 60, 100, 0xB0, 1, 64, 0xE0, 0, 64, 0xC0, 3, 0xF8, 0xFA])
}
