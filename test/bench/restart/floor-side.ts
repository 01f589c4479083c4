import { collectionPath } from '#src/kube/paths.ts';
import type { Access } from '../rig/access.ts';
import { ApiServer } from '../rig/api-server.ts';
import { type Channel, runProgram } from '../rig/program-side.ts';
import { AT_HOME, ON_HUB } from './kinds.ts';

export interface FloorConfig {
  hub: Access;
  home: Access;
}

export interface FloorDone {
  type: 'done';
  bytes: number;
}

/** What nobody who starts can do without: every kind is listed, from the API servers' caches, and parsed. */
async function readAll({ hub, home }: FloorConfig, channel: Channel<FloorDone>): Promise<() => void> {
  const read = (server: ApiServer, kinds: typeof ON_HUB) =>
    kinds.map(async (kind) => {
      const text = await server.send('GET', `${collectionPath(kind, undefined)}?resourceVersion=0`);
      JSON.parse(text);
      return Buffer.byteLength(text);
    });
  const bytes = await Promise.all([
    ...read(new ApiServer(hub), ON_HUB),
    ...read(new ApiServer(home), AT_HOME),
  ]);
  channel.send({ type: 'done', bytes: bytes.reduce((sum, one) => sum + one, 0) });
  return () => {};
}

runProgram(readAll);
