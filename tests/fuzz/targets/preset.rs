//! Any bytes, as a file and as a link, are a preset that survives being written again, or are refused.
//!
//! The bytes are read as JSON, as a link's letters, and as what a link's letters unpack to.

#![no_main]

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use libfuzzer_sys::fuzz_target;
use neurorack_engine::preset::Preset;

fuzz_target!(|bytes: &[u8]| {
    let packed = miniz_oxide::deflate::compress_to_vec_zlib(bytes, 1);
    let links = [String::from_utf8_lossy(bytes).into_owned(), URL_SAFE_NO_PAD.encode(packed)];
    let read = links.iter().map(|letters| Preset::from_link(&format!("#p={letters}")));
    for preset in read.chain([Preset::from_json(bytes)]).flatten() {
        assert_eq!(Preset::from_link(&preset.to_fragment()).as_ref(), Ok(&preset));
        assert_eq!(Preset::from_json(preset.to_json().as_bytes()).as_ref(), Ok(&preset));
    }
});
