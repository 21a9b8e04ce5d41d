//! A checkpoint of the original project becomes a bank; anything else is refused, and nothing in a file is run.
//!
//! `data` holds small files that PyTorch 2.15 wrote: `other_module.th` is a module with one dense layer, `mixed_strides.th`
//! one whose two vectors are views of a larger one, `evil.th` calls `os.system`.

mod torch_file;

use neurorack_engine::bank::{Bank, RenderedBank, test_bank};
use neurorack_engine::models::hn_sinc_nsf::tensor_shapes;
use neurorack_learn::import::{
    Checkpoint, CheckpointError, ImportError, Imported, LICENCE, MAX_CHECKPOINT_BYTES, neurorack,
};
use safetensors::SafeTensors;
use tempfile::NamedTempFile;
use torch_file::{Entry, module, state_dict};

/// The repository's random weights as a checkpoint's entries.
fn entries() -> Vec<Entry> {
    let bytes = include_bytes!("../../nets/tests/data/hn_sinc_nsf/weights.safetensors");
    let file = SafeTensors::deserialize(bytes).unwrap();
    let entry = |name: String| {
        let tensor = file.tensor(&name).unwrap();
        let values = tensor.data().as_chunks::<4>().0.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect();
        Entry { shape: tensor.shape().to_vec(), name, values }
    };
    tensor_shapes().into_iter().map(|tensor| entry(tensor.name)).collect()
}

fn sets() -> Bank {
    Bank::parse(&test_bank::bytes(test_bank::SMALL, 1)).unwrap()
}

/// A file with these bytes, as long as the value lives.
fn file(bytes: &[u8]) -> NamedTempFile {
    let file = NamedTempFile::new().expect("a folder for temporary files");
    std::fs::write(file.path(), bytes).expect("room for a small file");
    file
}

fn import(checkpoint: Vec<u8>) -> Result<Imported, ImportError> {
    neurorack(file(&checkpoint).path(), &sets(), "Original", "test")
}

#[test]
fn a_whole_module_becomes_a_bank_that_the_engine_plays_as_burn_does() {
    let imported = import(module(&entries(), "")).unwrap();
    let bank = RenderedBank::parse(&imported.bank).unwrap();
    let error = bank.verify().unwrap();
    println!("engine and burn differ by {error:.1e}");
    assert_eq!(bank.card().licence, LICENCE);
    assert!(bank.card().provenance.command.contains("SHA-256"), "{:?}", bank.card().provenance);
    assert_eq!((bank.factory().len(), imported.converted), (2, 0));
}

#[test]
fn a_state_dict_and_a_nested_module_give_the_same_bank() {
    let weights = |bytes: Vec<u8>| {
        let bank = import(bytes).unwrap().bank;
        RenderedBank::parse(&bank).unwrap().weights().clone()
    };
    let plain = weights(module(&entries(), ""));
    assert!(plain == weights(state_dict(&entries(), "")), "a state dict");
    assert!(plain == weights(module(&entries(), "_model")), "under an attribute");
}

#[test]
fn another_structure_is_refused_with_the_name_of_what_is_wrong() {
    type Change = fn(&mut Vec<Entry>);
    let cases: [(&str, Change); 5] = [
        ("lacks the tensor \"m_source.l_linear.bias\"", |entries| {
            entries.retain(|e| e.name != "m_source.l_linear.bias")
        }),
        ("lacks the tensor \"input_mean\"", |entries| entries.retain(|e| e.name != "input_mean")),
        ("\"m_filter.l_har_blocks.0.l_ff_1.weight\" has shape [1, 64]", |entries| {
            let found = entries.iter_mut().find(|e| e.name == "m_filter.l_har_blocks.0.l_ff_1.weight");
            found.unwrap().shape = vec![1, 64];
        }),
        ("\"m_filter.l_noi_blocks.0.l_convs.5.weight\", which the original's network does not have", |entries| {
            let name = "m_filter.l_noi_blocks.0.l_convs.5.weight".to_owned();
            entries.push(Entry { name, shape: vec![1], values: vec![0.0] });
        }),
        ("\"input_std\" holds a value that is not finite", |entries| {
            entries.iter_mut().find(|e| e.name == "input_std").unwrap().values[2] = f32::NAN;
        }),
    ];
    for (expected, change) in cases {
        let mut entries = entries();
        change(&mut entries);
        let error = import(state_dict(&entries, "")).expect_err(expected).to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn a_claim_of_ten_gigabytes_is_refused_before_it_is_read() {
    let mut entries = entries();
    entries.iter_mut().find(|e| e.name == "input_mean").unwrap().shape = vec![2_700_000_000];
    assert!(import(state_dict(&entries, "")).is_err());
    let error = import(vec![0x80; MAX_CHECKPOINT_BYTES as usize + 1]).unwrap_err();
    assert!(matches!(error, ImportError::Checkpoint(CheckpointError::TooLarge { .. })), "{error}");
}

#[test]
fn what_is_no_checkpoint_is_refused_with_a_sentence() {
    let good = state_dict(&entries(), "");
    for (name, bytes) in [
        ("nothing", Vec::new()),
        ("a WAV file", b"RIFF\x24\0\0\0WAVEfmt ".to_vec()),
        ("half of it", good[..good.len() / 2].to_vec()),
        ("a bank", test_bank::bytes(test_bank::SMALL, 1)),
        ("another module", include_bytes!("data/other_module.th").to_vec()),
    ] {
        let error = import(bytes).expect_err(name).to_string();
        assert!(error.contains(": "), "{name}: {error}");
    }
}

#[test]
fn a_file_that_calls_a_program_is_refused_by_name_and_not_run() {
    let error = import(include_bytes!("data/evil.th").to_vec()).unwrap_err().to_string();
    assert!(error.contains("posix.system") && error.contains("nothing in it was run"), "{error}");
}

#[test]
fn views_are_read_by_their_strides_and_offsets() {
    let file = file(include_bytes!("data/mixed_strides.th"));
    let checkpoint = Checkpoint::open(file.path()).unwrap();
    assert_eq!(checkpoint.values("input_mean", &[7]).unwrap(), [3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]);
    assert_eq!(checkpoint.values("input_std", &[7]).unwrap(), [4.0, 7.0, 10.0, 13.0, 16.0, 19.0, 22.0]);
}

#[test]
fn no_truncation_and_no_flipped_byte_makes_the_reader_panic() {
    for good in [
        include_bytes!("data/mixed_strides.th").as_slice(),
        include_bytes!("data/other_module.th"),
        include_bytes!("data/evil.th"),
    ] {
        let file = file(good);
        let read = |bytes: &[u8]| {
            std::fs::write(file.path(), bytes).expect("room for a small file");
            if let Ok(checkpoint) = Checkpoint::open(file.path()) {
                let _ = checkpoint.values("input_mean", &[7]);
                let _ = checkpoint.values("input_std", &[7]);
            }
        };
        for end in 0..good.len() {
            read(&good[..end]);
        }
        for place in 0..good.len() {
            for flip in [0x01, 0x80, 0xFF] {
                let mut bytes = good.to_vec();
                bytes[place] ^= flip;
                read(&bytes);
            }
        }
    }
}
