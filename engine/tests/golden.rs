//! The published bank sounds as burn recorded it.

use neurorack_engine::ModelBank;
use std::path::Path;

#[test]
fn the_factory_bank_plays_what_training_recorded() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../static/banks/impacts.safetensors");
    let bytes = std::fs::read(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    let bank = ModelBank::parse(&bytes).expect("the factory bank");
    assert!(bank.card().golden.tolerance <= 1e-4, "the tolerance of the network's definition");
    bank.verify().expect("the same samples as burn's");
    assert!(bank.factory().len() >= 12, "{} factory sets", bank.factory().len());
}
