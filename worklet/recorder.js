// Carries what a microphone hears to the page. No sound logic.

const SAMPLES_PER_POST = 1024;

class NeurorackRecorder extends AudioWorkletProcessor {
  block = new Float32Array(SAMPLES_PER_POST);
  filled = 0;

  process([[input]]) {
    for (let done = 0; input && done < input.length; ) {
      const part = input.subarray(done, done + SAMPLES_PER_POST - this.filled);
      this.block.set(part, this.filled);
      this.filled += part.length;
      done += part.length;
      if (this.filled === SAMPLES_PER_POST) this.post();
    }
    return true;
  }

  post() {
    const samples = this.block.slice();
    this.filled = 0;
    this.port.postMessage(samples, [samples.buffer]);
  }
}

registerProcessor("neurorack-recorder", NeurorackRecorder);
