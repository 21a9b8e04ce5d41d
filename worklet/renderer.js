// Renders sounds away from the page and from the audio thread. No sound logic, no knowledge of the messages: bytes go in,
// samples come out.

let engine, handle, memory, rate;

function receive(message) {
  const fits = message.length <= engine.nr_message_capacity();
  if (fits) new Uint8Array(engine.memory.buffer).set(message, memory);
  engine.nr_message(handle, fits ? message.length : 0);
}

function render(count) {
  const samples = new Float32Array(count);
  const capacity = engine.nr_output_capacity();
  for (let done = 0; done < count; done += capacity) {
    const part = Math.min(capacity, count - done);
    const start = engine.nr_render(handle, part, done / rate);
    samples.set(new Float32Array(engine.memory.buffer, start, part), done);
  }
  return samples;
}

function hit(seconds) {
  const start = engine.nr_hit(handle, seconds);
  return new Float32Array(engine.memory.buffer, start, engine.nr_hit_samples(handle)).slice();
}

onmessage = ({ data }) => {
  if (data.module) {
    engine = new WebAssembly.Instance(data.module, {}).exports;
    rate = data.rate;
    handle = engine.nr_init(rate);
    memory = engine.nr_message_memory(handle);
  }
  for (const message of data.messages) receive(new Uint8Array(message));
  if (data.id === undefined) return;
  const samples = data.hit ? hit(data.hit) : render(data.samples);
  postMessage({ id: data.id, answer: samples }, [samples.buffer]);
};
