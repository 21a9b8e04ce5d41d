// WAV files: reading PCM and float test sounds, writing recordings to listen to.

/** Reads a mono or multichannel WAV of 16- or 24-bit integers or 32-bit floats, mixed to mono. */
export function readWav(buffer) {
  if (buffer.toString("latin1", 0, 4) !== "RIFF") throw new Error("not a WAV file");
  let format = null;
  for (let at = 12; at + 8 <= buffer.length; ) {
    const id = buffer.toString("latin1", at, at + 4);
    const size = buffer.readUInt32LE(at + 4);
    const body = buffer.subarray(at + 8, at + 8 + size);
    if (id === "fmt ") {
      format = { channels: body.readUInt16LE(2), rate: body.readUInt32LE(4), bits: body.readUInt16LE(14) };
    } else if (id === "data" && format) {
      return { rate: format.rate, samples: mono(body, format) };
    }
    at += 8 + size + (size % 2);
  }
  throw new Error("the WAV file has no samples");
}

function mono(body, { channels, bits }) {
  const width = bits / 8;
  const frames = Math.floor(body.length / (width * channels));
  const read = {
    16: (at) => body.readInt16LE(at) / 0x8000,
    24: (at) => body.readIntLE(at, 3) / 0x800000,
    32: (at) => body.readFloatLE(at),
  }[bits];
  if (!read) throw new Error(`WAV files of ${bits} bits are not read here`);
  return Float32Array.from({ length: frames }, (_, frame) => {
    let sum = 0;
    for (let channel = 0; channel < channels; channel += 1) sum += read((frame * channels + channel) * width);
    return sum / channels;
  });
}

/** A mono WAV file of 32-bit floats. */
export function wavBytes(samples, rate) {
  const header = Buffer.alloc(44);
  header.write("RIFF", 0, "latin1");
  header.writeUInt32LE(36 + samples.length * 4, 4);
  header.write("WAVEfmt ", 8, "latin1");
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(3, 20); // IEEE float
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * 4, 28);
  header.writeUInt16LE(4, 32);
  header.writeUInt16LE(32, 34);
  header.write("data", 36, "latin1");
  header.writeUInt32LE(samples.length * 4, 40);
  const data = new Float32Array(samples);
  return Buffer.concat([header, Buffer.from(data.buffer)]);
}

/** A mono WAV file of 16-bit integers. */
export function pcmBytes(samples, rate) {
  const bytes = wavBytes(new Float32Array(0), rate);
  bytes.writeUInt32LE(36 + samples.length * 2, 4);
  bytes.writeUInt16LE(1, 20); // integers
  bytes.writeUInt32LE(rate * 2, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.writeUInt32LE(samples.length * 2, 40);
  const whole = Int16Array.from(samples, (sample) => Math.round(Math.max(-1, Math.min(1, sample)) * 0x7fff));
  return Buffer.concat([bytes, Buffer.from(whole.buffer)]);
}
