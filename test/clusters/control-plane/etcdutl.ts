import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { RevisionMode } from '../provider.ts';
import { type EtcdPlace, peerUrl } from './etcd.ts';

/** Higher than all that a test writes in between. */
const BUMP = 1_000_000_000;

/** Makes a new data folder from a snapshot; etcd must be stopped and the old folder gone. */
export async function restoreSnapshot(
  binary: string,
  place: EtcdPlace,
  snapshot: string,
  mode: RevisionMode,
): Promise<void> {
  await promisify(execFile)(binary, [
    'snapshot',
    'restore',
    snapshot,
    `--data-dir=${place.data}`,
    '--name=default',
    `--initial-advertise-peer-urls=${peerUrl(place)}`,
    `--initial-cluster=default=${peerUrl(place)}`,
    ...(mode === 'bumped' ? [`--bump-revision=${BUMP}`, '--mark-compacted'] : []),
  ]);
}
