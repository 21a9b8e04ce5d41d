// The ring in shared memory between who renders and the audio thread: its two ends as they are, in two threads.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { runInThisContext } from "node:vm";
import { Worker } from "node:worker_threads";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
const WRITER = readFileSync(join(ROOT, "web/gpu/ring.js"), "utf8");
const PROCESSOR = readFileSync(join(ROOT, "worklet/processor.js"), "utf8");

/** Both ends, taken out of the scripts that hold them. */
const RingWriter = runInThisContext(`${WRITER}; RingWriter`);
const RingReader = runInThisContext(`(() => {
  const AudioWorkletProcessor = class {};
  const registerProcessor = () => {};
  ${PROCESSOR}
  return RingReader;
})()`);

const MOST = 5000;

function ring(bytes) {
  return new SharedArrayBuffer(8 + bytes);
}

/** A message that tells its own number and length: what is torn or lost shows. */
function message(number) {
  const bytes = new Uint8Array((number * 7919) % MOST).fill(number % 251);
  return bytes;
}

test("messages come whole and in order through a ring that wraps, whatever their lengths", () => {
  const shared = ring(1 << 13);
  const [writer, reader] = [new RingWriter(shared), new RingReader(shared)];
  const memory = new Uint8Array(MOST + 100);
  let written = 0;
  for (let read = 0; read < 3000; read += 1) {
    while (writer.write(message(written))) written += 1;
    const length = reader.read(memory, 100, MOST);
    assert.deepEqual(memory.slice(100, 100 + length), message(read), `message ${read}`);
  }
  assert.ok(written > 3000, "several waited at a time");
});

test("counters that pass 2^32 go on", () => {
  const shared = ring(1 << 13);
  new Uint32Array(shared, 0, 2).fill(2 ** 32 - 6000);
  const [writer, reader] = [new RingWriter(shared), new RingReader(shared)];
  const memory = new Uint8Array(MOST);
  for (let number = 0; number < 20; number += 1) {
    assert.ok(writer.write(message(number)));
    assert.equal(reader.read(memory, 0, MOST), message(number).length);
    assert.deepEqual(memory.slice(0, message(number).length), message(number));
  }
  assert.equal(reader.read(memory, 0, MOST), -1);
});

test("a full ring takes nothing, and what is too long for the reader is left out", () => {
  const shared = ring(1 << 13);
  const [writer, reader] = [new RingWriter(shared), new RingReader(shared)];
  const memory = new Uint8Array(100);
  assert.ok(writer.write(new Uint8Array(8000)));
  assert.ok(!writer.write(new Uint8Array(200)));
  assert.equal(reader.read(memory, 0, 100), 0, "no message of the engine's");
  assert.equal(reader.read(memory, 0, 100), -1);
  assert.ok(writer.write(Uint8Array.of(1, 2, 3)));
  assert.equal(reader.read(memory, 0, 100), 3);
});

test("a reader survives what no writer wrote", () => {
  const shared = ring(1 << 10);
  const reader = new RingReader(shared);
  const memory = new Uint8Array(64);
  const words = new Uint32Array(shared);
  for (let seed = 1; seed < 5000; seed += 1) {
    for (let word = 0; word < words.length; word += 1) words[word] = Math.imul(seed * 2654435761 + word, 40503) >>> 0;
    const length = reader.read(memory, 0, 64);
    assert.ok(length >= -1 && length <= 64);
  }
});

test("two threads lose and tear nothing", async () => {
  const [shared, messages] = [ring(1 << 14), 60_000];
  const writer = new Worker(
    `const { workerData: { shared, messages, most } } = require("node:worker_threads");
    ${WRITER}
    const writer = new RingWriter(shared);
    for (let number = 0; number < messages; number += 1) {
      const bytes = new Uint8Array((number * 7919) % most).fill(number % 251);
      while (!writer.write(bytes));
    }`,
    { eval: true, workerData: { shared, messages, most: MOST } },
  );
  const failed = new Promise((_, reject) => writer.once("error", reject));
  const reader = new RingReader(shared);
  const memory = new Uint8Array(MOST);
  const read = async () => {
    for (let number = 0; number < messages; ) {
      const length = reader.read(memory, 0, MOST);
      if (length < 0) {
        await new Promise((resolve) => setImmediate(resolve));
        continue;
      }
      assert.equal(length, (number * 7919) % MOST, `the length of message ${number}`);
      const value = number % 251;
      assert.ok(length === 0 || memory.subarray(0, length).every((byte) => byte === value), `message ${number}`);
      number += 1;
    }
  };
  await Promise.race([read(), failed]);
  await writer.terminate();
});
