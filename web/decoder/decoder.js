// Reads sounds away from the page. No sound logic: bytes go in, JSON comes out.

const module = WebAssembly.compileStreaming(fetch("decoder.wasm"));
let decoder;

const give = (named, bytes) => {
  const at = decoder.nd_memory(named.length + bytes.byteLength);
  const memory = new Uint8Array(decoder.memory.buffer, at, named.length + bytes.byteLength);
  memory.set(named);
  memory.set(new Uint8Array(bytes), named.length);
};

onmessage = async ({ data: { id, bank, name, bytes, rate } }) => {
  decoder ??= (await WebAssembly.instantiate(await module, {})).exports;
  if (bank) {
    give([], bank);
    decoder.nd_bank();
  }
  const named = new TextEncoder().encode(name ?? "");
  give(named, bytes);
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
