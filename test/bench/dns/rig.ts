import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { collectionPath } from '#src/kube/paths.ts';
import { until } from '#test/clusters/machine/until.ts';
import { TestSet } from '#test/driver/set.ts';
import { ask } from '#test/resolver/resolve.ts';
import { Source } from '../journey/source.ts';
import { watchQuery } from '../propagation/watch-query.ts';
import { accessFrom } from '../rig/access.ts';
import { ApiServer } from '../rig/api-server.ts';
import { awaitSlices } from '../rig/imported.ts';
import { startHubOf, startMemberOf } from '../rig/set-agents.ts';
import {
  ANSWERS,
  EXPORTER,
  headlessName,
  KINDS,
  LANES,
  type Lane,
  NAMESPACES,
  namesOf,
  servicesOf,
  slicesOf,
} from './content.ts';
import { Load } from './load.ts';
import { type DnsServer, startDnsServer } from './server.ts';
import { Sight } from './sight.ts';

const IMPORTER = 'b';
const ANSWERED_WITHIN_MS = 300_000;

export interface Rig {
  dns: DnsServer;
  load: Load;
  sight: Sight;
  /** The slice of each lane that changes, where it is written. */
  sources: Record<Lane, Source>;
}

/**
 * A hub and two members with their agents: one exports, the other has as many Services of its own, and a CoreDNS that
 * answers with all of them. All ends with `stack`.
 */
export async function buildRig(
  { services, concurrency }: { services: number; concurrency: number },
  stack: AsyncDisposableStack,
  say: (line: string) => void,
): Promise<Rig> {
  const set = await TestSet.openWithoutAgents({ members: [EXPORTER, IMPORTER] });
  stack.defer(() => set.close());
  for (const member of set.members) await member.namespace(NAMESPACES.set);
  await set.member(IMPORTER).namespace(NAMESPACES.own);
  say(`${2 * services} Services of each cluster, with a slice each`);
  const sources = {
    set: await publish(set, EXPORTER, 'set', services, stack),
    own: await publish(set, IMPORTER, 'own', services, stack),
  };
  await startHubOf(set);
  for (const { id } of set.members) await startMemberOf(set, id);
  for (const { metadata } of servicesOf('set', services))
    await set.member(EXPORTER).exports(NAMESPACES.set, metadata.name);
  await awaitSlices(set.cluster(IMPORTER), NAMESPACES.set, 2 * services);

  const dns = await startDnsServer(set.clusters.workspace, set.cluster(IMPORTER));
  for (const lane of LANES) await answersAll(lane, services, dns.port);
  const load = stack.adopt(new Load({ port: dns.port, concurrency }), (it) => it.stop());
  const [changing = ''] = namesOf('set', 'headless', 1);
  const [own = ''] = namesOf('own', 'headless', 1);
  const slicesIn = (lane: Lane) => collectionPath(endpointSlices, NAMESPACES[lane]) + watchQuery();
  const sight = stack.adopt(
    await Sight.open({
      port: dns.port,
      servers: {
        a: accessFrom(set.cluster(EXPORTER).kubeconfig),
        b: accessFrom(set.cluster(IMPORTER).kubeconfig),
      },
      lanes: {
        set: {
          name: changing,
          watches: [
            { server: 'a', path: slicesIn('set') },
            { server: 'b', path: slicesIn('set') },
          ],
        },
        own: { name: own, watches: [{ server: 'b', path: slicesIn('own') }] },
      },
    }),
    (it) => it.stop(),
  );
  return { dns, load, sight, sources };
}

/** Creates a lane's Services and slices; resolves with the slice that changes. */
async function publish(
  set: TestSet,
  id: string,
  lane: Lane,
  services: number,
  stack: AsyncDisposableStack,
): Promise<Source> {
  const member = set.member(id);
  for (const service of servicesOf(lane, services)) await member.service(service);
  const slices = slicesOf(lane, services);
  const changing = slices.find(({ metadata: { name } }) => name.startsWith(`${headlessName(0)}-`));
  if (changing === undefined) throw new Error('unreachable: there is a first headless Service');
  for (const slice of slices) if (slice !== changing) await member.slice(slice);
  const server = stack.adopt(new ApiServer(accessFrom(set.cluster(id).kubeconfig)), (it) => it.close());
  return Source.create(server, endpointSlices, changing);
}

/** Every name has all its records before anything is measured. */
async function answersAll(lane: Lane, services: number, port: number): Promise<void> {
  for (const kind of KINDS) {
    for (const name of namesOf(lane, kind, services)) {
      const question = { server: '127.0.0.1', port, name, type: 'A', protocol: 'udp' } as const;
      await until(
        `${name} has ${ANSWERS[kind]} records`,
        async () => (await ask(question)).answers.length === ANSWERS[kind],
        { timeoutMs: ANSWERED_WITHIN_MS },
      );
    }
  }
}
