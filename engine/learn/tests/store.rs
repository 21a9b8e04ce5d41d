//! Stores of recordings: what goes in comes out, and nothing in them is believed.

use std::path::PathBuf;
use std::sync::Arc;

use neurorack_engine::descriptors::analyse;
use neurorack_engine::models::conditioning;
use neurorack_engine::models::noise::Random;
use neurorack_learn::data::{DataSet, Entry, Hit, Split, Store, StoreWriter};
use neurorack_learn::sampling::{Balance, Sampler};

/// Sixteen bits of a peak of 0.5.
const ROUNDING: f32 = 0.5 / 32_767.0;

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("store").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(folder.parent().unwrap()).unwrap();
    folder
}

fn hit(index: usize, category: &str) -> Hit {
    let samples: Vec<f32> = (0..3_000 + 100 * index).map(|i| 0.5 * (-(i as f32) / 700.0).exp()).collect();
    let curve = analyse(&samples).unwrap();
    let split = if index == 0 { Split::Test } else { Split::Train };
    let entry = Entry {
        file: format!("{category}/{index}.wav"),
        source: String::new(),
        licence: "CC0-1.0".into(),
        author: "this test".into(),
        category: category.into(),
        sha256: format!("{index}"),
        split,
    };
    Hit { entry, scaled: conditioning::scale(&curve), curve, samples }
}

fn store(name: &str, hits: &[Hit]) -> Arc<Store> {
    let mut writer = StoreWriter::create(&folder(name)).unwrap();
    hits.iter().for_each(|hit| writer.add(hit).unwrap());
    Arc::new(writer.finish("test".into(), Vec::new()).unwrap())
}

#[test]
fn a_store_gives_back_what_was_put_in() {
    let hits: Vec<Hit> = (0..4).map(|index| hit(index, "kick")).collect();
    let store = store("back", &hits);
    for (index, hit) in hits.iter().enumerate() {
        let read = store.hit(index).unwrap();
        assert_eq!((&read.entry, &read.curve, &read.scaled), (&hit.entry, &hit.curve, &hit.scaled));
        let error = read.samples.iter().zip(&hit.samples).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(read.samples.len() == hit.samples.len() && error <= ROUNDING, "hit {index} differs by {error}");
    }
    let (test, train) = (store.part(Split::Test), store.part(Split::Train));
    assert_eq!((test.len(), train.len(), &*train.entry(0).file), (1, 3, "kick/1.wav"));
}

#[test]
fn a_set_measures_the_same_on_disk_and_in_memory() {
    let hits: Vec<Hit> = (1..5).map(|index| hit(index, "kick")).collect();
    let stored = store("same", &hits).part(Split::Train);
    let in_memory = DataSet::from(hits);
    assert_eq!(stored.fingerprint(), in_memory.fingerprint());
    assert_eq!(stored.normalisation().unwrap(), in_memory.normalisation().unwrap());
}

#[test]
fn a_store_that_does_not_fit_its_sounds_is_refused() {
    let folder = folder("cut");
    let mut writer = StoreWriter::create(&folder).unwrap();
    writer.add(&hit(1, "kick")).unwrap();
    drop(writer.finish("test".into(), Vec::new()).unwrap());
    let sounds = folder.join("sounds.bin");
    let bytes = std::fs::read(&sounds).unwrap();
    std::fs::write(&sounds, &bytes[..bytes.len() - 1]).unwrap();
    let why = Store::open(&folder).unwrap_err().to_string();
    assert!(why.contains("the entry of kick/1.wav does not fit") && why.contains("prepare it again"), "{why}");
}

#[test]
fn rare_categories_are_drawn_more_often_than_their_share() {
    let hits: Vec<Hit> = (1..=20).map(|index| hit(index, if index <= 2 { "glass" } else { "snare" })).collect();
    let set = DataSet::from(hits);
    let share = |balance| {
        let sampler = Sampler::new(&set, balance, 10.0);
        let mut random = Random::new(1);
        let drawn = (0..4_000).filter(|_| set.entry(sampler.draw(&mut random, false)).category == "glass").count();
        drawn as f64 / 4_000.0
    };
    // Weights √(10 / 2) and √(10 / 18): shares 2 x 2.24 against 18 x 0.75.
    let (equal, rarity) = (share(Balance::Equal), share(Balance::Rarity));
    assert!((equal - 0.1).abs() < 0.02, "by number: {equal}");
    assert!((rarity - 0.25).abs() < 0.03, "by rarity: {rarity}");
}
