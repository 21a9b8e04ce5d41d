// Modules for tests: the real firmware on a simulated chip, and scripted ones that say what a test wants.

import { spawn } from "node:child_process";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { setting } from "./page.mjs";

const EMULATOR = join(dirname(fileURLToPath(import.meta.url)), "../../hardware/emulator/src/main.mjs");

/** The firmware's own ELF, paced to wall time; its serial port is on TCP, its MIDI port in lines. */
export class Emulated {
  static async start() {
    const child = spawn("node", [EMULATOR, setting("NEURORACK_FIRMWARE"), "--port", "0"], { stdio: ["pipe", "pipe", "inherit"] });
    const module = new Emulated(child);
    const { port } = await module.#answer();
    module.port = port;
    return module;
  }

  #waiting = [];
  #answers = [];
  onMidi = () => {};

  constructor(child) {
    this.child = child;
    createInterface({ input: child.stdout }).on("line", (line) => {
      const answer = JSON.parse(line);
      if (answer.midi !== undefined) return this.onMidi(Buffer.from(answer.midi, "hex"));
      const waits = this.#waiting.shift();
      if (waits) waits(answer);
      else this.#answers.push(answer);
    });
  }

  #answer() {
    const before = this.#answers.shift();
    return before ? Promise.resolve(before) : new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Says a command of the emulator and gives its answer. */
  async tell(command) {
    this.child.stdin.write(`${JSON.stringify(command)}\n`);
    const answer = await this.#answer();
    if (answer.error) throw new Error(`${JSON.stringify(command)}: ${answer.error}`);
    return answer;
  }

  /** Pixels of its screen, as `Page.oled` gives those of the page. */
  async screen() {
    return pixels((await this.tell({ screen: true })).screen);
  }

  /** A program opens the serial port: gives what takes its bytes and what closes it. */
  async open(deliver, lost) {
    const socket = connect(this.port, "127.0.0.1");
    await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
    socket.setNoDelay(true).on("data", deliver).on("close", lost).on("error", () => {});
    return { write: (bytes) => socket.write(bytes), close: () => socket.destroy() };
  }

  stop() {
    this.child.kill();
  }
}

/** The emulator's memory of the display, in hexadecimal digits, as text of # and dots. */
export function pixels(hex) {
  const bytes = Buffer.from(hex, "hex");
  const lit = (x, y) => (bytes[(y >> 3) * 128 + x] >> (y & 7)) & 1;
  const row = (y) => Array.from({ length: 128 }, (_, x) => (lit(x, y) ? "#" : ".")).join("");
  return Array.from({ length: 64 }, (_, y) => row(y)).join("\n");
}

/** What answers HELLO with this protocol and number; with `garbage` it says only noise, with `mute` nothing. */
export class Scripted {
  constructor({ protocol = [1, 0], uid = 1, firmware = [0, 1, 0], garbage = false, mute = false, busy = false } = {}) {
    Object.assign(this, { protocol, uid, firmware, garbage, mute, busy });
  }

  async open(deliver) {
    if (this.busy) return null;
    const heard = [];
    const say = (code, body) => deliver(frame(code, body));
    const timer = setInterval(() => {
      if (this.garbage) deliver(Buffer.from(Array.from({ length: 40 }, (_, k) => (k * 37 + 11) & 255)));
    }, 50);
    return {
      write: (bytes) => {
        heard.push(...bytes);
        for (let end = heard.indexOf(0); end >= 0; end = heard.indexOf(0)) {
          const code = heard.splice(0, end + 1)[1];
          if (this.garbage || this.mute) continue;
          const [major, minor] = this.protocol;
          if (code === 0x01) say(0x81, [major, minor, ...this.firmware, 0, 0, 0, 0, 1, ...number(this.uid, 8), 0, 1, 0]);
          if (code === 0x13) say(0x7f, Array(20).fill(0));
        }
      },
      close: () => clearInterval(timer),
    };
  }
}

const number = (value, bytes) => Array.from({ length: bytes }, (_, k) => Math.floor(value / 256 ** k) & 255);

let seq = 0;

