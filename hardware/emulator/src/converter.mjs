// An MCP3204 on the SPI bus, behind the module's input stages.

/** Phase in the first control register: with it the controller selects its device until no byte follows, without it for one. */
const SECOND_EDGE = 1 << 7;
/** The stage: volts at the converter for 0 V, and for each volt at the jack; its reference. */
const [ZERO_V, GAIN, REFERENCE_V, CODES] = [1.5, -0.2674, 3.0, 4096];
/** What these very parts are off, as SPICE has it at most: zero in volts at the jack, gain as a share. */
const PARTS = [[0.012, 0.0018], [-0.017, -0.0022], [0.004, 0.0005], [-0.009, 0.0021]];
/** Noise of a conversion in codes, either way. */
const NOISE = 1.2;

/** The converter; `volts` at the four jacks. */
export class Converter {
  volts = [0, 0, 0, 0];
  #bytes = 0;
  #code = 0;
  #seed = 1;

  constructor(chip) {
    const spi = chip.rp2040.spi[0];
    let answer = 0;
    const done = chip.clock.createAlarm(() => {
      if (spi.txFIFO.empty || !(spi.control0 & SECOND_EDGE)) this.#bytes = 0;
      spi.completeTransmit(answer);
    });
    spi.onTransmit = (byte) => {
      answer = this.#take(byte);
      done.schedule(8e9 / spi.clockFrequency);
    };
  }

  #take(byte) {
    const place = this.#bytes++;
    if (place === 1) this.#code = this.#convert(byte >> 6);
    return [0xff, 0xe0 | (this.#code >> 8), this.#code & 0xff][place] ?? 0xff;
  }

  #convert(input) {
    const [zero, gain] = PARTS[input];
    const volts = ZERO_V + GAIN * (1 + gain) * (this.volts[input] + zero);
    const code = (volts / REFERENCE_V) * CODES + NOISE * (this.#random() + this.#random() - 1);
    return Math.max(0, Math.min(CODES - 1, Math.round(code)));
  }

  /** 0 to 1, the same each time (Park and Miller, "Random number generators: good ones are hard to find", 1988). */
  #random() {
    this.#seed = (this.#seed * 48271) % 2147483647;
    return this.#seed / 2147483647;
  }
}
