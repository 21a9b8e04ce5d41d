//! Writing sound files.

use anyhow::{Context, Result, ensure};
use clap::ValueEnum;
use hound::{SampleFormat, WavSpec, WavWriter};
use std::fs::File;
use std::io::BufWriter;
use std::num::{NonZeroU8, NonZeroU32};
use std::path::Path;
use vorbis_rs::{VorbisBitrateManagementStrategy, VorbisEncoderBuilder};

/// Quality of OGG Vorbis files, -0.1 to 1: about 64 kbit/s for one channel, transparent for most ears.
const VORBIS_QUALITY: f32 = 0.5;

/// Samples that the encoder takes at a time.
const VORBIS_BLOCK: usize = 4_096;

/// Number that marks our stream in an OGG file; fixed, so that the same sound gives the same file.
const OGG_SERIAL: i32 = 1;

/// Number format of the samples of a WAV file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// 32-bit float: nothing is clipped.
    Float32,
    /// 24-bit integer: what is beyond full scale is clipped.
    Pcm24,
    /// 16-bit integer, likewise.
    Pcm16,
}

/// Writes mono samples: OGG Vorbis where the name ends in `.ogg`, else WAV in this format.
pub(crate) fn write(path: &Path, audio: &[f32], sample_rate_hz: u32, format: Format) -> Result<()> {
    let place = || format!("cannot write {}: does its folder exist, and is there room?", path.display());
    if is_ogg(path) {
        ensure!(!audio.is_empty(), "{} would be empty: there is no sound to write", path.display());
        write_ogg(path, audio, sample_rate_hz).with_context(place)
    } else {
        write_wav(path, audio, sample_rate_hz, format).with_context(place)
    }
}

/// Whether what is beyond full scale is lost.
pub(crate) fn clips(path: &Path, format: Format) -> bool {
    !is_ogg(path) && format != Format::Float32
}

fn is_ogg(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("ogg"))
}

fn write_wav(path: &Path, audio: &[f32], sample_rate: u32, format: Format) -> hound::Result<()> {
    let (bits_per_sample, sample_format) = match format {
        Format::Float32 => (32, SampleFormat::Float),
        Format::Pcm24 => (24, SampleFormat::Int),
        Format::Pcm16 => (16, SampleFormat::Int),
    };
    let integer = |sample: f32, largest: f32| (sample.clamp(-1.0, 1.0) * largest).round() as i32;
    let mut file = WavWriter::create(path, WavSpec { channels: 1, sample_rate, bits_per_sample, sample_format })?;
    for &sample in audio {
        match format {
            Format::Float32 => file.write_sample(sample)?,
            Format::Pcm24 => file.write_sample(integer(sample, 8_388_607.0))?,
            Format::Pcm16 => file.write_sample(integer(sample, 32_767.0))?,
        }
    }
    file.finalize()
}

fn write_ogg(path: &Path, audio: &[f32], sample_rate_hz: u32) -> Result<()> {
    let rate = NonZeroU32::new(sample_rate_hz).context("a sample rate is above zero")?;
    let file = BufWriter::new(File::create(path)?);
    let mut encoder = VorbisEncoderBuilder::new_with_serial(rate, NonZeroU8::MIN, file, OGG_SERIAL)
        .bitrate_management_strategy(VorbisBitrateManagementStrategy::QualityVbr { target_quality: VORBIS_QUALITY })
        .build()?;
    for block in audio.chunks(VORBIS_BLOCK) {
        encoder.encode_audio_block([block])?;
    }
    encoder.finish()?.into_inner()?.sync_all()?;
    Ok(())
}
