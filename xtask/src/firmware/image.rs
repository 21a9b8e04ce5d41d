//! What of an ELF file goes into flash.

use anyhow::{Context, Result, ensure};
use object::read::elf::{ElfFile32, FileHeader, ProgramHeader};
use object::{Endianness, Object, ObjectSection, SectionKind, elf};

/// Flash as the processor sees it.
const FLASH: std::ops::Range<u32> = 0x1000_0000..0x1400_0000;

/// The bytes of a firmware by address, in order.
#[derive(Debug)]
pub(super) struct Image {
    pub(super) pieces: Vec<(u32, Vec<u8>)>,
    /// Bytes of variables in memory.
    pub(super) memory_bytes: u64,
}

impl Image {
    /// Reads an ELF file.
    pub(super) fn of_elf(file: &[u8]) -> Result<Self> {
        let elf = ElfFile32::<Endianness>::parse(file).context("the firmware is no ELF file")?;
        let endian = elf.endian();
        ensure!(endian == Endianness::Little, "the firmware is of another processor");
        let mut pieces = Vec::new();
        for segment in elf.elf_header().program_headers(endian, file)? {
            let address = segment.p_paddr(endian);
            let bytes = segment.data(endian, file).ok().context("a segment lies outside of the file")?;
            if segment.p_type(endian) == elf::PT_LOAD && !bytes.is_empty() {
                ensure!(FLASH.contains(&address), "a segment at {address:#x} lies outside of flash");
                pieces.push((address, bytes.to_vec()));
            }
        }
        pieces.sort_by_key(|(address, _)| *address);
        let in_memory = |kind| matches!(kind, SectionKind::Data | SectionKind::UninitializedData);
        let memory_bytes =
            elf.sections().filter(|section| in_memory(section.kind()) && section.address() >= 0x2000_0000);
        let memory_bytes = memory_bytes.map(|section| section.size()).sum();
        Ok(Self { pieces, memory_bytes })
    }

    /// Bytes that it takes of flash.
    pub(super) fn flash_bytes(&self) -> u64 {
        self.pieces.iter().map(|(_, bytes)| bytes.len() as u64).sum()
    }
}
