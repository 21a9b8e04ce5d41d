//! The program as a musician meets it: folders of files go in, banks come out, interruptions lose nothing.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use neurorack_engine::ModelBank;

/// A folder of its own for one test, empty.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("cli").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn write_wav(path: &Path, samples: &[f32]) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 44_100,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut file = hound::WavWriter::create(path, spec).unwrap();
    samples.iter().for_each(|sample| file.write_sample((sample * 32_767.0) as i16).unwrap());
    file.finalize().unwrap();
}

/// A decaying tone in noise after a tenth of a second of silence, different for every index.
fn impact(index: usize) -> Vec<f32> {
    let mut state = index as u32 + 1;
    let step = std::f32::consts::TAU * (100.0 + 60.0 * index as f32) / 44_100.0;
    let hit = (0..7_000).map(|i| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let noise = state as f32 / u32::MAX as f32 - 0.5;
        (0.6 * (step * i as f32).sin() + 0.2 * noise) * (-(i as f32) / 1_200.0).exp()
    });
    std::iter::repeat_n(0.0, 4_410).chain(hit).collect()
}

/// Eighteen good recordings in two folders, one broken, one silent, one too short, one twin, one text.
fn recordings(folder: &Path) {
    for index in 0..18 {
        let kind = if index % 2 == 0 { "kicks" } else { "bells/small" };
        write_wav(&folder.join(format!("{kind}/Hit_{index:02}_24bit.wav")), &impact(index));
    }
    std::fs::write(folder.join("broken.flac"), b"fLaC, and then nothing of the kind").unwrap();
    write_wav(&folder.join("silent.wav"), &[0.0; 9_000]);
    write_wav(&folder.join("short.wav"), &impact(3)[4_410..5_000]);
    write_wav(&folder.join("kicks/twin.wav"), &impact(0));
    std::fs::write(folder.join("notes.txt"), "not a sound").unwrap();
}

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_neurorack-train"));
    command.args(arguments).stdin(Stdio::null());
    command
}

fn run(arguments: &[&str]) -> (Output, String) {
    let output = program(arguments).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    let text = text.into_owned();
    (output, text)
}

fn succeed(arguments: &[&str]) -> String {
    let (output, text) = run(arguments);
    assert!(output.status.success(), "{arguments:?}: {text}");
    text
}

fn refuse(arguments: &[&str]) -> String {
    let (output, text) = run(arguments);
    assert!(!output.status.success(), "{arguments:?} should fail: {text}");
    text
}

#[test]
fn prepare_names_what_it_skips_and_does_nothing_twice() {
    let folder = folder("prepare");
    let (sounds, store) = (folder.join("sounds"), folder.join("store"));
    recordings(&sounds);
    let [sounds_text, store_text] = [&sounds, &store].map(|path| path.to_str().unwrap());
    let text = succeed(&["prepare", sounds_text, "-o", store_text]);
    for expected in [
        "skipped broken.flac: ",
        "skipped silent.wav: the recording is silent",
        "skipped short.wav: only 13 ms of sound",
        "skipped kicks/twin.wav: the same file as kicks/Hit_00_24bit.wav",
        "4 files skipped",
    ] {
        assert!(text.contains(expected), "no {expected:?} in:\n{text}");
    }
    assert!(succeed(&["prepare", sounds_text, "-o", store_text]).contains("18 recordings, ready since before"));
    std::fs::remove_file(sounds.join("silent.wav")).unwrap();
    assert!(succeed(&["prepare", sounds_text, "-o", store_text]).contains("3 files skipped"));
}

#[test]
fn a_folder_without_usable_audio_is_refused_with_the_reason() {
    let folder = folder("nothing");
    let (sounds, store) = (folder.join("sounds"), folder.join("store"));
    std::fs::create_dir_all(&sounds).unwrap();
    let [sounds_text, store_text] = [&sounds, &store].map(|path| path.to_str().unwrap());
    let text = refuse(&["prepare", sounds_text, "-o", store_text]);
    assert!(text.contains("holds no WAV, FLAC, OGG or MP3 file"), "{text}");
    write_wav(&sounds.join("silent.wav"), &[0.0; 9_000]);
    let text = refuse(&["prepare", sounds_text, "-o", store_text]);
    assert!(text.contains("no usable recording: silent.wav: the recording is silent"), "{text}");
    let text = refuse(&["prepare", folder.join("missing").to_str().unwrap(), "-o", store_text]);
    assert!(text.contains("give the folder that holds the recordings"), "{text}");
    assert!(!store.exists(), "a refused folder leaves no store");
}

