// An SH1106 on the I2C bus: what the firmware sends becomes pixels.

const ADDRESS = 0x3c;
const [PAGES, COLUMNS, FIRST_COLUMN, WIDTH] = [8, 132, 2, 128];
/** A byte and its acknowledgement at 400 kHz. */
const BYTE_NS = 22500;
/** Commands that another byte follows. */
const WITH_ARGUMENT = new Set([0x81, 0xa8, 0xad, 0xd3, 0xd5, 0xd9, 0xda, 0xdb]);

/** The display; `isOn` once it is lit, `isPresent` false where nothing answers. */
export class Display {
  isOn = false;
  isPresent = true;
  #memory = new Uint8Array(PAGES * COLUMNS).fill(0x55);
  #page = 0;
  #column = 0;
  #kind = null;
  #argument = false;

  constructor(chip) {
    const i2c = chip.rp2040.i2c[1];
    const after = (work) => chip.clock.createAlarm(work).schedule(BYTE_NS);
    i2c.onConnect = (address) => {
      this.#kind = null;
      after(() => i2c.completeConnect(this.isPresent && address === ADDRESS));
    };
    i2c.onWriteByte = (byte) => {
      this.#take(byte);
      after(() => i2c.completeWrite(true));
    };
  }

  /** 1024 bytes: pages of 128 columns, the uppermost pixel in bit 0. */
  pixels() {
    const pixels = new Uint8Array(PAGES * WIDTH);
    for (let page = 0; page < PAGES; page++) {
      const begin = page * COLUMNS + FIRST_COLUMN;
      pixels.set(this.#memory.subarray(begin, begin + WIDTH), page * WIDTH);
    }
    return pixels;
  }

  #take(byte) {
    if (this.#kind === null) this.#kind = byte;
    else if (this.#kind === 0x40) {
      this.#memory[this.#page * COLUMNS + this.#column] = byte;
      this.#column = Math.min(this.#column + 1, COLUMNS - 1);
    } else this.#command(byte);
  }

  #command(byte) {
    if (this.#argument) this.#argument = false;
    else if (byte < 0x10) this.#column = (this.#column & 0xf0) | byte;
    else if (byte < 0x20) this.#column = (this.#column & 0x0f) | ((byte & 0x0f) << 4);
    else if (byte >> 3 === 0xb0 >> 3) this.#page = byte & 7;
    else if (byte === 0xae || byte === 0xaf) this.isOn = byte === 0xaf;
    else this.#argument = WITH_ARGUMENT.has(byte);
  }
}
