// The writing end of a lock-free ring in shared memory, for one writer and one reader (L. Lamport, "Specifying concurrent
// program modules", 1983). Two counters of bytes, written and read, that wrap at 2^32, then a power of two of bytes. A
// message is its length as a 32-bit word and its bytes, filled up to whole words; it is there once the first counter says so.
// The reading end is in processor.js.

const RING_HEAD_BYTES = 8;

// Writes messages into shared memory that a reader empties.
class RingWriter {
  constructor(shared) {
    this.counters = new Uint32Array(shared, 0, 2);
    this.bytes = new Uint8Array(shared, RING_HEAD_BYTES);
  }

  // Whether there was room for the message.
  write(message) {
    const written = Atomics.load(this.counters, 0);
    const waiting = (written - Atomics.load(this.counters, 1)) >>> 0;
    const needed = 4 + ((message.length + 3) & ~3);
    if (waiting + needed > this.bytes.length) return false;
    const length = new Uint8Array(Uint32Array.of(message.length).buffer);
    this.put(length, written);
    this.put(message, written + 4);
    Atomics.store(this.counters, 0, (written + needed) >>> 0);
    return true;
  }

  put(bytes, place) {
    const at = (place >>> 0) & (this.bytes.length - 1);
    const first = Math.min(bytes.length, this.bytes.length - at);
    this.bytes.set(bytes.subarray(0, first), at);
    this.bytes.set(bytes.subarray(first), 0);
  }
}
