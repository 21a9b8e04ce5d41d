//! Decoding of audio files with symphonia.

use std::io::{Cursor, ErrorKind};

use symphonia::core::audio::SampleBuffer;
use symphonia::core::codecs::{
    CODEC_TYPE_MP3, CODEC_TYPE_NULL, CODEC_TYPE_VORBIS, CodecParameters, Decoder, DecoderOptions,
};
use symphonia::core::errors::Error;
use symphonia::core::formats::{FormatOptions, FormatReader};
use symphonia::core::io::MediaSourceStream;
use symphonia::core::meta::MetadataOptions;
use symphonia::core::probe::Hint;

use crate::{LARGEST_FILE_BYTES, LONGEST_SECONDS, Recording, RecordingError, SAMPLE_RATES_HZ};

/// Packets in a row that may fail to decode before the file counts as damaged.
///
/// MP3 files cut out of a stream begin with frames that refer to bits before the cut.
const TOLERATED_BAD_PACKETS: u32 = 3;

/// A file with less than this share of the announced samples, in percent, is cut off.
///
/// MP3 headers count encoder padding, which is not sound.
const COMPLETE_PERCENT: u64 = 95;

pub(crate) fn decode(bytes: &[u8], name: &str) -> Result<Recording, RecordingError> {
    if bytes.is_empty() {
        return Err(RecordingError::Empty);
    }
    if bytes.len() > LARGEST_FILE_BYTES {
        return Err(RecordingError::TooLarge { bytes: bytes.len() });
    }
    let mut format = open(bytes, name)?;
    let track = format
        .tracks()
        .iter()
        .find(|track| track.codec_params.codec != CODEC_TYPE_NULL)
        .ok_or(RecordingError::UnknownCodec)?;
    let (track_id, length) = (track.id, Length::of(&track.codec_params));
    let mut decoder = symphonia::default::get_codecs()
        .make(&track.codec_params, &DecoderOptions::default())
        .map_err(|_| RecordingError::UnknownCodec)?;

    let mut mono = MonoMix::default();
    read_packets(format.as_mut(), decoder.as_mut(), track_id, &mut mono)?;
    mono.finish(length)
}

/// Recognises the container.
fn open(bytes: &[u8], name: &str) -> Result<Box<dyn FormatReader>, RecordingError> {
    let mut hint = Hint::new();
    if let Some((_, extension)) = name.rsplit_once('.') {
        hint.with_extension(&extension.to_ascii_lowercase());
    }
    let stream = MediaSourceStream::new(Box::new(Cursor::new(bytes.to_vec())), Default::default());
    let options = FormatOptions { enable_gapless: true, ..Default::default() };
    let probed = symphonia::default::get_probe().format(&hint, stream, &options, &MetadataOptions::default());
    match probed {
        Ok(probed) => Ok(probed.format),
        Err(_) if !begins_as_known(bytes) => Err(RecordingError::UnknownFormat),
        Err(Error::Unsupported(_)) => Err(RecordingError::UnknownCodec),
        Err(error) => Err(RecordingError::Damaged { cause: error.to_string() }),
    }
}

/// Whether the first bytes are those of a container that can be read.
fn begins_as_known(bytes: &[u8]) -> bool {
    let riff_wave = bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WAVE");
    riff_wave || bytes.starts_with(b"fLaC") || bytes.starts_with(b"OggS") || bytes.starts_with(b"ID3")
}

