// A MIDI device that a test plays.

/** To be run ahead of the page: `window.device.say(bytes)` plays the device; `plug` and `pull` are its cable. */
export const DEVICE = `(() => {
  const access = { inputs: new Map(), outputs: new Map(), sysexEnabled: false, onstatechange: null };
  const device = {
    listeners: 0,
    plug(name) {
      const input = { id: name, name, onmidimessage: null };
      access.inputs.set(name, input);
      access.onstatechange?.({ port: input });
    },
    pull(name) {
      access.inputs.delete(name);
      access.onstatechange?.({});
    },
    say(bytes, timeStamp = performance.now()) {
      for (const input of access.inputs.values()) input.onmidimessage?.({ data: Uint8Array.from(bytes), timeStamp });
    },
  };
  device.plug("KeyStep 37");
  window.device = device;
  navigator.requestMIDIAccess = async (options) => {
    device.asked = options;
    return access;
  };
})();`;
