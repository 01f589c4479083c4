import { CLUSTER_SET_NAME, clusterSets } from '#apis/hub/cluster-set.ts';
import { memberNamespace, members } from '#apis/hub/member.ts';
import { memberReports, REPORT_NAME } from '#apis/hub/member-report.ts';
import { secrets } from '#apis/kubernetes/secret.ts';
import { VERSION } from '#src/config/version.ts';
import { hubManifests, hubMemberManifests, READER_ROLE } from '#src/install/hub.ts';
import { INVITATION_SECRET } from '#src/install/invitation.ts';
import type { JoinBundle } from '#src/install/join-bundle.ts';
import { MEMBER_ACCOUNT } from '#src/install/member.ts';
import { isRole } from '#src/install/rbac.ts';
import type { KubeClient } from '#src/kube/client.ts';
import { connect } from '#src/kube/connect.ts';
import { isConflict, isForbidden, isKindMissing, isNotFound, isUnauthorized } from '#src/kube/errors.ts';
import { orAbsent } from '#src/kube/or-absent.ts';
import { type IssuedToken, requestToken } from '#src/kube/token-request.ts';
import type { Clock, Milliseconds } from '#src/runtime/clock.ts';
import { describeRight, missingRights, type Right } from '#src/runtime/rights/missing-rights.ts';
import { Exit } from '../../exit.ts';
import type { HubFacts } from './verdict.ts';

/** A client of the bundle's hub with this token; messages call it `hub`. */
export function hubOf({ hub }: JoinBundle, token: string, clock: Clock): KubeClient {
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'hub',
        cluster: { server: hub.server, 'certificate-authority-data': hub.certificateAuthorityData },
      },
    ],
    users: [{ name: 'member', user: { token } }],
    contexts: [{ name: 'hub', context: { cluster: 'hub', user: 'member' } }],
    'current-context': 'hub',
  };
  return connect({
    cluster: 'hub',
    kubeconfig: { text: JSON.stringify(kubeconfig) },
    clock,
    userAgent: `tombolo-cli/${VERSION}`,
  });
}

/**
 * Exchanges the bundle for the member's own token. Nothing is written by that: the invitation is used up by
 * `useUp`. Throws an Exit, one line that says what to do, for a bundle that the hub does not take.
 */
export async function exchange(
  hub: KubeClient,
  { clusterId }: JoinBundle,
  life: Milliseconds,
  timeoutMs: Milliseconds,
): Promise<string> {
  const again = `have another one made (tombolo hub invite ${clusterId}); nothing was written`;
  const account = { namespace: memberNamespace(clusterId), name: MEMBER_ACCOUNT };
  const wish = { expirationSeconds: Math.round(life / 1_000) };
  let issued: IssuedToken | undefined;
  try {
    issued = await requestToken(hub, account, wish, { timeoutMs });
  } catch (error) {
    if (isUnauthorized(error)) {
      const line = `the hub does not take the bundle: it is used up, or a later invitation has replaced it: ${again}`;
      throw new Exit(1, [line], { cause: error });
    }
    if (isForbidden(error)) {
      const line = `the hub lets the bundle do nothing: the rights of its invitation are gone: ${again}`;
      throw new Exit(1, [line], { cause: error });
    }
    if (isNotFound(error)) {
      const line = `the hub has no account for ${clusterId} any more: has the member been removed? If not, ${again}`;
      throw new Exit(1, [line], { cause: error });
    }
    throw error;
  }
  if (issued !== undefined) return issued.token;
  throw new Exit(1, ['the hub answered the request for a token without one']);
}

/**
 * Uses the invitation up, so that nobody else can join by the bundle. `gone`: it is not there, or it is a later one,
 * so that this one has been used up before. That is fenced by the invitation's UID, which the bundle holds.
 */
export async function useUp(
  hub: KubeClient,
  { clusterId, invitation }: JoinBundle,
  timeoutMs: Milliseconds,
): Promise<'used' | 'gone'> {
  const key = { namespace: memberNamespace(clusterId), name: INVITATION_SECRET };
  try {
    await hub.delete(secrets, key, { uid: invitation }, { timeoutMs });
    return 'used';
  } catch (error) {
    if (isNotFound(error) || isConflict(error)) return 'gone';
    throw error;
  }
}

/** Whether the hub still knows this token. */
export async function isKnown(hub: KubeClient, timeoutMs: Milliseconds): Promise<boolean> {
  try {
    await hub.get(clusterSets, { name: CLUSTER_SET_NAME }, { timeoutMs });
    return true;
  } catch (error) {
    if (isUnauthorized(error)) return false;
    if (isNotFound(error) || isKindMissing(error) || isForbidden(error)) return true;
    throw error;
  }
}

/** Reads who the hub is and what it knows of this member. */
export async function readHub(
  hub: KubeClient,
  { clusterId, hub: { server } }: Pick<JoinBundle, 'clusterId' | 'hub'>,
  timeoutMs: Milliseconds,
): Promise<HubFacts> {
  const report = { namespace: memberNamespace(clusterId), name: REPORT_NAME };
  try {
    const [clusterSet, member, held] = await Promise.all([
      orAbsent(hub.get(clusterSets, { name: CLUSTER_SET_NAME }, { timeoutMs })),
      orAbsent(hub.get(members, { name: clusterId }, { timeoutMs })),
      orAbsent(hub.get(memberReports, report, { timeoutMs })),
    ]);
    return { clusterSet, member, report: held };
  } catch (error) {
    if (!isKindMissing(error)) throw error;
    throw new Exit(1, [`${server} is no hub: it does not have our kinds`], { cause: error });
  }
}

/** What the agent needs on the hub and may not do there, one line each. Asked with its own token. */
export async function missingOnHub(
  hub: KubeClient,
  clusterId: string,
  timeoutMs: Milliseconds,
): Promise<string[]> {
  const rules = rightsOfMember(clusterId);
  const signal = AbortSignal.timeout(timeoutMs * 4);
  const namespace = memberNamespace(clusterId);
  const { identity, rights } = await missingRights(
    {
      client: hub,
      rules: rules.map(({ own, ...rule }) => ({
        on: 'hub',
        scope: own ? 'member-namespace' : 'cluster',
        ...rule,
      })),
      namespaces: { 'agent-namespace': namespace, 'member-namespace': namespace },
    },
    signal,
  );
  return rights.map((right: Right) => `hub: ${identity} may not ${describeRight(right)}`);
}

/** The rights that a member is given on the hub: what its loops ask for, as a test holds. */
function rightsOfMember(clusterId: string) {
  const given = [...hubMemberManifests({ clusterId }), ...hubManifests()].filter(isRole);
  return given
    .filter(({ metadata: { name } }) => name === MEMBER_ACCOUNT || name === READER_ROLE)
    .flatMap(({ kind, rules }) => rules.map((rule) => ({ ...rule, own: kind === 'Role' })));
}
