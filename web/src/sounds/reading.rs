//! A file from the user's disk: read, judged, and put to use, or refused with a sentence.

use super::measuring::{Impact, measure_file, measure_samples};
use super::set::{BankFile, SoundSet};
use crate::ahead::Ahead;
use crate::audio::Banker;
use crate::desk::{Desk, Slot};
use js_sys::ArrayBuffer;
use leptos::prelude::*;
use leptos::task::spawn_local;
use neurorack_engine::bank::{Catalogue, Kind};
use std::sync::Arc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

/// Largest bank that is read, in bytes.
const LARGEST_BANK_BYTES: f64 = 64.0 * 1_048_576.0;

/// Largest sound file that is read, in bytes.
const LARGEST_SOUND_BYTES: f64 = 64.0 * 1_048_576.0;

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
        let done = match (contents(purpose, &file).await, purpose) {
            (Err(reason), _) => Err(reason),
            (Ok(bytes), Purpose::Sound(slot)) => add_file(desk, slot, bytes, &name).await,
            (Ok(bytes), Purpose::Bank) => take_bank(desk, &bytes).await,
        };
        if let Err(reason) = done {
            desk.say(format!("\u{201c}{name}\u{201d} was not used: {reason}. What plays goes on playing."));
        }
    });
}

/// The file's bytes, unless there are too many of them to look at.
async fn contents(purpose: Purpose, file: &web_sys::File) -> Result<ArrayBuffer, String> {
    let (largest, remedy) = match purpose {
        Purpose::Sound(_) => (LARGEST_SOUND_BYTES, "cut it to the impact first"),
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
    Ok(buffer.unchecked_into())
}

/// Puts the first impact of a sound file into a slot.
async fn add_file(desk: Desk, slot: Slot, bytes: ArrayBuffer, name: &str) -> Result<(), String> {
    let impact = measure_file(desk, bytes, name).await?;
    let short = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    desk.add(slot, set_of(&impact, short.to_owned(), "your file")?);
    Ok(())
}

/// Puts the first impact of what a microphone heard into a slot.
pub(super) async fn add_recording(desk: Desk, slot: Slot, samples: &[f32], rate_hz: u32) -> Result<(), String> {
    let impact = measure_samples(desk, samples, rate_hz).await?;
    let taken = |name: &str| desk.library.with_untracked(|library| library.iter().any(|set| set.name == name));
    let name = (1..).map(|number| format!("Recording {number}")).find(|name| !taken(name)).unwrap_or_default();
    desk.add(slot, set_of(&impact, name, "your recording")?);
    Ok(())
}

/// An impact as a set of the user's own.
fn set_of(impact: &Impact, name: String, origin: &str) -> Result<SoundSet, String> {
    let whole = impact.whole_s;
    let note = if whole > impact.impact_s + 0.05 {
        format!("{origin}, first impact of {whole:.1} s")
    } else {
        origin.to_owned()
    };
    Ok(SoundSet::new(name, note, impact.curve()?, true))
}

/// Takes a bank into the list and plays it.
pub(super) async fn take_bank(desk: Desk, file: &ArrayBuffer) -> Result<(), String> {
    let bytes = js_sys::Uint8Array::new(file).to_vec();
    // A file that is no bank is told so by the worker that reads it whole.
    if Kind::of(&bytes).is_ok_and(|kind| !kind.streams()) {
        return rendered_bank(desk, file, &bytes).await;
    }
    let engine = desk.audio.engine().ok_or("the engine is still on its way: try again in a moment")?;
    let (banker, hash) = Banker::read(&engine, file).await?;
    banker.verify().await?;
    let bank = listed(desk, &bytes, hash)?;
    desk.audio.keep_banker(&bank, banker);
    desk.audio.use_bank(desk, bank);
    Ok(())
}

/// The same for a bank whose hits are rendered ahead, by a part of the page that is fetched now.
async fn rendered_bank(desk: Desk, file: &ArrayBuffer, bytes: &[u8]) -> Result<(), String> {
    let (ahead, hash) = Ahead::read(file).await?;
    let bank = listed(desk, bytes, hash)?;
    desk.audio.keep_ahead(&bank, ahead);
    desk.audio.use_bank(desk, bank);
    Ok(())
}

/// Puts a bank that was found good into the list.
fn listed(desk: Desk, bytes: &[u8], hash: [u8; 32]) -> Result<Arc<BankFile>, String> {
    let catalogue = Catalogue::read(bytes, hash).map_err(|error| error.to_string())?;
    let bank = Arc::new(desk.banks.with_untracked(|banks| BankFile::new(catalogue, banks)));
    desk.banks.update(|banks| banks.push(bank.clone()));
    Ok(bank)
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
