// Reads sounds away from the page. No sound logic: bytes go in, JSON comes out.

// One instance for all sounds: it remembers the bank.
const started = WebAssembly.instantiateStreaming(fetch("decoder.wasm"), {});

const give = (decoder, named, bytes) => {
  const at = decoder.nd_memory(named.length + bytes.byteLength);
  const memory = new Uint8Array(decoder.memory.buffer, at, named.length + bytes.byteLength);
  memory.set(named);
  memory.set(new Uint8Array(bytes), named.length);
};

onmessage = async ({ data: { id, bank, name, bytes, rate } }) => {
  const decoder = (await started).instance.exports;
  if (bank) {
    give(decoder, [], bank);
    decoder.nd_bank();
  }
  const named = new TextEncoder().encode(name ?? "");
  give(decoder, named, bytes);
  const length = rate ? decoder.nd_samples(rate) : decoder.nd_file(named.length);
  const answer = new Uint8Array(decoder.memory.buffer, decoder.nd_answer(), length);
  postMessage({ id, answer: new TextDecoder().decode(answer) });
};

// A module that does not arrive, or that stops at a sound, is told as an error of this worker.
onunhandledrejection = ({ reason }) => {
  setTimeout(() => {
    throw reason;
  });
};
