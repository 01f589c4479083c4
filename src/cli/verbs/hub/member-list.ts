import type { MemberListOptions } from '../../hub-options.ts';
import { get } from '../get.ts';

/** Prints the members as `get clusters` does. Throws as it does. */
export async function memberList({ context, ...options }: MemberListOptions): Promise<void> {
  await get('clusters', undefined, {
    ...options,
    context: context === undefined ? [] : [context],
    clustersetDomain: 'clusterset.local',
  });
}
