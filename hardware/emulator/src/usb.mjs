// A USB host at the chip's device controller: enumeration, and the pipes of a serial and a MIDI port.

const AVAILABLE = 1 << 10;
const STALL = 1 << 11;
const FULL = 1 << 15;
const LENGTH = 0x3ff;
const SETUP_RECEIVED = 1 << 17;
const BUS_RESET = 1 << 19;

/** A packet of 64 bytes with what surrounds it takes so long on the bus at 12 Mbit/s. */
const PACKET_NS = 60e3;
const PACKET_BYTES = 64;
/** From the pull-up to the reset, and the reset. */
const CONNECT_NS = 2e6;

const GET_DESCRIPTOR = 6;
const [DEVICE, CONFIGURATION, STRING, INTERFACE, ENDPOINT] = [1, 2, 3, 4, 5];
const [CDC_DATA, AUDIO, MIDI_STREAMING] = [0x0a, 0x01, 3];

/** One host; `onSerial` and `onMidi` get what the device sends, as bytes. */
export class Host {
  /** What enumeration found: vendor, product, names, endpoints. */
  device = null;
  onSerial = () => {};
  onMidi = () => {};
  #armed = new Set();
  #busy = new Set();
  #queues = new Map();
  #reads = new Map();
  #transfers = [];
  #transfer = null;
  #serialOpen = false;

  constructor(chip) {
    this.chip = chip;
    this.usb = chip.rp2040.usbCtrl;
    this.memory = chip.rp2040.usbDPRAMView;
    this.bytes = chip.rp2040.usbDPRAM;
    // The controller's own host takes packets when they are armed; ours when the bus has brought them.
    this.usb.DPRAMUpdated = (offset, value) => this.#written(offset, value);
    this.usb.onUSBEnabled = () => this.#after(CONNECT_NS, () => this.#reset());
    this.usb.onResetReceived = () => this.#enumerate();
  }

  /** Opens or closes the serial port: DTR and RTS. */
  open(isOpen) {
    this.#serialOpen = isOpen;
    if (!this.device) return;
    this.#control([0x21, 0x22, isOpen ? 3 : 0, 0, this.device.serial.control, 0, 0, 0]);
    this.#read(this.device.serial.in, isOpen ? (bytes) => this.onSerial(bytes) : null);
  }

  /** A program stops reading the open serial port, or goes on. */
  reading(isReading) {
    this.#read(this.device.serial.in, isReading ? (bytes) => this.onSerial(bytes) : null);
  }

  /** Opens or closes the MIDI port. */
  openMidi(isOpen) {
    this.#read(this.device.midi.in, isOpen ? (bytes) => this.onMidi(bytes) : null);
  }

  /** Sends bytes to the serial port. */
  sendSerial(bytes) {
    this.#send(this.device.serial.out, bytes);
  }

  /** Sends USB-MIDI events of four bytes each. */
  sendMidi(bytes) {
    this.#send(this.device.midi.out, bytes);
  }