#[test]
fn a_store_does_not_replace_other_files() {
    let folder = folder("occupied");
    recordings(&folder.join("sounds"));
    let sounds = folder.join("sounds");
    let text = refuse(&["prepare", sounds.to_str().unwrap(), "-o", sounds.join("kicks").to_str().unwrap()]);
    assert!(text.contains("give the store a folder of its own"), "{text}");
}

#[test]
fn one_command_makes_a_bank_and_another_adapts_it() {
    let folder = folder("all");
    let sounds = folder.join("sounds");
    recordings(&sounds);
    let (first, second) = (folder.join("first.safetensors"), folder.join("second.safetensors"));
    let [sounds, first_text, second_text] = [&sounds, &first, &second].map(|path| path.to_str().unwrap());

    let small = ["--tiny", "--steps", "12", "--batch", "2", "--save-every", "6"];
    let all = ["all", sounds, "-o", first_text, "--from-scratch", "--name", "Own", "--sets", "5"];
    let text = succeed(&[&all[..], &small].concat());
    assert!(text.contains("2 recordings held out"), "{text}");
    let bank = ModelBank::parse(&std::fs::read(&first).unwrap()).unwrap();
    bank.verify().unwrap();
    let card = bank.card();
    assert_eq!((&*card.name, &*card.licence, card.provenance.steps), ("Own", "LicenseRef-own", 12));
    // Twenty-two files hold out three each; one of these is the broken one.
    assert_eq!(card.provenance.recordings, 13);
    assert_eq!(card.factory.len(), 5);
    assert!(card.factory.iter().all(|set| set.name.starts_with("Hit ")), "{:?}", card.factory);
    assert!(card.scores.contains_key("envelope_db"), "{:?}", card.scores);

    let evaluate = ["evaluate", "--data", sounds, "--split", "all", "--bank", first_text, "--quick", "--json"];
    let envelope = |more: &[&str]| {
        let (output, text) = run(&[&evaluate[..], more].concat());
        let figures: serde_json::Value = serde_json::from_slice(&output.stdout).expect(&text);
        figures["envelope_db"].as_f64().expect("a figure of every recording")
    };
    assert_ne!(envelope(&[]), envelope(&["--curves-alone"]), "the timbre of a recording is heard");

    let run = folder.join("first.safetensors.run");
    let table = std::fs::read_to_string(run.join("loss.csv")).unwrap();
    assert!(table.starts_with("step,loss,rate,seconds_a_step,validation_loss\n6,"), "{table}");
    assert!(std::fs::read_to_string(run.join("loss.svg")).unwrap().contains("<circle"));
    let written: Vec<_> = std::fs::read_dir(run.join("validation")).unwrap().map(|item| item.unwrap().path()).collect();
    let folders = written.iter().filter(|path| path.is_dir()).count();
    assert_eq!(folders, 3, "a folder for each recording held out to watch");
    assert!(written.iter().any(|path| path.extension().is_some_and(|end| end == "png")), "and their spectrograms");

    let adapt = ["fine-tune", "--bank", first_text, "--data", sounds, "-o", second_text];
    let text = succeed(&[&adapt[..], &small].concat());
    assert!(text.contains("13 of your recordings") && text.contains("2 recordings held out"), "{text}");
    assert!(text.contains("adapted from Own (LicenseRef-own)"), "{text}");
    let adapted = ModelBank::parse(&std::fs::read(&second).unwrap()).unwrap();
    adapted.verify().unwrap();
    let [old, new] = [&bank, &adapted].map(|bank| *bank.weights().normalisation());
    assert_eq!(old, new, "fine-tuning keeps the normalisation");
    let hash: String = bank.hash().iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(adapted.card().provenance.command.contains(&hash), "{}", adapted.card().provenance.command);

    let again = ["fine-tune", "--bank", second_text, "--data", sounds, "-o", second_text];
    let text = refuse(&[&again[..], &small].concat());
    assert!(text.contains("started from another bank"), "{text}");
}

