// The module's board: the chip with everything around it, in simulated time.

import { Chip } from "./chip.mjs";
import { Converter } from "./converter.mjs";
import { Display } from "./display.mjs";
import { segments } from "./elf.mjs";
import { Host } from "./usb.mjs";

const FLASH = 0x10000000;
const FLASH_BYTES = 2 * 1024 * 1024;
/** Pins, as in hardware/firmware/src/pins.rs. */
const [GATES, A, B, PUSH, JACKS, LAMP] = [[6, 7], 10, 11, 12, [2, 3, 4, 5], 22];
/** A hand takes so long from one contact to the next. */
const STEP_US = 3000;
const UID = [0xe6, 0x61, 0x41, 0x04, 0x03, 0x5c, 0x4f, 0x2a];

/** A module. `elf`: the firmware's file as bytes. */
export class Board {
  /** Microseconds of simulated time before the last start. */
  #before = 0;
  #flash = new Uint8Array(FLASH_BYTES).fill(0xff);
  #volts = [0, 0, 0, 0];
  #levels = new Map();
  #turns = 0;
  /** What the host's programs did, for hosts of later starts. */
  #open = false;

  /** What the module's serial port and MIDI port say. */
  onSerial = () => {};
  onMidi = () => {};

  constructor(elf) {
    for (const { address, bytes } of segments(elf)) {
      if (address >= FLASH && address < FLASH + FLASH_BYTES) this.#flash.set(bytes, address - FLASH);
    }
    for (const pin of [...GATES, ...JACKS]) this.#levels.set(pin, false);
    for (const pin of [A, B, PUSH]) this.#levels.set(pin, true);
    this.start({});
  }

  /** Switches on: from power where `kept` is empty, from a watchdog that left something otherwise. */
  start(kept) {
    if (this.chip) {
      this.#before = Math.ceil(this.micros);
      this.#flash = this.chip.rp2040.flash.slice(0, FLASH_BYTES);
    }
    this.chip = new Chip(this.#flash, { uid: UID, ...kept });
    this.converter = new Converter(this.chip);
    this.converter.volts = this.#volts;
    this.display = new Display(this.chip);
    this.host = new Host(this.chip);
    this.host.onSerial = (bytes) => this.onSerial(bytes);
    this.host.onMidi = (bytes) => this.onMidi(bytes);
    this.host.open(this.#open);
    for (const [pin, level] of this.#levels) this.#drive(pin, level);
  }

  /** Simulated microseconds since the first start. */
  get micros() {
    return this.#before + this.chip.clock.nanos / 1000;
  }

  /** Runs for so many microseconds. A watchdog restarts the chip; a chip that is off or in its boot loader stays so. */
  run(micros) {
    const end = this.micros + micros;
    for (;;) {
      // Returns at the end or where the chip stops. Microseconds are not compared: rounded, they might never reach the end.
      this.chip.runUntil((end - this.#before) * 1000);
      if (this.chip.stopped !== "watchdog" && this.chip.stopped !== "software") return;
      const { watchdog } = this.chip;
      this.start({ scratch: watchdog.scratchData.slice(), reason: watchdog.reason });
    }
  }

  /** Calls `work` in so many microseconds, if the chip still runs. */
  after(micros, work) {
    this.chip.clock.createAlarm(work).schedule(micros * 1000);
  }

  /** Volts at a CV jack. */
  setVolts(input, volts) {
    this.#volts[input] = volts;
  }

  setGate(gate, high) {
    this.#drive(GATES[gate], high);
  }

  setPlug(input, plugged) {
    this.#drive(JACKS[input], plugged);
  }

  /** Pushes the encoder, or lets it go; the contact bounces. */
  push(pushed) {
    [!pushed, pushed, !pushed].forEach((level, k) => this.after(300 * k, () => this.#drive(PUSH, level)));
    this.after(900, () => this.#drive(PUSH, !pushed));
  }

  /** Turns the encoder by so many detents, clockwise positive, after those that are still under way. */
  turn(detents) {
    const order = detents > 0 ? [[A, 0], [B, 0], [A, 1], [B, 1]] : [[B, 0], [A, 0], [B, 1], [A, 1]];
    for (let k = 0; k < 4 * Math.abs(detents); k++) {
      const [pin, level] = order[k % 4];
      const begin = Math.max(this.#turns, this.micros);
      this.#turns = begin + STEP_US;
      this.after(begin - this.micros, () => this.#drive(pin, Boolean(level)));
    }
  }

  /** The firmware hangs: it waits for an interrupt that never comes. */
  hang() {
    const { core } = this.chip.rp2040;
    core.enabledInterrupts = 0;
    core.PM = true;
    core.waiting = true;
  }

  /** Opens or closes the serial port. */
  open(isOpen) {
    this.#open = isOpen;
    this.host.open(isOpen);
  }

  /** Whether the lamp is lit. */
  get lamp() {
    return this.chip.rp2040.gpio[LAMP].outputValue;
  }

  #drive(pin, level) {
    this.#levels.set(pin, level);
    this.chip.rp2040.gpio[pin].setInputValue(level);
  }
}
