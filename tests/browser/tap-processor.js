// The tap on the audio thread: hands on what it hears, with the frame at which it did.

registerProcessor("neurorack-tap", class extends AudioWorkletProcessor {
  process([input]) {
    const samples = input.length > 0 ? input[0].slice() : new Float32Array(128);
    this.port.postMessage({ frame: currentFrame, samples });
    return true;
  }
});
