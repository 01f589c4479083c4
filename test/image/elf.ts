/** Section 4 of the ELF-64 Object File Format 1.5: the tags of the dynamic section that are read here. */
const NEEDED = 1n;
const STRING_TABLE = 5n;
const LOADED = 1;
const DYNAMIC = 2;

/** The names of the libraries that a 64-bit ELF program asks its loader for, on whatever machine this runs. */
export function neededLibraries(program: Buffer): string[] {
  const first = Number(program.readBigUInt64LE(0x20));
  const segments = Array.from({ length: program.readUInt16LE(0x38) }, (_, i) => {
    const at = first + i * program.readUInt16LE(0x36);
    const number = (offset: number) => Number(program.readBigUInt64LE(at + offset));
    return { type: program.readUInt32LE(at), offset: number(8), address: number(16), size: number(32) };
  });
  const dynamic = segments.find(({ type }) => type === DYNAMIC);
  if (dynamic === undefined) return [];
  const entries: [bigint, number][] = [];
  for (let at = dynamic.offset; at < dynamic.offset + dynamic.size; at += 16) {
    entries.push([program.readBigUInt64LE(at), Number(program.readBigUInt64LE(at + 8))]);
  }
  const address = entries.find(([tag]) => tag === STRING_TABLE)?.[1] ?? 0;
  const holder = segments.find(
    (segment) =>
      segment.type === LOADED && address >= segment.address && address < segment.address + segment.size,
  );
  if (holder === undefined) throw new Error('the dynamic section names no string table that is loaded');
  const strings = holder.offset + address - holder.address;
  return entries
    .filter(([tag]) => tag === NEEDED)
    .map(([, offset]) => program.toString('latin1', strings + offset, program.indexOf(0, strings + offset)));
}
