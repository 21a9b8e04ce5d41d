// What of an ELF file lies in flash.

const LOAD = 1;

/** The segments of a 32-bit little-endian ELF file: `[{ address, bytes }]` by physical address. */
export function segments(file) {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (view.getUint32(0, false) !== 0x7f454c46 || view.getUint8(4) !== 1) {
    throw new Error("this is no 32-bit ELF file: build the firmware with `cargo xtask firmware build`");
  }
  const [table, size, count] = [view.getUint32(28, true), view.getUint16(42, true), view.getUint16(44, true)];
  const found = [];
  for (let k = 0; k < count; k++) {
    const at = table + k * size;
    const [kind, offset, , address, length] = [0, 4, 8, 12, 16].map((field) => view.getUint32(at + field, true));
    if (kind === LOAD && length > 0) found.push({ address, bytes: file.subarray(offset, offset + length) });
  }
  return found;
}
