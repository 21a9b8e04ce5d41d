// Listens to what the page plays. Injected before the page's own scripts: whatever is connected to a context's
// destination is connected to a recording AudioWorklet as well, which posts the samples with their frame numbers.
(() => {
  const RealContext = window.AudioContext;
  if (!RealContext || !window.AudioWorkletNode) return;

  // `presses` holds the audio time, in seconds, of each press as the page could know it at best.
  const tap = { context: null, listening: false, blocks: [], presses: [] };
  window.neurorackTap = tap;

  const connect = AudioNode.prototype.connect;
  let ready = null;
  AudioNode.prototype.connect = function (target, ...rest) {
    const result = connect.call(this, target, ...rest);
    if (ready && this.context === tap.context && target === this.context.destination) {
      ready.then((node) => {
        connect.call(this, node);
        tap.listening = true;
      });
    }
    return result;
  };

  window.AudioContext = class AudioContext extends RealContext {
    constructor(...options) {
      super(...options);
      tap.context = this;
      // From the page's own host, as its policy asks of every script.
      ready = this.audioWorklet.addModule(new URL("tap-processor.js", document.baseURI)).then(() => {
        const node = new AudioWorkletNode(this, "neurorack-tap", { outputChannelCount: [1] });
        node.port.onmessage = ({ data }) => tap.blocks.push(data);
        // Only what leads to the destination is rendered; the tap adds silence to it.
        connect.call(node, this.destination);
        return node;
      });
    }
  };

  window.addEventListener(
    "pointerdown",
    () => tap.presses.push(tap.context ? tap.context.currentTime : 0),
    { capture: true },
  );
})();
