import { closeSync, fstatSync, openSync, readdirSync, readSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { AuditEntry } from '#test/clusters/audit.ts';
import { until } from '#test/clusters/machine/until.ts';

/** A write that took effect, as an audit log has it. */
export type Write = Pick<
  AuditEntry,
  'user' | 'verb' | 'resource' | 'subresource' | 'namespace' | 'name' | 'at'
>;

/**
 * The API server begins its audit log anew at that size: thousands of histories would fill a disk. Only it can do so
 * without losing a line.
 */
export const SMALL_LOGS = ['--audit-log-maxsize=32'];
const WRITES = ['create', 'update', 'patch', 'delete', 'deletecollection'];

/** Reads an audit log on from where it was read last, and removes the files that the API server has done with. */
export class AuditTail {
  readonly #path: string;
  readonly #ask: (path: string) => Promise<unknown>;
  #file: number;
  #offset = 0;

  /** `ask` sends a request, of which the log tells. */
  constructor(path: string, ask: (path: string) => Promise<unknown>) {
    this.#path = path;
    this.#ask = ask;
    this.#file = openSync(path, 'r');
  }

  /** Everything since the last call that changed something, in the order of the answers. */
  async writes(): Promise<Write[]> {
    const mark = `/version?mark=${Math.random().toString(36).slice(2)}`;
    await this.#ask(mark);
    let text = '';
    const isIn = () => {
      text += this.#more();
      return text.includes(mark);
    };
    await until('the audit log is written', isIn, { everyMs: 5 });
    return text.split('\n').flatMap(writeOf);
  }

  close(): void {
    closeSync(this.#file);
  }

  #more(): string {
    let text = '';
    // Asked before the file is read: nothing comes to a file that has been put aside.
    while (this.#isPutAside()) {
      text += this.#rest();
      closeSync(this.#file);
      const [done, next] = this.#putAside();
      if (done !== undefined) rmSync(done);
      this.#file = openSync(next ?? this.#path, 'r');
      this.#offset = 0;
    }
    return text + this.#rest();
  }

  #isPutAside(): boolean {
    const present = statSync(this.#path, { throwIfNoEntry: false });
    return present !== undefined && present.ino !== fstatSync(this.#file).ino;
  }

  /** Files that the API server has done with, in their order: their names tell when. */
  #putAside(): string[] {
    const folder = dirname(this.#path);
    const name = basename(this.#path, '.log');
    const names = readdirSync(folder).filter((one) => one.startsWith(`${name}-`) && one.endsWith('.log'));
    return names.sort().map((one) => join(folder, one));
  }

  /** Whole lines only. */
  #rest(): string {
    const bytes = Buffer.alloc(fstatSync(this.#file).size - this.#offset);
    const read = readSync(this.#file, bytes, 0, bytes.length, this.#offset);
    const end = bytes.subarray(0, read).lastIndexOf('\n') + 1;
    this.#offset += end;
    return bytes.toString('utf8', 0, end);
  }
}

function writeOf(line: string): Write[] {
  // Most lines are reads, and to parse them all would cost more than the history.
  if (!WRITES.some((verb) => line.includes(`"verb":"${verb}"`))) return [];
  const raw = JSON.parse(line) as {
    user: { username: string };
    verb: string;
    stage: string;
    requestReceivedTimestamp: string;
    objectRef?: Partial<Record<'resource' | 'subresource' | 'namespace' | 'name', string>>;
    responseStatus?: { code?: number };
  };
  const code = raw.responseStatus?.code ?? 0;
  if (raw.stage !== 'ResponseComplete' || code < 200 || code >= 300) return [];
  const { resource = '', subresource = '', namespace = '', name = '' } = raw.objectRef ?? {};
  const at = Date.parse(raw.requestReceivedTimestamp);
  return [{ user: raw.user.username, verb: raw.verb, resource, subresource, namespace, name, at }];
}
