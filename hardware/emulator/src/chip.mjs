// An RP2040 that runs an embassy firmware: rp2040js with what it lacks.

import { BasePeripheral, RP2040 } from "rp2040js";

const FLASH = 0x10000000;
const VECTORS = FLASH + 0x100;
const NANOSECONDS_A_CYCLE = 8;

/** Functions of the boot ROM that are called, by their codes; the index is the number of their break point. */
const ROM = ["", "MS", "S4", "MC", "C4", "IF", "EX", "RE", "RP", "FC", "CX", "UB"];
const ROM_MAGIC = 0x0201754d;
const ROM_TABLE = 0x100;
const ROM_CODE = 0x200;

/** Typical times of a W25Q16: a sector erased, a page written. */
const ERASE_NS = 45e6;
const PROGRAM_NS = 0.4e6;

const I2C_INTERRUPT_MASK = 0x30;
const READ_UNIQUE_ID = 0x4b;
const SSI_DATA = 0x60;

/** Reads as zero: flash is never busy. */
class XipControl extends BasePeripheral {
  readUint32() {
    return 0;
  }
  writeUint32() {}
}

/** The chip at power-on, with `flash` (bytes from its start) in it. */
export class Chip {
  /** Why the chip stopped: "watchdog", "software", "bootsel" or "power"; null while it runs. */
  stopped = null;
  /** Erased sectors and written pages so far. */
  flashOperations = 0;
  /** Power goes in flash operation `operation` (from 1) after `bytes` of it. */
  cut = null;

  /** `uid`: eight bytes of the flash chip. `scratch`, `reason`: what a watchdog left. */
  constructor(flash, { uid, scratch, reason = 0 }) {
    this.rp2040 = new RP2040();
    const { rp2040 } = this;
    this.clock = rp2040.clock;
    const quiet = () => {};
    rp2040.logger = { debug: quiet, info: quiet, warn: quiet, error: quiet };
    rp2040.flash.set(flash);
    this.#installRom();
    rp2040.onBreak = (number) => this.#call(number);
    rp2040.peripherals[0x14000] = new XipControl(rp2040, "XIP_CTRL");
    for (const i2c of rp2040.i2c) addInterruptMask(i2c);
    correctTimers(rp2040);
    addUniqueId(rp2040.peripherals[0x18000], uid);

    this.watchdog = rp2040.peripherals[0x40058];
    if (scratch) this.watchdog.scratchData.set(scratch);
    this.watchdog.reason = reason;
    this.watchdog.onWatchdogTrigger = () => {
      this.stopped = this.watchdog.reason === 1 ? "watchdog" : "software";
      // It would go off for ever at this very moment.
      this.watchdog.alarm.enable = false;
    };

    const { core } = rp2040;
    core.reset();
    core.VTOR = VECTORS;
    core.SP = rp2040.readUint32(VECTORS);
    core.PC = rp2040.readUint32(VECTORS + 4) & ~1;
  }

  /** Runs until the simulated time in nanoseconds, or until the chip stops. */
  runUntil(nanos) {
    const { clock } = this;
    const { core } = this.rp2040;
    while (clock.nanosCounter < nanos && !this.stopped) {
      if (core.waiting) {
        const next = clock.nextAlarm;
        clock.nanosCounter = next ? Math.min(Math.max(next.nanos, clock.nanosCounter), nanos) : nanos;
      } else {
        clock.nanosCounter += core.executeInstruction() * NANOSECONDS_A_CYCLE;
      }
      if (clock.nextAlarm && clock.nextAlarm.nanos <= clock.nanosCounter) clock.tick(0);
    }
  }

  /** A table of functions, each a break point and a return. */
  #installRom() {
    const rom = new DataView(this.rp2040.bootrom.buffer);
    rom.setUint32(0x10, ROM_MAGIC, true);
    rom.setUint16(0x14, ROM_TABLE, true);
    rom.setUint16(0x16, ROM_TABLE, true);
    rom.setUint16(0x18, ROM_CODE | 1, true);
    ROM.forEach((_, number) => {
      rom.setUint16(ROM_CODE + 4 * number, 0xbe00 | number, true);
      rom.setUint16(ROM_CODE + 4 * number + 2, 0x4770, true);
    });
  }

  #call(number) {
    const { rp2040 } = this;
    const registers = rp2040.core.registers;
    const [a, b, c] = registers;
    const code = ROM[number];
    if (number === 0) {
      // The look-up itself: a table and two letters give an address.
      const name = String.fromCharCode(b & 0xff, (b >> 8) & 0xff);
      const found = ROM.indexOf(name);
      registers[0] = found > 0 ? (ROM_CODE + 4 * found) | 1 : 0;
    } else if (code === "MC" || code === "C4") {
      for (let k = 0; k < c; k++) rp2040.writeUint8((a >>> 0) + k, rp2040.readUint8((b >>> 0) + k));
    } else if (code === "MS" || code === "S4") {
      for (let k = 0; k < c; k++) rp2040.writeUint8((a >>> 0) + k, b & 0xff);
    } else if (code === "RE") {
      this.#flash(a, b, ERASE_NS, () => 0xff);
    } else if (code === "RP") {
      // Writing clears bits.
      this.#flash(a, c, PROGRAM_NS, (old, k) => old & rp2040.readUint8((b >>> 0) + k));
    } else if (code === "UB") {
      this.stopped = "bootsel";
    } else if (code === undefined) {
      throw new Error(`break point ${number} at ${rp2040.core.PC.toString(16)}`);
    }
  }

  #flash(offset, length, nanos, change) {
    this.flashOperations++;
    const isCut = this.cut?.operation === this.flashOperations;
    const bytes = isCut ? Math.min(this.cut.bytes, length) : length;
    const { flash } = this.rp2040;
    for (let k = 0; k < bytes; k++) flash[offset + k] = change(flash[offset + k], k);
    if (isCut) {
      // The byte at which it happened is neither old nor new.
      if (bytes < length) flash[offset + bytes] = (flash[offset + bytes] ^ change(flash[offset + bytes], bytes)) & 0xa5;
      this.stopped = "power";
    } else {
      this.clock.tick(nanos);
    }
  }
}

function addInterruptMask(i2c) {
  const write = i2c.writeUint32.bind(i2c);
  i2c.writeUint32 = (offset, value) => {
    if (offset !== I2C_INTERRUPT_MASK) return write(offset, value);
    i2c.intEnable = value & 0x1fff;
    i2c.checkInterrupts();
  };
}

/** Timers of the DMA run at X / Y of the clock, not at Y / X. */
function correctTimers({ dma, clkSys }) {
  const { getTimer } = dma;
  dma.getTimer = (request) => {
    const inverse = getTimer.call(dma, request);
    const cycle = 1e6 / clkSys;
    return inverse > 0 ? (cycle * cycle) / inverse : 0;
  };
}

/** The flash chip answers its unique number after four bytes. */
function addUniqueId(ssi, uid) {
  const [read, write] = [ssi.readUint32.bind(ssi), ssi.writeUint32.bind(ssi)];
  let answers = [];
  ssi.writeUint32 = (offset, value) => {
    if (offset === SSI_DATA && (value & 0xff) === READ_UNIQUE_ID) answers = [0, 0, 0, 0, ...uid];
    write(offset, value);
  };
  ssi.readUint32 = (offset) => (offset === SSI_DATA && answers.length > 0 ? answers.shift() : read(offset));
}
