// Reads a bank away from the page and makes it ready for the engine. No sound logic, no knowledge of files and messages:
// bytes go in, bytes come out.

let engine;

const bytes = (at, length) => new Uint8Array(engine.memory.buffer, at, length);

const refusal = (length) => new TextDecoder().decode(bytes(engine.nr_bank_refusal(), length));

async function read(file) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", file));
  bytes(engine.nr_bank_memory(file.byteLength), file.byteLength).set(new Uint8Array(file));
  bytes(engine.nr_bank_hash(), hash.length).set(hash);
  const refused = engine.nr_bank_read();
  return refused ? refusal(refused) : hash;
}

function messages(count) {
  const message = (_, index) => bytes(engine.nr_bank_message(index), engine.nr_bank_message_bytes(index)).slice().buffer;
  const all = Array.from({ length: count }, message);
  engine.nr_bank_sent();
  return all;
}

async function answer({ id, module, file, open, rate }) {
  if (module) engine = new WebAssembly.Instance(module, {}).exports;
  if (file) {
    const answer = await read(file);
    postMessage({ id, answer });
  } else if (open || rate) {
    const answer = messages(open ? engine.nr_bank_open() : engine.nr_bank_prepare(rate));
    postMessage({ id, answer }, answer);
  } else {
    postMessage({ id, answer: refusal(engine.nr_bank_verify()) });
  }
}

// In turn: a bank is read before anything else is asked of it.
let turn = Promise.resolve();
onmessage = ({ data }) => {
  turn = turn.then(() => answer(data));
  // The page hears of it as of any other worker that failed.
  turn.catch((error) => setTimeout(() => { throw error; }));
};
