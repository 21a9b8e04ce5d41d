//! The C ABI that `processor.js` and `renderer.js` call. Every function takes the pointer that [`nr_init`] gave.

use neurorack_worklet::message::MAX_BYTES;
use neurorack_worklet::{OUTPUT_SAMPLES, Status, Worklet};

/// Seed of every browser's instrument: the same presses give the same hits.
const SEED: u64 = 1;

/// A worklet and the memory that JavaScript reads.
pub struct Handle {
    worklet: Worklet,
    message: [u8; MAX_BYTES],
    /// What a channel of the audio input brings.
    heard: [f32; OUTPUT_SAMPLES],
    status: Status,
    /// What [`nr_hit`] rendered last.
    hit: Vec<f32>,
}

/// Makes an instrument at this rate. The pointer stays valid for the life of the module.
#[unsafe(no_mangle)]
pub extern "C" fn nr_init(sample_rate_hz: f64) -> *mut Handle {
    let worklet = Worklet::new(sample_rate_hz as u32, SEED);
    let handle = Handle {
        worklet,
        message: [0; MAX_BYTES],
        heard: [0.0; OUTPUT_SAMPLES],
        status: Status::initial(),
        hit: Vec::new(),
    };
    Box::into_raw(Box::new(handle))
}

/// Where to write a message, [`nr_message_capacity`] bytes.
///
/// # Safety
/// `handle` comes from [`nr_init`], and no other call with it is running.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nr_message_memory(handle: *mut Handle) -> *mut u8 {
    // SAFETY: the caller vouches for the pointer and for being alone.
    unsafe { &mut *handle }.message.as_mut_ptr()
}

/// Longest message in bytes.
#[unsafe(no_mangle)]
pub extern "C" fn nr_message_capacity() -> usize {
    MAX_BYTES
}

/// Takes up the message of `length` bytes that was written to [`nr_message_memory`].
///
/// # Safety
/// `handle` comes from [`nr_init`], and no other call with it is running.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nr_message(handle: *mut Handle, length: usize) {
    // SAFETY: the caller vouches for the pointer and for being alone.
    let Handle { worklet, message, .. } = unsafe { &mut *handle };
    worklet.receive(message.get(..length).unwrap_or_default());
}

/// Where to write what a channel of the audio input brings, [`nr_output_capacity`] samples.
///
/// # Safety
/// `handle` comes from [`nr_init`], and no other call with it is running.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nr_input_memory(handle: *mut Handle) -> *mut f32 {
    // SAFETY: the caller vouches for the pointer and for being alone.
    unsafe { &mut *handle }.heard.as_mut_ptr()
}

/// Takes up the samples that were written to [`nr_input_memory`] as what a channel, 0 or 1, brings for the coming
/// [`nr_render`].
///
/// # Safety
/// `handle` comes from [`nr_init`], and no other call with it is running.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nr_hear(handle: *mut Handle, channel: usize, samples: usize) {
    // SAFETY: the caller vouches for the pointer and for being alone.
    let Handle { worklet, heard, .. } = unsafe { &mut *handle };
    worklet.hear(channel, heard.get(..samples).unwrap_or_default());
}

/// Renders `samples` (at most [`nr_output_capacity`]) from `time_s` on; returns where they lie.
///
/// # Safety
/// `handle` comes from [`nr_init`], and no other call with it is running.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nr_render(handle: *mut Handle, samples: usize, time_s: f64) -> *const f32 {
    // SAFETY: the caller vouches for the pointer and for being alone.
    unsafe { &mut *handle }.worklet.render(samples, time_s).as_ptr()
}

/// Most samples that one [`nr_render`] gives.
#[unsafe(no_mangle)]
pub extern "C" fn nr_output_capacity() -> usize {
    OUTPUT_SAMPLES
}

/// Renders one hit of at most `most_s` seconds, for a worker: see [`Worklet::hit`]. Returns where its
/// [`nr_hit_samples`] lie, until the next call.
///
/// # Safety
/// `handle` comes from [`nr_init`], and no other call with it is running.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nr_hit(handle: *mut Handle, most_s: f64) -> *const f32 {
    // SAFETY: the caller vouches for the pointer and for being alone.
    let handle = unsafe { &mut *handle };
    handle.hit = handle.worklet.hit(most_s as f32);
    handle.hit.as_ptr()
}

/// How many samples the last [`nr_hit`] gave.
///
/// # Safety
/// `handle` comes from [`nr_init`], and no other call with it is running.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nr_hit_samples(handle: *mut Handle) -> usize {
    // SAFETY: the caller vouches for the pointer and for being alone.
    unsafe { &*handle }.hit.len()
}

/// Notes how long the last render took, in seconds.
///
/// # Safety
/// `handle` comes from [`nr_init`], and no other call with it is running.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nr_note_render_time(handle: *mut Handle, seconds: f64) {
    // SAFETY: the caller vouches for the pointer and for being alone.
    unsafe { &mut *handle }.worklet.note_render_time(seconds);
}

/// Brings the status up to date; returns where it lies, [`nr_status_bytes`] long.
///
/// # Safety
/// `handle` comes from [`nr_init`], and no other call with it is running.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nr_status(handle: *mut Handle) -> *const Status {
    // SAFETY: the caller vouches for the pointer and for being alone.
    let handle = unsafe { &mut *handle };
    handle.status = handle.worklet.status();
    &raw const handle.status
}

/// Size of the status in bytes.
#[unsafe(no_mangle)]
pub extern "C" fn nr_status_bytes() -> usize {
    size_of::<Status>()
}
