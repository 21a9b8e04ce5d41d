// What one line of JSON does to a board. Bytes are written as hexadecimal digits.

const hex = (bytes) => Buffer.from(bytes).toString("hex");
const bytes = (text) => [...Buffer.from(text, "hex")];

/** Commands by name: `(board, value) => answer to merge, or nothing`. */
const COMMANDS = {
  volts: (board, all) => all.forEach((volts, input) => board.setVolts(input, volts)),
  gate: (board, [gate, high]) => board.setGate(gate, high),
  plug: (board, [input, plugged]) => board.setPlug(input, plugged),
  turn: (board, detents) => board.turn(detents),
  push: (board, pushed) => board.push(pushed),
  open: (board, isOpen) => board.open(isOpen),
  reading: (board, isReading) => board.host.reading(isReading),
  serial: (board, text) => board.host.sendSerial(bytes(text)),
  openMidi: (board, isOpen) => board.host.openMidi(isOpen),
  midi: (board, text) => board.host.sendMidi(bytes(text)),
  cut: (board, cut) => void (board.chip.cut = { ...cut, operation: board.chip.flashOperations + cut.operation }),
  display: (board, isPresent) => void (board.display.isPresent = isPresent),
  hang: (board) => board.hang(),
  start: (board) => board.start({}),
  screen: (board) => ({ screen: hex(board.display.pixels()), isLit: board.display.isOn }),
  state: (board) => ({
    lamp: board.lamp,
    flashOperations: board.chip.flashOperations,
    device: board.host.device && { ...board.host.device, configuration: undefined },
  }),
};

/**
 * Does what a command says, in the order of its fields; `{"in_us": N, …}` does the rest in so many microseconds. Returns what
 * is to be answered.
 */
export function apply(board, { in_us: later, ...command }) {
  if (later !== undefined) {
    board.after(later, () => apply(board, command));
    return {};
  }
  const answer = {};
  for (const [name, value] of Object.entries(command)) {
    const work = COMMANDS[name];
    if (!work) throw new Error(`there is no command "${name}": ${Object.keys(COMMANDS).join(", ")}`);
    Object.assign(answer, work(board, value));
  }
  return answer;
}

/** Collects what the board's ports say until it is asked for. */
export class Ears {
  #heard = { serial: [], midi: [] };

  constructor(board) {
    board.onSerial = (packet) => this.#heard.serial.push(...packet);
    board.onMidi = (packet) => this.#heard.midi.push(...packet);
  }

  /** What was heard since the last time. */
  take() {
    const { serial, midi } = this.#heard;
    this.#heard = { serial: [], midi: [] };
    return { serial: hex(serial), midi: hex(midi) };
  }
}
