//! The file that an RP2040's boot loader takes (github.com/microsoft/uf2): blocks of 512 bytes with 256 bytes of flash each.

use std::collections::BTreeMap;

use super::image::Image;

const MAGIC: [u32; 2] = [0x0A32_4655, 0x9E5D_5157];
const MAGIC_END: u32 = 0x0AB1_6F30;

/// The block names the family of chips it is for.
const HAS_FAMILY: u32 = 0x2000;
const RP2040: u32 = 0xE48B_FF56;

const PAGE: u32 = 256;
const BLOCK: usize = 512;

/// Writes an image as blocks, one a page of flash; what a page has beside the image is erased.
pub(super) fn encode(image: &Image) -> Vec<u8> {
    let mut pages: BTreeMap<u32, [u8; PAGE as usize]> = BTreeMap::new();
    for (begin, bytes) in &image.pieces {
        for (address, &byte) in (*begin..).zip(bytes) {
            let page = pages.entry(address / PAGE * PAGE).or_insert([0xFF; PAGE as usize]);
            page[(address % PAGE) as usize] = byte;
        }
    }
    let count = pages.len() as u32;
    let mut file = Vec::with_capacity(BLOCK * pages.len());
    for (number, (address, page)) in (0..).zip(&pages) {
        let begin = file.len();
        for word in [MAGIC[0], MAGIC[1], HAS_FAMILY, *address, PAGE, number, count, RP2040] {
            file.extend(word.to_le_bytes());
        }
        file.extend(page);
        file.resize(begin + BLOCK - 4, 0);
        file.extend(MAGIC_END.to_le_bytes());
    }
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_a_block_with_its_address_and_number() {
        let pieces = vec![(0x1000_0000, vec![1; 256]), (0x1000_01F0, vec![2; 32])];
        let file = encode(&Image { pieces, memory_bytes: 0 });
        assert_eq!(file.len(), 3 * BLOCK);
        for (number, block) in (0u32..).zip(file.chunks(BLOCK)) {
            let word = |at: usize| u32::from_le_bytes(block[at..at + 4].try_into().unwrap());
            assert_eq!([word(0), word(4), word(508)], [MAGIC[0], MAGIC[1], MAGIC_END]);
            assert_eq!([word(12), word(16)], [0x1000_0000 + 256 * number, 256], "block {number}");
            assert_eq!([word(20), word(24), word(28)], [number, 3, RP2040], "block {number}");
        }
        let second = &file[BLOCK + 32..BLOCK + 32 + 256];
        assert_eq!((second[0xEF], second[0xF0]), (0xFF, 2), "what lies beside the image is erased");
    }
}
