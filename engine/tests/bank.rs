//! Banks are believed only where they are right.

use neurorack_engine::bank::{
    Bank, BankCard, BankError, Catalogue, GoldenMorph, ImageError, Kind, MAX_IMAGE_BYTES, ModelBank, NamedTensor,
    PreparedBank, RenderedBank, test_bank, write,
};
use proptest::prelude::*;

/// A bank with a golden hit that is wrong, but there; changed by `change`.
fn changed(change: impl FnOnce(&mut BankCard, &mut Vec<NamedTensor>)) -> Result<ModelBank, BankError> {
    let mut card = test_bank::card(1);
    let mut tensors = test_bank::tensors(test_bank::SMALL, 1);
    tensors.push(NamedTensor { name: "golden.audio".into(), shape: vec![10], values: vec![0.0; 10], half: false });
    change(&mut card, &mut tensors);
    ModelBank::parse(&write(&card, &tensors))
}

fn tensor<'a>(tensors: &'a mut [NamedTensor], name: &str) -> &'a mut NamedTensor {
    tensors.iter_mut().find(|tensor| tensor.name == name).expect("the tensor is there")
}

#[test]
fn a_good_bank_is_read_and_verified() {
    let bank = test_bank::small(1);
    assert_eq!(bank.card().name, "Random weights");
    assert_eq!(bank.factory().len(), 2);
    assert_eq!(bank.weights().shape(), test_bank::SMALL);
    assert_eq!(bank.verify(), Ok(0.0));
}

#[test]
fn a_bank_that_sounds_different_is_not_verified() {
    let bank = changed(|_, _| {}).expect("it can be read");
    assert!(matches!(bank.verify(), Err(BankError::Golden { error, .. }) if error > 1e-3));
}

#[test]
fn wrong_banks_are_refused_with_a_sentence() {
    type Change = fn(&mut BankCard, &mut Vec<NamedTensor>);
    let cases: [(&str, Change); 15] = [
        ("format 2", |card, _| card.format = 2),
        ("kind \"rave\"", |card, _| card.kind = "rave".into()),
        ("lacks the tensor \"frave.encoder.0.weight\"", |card, _| card.kind = "frave".into()),
        ("rate and hops", |card, _| card.control_hop = 64),
        ("0 factory sets", |card, _| card.factory.clear()),
        ("out of range", |card, _| card.golden.factory = 2),
        ("lacks the tensor \"factory.2\"", |card, _| card.factory.push(card.factory[0].clone())),
        ("lacks the tensor \"hidden.1.weight\"", |_, tensors| {
            tensors.retain(|tensor| tensor.name != "hidden.1.weight");
        }),
        ("not finite", |_, tensors| tensor(tensors, "input.bias").values[3] = f32::NAN),
        ("\"normalisation.std\" holds", |_, tensors| tensor(tensors, "normalisation.std").values[0] = 0.0),
        ("\"heads.weight\" has shape", |_, tensors| {
            let heads = tensor(tensors, "heads.weight");
            heads.shape = vec![1, heads.values.len()];
        }),
        ("\"hidden.0.bias\" has shape", |_, tensors| {
            let bias = tensor(tensors, "hidden.0.bias");
            bias.shape = vec![1, bias.values.len()];
        }),
        ("\"factory.1\" has shape", |_, tensors| {
            let factory = tensor(tensors, "factory.1");
            (factory.shape, factory.values) = (vec![2_000, 7], vec![0.5; 14_000]);
        }),
        ("\"factory.0.timbre\" has shape", |_, tensors| {
            let timbre = tensor(tensors, "factory.0.timbre");
            (timbre.shape, timbre.values) = (vec![2], vec![0.5; 2]);
        }),
        ("\"factory.0.timbre\" holds", |_, tensors| tensor(tensors, "factory.0.timbre").values[5] = 33.0),
    ];
    for (expected, change) in cases {
        let error = changed(change).expect_err(expected).to_string();
        assert!(
            error.contains(expected) && error.contains(": "),
            "{error:?} says what {expected:?} is about and what to do"
        );
    }
}

#[test]
fn a_factory_set_has_the_timbre_that_the_bank_gives_it() {
    let bank = test_bank::small(1);
    let known: Vec<bool> = bank.factory().iter().map(|curve| curve.timbre().is_some()).collect();
    assert_eq!(known, [true, false]);
}