  #after(nanos, work) {
    this.chip.clock.createAlarm(work).schedule(nanos);
  }

  #reset() {
    this.usb.sieStatus |= BUS_RESET;
    this.usb.sieStatusUpdated();
  }

  #enumerate() {
    this.device = null;
    this.#armed.clear();
    this.#transfers = [];
    this.#transfer = null;
    const descriptor = (kind, index, length, then, language = 0) =>
      this.#control([0x80, GET_DESCRIPTOR, index, kind, language & 0xff, language >> 8, length & 0xff, length >> 8], [], then);
    const found = { strings: {} };
    descriptor(DEVICE, 0, 18, (bytes) => {
      [found.vendor, found.product] = [bytes[8] | (bytes[9] << 8), bytes[10] | (bytes[11] << 8)];
      const indices = { manufacturer: bytes[14], name: bytes[15], serialNumber: bytes[16] };
      this.#control([0, 5, 1, 0, 0, 0, 0, 0]);
      descriptor(CONFIGURATION, 0, 9, (head) => {
        descriptor(CONFIGURATION, 0, head[2] | (head[3] << 8), (all) => {
          Object.assign(found, pipes(all), { configuration: all });
          for (const [name, index] of Object.entries(indices)) {
            descriptor(STRING, index, 255, (text) => (found[name] = utf16(text)), 0x409);
          }
          this.#control([0, 9, 1, 0, 0, 0, 0, 0], [], () => {
            this.device = found;
            if (this.#serialOpen) this.open(true);
          });
        });
      });
    });
  }

  /** Queues a control transfer; `then` gets what the device answered, or null where it refused. */
  #control(setup, data = [], then = () => {}) {
    this.#transfers.push({ setup, data, then, answer: [], stage: "setup" });
    if (!this.#transfer) this.#after(PACKET_NS, () => this.#begin());
  }

  #begin() {
    if (this.#transfer || this.#transfers.length === 0) return;
    const transfer = (this.#transfer = this.#transfers.shift());
    const isIn = (transfer.setup[0] & 0x80) !== 0;
    transfer.wanted = transfer.setup[6] | (transfer.setup[7] << 8);
    transfer.stage = transfer.wanted === 0 ? "status in" : isIn ? "in" : "out";
    this.#armed.delete(0);
    this.#armed.delete(1);
    this.bytes.set(transfer.setup, 0);
    this.usb.sieStatus |= SETUP_RECEIVED;
    this.usb.sieStatusUpdated();
  }

  #end(answer) {
    const { then } = this.#transfer;
    this.#transfer = null;
    then(answer);
    if (this.#transfers.length > 0) this.#after(PACKET_NS, () => this.#begin());
  }

  #read(endpoint, take) {
    this.#reads.set(endpoint, take);
    this.#move(2 * endpoint);
  }

  #send(endpoint, bytes) {
    const queue = this.#queues.get(endpoint) ?? [];
    for (let at = 0; at < bytes.length; at += PACKET_BYTES) queue.push(bytes.slice(at, at + PACKET_BYTES));
    this.#queues.set(endpoint, queue);
    this.#move(2 * endpoint + 1);
  }

  /** The firmware wrote the controller's memory. */
  #written(offset, value) {
    if (offset < 0x80 || offset > 0xfc) return;
    const buffer = (offset - 0x80) / 4;
    if (value & STALL && buffer < 2 && this.#transfer) return this.#after(PACKET_NS, () => this.#transfer && this.#end(null));
    if (value & AVAILABLE) {
      this.#armed.add(buffer);
      this.#move(buffer);
    }
  }

  /** Moves a packet once the bus had time for it, if the firmware and we are ready. `buffer`: endpoint twice, 1 more for out. */
  #move(buffer) {
    if (!this.#armed.has(buffer) || this.#busy.has(buffer) || !this.#wants(buffer)) return;
    this.#busy.add(buffer);
    this.#after(PACKET_NS, () => {
      this.#busy.delete(buffer);
      if (!this.#armed.has(buffer) || !this.#wants(buffer)) return;
      this.#armed.delete(buffer);
      if (buffer & 1) this.#give(buffer);
      else this.#take(buffer);
    });
  }

  #wants(buffer) {
    const endpoint = buffer >> 1;
    if (endpoint === 0) {
      const stage = this.#transfer?.stage;
      return buffer & 1 ? stage === "out" || stage === "status out" : stage === "in" || stage === "status in";
    }
    return buffer & 1 ? (this.#queues.get(endpoint)?.length ?? 0) > 0 : Boolean(this.#reads.get(endpoint));
  }

  #take(buffer) {
    const endpoint = buffer >> 1;
    const at = 0x80 + 4 * buffer;
    const control = this.memory.getUint32(at, true);
    const begin = this.#address(buffer);
    const packet = this.bytes.slice(begin, begin + (control & LENGTH));
    this.memory.setUint32(at, control & ~(AVAILABLE | FULL), true);
    this.usb.indicateBufferReady(endpoint, false);
    if (endpoint > 0) {
      this.#reads.get(endpoint)(packet);
      return;
    }
    const transfer = this.#transfer;
    if (transfer.stage === "status in") return this.#end(transfer.answer);
    transfer.answer.push(...packet);
    if (packet.length < PACKET_BYTES || transfer.answer.length >= transfer.wanted) {
      transfer.stage = "status out";
      this.#move(1);
    }
  }

  #give(buffer) {
    const endpoint = buffer >> 1;
    const transfer = this.#transfer;
    const isStatus = endpoint === 0 && transfer.stage === "status out";
    let packet = [];
    if (endpoint > 0) packet = this.#queues.get(endpoint).shift();
    else if (!isStatus) packet = transfer.data.splice(0, PACKET_BYTES);
    const at = 0x80 + 4 * buffer;
    const control = this.memory.getUint32(at, true);
    this.bytes.set(packet, this.#address(buffer));
    this.memory.setUint32(at, (control & ~(AVAILABLE | LENGTH)) | FULL | packet.length, true);
    this.usb.indicateBufferReady(endpoint, true);
    if (isStatus) return this.#end(transfer.answer);
    if (endpoint === 0 && transfer.data.length === 0) {
      transfer.stage = "status in";
      this.#move(0);
    }
  }

  /** Where a buffer lies in the controller's memory. */
  #address(buffer) {
    return buffer < 2 ? 0x100 : this.memory.getUint32(4 * buffer, true) & 0xffc0;
  }
}

/** The endpoints of the serial and the MIDI port in a configuration. */
function pipes(bytes) {
  const found = { serial: {}, midi: {} };
  let pipe = null;
  for (let at = 0; at < bytes.length && bytes[at] > 0; at += bytes[at]) {
    const [, kind, number, , , deviceClass, subclass] = bytes.slice(at, at + 7);
    if (kind === INTERFACE) {
      pipe = deviceClass === CDC_DATA ? found.serial : deviceClass === AUDIO && subclass === MIDI_STREAMING ? found.midi : null;
      if (deviceClass === 0x02) found.serial.control = number;
    } else if (kind === ENDPOINT && pipe) {
      pipe[number & 0x80 ? "in" : "out"] = number & 0x0f;
    }
  }
  return found;
}

function utf16(descriptor) {
  return descriptor ? String.fromCharCode(...new Uint16Array(new Uint8Array(descriptor.slice(2)).buffer)) : "";
}
