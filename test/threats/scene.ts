import { exportedServiceName } from '#apis/hub/exported-service.ts';
import type { AuditEntry } from '#test/clusters/audit.ts';
import { headless, pod, slice } from '#test/driver/builders.ts';
import { admitMember, applyMember } from '#test/driver/install.ts';
import { AGENT_USER } from '#test/driver/requests.ts';
import type { TestSet } from '#test/driver/set.ts';
import { StolenCredential } from './credential.ts';
import { REPORT, report } from './records.ts';

/** A member whose cluster and credential somebody else has by now. No agent of it runs. */
export const EVIL = 'evil';

/** In namespaces of the system, which its Member allows it, so that nothing but what they are is in its way. */
const OF_THE_SYSTEM = [
  ['kube-system', 'kube-dns'],
  ['tombolo-system', 'agent'],
  ['member-shbt', 'x'],
  ['kube-public', 'x'],
] as const;

/** Where it may not export: there, and in a namespace that is not among its own. */
export const AIMED = [...OF_THE_SYSTEM, ['team-b', 'x']] as const;

/** A namespace that no member has, and the Services that it claims to export from there. */
export const NOWHERE = 'prod-of-nobody';
export const NOWHERES: readonly string[] = Array.from({ length: 300 }, (_, n) => `flood-${n}`);

/** Services of `prod` that it claims to export. */
const CLAIMED = ['early', 'forged', 'late', 'poison-v4', 'poison-v6', 'smuggled', 'owned'];

/** Services with which it floods. */
export const FLOODED: readonly string[] = Array.from({ length: 200 }, (_, n) => `flood-${n}`);

/** What its report names: nobody believes a record that the report leaves out, whatever else is wrong with it. */
const NAMED = [
  ...[...CLAIMED, ...FLOODED].map((name) => exportedServiceName('prod', name)),
  ...AIMED.map(([namespace, name]) => exportedServiceName(namespace, name)),
  ...NOWHERES.map((name) => exportedServiceName(NOWHERE, name)),
];

/** The set, and what the attackers hold: there from the first test on. */
export interface Scene {
  set: TestSet;
  /** Credential of a member that was taken over. */
  evil: StolenCredential;
  /** The same of member zzzc, whose agent goes on. */
  zzzc: StolenCredential;
  /** All that must not be in any log, besides what lies in the set's files. */
  secrets: string[];
}

export async function prepare(set: TestSet): Promise<Scene> {
  await set.hubAdmin.ordersBy('HubTime');
  const evil = await StolenCredential.in(await admitMember(set.clusters.hub, EVIL));
  const ofTheSystem = OF_THE_SYSTEM.map(([namespace]) => namespace);
  await applyMember(set.clusters.hub, EVIL, { allowedNamespaces: ['prod', NOWHERE, ...ofTheSystem] });
  const zzzc = await StolenCredential.inFile(set.files('zzzc').hubKubeconfig);
  const [kind, name] = REPORT;
  await evil.creates(kind, EVIL, name, report(await set.hubAdmin.clusterSetUID(), NAMED));
  const member = set.member('zzzc');
  await member.service(headless('prod', 'db'));
  await member.slice(slice('prod', 'db', 'a', [pod('db-0', '198.18.1.7')]));
  await member.exports('prod', 'db');
  await set.member('shbt').awaitAddresses('prod', 'db', 'zzzc', ['198.18.1.7']);
  return { set, evil, zzzc, secrets: [] };
}

/** What a member's agent has changed in its own cluster since then, but for its Leases, Events and markers. */
export async function writesIn(set: TestSet, id: string, since: number): Promise<AuditEntry[]> {
  const entries = await set.cluster(id).audit.entries({ user: AGENT_USER, since });
  return entries.filter(
    ({ verb, resource, name }) =>
      ['create', 'update', 'patch', 'delete'].includes(verb) &&
      !['leases', 'events'].includes(resource) &&
      !/marker-|^derived-/.test(name),
  );
}
