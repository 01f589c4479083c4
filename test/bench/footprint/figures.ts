/** Resident memory of one program, in units of 2²⁰ bytes. */
export interface Footprint {
  name: string;
  /** When it had just become ready. */
  readyMiB: number;
  /** After it was left alone. */
  idleMiB: number;
  /** The most that it ever held. */
  mostMiB: number;
}

/** Reads `/proc/<pid>/status` (proc(5)). Throws where it names no resident memory. */
export function parseStatus(text: string): { residentMiB: number; mostMiB: number } {
  const mib = (field: string) => {
    const kib = text.match(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm'))?.[1];
    if (kib === undefined) throw new Error(`no ${field} in the status of a process`);
    return Number(kib) / 1024;
  };
  return { residentMiB: mib('VmRSS'), mostMiB: mib('VmHWM') };
}

export function renderFootprint(found: readonly Footprint[]): string {
  const mib = (value: number) => value.toFixed(0).padStart(8);
  const rows = found.map(
    ({ name, readyMiB, idleMiB, mostMiB }) =>
      `${name.padEnd(16)}${mib(readyMiB)}${mib(idleMiB)}${mib(mostMiB)}`,
  );
  return ['resident MiB       ready    idle    most', ...rows].join('\n');
}
