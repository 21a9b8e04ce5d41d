//! The published banks sound as burn recorded them.

use neurorack_engine::ModelBank;
use neurorack_engine::bank::Kind;
use std::path::Path;

#[test]
fn the_shipped_banks_play_what_training_recorded() {
    for (name, kind) in [("impacts", Kind::SincNsf), ("frave-impacts", Kind::Frave), ("frave-metal", Kind::Frave)] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../static/banks/{name}.safetensors"));
        let bytes = std::fs::read(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
        let bank = ModelBank::parse(&bytes).unwrap_or_else(|why| panic!("{name}: {why}"));
        assert_eq!(bank.kind(), kind, "{name}");
        assert!(bank.card().golden.tolerance <= 1e-4, "the tolerance of the network's definition");
        bank.verify().unwrap_or_else(|why| panic!("{name} has not the same samples as burn's: {why}"));
        assert!(bank.factory().len() >= 12, "{name}: {} factory sets", bank.factory().len());
    }
}
