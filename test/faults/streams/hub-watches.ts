import { expect } from 'vitest';
import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import type { Agent, LogLine } from '#test/driver/agent.ts';
import { eventually } from '#test/driver/eventually.ts';
import { textOf } from '#test/driver/log.ts';
import type { FaultProxy } from '#test/proxy/fault-proxy.ts';
import type { ProxiedRequest } from '#test/proxy/request.ts';
import type { OpenStream } from '#test/proxy/streams.ts';

/** How many kinds of the hub's a member watches. */
const KINDS = 5;

/** Of slices' records: the one of all hub kinds on which endpoints travel. */
export function isSliceWatch({ verb, resource }: ProxiedRequest): boolean {
  return verb === 'watch' && resource === exportedEndpointSlices.plural;
}

/** Waits until the member watches all kinds of the hub's. */
export async function watchesAll(proxy: FaultProxy): Promise<void> {
  await eventually('all watches are open', async () => expect(proxy.streams).toHaveLength(KINDS));
}

/** Waits for the open watch of slices' records. */
export async function sliceStream(proxy: FaultProxy): Promise<OpenStream> {
  return eventually('the watch of slices is open', async () => {
    const stream = proxy.streams.find(({ request }) => isSliceWatch(request));
    if (stream === undefined) throw new Error('it is not');
    return stream;
  });
}

/** Complete lists of the hub's that an agent has taken over, after the first `from` lines of its log. */
export function listsTaken(agent: Agent, from: number): LogLine[] {
  return agent.log.slice(from).filter(({ msg, cluster }) => msg === 'list taken over' && cluster === 'hub');
}

/** What watches of the hub's slices have failed with, after the first `from` lines of the log. */
export function failuresOfSliceWatch(agent: Agent, from: number): string[] {
  return agent.log
    .slice(from)
    .filter(({ msg, cluster }) => msg === 'watch failed' && cluster === 'hub')
    .filter(({ resource }) => resource === exportedEndpointSlices.plural)
    .map(textOf);
}
