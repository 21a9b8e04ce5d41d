//! `neurorack-train bench-v1`.

use neurorack_nets::hn_sinc_nsf;

use crate::Outcome;

/// Times one second of the original Neurorack's network on one core.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Seconds of audio to make.
    #[arg(long, default_value_t = 1.0)]
    seconds: f32,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let result = hn_sinc_nsf::benchmark(arguments.seconds)?;
    if arguments.json {
        let [burn, engine] = [result.load(), result.engine_load()];
        println!(
            "{}",
            serde_json::json!({ "result": result, "seconds_per_second": burn, "engine_seconds_per_second": engine })
        );
    } else {
        println!("{:.2} seconds of one core for a second of audio in burn", result.load());
        println!("{:.2} seconds in the engine's own inference", result.engine_load());
    }
    Ok(())
}
