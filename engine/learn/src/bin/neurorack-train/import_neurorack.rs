//! `neurorack-train import-neurorack`.

use std::path::PathBuf;

use neurorack_engine::Bank;
use neurorack_engine::bank::MAX_FILE_BYTES;
use neurorack_learn::import::{self, Imported, LICENCE};

use crate::session::commit;
use crate::{Outcome, bank_file};

/// The factory bank: its sounds are what an imported network plays.
const SETS: &[u8] = include_bytes!("../../../../../static/banks/impacts.safetensors");

/// Makes a bank of the network that the original Neurorack's project published, to play beside ours.
///
/// The file is read as it is published (torch.save of the whole model, or its state dict); nothing in it is run. The bank is
/// under the licence of the weights, CC BY-NC-SA 4.0: use it yourself, sell nothing made of it, name its authors, and pass it
/// on only under the same licence. `neurorack render --bank` plays it.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The checkpoint that the original project published.
    #[arg(value_name = "FILE.th")]
    checkpoint: PathBuf,
    /// Where the bank goes.
    #[arg(short, long)]
    out: PathBuf,
    /// Bank whose factory sets the network plays. [default: the bank that comes with Neurorack]
    #[arg(long, value_name = "BANK")]
    sets: Option<PathBuf>,
    /// Name of the bank in the instrument.
    #[arg(long, default_value = "Original Neurorack")]
    name: String,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let place = arguments.checkpoint.display();
    let sets = match &arguments.sets {
        Some(path) => Bank::parse(&read(path)?).map_err(|why| format!("{}: {why}", path.display()))?,
        None => Bank::parse(SETS)?,
    };
    let imported = import::neurorack(&arguments.checkpoint, &sets, &arguments.name, &commit());
    let Imported { bank, left_out, converted } = imported.map_err(|why| format!("{place}: {why}"))?;
    let error = bank_file::write(&arguments.out, &bank)?;
    println!(
        "{}: {} KiB, {} sounds; the engine plays the test hit to {error:.1e} of burn",
        arguments.out.display(),
        bank.len().div_ceil(1024),
        sets.card().factory.len()
    );
    if converted > 0 {
        println!("{converted} tensors were stored in another precision and are in single precision now");
    }
    if !left_out.is_empty() {
        println!("left out, since the network does not need them: {}", left_out.join(", "));
    }
    println!(
        "licence {LICENCE}: the weights are their authors', for your own use that earns nothing; who gets the bank from you gets \
         it under the same licence"
    );
    Ok(())
}

/// A bank's file; one too large is not read.
fn read(path: &std::path::Path) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let name = path.display();
    let bytes = std::fs::metadata(path).map_err(|why| format!("{name}: {why}"))?.len();
    if bytes > MAX_FILE_BYTES as u64 {
        return Err(
            format!("{name} has {} MiB, more than the {} MiB of any bank", bytes >> 20, MAX_FILE_BYTES >> 20).into()
        );
    }
    Ok(std::fs::read(path).map_err(|why| format!("{name}: {why}"))?)
}
