//! What one second of the original's network costs on one core of this machine.

use super::{HOP_SAMPLES, HnSincNsf, Noise, SAMPLE_RATE_HZ};
use burn::tensor::Device;
use neurorack_engine::models::hn_sinc_nsf::{self as engine, Draws, Frame, Weights};
use std::convert::Infallible;
use std::time::Instant;

/// Measured passes; the fastest counts, because other programs can only make one slower.
const ROUNDS: usize = 3;

/// The cost of the hn-sinc-NSF on one core, in burn and in the engine.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct BenchResult {
    /// Length of the rendered sound in seconds: whole descriptor frames.
    pub audio_seconds: f32,
    /// Time one core worked for it, in seconds: the fastest of the measured passes. On Linux what other programs take
    /// of the core does not count; elsewhere it is the time that passed.
    pub cpu_seconds: f32,
    /// The same of the engine's own inference, without burn.
    pub engine_seconds: f32,
}

impl BenchResult {
    /// Seconds of one core per second of audio.
    pub fn load(&self) -> f32 {
        self.cpu_seconds / self.audio_seconds
    }

    /// Seconds of one core per second of audio of the engine's own inference.
    pub fn engine_load(&self) -> f32 {
        self.engine_seconds / self.audio_seconds
    }
}

/// Renders about `seconds` of a decaying hit four times on one core; the first pass warms caches.
///
/// # Errors
/// When the operating system refuses the one thread this runs on.
pub fn benchmark(seconds: f32) -> Result<BenchResult, rayon::ThreadPoolBuildError> {
    let rate = SAMPLE_RATE_HZ as f32;
    let frames = ((seconds * rate / HOP_SAMPLES as f32).round() as usize).max(1);
    let device = Device::flex();
    let network = HnSincNsf::random(&device);
    let noise = Noise::random(frames, &device);
    let curve: Vec<Frame> = (0..frames)
        .map(|frame| {
            let decay = (-4.0 * frame as f32 / frames as f32).exp();
            [0.3 * decay, 0.05, 4_000.0 * decay, 0.01, 1_500.0 * decay, 2_000.0 * decay, 110.0]
        })
        .collect();

    let pass = || {
        let start = Stopwatch::start();
        let audio = network.forward(&curve, noise.clone()).into_data();
        std::hint::black_box(audio);
        start.seconds()
    };
    // burn's CPU backend spreads over the threads of the rayon pool it is called from.
    let one_core = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    let fastest = |pass: &dyn Fn() -> f32| {
        pass();
        (0..ROUNDS).map(|_| pass()).fold(f32::INFINITY, f32::min)
    };
    let cpu_seconds = one_core.install(|| fastest(&pass));
    let Ok(weights) = Weights::build(&mut |_: &str, shape: &[usize]| {
        // Which numbers are multiplied costs nothing, as long as none is denormal.
        Ok::<_, Infallible>(vec![0.01; shape.iter().product()])
    });
    let draws = Draws::new(1, frames);
    let engine_seconds = fastest(&|| {
        let start = Stopwatch::start();
        std::hint::black_box(engine::render(&weights, &curve, &draws));
        start.seconds()
    });
    Ok(BenchResult { audio_seconds: (frames * HOP_SAMPLES) as f32 / rate, cpu_seconds, engine_seconds })
}

/// Measures the work of the current thread.
struct Stopwatch {
    started: Instant,
    /// Seconds this thread had run, where the system says so.
    worked: Option<f64>,
}

impl Stopwatch {
    fn start() -> Self {
        Self { started: Instant::now(), worked: thread_seconds() }
    }

    /// Seconds worked since the start.
    fn seconds(&self) -> f32 {
        match (self.worked, thread_seconds()) {
            (Some(before), Some(now)) => (now - before) as f32,
            _ => self.started.elapsed().as_secs_f32(),
        }
    }
}

/// Seconds the current thread has run on a core: the first number of Linux's scheduler statistics, in nanoseconds.
fn thread_seconds() -> Option<f64> {
    let statistics = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds: u64 = statistics.split_whitespace().next()?.parse().ok()?;
    // Zero means that the kernel does not count.
    (nanoseconds > 0).then_some(nanoseconds as f64 * 1e-9)
}