#[test]
fn foreign_files_are_refused_with_a_sentence() {
    let good = test_bank::bytes(test_bank::SMALL, 1);
    let mut huge_header = good.clone();
    huge_header[..8].copy_from_slice(&u64::MAX.to_le_bytes());
    let foreign =
        safetensors::serialize(Vec::<(&str, safetensors::tensor::TensorView<'_>)>::new(), None).expect("nothing");
    for (name, bytes) in [
        ("empty", vec![]),
        ("WAV", b"RIFF\x24\0\0\0WAVEfmt ".to_vec()),
        ("huge header", huge_header),
        ("no card", foreign),
        ("truncated", good[..good.len() - 1].to_vec()),
        ("too large", vec![0; neurorack_engine::bank::MAX_FILE_BYTES + 1]),
    ] {
        let error = ModelBank::parse(&bytes).expect_err(name).to_string();
        assert!(error.contains(": "), "{name}: {error}");
    }
}

#[test]
fn an_image_is_the_bank() {
    let prepared = test_bank::small(1).prepare(48_000);
    let image = prepared.to_image();
    let again = PreparedBank::from_image(&image).expect("its own image");
    assert_eq!((again.sample_rate_hz(), again.serial()), (48_000, prepared.serial()));
    assert!(again.to_image() == image);
    let full = ModelBank::parse(&test_bank::bytes(test_bank::FULL, 1)).expect("a valid bank").prepare(96_000);
    assert!(full.to_image().len() <= MAX_IMAGE_BYTES);
}

#[test]
fn a_broken_image_is_refused() {
    let image = test_bank::small(1).prepare(48_000).to_image();
    assert_eq!(PreparedBank::from_image(b"").err(), Some(ImageError::Damaged));
    assert_eq!(PreparedBank::from_image(&image[..image.len() - 64]).err(), Some(ImageError::Damaged));
    assert_eq!(PreparedBank::from_image(&vec![7; 4096]).err(), Some(ImageError::Foreign));
    for word in 2..8 {
        let mut broken = image.clone();
        broken[4 * word..4 * word + 4].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(PreparedBank::from_image(&broken).err(), Some(ImageError::Damaged), "header word {word}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_bytes_make_the_parser_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = Bank::parse(&bytes);
    }

    #[test]
    fn no_damage_makes_the_parser_panic(damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20)) {
        let mut bytes = test_bank::bytes(test_bank::SMALL, 1);
        // Most of the damage goes where structure is: the header.
        let header = u64::from_le_bytes(std::array::from_fn(|byte| bytes[byte])) as usize;
        for (place, value) in damage {
            let place = place.index(header + 200);
            bytes[place] = value;
        }
        if let Ok(bank) = ModelBank::parse(&bytes) {
            let _ = bank.verify();
        }
    }
}

#[test]
fn a_bank_of_the_original_is_read_and_verified_and_not_streamed() {
    let bytes = test_bank::rendered_bytes(1);
    let bank = Bank::parse(&bytes).expect("a valid bank");
    assert_eq!(bank.verify(), Ok(0.0));
    let catalogue = Catalogue::read(&bytes, [0; 32]).expect("its catalogue");
    assert_eq!((catalogue.kind(), catalogue.factory().len()), (Kind::HnSincNsf, 2));
    let refusal = ModelBank::parse(&bytes).expect_err("it does not stream");
    assert_eq!(refusal, BankError::RenderedAhead);
    assert!(refusal.to_string().contains("rendered ahead and not streamed"), "{refusal}");
    let ours = test_bank::bytes(test_bank::SMALL, 1);
    assert_eq!(RenderedBank::parse(&ours).err(), Some(BankError::Streamed));
    assert!(matches!(Bank::parse(&ours), Ok(Bank::Streamed(_))));
}

#[test]
fn wrong_banks_of_the_original_are_refused_with_a_sentence() {
    type Change = fn(&mut BankCard, &mut Vec<NamedTensor>);
    let cases: [(&str, Change); 7] = [
        ("rate and hops", |card, _| card.sample_rate_hz = 44_100),
        ("one golden hit", |card, _| card.golden.morph = Some(GoldenMorph { factory: 1, alpha: 0.5 })),
        ("\"golden.audio\" has shape", |_, tensors| {
            let golden = tensor(tensors, "golden.audio");
            (golden.shape, golden.values) = (vec![500], vec![0.0; 500]);
        }),
        ("lacks the tensor \"m_filter.l_har_blocks.4.l_convs.9.weight\"", |_, tensors| {
            tensors.retain(|tensor| tensor.name != "m_filter.l_har_blocks.4.l_convs.9.weight");
        }),
        ("\"m_source.l_linear.weight\" has shape", |_, tensors| {
            tensor(tensors, "m_source.l_linear.weight").shape = vec![17, 1];
        }),
        ("not finite", |_, tensors| tensor(tensors, "m_cond.l_conv1ds.2.bias").values[3] = f32::INFINITY),
        ("\"input_std\" holds", |_, tensors| tensor(tensors, "input_std").values[6] = 0.0),
    ];
    for (expected, change) in cases {
        let mut card = test_bank::rendered_card(1);
        let mut tensors = test_bank::rendered_tensors(1);
        let silence =
            NamedTensor { name: "golden.audio".into(), shape: vec![512], values: vec![0.0; 512], half: false };
        tensors.push(silence);
        change(&mut card, &mut tensors);
        let error = Bank::parse(&write(&card, &tensors)).expect_err(expected).to_string();
        assert!(error.contains(expected) && error.contains(": "), "{error:?} says what {expected:?} is about");
    }
}
