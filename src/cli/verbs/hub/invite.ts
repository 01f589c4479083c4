import { memberNamespace } from '#apis/hub/member.ts';
import { type ISecret, secrets } from '#apis/kubernetes/secret.ts';
import { ConfigError } from '#src/config/error.ts';
import { duration } from '#src/config/values.ts';
import {
  INVITATION_SECRET,
  invitationManifests,
  invitationSecret,
  JOIN_ACCOUNT,
} from '#src/install/invitation.ts';
import { type JoinBundle, renderJoinBundle } from '#src/install/join-bundle.ts';
import { MEMBER_ACCOUNT } from '#src/install/member.ts';
import { isNotFound } from '#src/kube/errors.ts';
import { orAbsent } from '#src/kube/or-absent.ts';
import { type IssuedToken, requestToken } from '#src/kube/token-request.ts';
import type { Right } from '#src/runtime/rights/missing-rights.ts';
import type { Target } from '../../clusters/targets.ts';
import { Exit } from '../../exit.ts';
import type { InviteOptions } from '../../hub-options.ts';
import { applyManifests } from '../../installing/apply.ts';
import { requireRightsFor } from '../../installing/rights.ts';
import { renderDocument } from '../../output/document.ts';
import { print, say } from '../../output/print.ts';
import { hubAddress } from './address.ts';
import { checkMemberName, readMember, requireClusterSet, sameHub, withHub } from './hub.ts';

/** An API server gives no token for less. */
const ttlOf = duration({ min: '10m', max: '24h' });

/**
 * Prints a bundle that lets one cluster join, once. The invitation that is still open is void from then on. Throws an
 * Exit where there is no such set or member, or a right is missing.
 */
export async function hubInvite(name: string, options: InviteOptions, program: string): Promise<void> {
  checkMemberName(name);
  const ttl = ttlOf.safeParse(options.ttl);
  if (!ttl.success) {
    throw new ConfigError([`--ttl=${JSON.stringify(options.ttl)}: ${ttl.error.issues[0]?.message}`]);
  }
  await withHub(options, async (hub) => {
    const to = sameHub(options);
    const set = await requireClusterSet(hub, `${program} hub init${to}`);
    await requireMember(hub, name, `${program} hub member add ${name}${to}`);
    const { warnings, ...address } = await hubAddress(hub, options.server);
    const manifests = invitationManifests({ clusterId: name, memberAccount: MEMBER_ACCOUNT });
    if (options.dryRun !== 'client')
      await requireRightsFor(hub, [...manifests, invitationSecret(name)], more(name));
    await applyManifests(hub, manifests, { dryRun: options.dryRun });
    if (options.dryRun !== undefined) {
      say(`an invitation for ${name} would be made, with ${address.server} as the hub's URL`);
      return say(`next: ${program} hub invite ${name}${to}`);
    }
    const invitation = await invite(hub, name);
    const { token, expires } = await issue(hub, name, invitation, ttl.data);
    const bundle: JoinBundle = {
      apiVersion: 'tombolo.dev/v1alpha1',
      kind: 'JoinBundle',
      clusterId: name,
      hub: { ...address, clusterSetUID: set.metadata.uid ?? '' },
      token,
      invitation,
      expires,
    };
    await print(options.output === 'json' ? await renderDocument(bundle, 'json') : renderJoinBundle(bundle));
    for (const line of warnings) say(`warning: ${line}`);
    say(`next: ${program} join --bundle FILE --context MEMBER`);
  });
}

async function requireMember(hub: Target, name: string, add: string): Promise<void> {
  const member = await readMember(hub, name);
  if (member === undefined) throw new Exit(1, [`${hub.context} has no Member ${name}: run \`${add}\` first`]);
}

function more(name: string): Right[] {
  const namespace = memberNamespace(name);
  return [
    { verb: 'delete', group: '', resource: 'secrets', namespace, name: INVITATION_SECRET },
    { verb: 'create', group: '', resource: 'serviceaccounts/token', namespace, name: JOIN_ACCOUNT },
  ];
}

/** Puts a new Secret in the place of the last one, and returns its UID: tokens bound to the last one are void. */
async function invite({ client, timeoutMs }: Target, name: string): Promise<string> {
  const key = { namespace: memberNamespace(name), name: INVITATION_SECRET };
  const last = await orAbsent(client.get(secrets, key, { timeoutMs }));
  if (last?.metadata.uid !== undefined) {
    try {
      // It goes because the admin asked for another one; the UID fences one that somebody else made meanwhile.
      await client.delete(secrets, key, { uid: last.metadata.uid }, { timeoutMs });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
  const secret: ISecret = invitationSecret(name);
  const { uid } = await client.create(secrets, secret, { timeoutMs });
  if (uid === undefined) throw new Error('the API server made a Secret without a UID');
  return uid;
}

async function issue(
  { client, timeoutMs, context }: Target,
  name: string,
  invitation: string,
  ttlMs: number,
): Promise<IssuedToken> {
  const account = { namespace: memberNamespace(name), name: JOIN_ACCOUNT };
  const wish = {
    expirationSeconds: Math.ceil(ttlMs / 1000),
    boundObjectRef: { apiVersion: 'v1', kind: 'Secret', name: INVITATION_SECRET, uid: invitation },
  };
  const issued = await requestToken(client, account, wish, { timeoutMs });
  if (issued === undefined)
    throw new Exit(1, [`${context}: the API server gave no token for ${JOIN_ACCOUNT}`]);
  return issued;
}
