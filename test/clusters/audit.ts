import { readFileSync } from 'node:fs';
import type { AdminClient } from './admin.ts';
import { until } from './machine/until.ts';

/** One request as the API server saw it. */
export interface AuditEntry {
  user: string;
  /** Kubernetes verb: get, list, watch, create, update, patch, delete, … */
  verb: string;
  group: string;
  resource: string;
  subresource: string;
  namespace: string;
  name: string;
  uri: string;
  /** HTTP status of the answer. */
  code: number;
  stage: 'ResponseStarted' | 'ResponseComplete' | 'Panic';
  /** Milliseconds since the epoch, when the request arrived, with the microseconds that the log has. */
  at: number;
  /** The same of this entry's stage: when the answer began, or was complete. */
  stageAt: number;
}

/** Counts requests exactly, by identity; see ClusterSpec.audit. */
export class AuditLog {
  /** The file that the API server appends to. */
  readonly path: string;
  readonly #admin: AdminClient;

  constructor(path: string, admin: AdminClient) {
    this.path = path;
    this.#admin = admin;
  }

  /**
   * Requests of one user, or of all, in the order in which they were answered, each once: a watch when it begins. With
   * `since` (from mark()) only those answered after it. Whatever was answered before this call is in.
   */
  async entries(filter: { user?: string; since?: number }): Promise<AuditEntry[]> {
    await this.mark();
    const { user, since = 0 } = filter;
    return this.#read(since).filter(
      (entry) => (user === undefined || entry.user === user) && countsOnce(entry),
    );
  }

  /** A point in the order of answers, for `since`. */
  async mark(): Promise<number> {
    const uri = `/version?mark=${Math.random().toString(36).slice(2)}`;
    const from = this.#end();
    await this.#admin.get(uri);
    // The line is written just after the answer is sent: see it before believing the file.
    await until('the audit log is written', () => this.#read(from).some((entry) => entry.uri === uri));
    return this.#end();
  }

  /** Where the last whole line ends: what begins in the middle of one could never be read. */
  #end(): number {
    return readFileSync(this.path).lastIndexOf('\n') + 1;
  }

  #read(from: number): AuditEntry[] {
    const text = readFileSync(this.path).subarray(from).toString('utf8');
    // A line that is being written right now has no end yet.
    return text
      .slice(0, text.lastIndexOf('\n') + 1)
      .split('\n')
      .filter(Boolean)
      .map(entryOf);
  }
}

/**
 * A watch has a line when it begins and one when it ends; one that was refused has only the latter. A request whose
 * credentials were refused has one line, whatever it was.
 */
function countsOnce({ verb, stage, code }: AuditEntry): boolean {
  if (code === 401) return true;
  return verb === 'watch' ? stage === 'ResponseStarted' || code >= 400 : stage === 'ResponseComplete';
}

function entryOf(line: string): AuditEntry {
  const raw = JSON.parse(line) as {
    user: { username: string };
    verb: string;
    stage: AuditEntry['stage'];
    requestURI: string;
    requestReceivedTimestamp: string;
    stageTimestamp: string;
    objectRef?: Partial<Record<'apiGroup' | 'resource' | 'subresource' | 'namespace' | 'name', string>>;
    responseStatus?: { code?: number };
  };
  const { apiGroup = '', resource = '', subresource = '', namespace = '', name = '' } = raw.objectRef ?? {};
  return {
    user: raw.user.username,
    verb: raw.verb,
    group: apiGroup,
    resource,
    subresource,
    namespace,
    name,
    uri: raw.requestURI,
    code: raw.responseStatus?.code ?? 0,
    stage: raw.stage,
    at: millisecondsOf(raw.requestReceivedTimestamp),
    stageAt: millisecondsOf(raw.stageTimestamp),
  };
}

/** Of `2026-01-02T03:04:05.678901Z`: Date itself knows whole milliseconds only. */
function millisecondsOf(microTime: string): number {
  return Date.parse(microTime) + Number(microTime.slice(23, 26)) / 1_000;
}
