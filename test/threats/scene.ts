import {
  CLUSTER_SET_NAME,
  clusterSets,
  type IClusterSet,
  type PrecedenceMode,
} from '#apis/hub/cluster-set.ts';
import type { AuditEntry } from '#test/clusters/audit.ts';
import { headless, pod, slice } from '#test/driver/builders.ts';
import { edit } from '#test/driver/edit.ts';
import { admitMember, applyMember } from '#test/driver/install.ts';
import { AGENT_USER } from '#test/driver/requests.ts';
import type { TestSet } from '#test/driver/set.ts';
import { StolenCredential } from './credential.ts';
import { REPORT, report } from './records.ts';

/** A member whose cluster and credential somebody else has by now. No agent of it runs. */
export const EVIL = 'evil';

/** Services that it claims to export. */
const CLAIMED = [
  'prod.early',
  'prod.forged',
  'prod.late',
  'prod.poison-v4',
  'prod.poison-v6',
  'prod.smuggled',
  'prod.owned',
];

/** Services with which it floods. */
export const FLOODED: readonly string[] = Array.from({ length: 200 }, (_, n) => `flood-${n}`);

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

/** By which a claim of an early time is worth nothing. */
const HUB_TIME: PrecedenceMode = 'HubTime';

export async function prepare(set: TestSet): Promise<Scene> {
  await edit(set.hub, clusterSets, { name: CLUSTER_SET_NAME }, (found: IClusterSet) => ({
    ...found,
    spec: { ...found.spec, precedence: HUB_TIME },
  }));
  const evil = await StolenCredential.in(await admitMember(set.clusters.hub, EVIL));
  await applyMember(set.clusters.hub, EVIL, { allowedNamespaces: ['prod', 'kube-system', 'tombolo-system'] });
  const zzzc = await StolenCredential.inFile(set.files('zzzc').hubKubeconfig);
  const [kind, name] = REPORT;
  await evil.creates(
    kind,
    EVIL,
    name,
    report(await set.hubAdmin.clusterSetUID(), [...CLAIMED, ...FLOODED.map((name) => `prod.${name}`)]),
  );
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
