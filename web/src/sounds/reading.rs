//! A file from the user's disk: read, judged, and put to use, or refused with a sentence.

use super::set::{BankFile, SoundSet};
use crate::desk::{Desk, Slot};
use leptos::prelude::*;
use leptos::task::spawn_local;
use neurorack_engine::bank::ModelBank;
use neurorack_recording::{LARGEST_FILE_BYTES, Recording};
use std::sync::Arc;
use wasm_bindgen_futures::JsFuture;

/// Largest bank that is read, in bytes.
const LARGEST_BANK_BYTES: f64 = 64.0 * 1_048_576.0;

/// What a file is dropped or chosen for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Sound(Slot),
    Bank,
}

/// Reads a file and puts it to use.
pub(crate) fn read(desk: Desk, purpose: Purpose, file: web_sys::File) {
    spawn_local(async move {
        let name = file.name();
        let refused = match contents(purpose, &file).await {
            Err(reason) => Some(reason),
            Ok(bytes) => {
                // Decoding takes the page's thread for a moment: let what was pressed be drawn first.
                after_the_next_frame().await;
                match purpose {
                    Purpose::Sound(slot) => sound(&bytes, &name).map(|set| desk.add(slot, set)).err(),
                    Purpose::Bank => bank(desk, &bytes).err(),
                }
            }
        };
        if let Some(reason) = refused {
            desk.say(format!("\u{201c}{name}\u{201d} was not used: {reason}. What plays goes on playing."));
        }
    });
}

/// The file's bytes, unless there are too many of them to look at.
async fn contents(purpose: Purpose, file: &web_sys::File) -> Result<Vec<u8>, String> {
    let (largest, remedy) = match purpose {
        Purpose::Sound(_) => (LARGEST_FILE_BYTES as f64, "cut it to the impact first"),
        Purpose::Bank => (LARGEST_BANK_BYTES, "a bank is a .safetensors file of a few megabytes"),
    };
    if file.size() > largest {
        let mebibytes = |bytes: f64| (bytes / 1_048_576.0).ceil();
        let (has, may) = (mebibytes(file.size()), mebibytes(largest));
        return Err(format!("it has {has} MiB, more than the {may} allowed: {remedy}"));
    }
    let buffer = JsFuture::from(file.array_buffer())
        .await
        .map_err(|_| "the browser could not read it: is it still where it was?".to_owned())?;
    Ok(js_sys::Uint8Array::new(&buffer).to_vec())
}

/// The first impact of a sound file as a set.
fn sound(bytes: &[u8], name: &str) -> Result<SoundSet, String> {
    let recording = Recording::decode(bytes, name).map_err(|error| error.to_string())?;
    let short = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    first_impact(&recording, short.to_owned(), "your file")
}

/// The first impact of a recording as a set of the user's own.
fn first_impact(recording: &Recording, name: String, origin: &str) -> Result<SoundSet, String> {
    let impact = recording.first_impact().map_err(|error| error.to_string())?;
    let curve = impact.curve().map_err(|error| error.to_string())?;
    let whole = recording.seconds();
    let note = if whole > impact.seconds() + 0.05 {
        format!("{origin}, first impact of {whole:.1} s")
    } else {
        origin.to_owned()
    };
    Ok(SoundSet::new(name, note, curve, true))
}

/// Puts the first impact of what a microphone heard into a slot.
pub(super) fn add_recording(desk: Desk, slot: Slot, recording: &Recording) -> Result<(), String> {
    let taken = |name: &str| desk.library.with_untracked(|library| library.iter().any(|set| set.name == name));
    let name = (1..).map(|number| format!("Recording {number}")).find(|name| !taken(name)).unwrap_or_default();
    desk.add(slot, first_impact(recording, name, "your recording")?);
    Ok(())
}

/// Takes a bank into the list and plays it.
fn bank(desk: Desk, bytes: &[u8]) -> Result<(), String> {
    let model = ModelBank::parse(bytes).map_err(|error| error.to_string())?;
    model.verify().map_err(|error| error.to_string())?;
    let bank = Arc::new(desk.banks.with_untracked(|banks| BankFile::new(model, banks)));
    desk.banks.update(|banks| banks.push(bank.clone()));
    desk.audio.use_bank(desk, bank);
    Ok(())
}

/// Waits until the browser has drawn what was pressed.
pub(super) async fn after_the_next_frame() {
    let drawn = js_sys::Promise::new(&mut |resolve, _| {
        request_animation_frame(move || {
            set_timeout(
                move || {
                    let _ = resolve.call0(&wasm_bindgen::JsValue::UNDEFINED);
                },
                std::time::Duration::ZERO,
            );
        });
    });
    // The promise is only ever resolved.
    let _ = JsFuture::from(drawn).await;
}