/** A frame as PROTOCOL.md has it. */
export function frame(code, body) {
  const plain = [code, ...number(seq++ & 0xffff, 2), 0, 0, 0, 0, ...body];
  let crc = 0xffff;
  for (const byte of plain) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
  }
  const stuffed = [];
  let block = [];
  for (const byte of [...plain, ...number(crc, 2), 0]) {
    if (byte !== 0) block.push(byte);
    if (byte === 0 || block.length === 254) {
      stuffed.push(block.length + 1, ...block);
      block = [];
    }
  }
  return Buffer.from([...stuffed, 0]);
}

/** To be run ahead of the page: `navigator.serial` whose ports are the test's modules. */
const SHIM = `(() => {
  const lost = () => new DOMException("The device has been lost.", "NetworkError");
  class Port extends EventTarget {
    readable = null;
    writable = null;
    constructor(id, info, allowed) {
      super();
      Object.assign(this, { id, info, allowed, present: true });
    }
    getInfo() {
      return this.info;
    }
    async open(options) {
      if (this.readable) throw new DOMException("The port is already open.", "InvalidStateError");
      if (!this.present || !(await window.serialOpen(this.id))) throw new DOMException("Failed to open serial port.", "NetworkError");
      this.options = options;
      this.readable = new ReadableStream({ start: (controller) => (this.controller = controller) });
      this.writable = new WritableStream({ write: (chunk) => window.serialWrite(this.id, Array.from(chunk)) });
    }
    async setSignals(signals) {
      this.signals = signals;
    }
    async close() {
      if (this.readable?.locked || this.writable?.locked) throw new TypeError("Cannot close a port in use");
      this.readable = this.writable = null;
      await window.serialClose(this.id);
    }
    deliver(base64) {
      if (this.readable) this.controller.enqueue(Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)));
    }
    pull() {
      this.present = false;
      const open = this.readable !== null;
      this.readable = this.writable = null;
      if (open) this.controller.error(lost());
      serial.dispatchEvent(new Event("disconnect"));
    }
    plug() {
      this.present = true;
      serial.dispatchEvent(new Event("connect"));
    }
  }
  const serial = new EventTarget();
  serial.ports = [];
  serial.getPorts = async () => serial.ports.filter((port) => port.allowed && port.present);
  serial.requestPort = async (options) => {
    serial.asked = options;
    const chosen = serial.ports.find((port) => port.id === serial.chooses);
    if (!chosen) throw new DOMException("No port selected by the user.", "NotFoundError");
    chosen.allowed = true;
    return chosen;
  };
  for (const [id, { info, allowed }] of PORTS.entries()) serial.ports.push(new Port(id, info, allowed));
  window.testSerial = serial;
  Object.defineProperty(navigator, "serial", { value: serial, configurable: true });
})();`;

const IDENTITY = { usbVendorId: 0x1209, usbProductId: 0x0001 };

/**
 * Options for `Page.open` that put these modules at the page's serial ports; `allowed` are those that the page may use from
 * the start.
 */
export function serialPorts(modules, allowed = modules.map(() => true), info = IDENTITY) {
  const ports = modules.map((_, id) => ({ info, allowed: allowed[id] }));
  const open = new Map();
  const prepare = async (page) => {
    await page.exposeFunction("serialOpen", async (id) => {
      // A page that was reloaded never closed it.
      open.get(id)?.close();
      let waiting = [];
      let delivering = false;
      // What comes while the page takes something is its next piece.
      const deliver = async (bytes) => {
        waiting.push(bytes);
        if (delivering) return;
        delivering = true;
        while (waiting.length > 0) {
          const base64 = Buffer.concat(waiting).toString("base64");
          waiting = [];
          await page
            .evaluate(([id, base64]) => window.testSerial.ports[id].deliver(base64), [id, base64])
            .catch(() => open.get(id)?.close());
        }
        delivering = false;
      };
      const way = await modules[id].open(deliver, () => {});
      if (way) open.set(id, way);
      return way !== null;
    });
    await page.exposeFunction("serialWrite", (id, bytes) => void open.get(id)?.write(Buffer.from(bytes)));
    await page.exposeFunction("serialClose", (id) => {
      open.get(id)?.close();
      open.delete(id);
    });
  };
  const pull = async (page, id) => {
    open.get(id)?.close();
    open.delete(id);
    await page.evaluate((id) => window.testSerial.ports[id].pull(), id);
  };
  const plug = (page, id) => page.evaluate((id) => window.testSerial.ports[id].plug(), id);
  const end = () => open.forEach((way) => way.close());
  return { options: { before: SHIM.replace("PORTS", JSON.stringify(ports)), prepare }, pull, plug, end };
}

