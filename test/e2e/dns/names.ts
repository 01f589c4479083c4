import { expect, it } from 'vitest';
import type { PodQuestion, PodResolver } from './pod-resolver.ts';
import { MANY, NS } from './workload.ts';

const ZONE = `${NS}.svc.clusterset.local`;
/** What the chart says unless told otherwise. */
const TTL_S = 5;

/** What somebody in a member has to find. */
export interface Known {
  resolver: PodResolver;
  /** Address of the Service `kubernetes` there. */
  kubernetes: string;
  /** The ClusterSet IP of `web` there. */
  web: string;
  /** The address of `db-0` of every member, by its id. */
  pods: Readonly<Record<string, string>>;
}

/** All that a program in a pod may ask for, in every member, over both protocols. */
export function names(members: readonly string[], known: (id: string) => Known): void {
  it.each(
    members.flatMap((id) => [
      [id, 'udp'],
      [id, 'tcp'],
    ]),
  )('a pod of %s asks over %s and finds what is there, and nothing else', async (id, protocol) => {
    const there = expected(known(id));
    const questions = [...there.keys()].map((name) => question(name, protocol === 'tcp' ? 'tcp' : 'udp'));
    const replies = await known(id).resolver.ask(questions);
    const found = replies.map(({ answers, status }, n): [string, string] => [
      questions[n]?.name ?? '',
      answers.length > 0 ? answers.join(', ') : status,
    ]);
    expect(new Map(found)).toEqual(there);
    for (const [n, { ttl }] of replies.entries()) {
      if (questions[n]?.name.endsWith(ZONE)) expect(ttl).toBeLessThanOrEqual(TTL_S);
    }
  });

  it.each(members)('a program of %s that knows nothing of DNS finds the same', async (id) => {
    const { resolver, web, kubernetes, pods } = known(id);
    expect(await resolver.configuration()).toContain('ndots:5');
    expect(await resolver.lookUp(`web.${ZONE}`)).toEqual([web]);
    expect(await resolver.lookUp('kubernetes.default')).toEqual([kubernetes]);
    expect(await resolver.lookUp(`missing.${ZONE}`)).toEqual([]);
    for (const [cluster, address] of Object.entries(pods)) {
      expect(await resolver.lookUp(`db-0.${cluster}.db.${ZONE}`)).toEqual([address]);
    }
  });

  it.each(members)(
    'a pod of %s gets a name for every address, of its own cluster’s the one of before',
    async (id) => {
      const { resolver, pods } = known(id);
      const clusters = Object.keys(pods);
      const replies = await resolver.ask(
        Object.values(pods).map((address) => ({ name: reversed(address), type: 'PTR', protocol: 'udp' })),
      );
      expect(replies.map(({ status }) => status)).toEqual(clusters.map(() => 'NOERROR'));
      expect(replies[clusters.indexOf(id)]?.answers).toContain(`db-0.db.${NS}.svc.cluster.local.`);
    },
  );

  it.each(members)(
    `a pod of %s gets ${MANY} endpoints cut short over UDP, and whole over TCP`,
    async (id) => {
      const { resolver } = known(id);
      const many = { name: `many.${ZONE}`, type: 'A', protocol: 'udp' } as const;
      const [cut, again] = await resolver.ask([
        { ...many, flags: ['+noedns', '+ignore'] },
        { ...many, flags: ['+noedns'] },
      ]);
      expect([cut?.truncated, again?.answers.length]).toEqual([true, MANY]);
      expect(await resolver.lookUp(many.name)).toHaveLength(MANY);
    },
  );
}

function reversed(address: string): string {
  return `${address.split('.').reverse().join('.')}.in-addr.arpa.`;
}

function question(name: string, protocol: 'udp' | 'tcp'): PodQuestion {
  return { name, type: name.startsWith('_') ? 'SRV' : 'A', protocol };
}

function expected({ web, kubernetes, pods }: Known): Map<string, string> {
  const perPod = Object.entries(pods).sort();
  const half = Math.floor(100 / perPod.length);
  return new Map([
    [`web.${ZONE}`, web],
    [
      `db.${ZONE}`,
      perPod
        .map(([, address]) => address)
        .sort()
        .join(', '),
    ],
    ...perPod.map(([id, address]): [string, string] => [`db-0.${id}.db.${ZONE}`, address]),
    [
      `_sql._tcp.db.${ZONE}`,
      perPod
        .map(([id]) => `0 ${half} 8080 db-0.${id}.db.${ZONE}.`)
        .sort()
        .join(', '),
    ],
    ['kubernetes.default', kubernetes],
    [`missing.${ZONE}`, 'NXDOMAIN'],
    ['missing.default.svc.cluster.local.', 'NXDOMAIN'],
    // Neither a cluster as a whole nor a pod without its cluster has a name.
    ...perPod.map(([id]): [string, string] => [`${id}.db.${ZONE}`, 'NXDOMAIN']),
    [`db-0.db.${ZONE}`, 'NXDOMAIN'],
  ]);
}
