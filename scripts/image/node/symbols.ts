/** Offsets of ELF's 64-bit header and program headers (ELF-64 Object File Format 1.5, figures 2 and 6). */
const HEADER = { programs: 0x20, sections: 0x28, programSize: 0x36, programCount: 0x38, sectionSize: 0x3a };
const PROGRAM = { offset: 0x08, fileSize: 0x20 };

/**
 * The program without what only a debugger reads: symbols, debug information and the list of sections, which
 * lie behind all that is loaded. A tenth of Node's size. Done here, and not by `strip`, since that is another
 * program for each architecture, and another result with each version of it. What unwinds the stack and what add-ons link to is
 * loaded, so it stays. Throws for what is not a 64-bit little-endian ELF file.
 */
export function withoutSymbols(program: Uint8Array): Uint8Array {
  const view = new DataView(program.buffer, program.byteOffset, program.byteLength);
  const isElf64 = view.getUint32(0) === 0x7f454c46 && view.getUint16(4) === 0x0201;
  if (!isElf64) throw new Error('this is no 64-bit little-endian ELF program');
  const first = Number(view.getBigUint64(HEADER.programs, true));
  const size = view.getUint16(HEADER.programSize, true);
  const count = view.getUint16(HEADER.programCount, true);
  let end = first + size * count;
  for (let at = first; at < first + size * count; at += size) {
    const offset = Number(view.getBigUint64(at + PROGRAM.offset, true));
    end = Math.max(end, offset + Number(view.getBigUint64(at + PROGRAM.fileSize, true)));
  }
  // Not slice(): a Buffer's would be a view of the same bytes.
  const stripped = new Uint8Array(program.subarray(0, end));
  const header = new DataView(stripped.buffer);
  header.setBigUint64(HEADER.sections, 0n);
  // Size, count and index of the names: three numbers of two bytes.
  for (const field of [0, 2, 4]) header.setUint16(HEADER.sectionSize + field, 0);
  return stripped;
}
