//! A bank prepared for one sample rate, as one flat image that can be sent and played without being parsed.

use crate::models::noise::LOOP_SAMPLES;
use crate::models::sinc_nsf::{Layout, Shape, Tables, Weights};

/// Largest image: what a host has to keep free for one bank.
pub const MAX_IMAGE_BYTES: usize = 12 << 20;

/// `NRPI`, the first word of an image.
const MAGIC: u32 = u32::from_le_bytes(*b"NRPI");

/// Raised with every change of the layout.
const VERSION: u32 = 4;

/// Bytes of the header.
const HEADER_BYTES: usize = 64;

#[cfg(target_endian = "big")]
compile_error!("images of banks are little-endian, as are all machines that Neurorack runs on");

/// Why bytes are not an image of a prepared bank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ImageError {
    /// Not an image, or one of another version.
    #[error("this is no prepared bank of this version of Neurorack: prepare the bank again")]
    Foreign,
    /// Larger than a host keeps free.
    #[error("the prepared bank has {bytes} bytes, more than the {limit} there is room for: choose a smaller bank")]
    TooLarge {
        /// Size of the image.
        bytes: usize,
        /// Room for an image.
        limit: usize,
    },
    /// The header does not fit the rest.
    #[error("the prepared bank is damaged or incomplete: prepare it again")]
    Damaged,
}

/// Everything that playing a bank at one sample rate needs: weights, tables and noise loops.
///
/// Immutable and shared by `Arc`; what moves lives in the voices.
pub struct PreparedBank {
    buffer: ImageBuffer,
    layout: Layout,
    sample_rate_hz: u32,
    serial: u64,
}

impl PreparedBank {
    /// Computes the image. Allocates, and takes its time.
    pub(crate) fn build(weights: &Weights, sample_rate_hz: u32, serial: u64) -> Self {
        let freed = weights.frave.is_some();
        let layout = Layout::new(weights.shape(), freed, HEADER_BYTES);
        let mut buffer = ImageBuffer::new(layout.bytes);
        let header = header(&layout, freed, sample_rate_hz, serial);
        buffer.bytes_mut()[..HEADER_BYTES].copy_from_slice(bytemuck::cast_slice(&header));
        layout.fill(weights, sample_rate_hz, buffer.bytes_mut());
        Self { buffer, layout, sample_rate_hz, serial }
    }

    /// The smallest bank, which is silent: it keeps the place of one that is still to come, see [`exchange`](Self::exchange).
    /// Allocates.
    #[must_use]
    pub fn placeholder(sample_rate_hz: u32) -> Self {
        let layout = Layout::new(Shape { width: 1, bands: 1, harmonics: 1, sines: 1 }, false, HEADER_BYTES);
        let mut buffer = ImageBuffer::new(layout.bytes);
        let header = header(&layout, false, sample_rate_hz, 0);
        buffer.bytes_mut()[..HEADER_BYTES].copy_from_slice(bytemuck::cast_slice(&header));
        Self { buffer, layout, sample_rate_hz, serial: 0 }
    }

    /// Becomes the bank whose image was written to `buffer`, and gives its own memory back: for threads that may not allocate.
    /// Real-time safe.
    ///
    /// # Errors
    /// When it is no image of this version; it stays as it is, and `buffer` comes back.
    pub fn exchange(&mut self, buffer: ImageBuffer) -> Result<ImageBuffer, (ImageBuffer, ImageError)> {
        Ok(std::mem::replace(self, buffer.into_bank()?).buffer)
    }

    /// The image, to be sent to where it is played.
    #[must_use]
    pub fn to_image(&self) -> Vec<u8> {
        self.buffer.bytes()[..self.layout.bytes].to_vec()
    }

    /// A bank from its image. Allocates; see [`ImageBuffer::into_bank`] for a way that does not.
    ///
    /// # Errors
    /// When the bytes are not an image of this version.
    pub fn from_image(image: &[u8]) -> Result<Self, ImageError> {
        if image.len() > MAX_IMAGE_BYTES {
            return Err(ImageError::TooLarge { bytes: image.len(), limit: MAX_IMAGE_BYTES });
        }
        let mut buffer = ImageBuffer::new(image.len());
        buffer.bytes_mut()[..image.len()].copy_from_slice(image);
        buffer.into_bank().map_err(|(_, why)| why)
    }

