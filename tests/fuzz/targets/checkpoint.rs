//! Any file as a checkpoint of PyTorch: its tensors, or refused; nothing in it is run and no claim of size is allocated.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

#[path = "../../../engine/learn/src/import/checkpoint.rs"]
mod checkpoint;
#[path = "../../../engine/learn/src/import/checkpoint_error.rs"]
mod checkpoint_error;

use checkpoint::{Checkpoint, MAX_CHECKPOINT_BYTES};
use checkpoint_error::CheckpointError;
use neurorack_engine::models::hn_sinc_nsf::tensor_shapes;

/// The file that is written and read again and again, since the reader takes files alone: in memory where the system has such a place.
static FILE: LazyLock<PathBuf> = LazyLock::new(|| {
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    folder.join(format!("neurorack-fuzz-{}.th", std::process::id()))
});

fuzz_target!(|bytes: &[u8]| {
    std::fs::File::create(&*FILE)
        .and_then(|mut file| file.write_all(bytes))
        .expect("the folder for temporary files takes it");
    let Ok(checkpoint) = Checkpoint::open(&FILE) else { return };
    let shapes = tensor_shapes();
    for tensor in &shapes {
        if let Ok(values) = checkpoint.values(&tensor.name, &tensor.shape) {
            assert_eq!(values.len(), tensor.shape.iter().product::<usize>());
            assert!(values.iter().all(|value| value.is_finite()));
            let _ = checkpoint.is_single(&tensor.name);
        }
    }
    let _ = checkpoint.left_over(&shapes);
});
