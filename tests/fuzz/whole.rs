//! Whole safetensors files of a fuzzer's few bytes.

use std::borrow::Cow;
use std::sync::LazyLock;

/// Most bytes of numbers that a header is given, so that a run stays quick.
const MOST_BYTES: usize = 1 << 20;

/// Every half and every single of them is a small number.
static NUMBERS: LazyLock<Vec<u8>> = LazyLock::new(|| [0x21, 0x2C, 0x9F, 0x2B].repeat(MOST_BYTES / 4));

/// The bytes as they are, and as a header whose tensors' numbers follow: what a bank says of itself is a few thousand bytes, its
/// numbers are hundreds of thousands.
pub(crate) fn files(bytes: &[u8]) -> impl Iterator<Item = Cow<'_, [u8]>> {
    [Some(Cow::Borrowed(bytes)), with_numbers(bytes).map(Cow::Owned)].into_iter().flatten()
}

fn with_numbers(header: &[u8]) -> Option<Vec<u8>> {
    let tensors: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(header).ok()?;
    let ends = tensors.values().filter_map(|tensor| tensor.get("data_offsets")?.get(1)?.as_u64());
    let bytes = usize::try_from(ends.max().unwrap_or(0)).map_or(MOST_BYTES, |bytes| bytes.min(MOST_BYTES));
    Some([&(header.len() as u64).to_le_bytes(), header, &NUMBERS[..bytes]].concat())
}
