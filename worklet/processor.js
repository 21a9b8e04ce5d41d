// Carries bytes between the page and the engine. No sound logic, no knowledge of the messages.

const SAMPLES_PER_POST = 1024;

// The reading end of web/gpu/ring.js: counters of bytes written and read, then a power of two of bytes.
class RingReader {
  constructor(shared) {
    this.counters = new Uint32Array(shared, 0, 2);
    this.bytes = new Uint8Array(shared, 8);
    this.word = new Uint8Array(4);
    this.length = new Uint32Array(this.word.buffer);
  }

  // Copies the next message to `memory` from `at` on, where it is no longer than `most`. Its length; -1 where there is none.
  read(memory, at, most) {
    const [written, read] = [Atomics.load(this.counters, 0), Atomics.load(this.counters, 1)];
    const waiting = (written - read) >>> 0;
    if (waiting === 0) return -1;
    this.get(read, 4, this.word, 0);
    const [length] = this.length;
    const fits = length <= most && length + 4 <= waiting;
    if (fits) this.get(read + 4, length, memory, at);
    // What was not written by ring.js is left out, with all that waits.
    Atomics.store(this.counters, 1, fits ? (read + 4 + ((length + 3) & ~3)) >>> 0 : written);
    return fits ? length : 0;
  }

  get(place, length, memory, at) {
    const from = (place >>> 0) & (this.bytes.length - 1);
    const first = Math.min(length, this.bytes.length - from);
    memory.set(this.bytes.subarray(from, from + first), at);
    if (first < length) memory.set(this.bytes.subarray(0, length - first), at + first);
  }
}

// The only fine clock in this scope, where there is one; diagnostics, nothing is timed by it.
const now = globalThis.Temporal ? () => Number(Temporal.Now.instant().epochNanoseconds) * 1e-9 : null;

class NeurorackProcessor extends AudioWorkletProcessor {
  constructor({ processorOptions: { module } }) {
    super();
    this.engine = new WebAssembly.Instance(module, {}).exports;
    this.handle = this.engine.nr_init(sampleRate);
    this.message = this.engine.nr_message_memory(this.handle);
    this.heard = this.engine.nr_input_memory(this.handle) / Float32Array.BYTES_PER_ELEMENT;
    this.block = new Float32Array(2 * SAMPLES_PER_POST);
    this.filled = 0;
    this.port.onmessage = ({ data }) => {
      if (data instanceof ArrayBuffer) this.receive(new Uint8Array(data));
      else this.listen(data);
    };
  }

  // From now on messages also come through a port, or a ring in shared memory: in place of the last one.
  listen(channel) {
    if (this.other) this.other.onmessage = null;
    this.ring = this.other = null;
    if (channel instanceof MessagePort) {
      this.other = channel;
      channel.onmessage = ({ data }) => this.receive(new Uint8Array(data));
    } else {
      this.ring = new RingReader(channel);
    }
  }

  // One message of the ring a quantum: each is a small part of one.
  drain() {
    const length = this.ring.read(this.bytes(), this.message, this.engine.nr_message_capacity());
    if (length >= 0) this.engine.nr_message(this.handle, length);
  }

  // A view is dead once the memory has grown.
  bytes() {
    if (this.view?.buffer !== this.engine.memory.buffer) {
      this.view = new Uint8Array(this.engine.memory.buffer);
      this.floats = new Float32Array(this.engine.memory.buffer);
    }
    return this.view;
  }

  receive(message) {
    const fits = message.length <= this.engine.nr_message_capacity();
    if (fits) this.bytes().set(message, this.message);
    this.engine.nr_message(this.handle, fits ? message.length : 0);
  }

  // What is plugged in from outside, for the coming render: at most two channels, none while nothing is.
  hear(input, begin, count) {
    for (let channel = 0; channel < input.length; channel += 1) {
      const samples = input[channel];
      this.bytes();
      this.floats.set(count === samples.length ? samples : samples.subarray(begin, begin + count), this.heard);
      this.engine.nr_hear(this.handle, channel, count);
    }
  }

  // A node may have been made without inputs.
  process([input = []], [[output]]) {
    if (!output) return true;
    const start = now?.();
    if (this.ring) this.drain();
    const capacity = this.engine.nr_output_capacity();
    for (let done = 0; done < output.length; done += capacity) {
      const count = Math.min(capacity, output.length - done);
      this.hear(input, done, count);
      const samples = this.engine.nr_render(this.handle, count, currentTime + done / sampleRate);
      output.set(new Float32Array(this.bytes().buffer, samples, count), done);
    }
    if (now) this.engine.nr_note_render_time(this.handle, now() - start);
    this.collect(output);
    return true;
  }

  // Every 1024 samples or so, the page gets what was played and the status.
  collect(output) {
    for (let done = 0; done < output.length; ) {
      const part = output.subarray(done, done + this.block.length - this.filled);
      this.block.set(part, this.filled);
      this.filled += part.length;
      done += part.length;
      if (this.filled >= SAMPLES_PER_POST) this.post();
    }
  }

  post() {
    const samples = this.block.slice(0, this.filled);
    const start = this.engine.nr_status(this.handle);
    const status = this.bytes().slice(start, start + this.engine.nr_status_bytes());
    this.filled = 0;
    this.port.postMessage({ samples, status }, [samples.buffer, status.buffer]);
  }
}

registerProcessor("neurorack", NeurorackProcessor);
