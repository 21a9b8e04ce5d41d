// The emulated module as a program.
//
//   node src/main.mjs FIRMWARE.elf                 a line of JSON in, a line of JSON out, simulated time by {"run": microseconds}
//   node src/main.mjs FIRMWARE.elf --port 7333     paced to wall time; the serial port's bytes on TCP, commands as above, what the
//                                                  MIDI port says in lines of its own; with --with-input behind it, it ends with
//                                                  its input
//
// What lines can say: commands.mjs.

import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { performance } from "node:perf_hooks";
import { Board } from "./board.mjs";
import { Ears, apply } from "./commands.mjs";

const [file, option, port, last] = process.argv.slice(2);
if (!file || (option && option !== "--port")) {
  console.error("usage: node src/main.mjs FIRMWARE.elf [--port PORT [--with-input]]");
  process.exit(2);
}
const board = new Board(readFileSync(file));
const lines = createInterface({ input: process.stdin });
const say = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);

/** Does one line; an error is an answer too. */
function answer(line, ears) {
  try {
    const { run, ...command } = JSON.parse(line);
    const said = apply(board, command);
    if (run !== undefined && ears) board.run(run);
    return { ...said, ...ears?.take(), us: Math.round(board.micros), stopped: board.chip.stopped };
  } catch (error) {
    return { error: error.message };
  }
}

if (last === "--with-input") lines.on("close", () => process.exit());
if (option) pace(Number(port));
else {
  const ears = new Ears(board);
  lines.on("line", (line) => say(answer(line, ears)));
}

/** Runs as fast as the clock on the wall, and no faster; a machine that is too slow is told about once. */
function pace(port) {
  let socket = null;
  // A program that does not read stalls the module, as a host on a real bus does.
  board.onSerial = (packet) => {
    if (socket && !socket.write(Buffer.from(packet))) board.host.reading(false);
  };
  board.onMidi = (packet) => say({ midi: Buffer.from(packet).toString("hex") });
  createServer((connection) => {
    socket?.destroy();
    socket = connection.setNoDelay(true);
    board.open(true);
    connection.on("drain", () => socket === connection && board.host.device && board.host.reading(true));
    connection.on("data", (bytes) => board.host.device && board.host.sendSerial([...bytes]));
    connection.on("error", () => connection.destroy());
    connection.on("close", () => {
      if (socket !== connection) return;
      socket = null;
      board.open(false);
    });
  }).listen(port, "127.0.0.1", function () {
    say({ port: this.address().port });
  });
  lines.on("line", (line) => say(answer(line, null)));
  const begun = performance.now() * 1000 - board.micros;
  let behind = 0;
  let isTold = false;
  const step = () => {
    const wanted = performance.now() * 1000 - begun - behind;
    const due = wanted - board.micros;
    // At most 20 ms at once, so that sockets are served in between.
    board.run(Math.min(due, 20_000));
    if (due > 500_000) {
      behind += due - 20_000;
      if (!isTold) console.error("this machine is too slow for the module's pace: it runs slower");
      isTold = true;
    }
    if (!board.chip.stopped) setTimeout(step, due > 20_000 ? 0 : 1);
  };
  step();
}
