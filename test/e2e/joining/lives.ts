import { expect } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { members } from '#apis/hub/member.ts';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { namespaces } from '#apis/kubernetes/namespace.ts';
import { services } from '#apis/kubernetes/service.ts';
import { MANAGED_BY, MANAGED_BY_LABEL, SLICE_MANAGED_BY_LABEL } from '#apis/labels.ts';
import { apiVersionOf, type KubeObject } from '#apis/meta.ts';
import { serviceExports } from '#apis/multicluster/service-export.ts';
import { serviceImports } from '#apis/multicluster/service-import.ts';
import { readJoinBundle } from '#src/install/join-bundle.ts';
import { AGENT_NAMESPACE } from '#src/install/member.ts';
import { orAbsent } from '#src/kube/or-absent.ts';
import { deletedByAgent } from '#test/driver/audit.ts';
import { endpoint, headless, service, slice } from '#test/driver/builders.ts';
import { eventually } from '#test/driver/eventually.ts';
import { invite } from '#test/driver/invitation.ts';
import { killedAfterEachChange } from './mortal.ts';
import { agentFiles } from './scene.ts';
import { NS, type Stage } from './stage.ts';

/** After which changes a program is killed, and how many these are at least. */
export interface Kills {
  which?: (change: string) => boolean;
  atLeast: number;
}

/** How long a test that kills may take: each kill takes a process. */
export const EACH_TAKES_A_PROCESS_MS = 600_000;

/** `bjpdc` joins, and is killed on the way. Returns after what. */
export async function joinsThoughKilled(
  stage: Stage,
  { which = () => true, atLeast }: Kills,
): Promise<string[]> {
  const bundle = await invite(stage.hub(), 'bjpdc', { server: stage.proxy.url, ca: stage.proxy.ca });
  const start = () => stage.keyboard.startsJoin('bjpdc', bundle);
  const { kills, last } = await killedAfterEachChange([stage.proxy], start, which);
  expect(last.code).toBe(0);
  expect(kills).toContain('create secrets tombolo-system');
  expect(kills).toContain('delete secrets member-bjpdc/tombolo-join');
  expect(kills.length).toBeGreaterThanOrEqual(atLeast);
  // Whoever runs in that cluster by what lies there is the member.
  stage.set().gives('bjpdc', await agentFiles(stage.set(), stage.hub()));
  stage.set().startAgent('bjpdc');
  await eventually('the claim of bjpdc', async () => {
    const { status } = await stage.set().hub.get(members, { name: 'bjpdc' });
    const { metadata } = await stage.set().hub.get(namespaces, { name: 'kube-system' });
    expect(status?.claimedUID).toBe(metadata.uid);
  });
  await stage.set().stopAgent('bjpdc');
  return kills;
}

/** `zzzc` and `shbt` become members; both export `web`, and zzzc alone `db`. */
export async function becomeMembers(stage: Stage): Promise<void> {
  const used = await invite(stage.hub(), 'zzzc', { server: stage.proxy.url, ca: stage.proxy.ca });
  const bundle = await invite(stage.hub(), 'zzzc', { server: stage.proxy.url, ca: stage.proxy.ca });
  const ran = await stage.keyboard.joins('zzzc', bundle);
  expect([ran.code, ran.out]).toEqual([0, expect.stringContaining('deployment/tombolo-member created')]);
  const invited = await stage.keyboard.types('hub invite shbt --context hub');
  expect(invited.code).toBe(0);
  expect((await stage.keyboard.joins('shbt', readJoinBundle(invited.out, 'invite'))).code).toBe(0);
  for (const id of ['zzzc', 'shbt'])
    stage.set().gives(id, await agentFiles(stage.set(), stage.set().cluster(id)));
  stage.set().startAgent('zzzc', { leaderElect: true });
  stage.set().startAgent('shbt', { leaseInterval: 1_000 });
  const [zzzc, shbt] = [stage.set().member('zzzc'), stage.set().member('shbt')];
  await zzzc.service(headless(NS, 'db'));
  await zzzc.slice(slice(NS, 'db', 'one', [endpoint('198.18.1.1')]));
  await zzzc.exports(NS, 'db');
  for (const [member, address] of [
    [zzzc, '198.18.1.2'],
    [shbt, '198.18.2.2'],
  ] as const) {
    await member.service(service(NS, 'web'));
    await member.slice(slice(NS, 'web', 'one', [endpoint(address)]));
    await member.exports(NS, 'web');
  }
  await shbt.awaitAddresses(NS, 'db', 'zzzc', ['198.18.1.1']);
  await shbt.awaitAddresses(NS, 'web', 'zzzc', ['198.18.1.2']);
  await zzzc.awaitAddresses(NS, 'web', 'shbt', ['198.18.2.2']);
  await zzzc.awaitCondition(NS, 'web', 'Ready', 'True');
  const again = await stage.keyboard.joins('zzzc', used);
  expect([again.code, again.err.join('\n')]).toEqual([
    1,
    expect.stringMatching(/it is used up|used the bundle up/),
  ]);
}