#[test]
fn three_recordings_are_enough_for_a_bank() {
    let folder = folder("three");
    (0..3).for_each(|index| write_wav(&folder.join(format!("sounds/{index}.wav")), &impact(index)));
    let (sounds, out) = (folder.join("sounds"), folder.join("own.safetensors"));
    let text = succeed(&[
        "all",
        sounds.to_str().unwrap(),
        "-o",
        out.to_str().unwrap(),
        "--from-scratch",
        "--tiny",
        "--steps",
        "2",
        "--batch",
        "1",
    ]);
    assert!(text.contains("no usable recording is among the recordings held out"), "{text}");
    assert_eq!(ModelBank::parse(&std::fs::read(&out).unwrap()).unwrap().factory().len(), 3);
}

/// Waits until the file is there; the run writes it with its first checkpoint.
fn wait_for(file: &Path) {
    let started = Instant::now();
    while !file.exists() {
        assert!(started.elapsed() < Duration::from_secs(120), "{} never came", file.display());
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_killed_run_goes_on_from_its_checkpoint() {
    let folder = folder("killed");
    let (sounds, run) = (folder.join("sounds"), folder.join("run"));
    recordings(&sounds);
    let data = ["train", "--data", sounds.to_str().unwrap(), "--run", run.to_str().unwrap()];
    let small = ["--tiny", "--batch", "2", "--save-every", "3"];

    let mut killed = program(&[&data[..], &small, &["--steps", "100000"]].concat())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    wait_for(&run.join("checkpoint").join("state.json"));
    killed.kill().unwrap();
    killed.wait().unwrap();

    let steps = steps_of(&run);
    let enough = (steps + 4).to_string();
    let text = succeed(&[&data[..], &small, &["--steps", &enough]].concat());
    assert!(text.contains("resuming at step "), "{text}");
    assert_eq!(steps_of(&run), steps + 4);
}

#[test]
fn a_run_does_not_go_on_with_other_recordings() {
    let folder = folder("other");
    let (sounds, run) = (folder.join("sounds"), folder.join("run"));
    recordings(&sounds);
    let train = ["train", "--data", sounds.to_str().unwrap(), "--run", run.to_str().unwrap(), "--tiny", "--batch", "1"];
    succeed(&[&train[..], &["--steps", "1"]].concat());
    for index in 0..18 {
        let _ = std::fs::remove_file(sounds.join(format!("kicks/Hit_{index:02}_24bit.wav")));
    }
    let text = refuse(&[&train[..], &["--steps", "2"]].concat());
    assert!(text.contains("holds a run on other recordings"), "{text}");
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_saves_before_it_stops() {
    let folder = folder("interrupted");
    let (sounds, run) = (folder.join("sounds"), folder.join("run"));
    recordings(&sounds);
    let data = ["train", "--data", sounds.to_str().unwrap(), "--run", run.to_str().unwrap()];
    // Only the first checkpoint comes by itself: it tells that training runs.
    let small = ["--tiny", "--batch", "2", "--save-every", "2", "--steps", "100000"];
    let stopped = program(&[&data[..], &small].concat()).stderr(Stdio::piped()).spawn().unwrap();
    wait_for(&run.join("checkpoint").join("state.json"));
    assert!(Command::new("kill").args(["-TERM", &stopped.id().to_string()]).status().unwrap().success());
    let output = stopped.wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{text}");
    assert!(text.contains(&format!("stopped at step {}, everything is saved", steps_of(&run))), "{text}");
}

/// The steps of a run's checkpoint.
fn steps_of(run: &Path) -> usize {
    let folder = [run.join("checkpoint"), run.join("checkpoint.old")];
    let state = folder.iter().find_map(|folder| std::fs::read(folder.join("state.json")).ok()).unwrap();
    let state: serde_json::Value = serde_json::from_slice(&state).unwrap();
    state["step"].as_u64().unwrap() as usize
}

#[test]
fn a_processor_that_is_not_built_in_is_named() {
    if cfg!(feature = "cuda") {
        return;
    }
    let folder = folder("device");
    let (sounds, run) = (folder.join("sounds"), folder.join("run"));
    recordings(&sounds);
    let text = refuse(&[
        "train",
        "--data",
        sounds.to_str().unwrap(),
        "--run",
        run.to_str().unwrap(),
        "--tiny",
        "--device",
        "cuda",
    ]);
    assert!(text.contains("--features cuda"), "{text}");
}
