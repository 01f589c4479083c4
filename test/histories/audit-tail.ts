import { closeSync, openSync, readSync, statSync, truncateSync } from 'node:fs';
import type { AuditEntry } from '#test/clusters/audit.ts';
import { until } from '#test/clusters/machine/until.ts';
import type { Cluster } from '#test/clusters/provider.ts';

/** A write that took effect, as an audit log has it. */
export type Write = Pick<
  AuditEntry,
  'user' | 'verb' | 'resource' | 'subresource' | 'namespace' | 'name' | 'at'
>;

/** Above that the log is begun anew: many thousands of histories would fill a disk. */
const LONGEST_BYTES = 16 * 1024 * 1024;
const WRITES = ['create', 'update', 'patch', 'delete', 'deletecollection'];

/** Reads an audit log on from where it was read last. */
export class AuditTail {
  readonly #cluster: Cluster;
  #offset = 0;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** Everything up to now that changed something, in the order of the answers. */
  async writes(): Promise<Write[]> {
    const mark = `/version?mark=${Math.random().toString(36).slice(2)}`;
    await this.#cluster.admin.get(mark);
    let text = '';
    await until('the audit log is written', () => {
      text += this.#more();
      return text.includes(mark);
    });
    if (this.#offset > LONGEST_BYTES) {
      truncateSync(this.#cluster.audit.path, 0);
      this.#offset = 0;
    }
    return text.split('\n').flatMap(writeOf);
  }

  /** Whole lines only. */
  #more(): string {
    const { path } = this.#cluster.audit;
    const length = statSync(path).size - this.#offset;
    if (length <= 0) {
      if (length < 0) this.#offset = 0;
      return '';
    }
    const bytes = Buffer.alloc(length);
    const file = openSync(path, 'r');
    try {
      readSync(file, bytes, 0, length, this.#offset);
    } finally {
      closeSync(file);
    }
    const end = bytes.lastIndexOf('\n') + 1;
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
