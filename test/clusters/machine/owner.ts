import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** Who holds a folder, a lock or a process: a number alone would be reused by the next program. */
export interface Owner {
  pid: number;
  /** Opaque: equal for the same process only. */
  start: string;
  host: string;
}

/**
 * When process `pid` started, as an opaque string; undefined when there is no such process or only its
 * zombie is left (it holds no port, no file and no lock any more).
 */
export function processStart(pid: number): string | undefined {
  if (process.platform !== 'linux') return startFromPs(pid);
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name in parentheses may hold spaces and parentheses of its own: count from its end.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, ticks] = [fields[0], fields[19]];
    return state === 'Z' || state === 'X' || ticks === undefined ? undefined : `${bootId()}/${ticks}`;
  } catch {
    return undefined;
  }
}

/** This very process as an owner. */
export function thisProcess(): Owner {
  return { pid: process.pid, start: processStart(process.pid) ?? 'unknown', host: hostname() };
}

/** Whether the owner still runs. An owner on another machine (a shared folder) cannot be judged: it counts as alive. */
export function isAlive(owner: Owner): boolean {
  return owner.host !== hostname() || processStart(owner.pid) === owner.start;
}

/** Reads an owner written as JSON; undefined when the text is not one (half written, another program's). */
export function parseOwner(text: string): Owner | undefined {
  try {
    const { pid, start, host } = JSON.parse(text) as Partial<Owner>;
    return typeof pid === 'number' && typeof start === 'string' && typeof host === 'string'
      ? { pid, start, host }
      : undefined;
  } catch {
    return undefined;
  }
}

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8);
}

function startFromPs(pid: number): string | undefined {
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return line === '' || line.startsWith('Z') ? undefined : line.replace(/^\S+\s+/, '');
  } catch {
    return undefined;
  }
}