    /// The sample rate that the bank was prepared for, in hertz.
    #[must_use]
    pub fn sample_rate_hz(&self) -> u32 {
        self.sample_rate_hz
    }

    /// Says which bank this is: the first eight bytes of the file's hash.
    #[must_use]
    pub fn serial(&self) -> u64 {
        self.serial
    }

    /// Number of noise bands.
    pub(crate) fn bands(&self) -> usize {
        self.layout.shape().bands
    }

    /// The loops of the noise bands in units of [`LOOP_STEP`](crate::models::noise::LOOP_STEP), lowest band first.
    #[must_use]
    pub fn noise_loops(&self) -> &[[i16; LOOP_SAMPLES]] {
        self.tables().loops
    }

    /// Views of the image. Real-time safe.
    #[inline]
    pub(crate) fn tables(&self) -> Tables<'_> {
        self.layout.tables(self.buffer.bytes(), self.sample_rate_hz)
    }
}

impl std::fmt::Debug for PreparedBank {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PreparedBank")
            .field("sample_rate_hz", &self.sample_rate_hz)
            .field("serial", &format_args!("{:016x}", self.serial))
            .field("bytes", &self.layout.bytes)
            .finish_non_exhaustive()
    }
}

/// Memory for an image, aligned so that it can be played in place.
pub struct ImageBuffer {
    storage: Box<[u128]>,
}

impl ImageBuffer {
    /// Zeroed room for `bytes` bytes, rounded up. Allocates.
    #[must_use]
    pub fn new(bytes: usize) -> Self {
        Self { storage: vec![0; bytes.div_ceil(size_of::<u128>())].into_boxed_slice() }
    }

    /// What was written so far.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        bytemuck::cast_slice(&self.storage)
    }

    /// Where to write an image, from its first byte on.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        bytemuck::cast_slice_mut(&mut self.storage)
    }

    /// The bank whose image was written here. Real-time safe.
    ///
    /// # Errors
    /// When it is no image of this version; the memory comes back.
    pub fn into_bank(self) -> Result<PreparedBank, (Self, ImageError)> {
        match check_header(self.bytes()) {
            Ok((layout, sample_rate_hz, serial)) => Ok(PreparedBank { buffer: self, layout, sample_rate_hz, serial }),
            Err(why) => Err((self, why)),
        }
    }
}

/// The first words of an image.
fn header(layout: &Layout, freed: bool, sample_rate_hz: u32, serial: u64) -> [u32; HEADER_BYTES / size_of::<u32>()] {
    let Shape { width, bands, harmonics, sines } = layout.shape();
    let mut header = [0; HEADER_BYTES / size_of::<u32>()];
    header[..11].copy_from_slice(&[
        MAGIC,
        VERSION,
        layout.bytes as u32,
        sample_rate_hz,
        width as u32,
        bands as u32,
        harmonics as u32,
        sines as u32,
        serial as u32,
        (serial >> 32) as u32,
        u32::from(freed),
    ]);
    header
}

fn check_header(image: &[u8]) -> Result<(Layout, u32, u64), ImageError> {
    let header: &[u32] = bytemuck::cast_slice(image.get(..HEADER_BYTES).ok_or(ImageError::Damaged)?);
    if header[..2] != [MAGIC, VERSION] {
        return Err(ImageError::Foreign);
    }
    let [width, bands, harmonics, sines] = std::array::from_fn(|index| header[4 + index] as usize);
    let shape = Shape { width, bands, harmonics, sines };
    let sample_rate_hz = header[3];
    if !shape.is_playable() || !(8_000..=384_000).contains(&sample_rate_hz) || header[10] > 1 {
        return Err(ImageError::Damaged);
    }
    let layout = Layout::new(shape, header[10] == 1, HEADER_BYTES);
    if header[2] as usize != layout.bytes || image.len() < layout.bytes {
        return Err(ImageError::Damaged);
    }
    let serial = u64::from(header[8]) | u64::from(header[9]) << 32;
    Ok((layout, sample_rate_hz, serial))
}