/** The module's MIDI port: whole messages from and to events of USB-MIDI. */
class UsbMidi {
  #exclusive = [];

  /** Messages in packets of four bytes. */
  read(packets) {
    const messages = [];
    for (let at = 0; at + 4 <= packets.length; at += 4) {
      const code = packets[at] & 15;
      const length = code === 5 ? 1 : code === 6 || code === 2 || code === 12 || code === 13 ? 2 : 3;
      const bytes = [...packets.subarray(at + 1, at + 1 + length)];
      if (code >= 4 && code <= 7) {
        this.#exclusive.push(...bytes);
        if (code > 4) messages.push(this.#exclusive.splice(0));
      } else if (code >= 8) messages.push(bytes);
    }
    return messages;
  }

  /** A message as packets. */
  static write(bytes) {
    const padded = (part) => [...part, 0, 0].slice(0, 3);
    if (bytes[0] !== 0xf0) return [bytes[0] >> 4, ...padded(bytes)];
    const packets = [];
    for (let at = 0; at < bytes.length; at += 3) {
      const part = bytes.slice(at, at + 3);
      packets.push(at + 3 >= bytes.length ? 4 + part.length : 4, ...padded(part));
    }
    return packets;
  }
}

/** Options for `Page.open` that leave the page no serial port and put this module at its MIDI ports. */
export function midiPorts(module) {
  const usb = new UsbMidi();
  const shim = `(() => {
    Object.defineProperty(Navigator.prototype, "serial", { value: undefined, configurable: true });
    // Each request has ports of its own, as in a browser.
    const all = [];
    const request = (sysex) => {
      const port = (id) => ({ id, name: "Neurorack MIDI 1", state: "connected", onmidimessage: null, close: async () => {} });
      const [input, output] = [port("in"), port("out")];
      output.send = (bytes) => {
        if (bytes[0] === 0xf0 && !sysex) throw new DOMException("not allowed", "InvalidAccessError");
        window.midiWrite(Array.from(bytes));
      };
      const access = { inputs: new Map(), outputs: new Map(), sysexEnabled: sysex, onstatechange: null };
      const plug = (isIn) => {
        input.state = output.state = isIn ? "connected" : "disconnected";
        access.inputs = new Map(isIn ? [["in", input]] : []);
        access.outputs = new Map(isIn ? [["out", output]] : []);
        access.onstatechange?.({ port: input });
      };
      all.push({ input, plug });
      plug(window.testMidi.isIn);
      return access;
    };
    const plug = (isIn) => {
      window.testMidi.isIn = isIn;
      all.forEach((one) => one.plug(isIn));
    };
    window.testMidi = {
      isIn: true,
      deliver: (messages) => {
        for (const message of messages) {
          const event = { data: Uint8Array.from(message), timeStamp: performance.now() };
          for (const { input } of all) if (input.state === "connected") input.onmidimessage?.(event);
        }
      },
      pull: () => plug(false),
      plug: () => plug(true),
    };
    navigator.requestMIDIAccess = async (options) => request(options?.sysex ?? false);
  })();`;
  const prepare = async (page) => {
    let waiting = [];
    let delivering = false;
    module.onMidi = async (packets) => {
      waiting.push(...usb.read(packets));
      if (delivering) return;
      delivering = true;
      while (waiting.length > 0) {
        const messages = waiting;
        waiting = [];
        await page.evaluate((messages) => window.testMidi?.deliver(messages), messages).catch(() => {});
      }
      delivering = false;
    };
    await page.exposeFunction("midiWrite", (bytes) => void module.tell({ midi: Buffer.from(UsbMidi.write(bytes)).toString("hex") }));
  };
  return { before: shim, prepare };
}