/** `zzzc` leaves, and is killed on the way. Returns after what. */
export async function leavesThoughKilled(
  stage: Stage,
  { which = () => true, atLeast }: Kills,
): Promise<string[]> {
  const [zzzc, shbt] = [stage.set().member('zzzc'), stage.set().member('shbt')];
  const since = await stage.set().cluster('shbt').audit.mark();
  const rehearsal = await stage.keyboard.types('leave --context zzzc --dry-run=server');
  expect(rehearsal.code).toBe(0);
  expect(rehearsal.out).toMatch(/prod +db +1 +nobody: the import goes .*\nprod +web +1 +shbt /);
  const planned = await stage.keyboard.types('leave --context zzzc --dry-run=client -o yaml');
  const going = parseAllDocuments(planned.out).map((document) => document.toJS());
  expect(going).toContainEqual({
    apiVersion: apiVersionOf(serviceImports),
    kind: serviceImports.kind,
    metadata: { namespace: NS, name: 'web' },
  });
  // A Secret is named, and nothing of what is in it is shown.
  expect(going.map((object) => Object.keys(object).join())).toEqual(
    going.map(() => 'apiVersion,kind,metadata'),
  );
  expect(planned.err.join('\n')).toMatch(/prod +db +1 +nobody: the import goes /);
  expect(await zzzc.importedSlices(NS, 'web')).not.toEqual([]);
  // As the Deployment's end does it, once leave waits for it.
  const start = () => {
    const run = stage.keyboard.starts('leave --context zzzc');
    setTimeout(() => void stage.set().stopAgent('zzzc'), 1_500);
    return run;
  };
  const { kills, last } = await killedAfterEachChange([stage.proxy, stage.local], start, which);
  expect(last.code).toBe(0);
  expect(last.err.at(-1)).toBe('zzzc: left; the ServiceExports and the CRDs stay');
  expect(kills).toContain('update memberreports member-zzzc/report');
  expect(kills.length).toBeGreaterThanOrEqual(atLeast);

  await shbt.awaitNoImport(NS, 'db');
  await shbt.awaitAddresses(NS, 'web', 'zzzc', []);
  // What is shbt's own is untouched, and only what was zzzc's has gone there.
  expect(await shbt.importedAddresses(NS, 'web', 'shbt')).toEqual(['198.18.2.2']);
  const gone = await deletedByAgent(stage.set().cluster('shbt'), since);
  expect(gone.map((line) => line.split(' ')[0]).sort()).toEqual([
    'endpointslices',
    'endpointslices',
    'serviceimports',
  ]);

  expect(await stage.set().hubAdmin.records('zzzc', NS)).toEqual({
    report: [],
    services: [],
    slices: [],
  });
  for (const [resource, label] of [
    [endpointSlices, SLICE_MANAGED_BY_LABEL],
    [services, MANAGED_BY_LABEL],
    [serviceImports, MANAGED_BY_LABEL],
  ] as const) {
    const { items } = await zzzc.client.list<KubeObject>(resource, {
      labelSelector: `${label}=${MANAGED_BY}`,
    });
    expect(items).toEqual([]);
  }
  for (const name of ['db', 'web']) {
    const { status } = await zzzc.client.get(serviceExports, { namespace: NS, name });
    expect(status?.conditions ?? []).toEqual([]);
  }
  const namespace = await orAbsent(zzzc.client.get(namespaces, { name: AGENT_NAMESPACE }));
  expect(namespace?.metadata.deletionTimestamp).toBeDefined();
  const once = await stage.keyboard.types('leave --context zzzc');
  expect([once.code, once.out]).toEqual([0, '']);
  return kills;
}