/// Decodes one track to its end.
fn read_packets(
    format: &mut dyn FormatReader,
    decoder: &mut dyn Decoder,
    track_id: u32,
    mono: &mut MonoMix,
) -> Result<(), RecordingError> {
    let mut bad_packets = 0;
    loop {
        let packet = match format.next_packet() {
            Ok(packet) if packet.track_id() == track_id => packet,
            Ok(_) => continue,
            Err(Error::IoError(error)) if error.kind() == ErrorKind::UnexpectedEof => return Ok(()),
            // A second logical stream begins; the recording is the first.
            Err(Error::ResetRequired) => return Ok(()),
            Err(error) => return Err(RecordingError::Damaged { cause: error.to_string() }),
        };
        match decoder.decode(&packet) {
            Ok(decoded) => {
                bad_packets = 0;
                let spec = *decoded.spec();
                if decoded.frames() == 0 {
                    continue;
                }
                let mut interleaved = SampleBuffer::<f32>::new(decoded.frames() as u64, spec);
                interleaved.copy_interleaved_ref(decoded);
                mono.add(interleaved.samples(), spec.channels.count(), spec.rate)?;
            }
            Err(Error::IoError(error)) if error.kind() == ErrorKind::UnexpectedEof => return Ok(()),
            Err(Error::DecodeError(cause)) => {
                bad_packets += 1;
                if bad_packets > TOLERATED_BAD_PACKETS {
                    return Err(RecordingError::Damaged { cause: cause.to_string() });
                }
            }
            Err(error) => return Err(RecordingError::Damaged { cause: error.to_string() }),
        }
    }
}

/// The recording as far as it is decoded.
#[derive(Default)]
struct MonoMix {
    samples: Vec<f32>,
    /// Known from the first packet on.
    sample_rate_hz: Option<u32>,
}

impl MonoMix {
    /// Appends the mean of the channels of interleaved samples.
    fn add(&mut self, interleaved: &[f32], channels: usize, sample_rate_hz: u32) -> Result<(), RecordingError> {
        if !SAMPLE_RATES_HZ.contains(&sample_rate_hz) {
            return Err(RecordingError::SampleRate { sample_rate_hz });
        }
        if *self.sample_rate_hz.get_or_insert(sample_rate_hz) != sample_rate_hz {
            return Err(RecordingError::Damaged { cause: "its sample rate changes on the way".to_owned() });
        }
        let longest = u64::from(LONGEST_SECONDS) * u64::from(sample_rate_hz);
        if (self.samples.len() + interleaved.len() / channels.max(1)) as u64 > longest {
            return Err(RecordingError::TooLong);
        }
        let scale = 1.0 / channels.max(1) as f32;
        self.samples.extend(interleaved.chunks_exact(channels.max(1)).map(|frame| frame.iter().sum::<f32>() * scale));
        Ok(())
    }

    /// The recording, if it is about as long as the file announces.
    fn finish(mut self, length: Length) -> Result<Recording, RecordingError> {
        let Some(sample_rate_hz) = self.sample_rate_hz else {
            return Err(match length.announced {
                Some(1..) => RecordingError::Truncated { percent: 0 },
                _ => RecordingError::Empty,
            });
        };
        // Recorders that stream leave a length of all ones in the header: no length at all.
        let longest = u64::from(LONGEST_SECONDS) * u64::from(sample_rate_hz);
        if let Some(announced) = length.announced.filter(|&announced| announced <= longest) {
            let decoded = self.samples.len() as u64;
            if decoded * 100 < announced * COMPLETE_PERCENT {
                return Err(RecordingError::Truncated { percent: (decoded * 100 / announced) as u32 });
            }
            if length.rest_is_padding {
                self.samples.truncate(announced as usize);
            }
        }
        Recording::new(self.samples, sample_rate_hz)
    }
}

/// What a file says about its length.
#[derive(Clone, Copy)]
struct Length {
    /// Samples of a channel, if the file is to be believed.
    announced: Option<u64>,
    /// Whether what is decoded beyond them is encoder padding.
    rest_is_padding: bool,
}

impl Length {
    fn of(parameters: &CodecParameters) -> Self {
        // Without the encoder's header the length of an MP3 file is a guess from its first frames.
        let guessed = parameters.codec == CODEC_TYPE_MP3 && parameters.delay.is_none();
        Self {
            announced: parameters.n_frames.filter(|_| !guessed),
            // symphonia 0.5 takes the padding out itself, but not from an OGG file of a single page.
            rest_is_padding: parameters.codec == CODEC_TYPE_VORBIS,
        }
    }
}
