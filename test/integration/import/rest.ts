import { expect, it } from 'vitest';
import { serviceImports } from '#apis/multicluster/service-import.ts';
import { derivedServiceName } from '#controllers/endpoints/names.ts';
import { skipWithout } from '#test/clusters/use-clusters.ts';
import { AGENT_USER, agentUserOnHub, isRenewal } from '#test/driver/requests.ts';
import type { OpenedSet } from '#test/driver/use-set.ts';

const WRITES = ['create', 'update', 'patch', 'delete'];

export function rest(set: OpenedSet): void {
  it('nobody writes anything any more, in no cluster and not on the hub', async (context) => {
    // Whatever came before: a loop that is never content would show here.
    skipWithout(context, set().cluster('hub'), 'audit');
    await set().settle('prod');
    const { items } = await set().member('bjpdc').client.list(serviceImports, { namespace: 'prod' });
    const derived = items.map(({ metadata }) => derivedServiceName('prod', metadata.name));
    const logs = [
      ...set().members.map(({ id }) => ({ log: set().cluster(id).audit, user: AGENT_USER })),
      ...set().members.map(({ id }) => ({ log: set().cluster('hub').audit, user: agentUserOnHub(id) })),
    ];
    const marked = await Promise.all(
      logs.map(async (place) => ({ ...place, since: await place.log.mark() })),
    );
    await set().settle('prod');
    for (const { log, user, since } of marked) {
      const entries = await log.entries({ user, since });
      const written = entries
        .filter((entry) => WRITES.includes(entry.verb) && !isRenewal(entry))
        .filter(({ name, resource }) => !isOfMarker(name) && resource !== 'memberreports')
        .filter(({ name, resource }) => resource !== 'services' || derived.includes(name));
      expect(written.map(({ verb, resource, name }) => `${verb} ${resource} ${name}`)).toEqual([]);
    }
  });

  it('and no agent has called anything an error', () => {
    for (const { id } of set().members) {
      const errors = set()
        .agent(id)
        .log.filter(({ level }) => level === 'error');
      expect(errors).toEqual([]);
    }
  });
}

/** What settling itself needs. */
function isOfMarker(name: string): boolean {
  return /(^|\.)marker-/.test(name);
}
