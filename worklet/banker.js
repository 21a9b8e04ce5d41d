// Reads a bank away from the page and makes it ready for the engine. No sound logic, no knowledge of files and messages:
// bytes go in, bytes come out.

let engine;

const bytes = (at, length) => new Uint8Array(engine.memory.buffer, at, length);

const refusal = (length) => new TextDecoder().decode(bytes(engine.nr_bank_refusal(), length));

function read(file) {
  bytes(engine.nr_bank_memory(file.byteLength), file.byteLength).set(new Uint8Array(file));
  const refused = engine.nr_bank_read();
  return refused ? refusal(refused) : bytes(engine.nr_bank_hash(), 32).slice();
}

function prepare(rate) {
  const count = engine.nr_bank_prepare(rate);
  const message = (_, index) => bytes(engine.nr_bank_message(index), engine.nr_bank_message_bytes(index)).slice().buffer;
  const messages = Array.from({ length: count }, message);
  engine.nr_bank_sent();
  return messages;
}

onmessage = ({ data: { id, module, file, rate } }) => {
  if (module) engine = new WebAssembly.Instance(module, {}).exports;
  if (file) {
    const answer = read(file);
    postMessage({ id, answer });
  } else if (rate) {
    const answer = prepare(rate);
    postMessage({ id, answer }, answer);
  } else {
    postMessage({ id, answer: refusal(engine.nr_bank_verify()) });
  }
};
