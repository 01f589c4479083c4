import { createWriteStream } from 'node:fs';
import { request } from 'node:http';
import { createInterface } from 'node:readline';
import type { Program } from '../machine/program.ts';
import type { Workspace } from '../machine/workspace.ts';

/** Where one etcd lives. */
export interface EtcdPlace {
  name: string;
  data: string;
  clientPort: number;
  peerPort: number;
}

export function etcdUrl(place: EtcdPlace): string {
  return `http://127.0.0.1:${place.clientPort}`;
}

export function peerUrl(place: EtcdPlace): string {
  return `http://127.0.0.1:${place.peerPort}`;
}

/** Starts etcd on its place and waits until it serves. Durability is given up: nothing here outlives the run. */
export async function startEtcd(workspace: Workspace, binary: string, place: EtcdPlace): Promise<Program> {
  const program = await workspace.launch({
    name: `${place.name}/etcd`,
    command: binary,
    args: [
      '--name=default',
      `--data-dir=${place.data}`,
      `--listen-client-urls=${etcdUrl(place)}`,
      `--advertise-client-urls=${etcdUrl(place)}`,
      `--listen-peer-urls=${peerUrl(place)}`,
      `--initial-advertise-peer-urls=${peerUrl(place)}`,
      `--initial-cluster=default=${peerUrl(place)}`,
      '--unsafe-no-fsync',
      // As kubeadm has it: without it a quiet kind gets no bookmarks, and its watch looks dead. The name is the
      // one that all releases in use know.
      '--experimental-watch-progress-notify-interval=5s',
      '--log-level=warn',
    ],
  });
  await program.ready(async () => (await fetch(`${etcdUrl(place)}/readyz`)).ok);
  return program;
}

/** Saves the running database to `file`, in the form that `etcdutl snapshot restore` reads. */
export function saveSnapshot(place: EtcdPlace, file: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${etcdUrl(place)}/v3/maintenance/snapshot`, { method: 'POST' }, (incoming) => {
      const output = createWriteStream(file);
      // One JSON object a line, each with the next piece of the file.
      const lines = createInterface({ input: incoming });
      lines.on('line', (line) => output.write(pieceOf(line)));
      lines.once('close', () => output.end(resolve));
      incoming.once('error', reject);
      output.once('error', reject);
    });
    outgoing.once('error', (error) =>
      reject(new Error(`save etcd of ${place.name}: ${error.message}`, { cause: error })),
    );
    outgoing.end('{}');
  });
}

/** The current revision of the whole store: what Kubernetes calls the newest resourceVersion. */
export async function revisionOf(place: EtcdPlace): Promise<string> {
  const answer = await call(place, '/v3/kv/range', { key: base64('/'), limit: 1, count_only: true });
  return answer.header?.revision ?? '0';
}

/** Forgets all history up to the current revision, at once. */
export async function compactAll(place: EtcdPlace): Promise<void> {
  await call(place, '/v3/kv/compaction', { revision: await revisionOf(place), physical: true });
}

/** Raises or lifts the alarm that a full database raises by itself: while it stands, every write is refused. */
export async function alarmOfNoSpace(place: EtcdPlace, raised: boolean): Promise<void> {
  const action = raised ? 'ACTIVATE' : 'DEACTIVATE';
  await call(place, '/v3/maintenance/alarm', { action, memberID: 0, alarm: 'NOSPACE' });
}

/** Writes an empty value under a key. */
export async function put(place: EtcdPlace, key: string): Promise<void> {
  await call(place, '/v3/kv/put', { key: base64(key) });
}

interface GatewayAnswer {
  header?: { revision?: string };
  message?: string;
}

async function call(place: EtcdPlace, path: string, body: object): Promise<GatewayAnswer> {
  const response = await fetch(`${etcdUrl(place)}${path}`, { method: 'POST', body: JSON.stringify(body) });
  const answer = (await response.json()) as GatewayAnswer;
  if (!response.ok) throw new Error(`etcd of ${place.name}: ${path}: ${answer.message ?? response.status}`);
  return answer;
}

function pieceOf(line: string): Buffer {
  const { result, error } = JSON.parse(line) as { result?: { blob?: string }; error?: { message: string } };
  if (error !== undefined) throw new Error(`etcd snapshot: ${error.message}`);
  return Buffer.from(result?.blob ?? '', 'base64');
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
