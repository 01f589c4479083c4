import { memberNamespace } from '#apis/hub/member.ts';
import { type Account, type Manifest, PART_OF, serviceAccount } from './manifest.ts';
import { ownRole, type Rule, rule } from './rbac.ts';

/** The account, in a member's namespace on the hub, by which a cluster joins. It may do one thing: ask for the member's token. */
export const JOIN_ACCOUNT = 'tombolo-join';

/** The Secret beside it that an invitation stands or falls with: tokens bound to it are void when it is gone. */
export const INVITATION_SECRET = 'tombolo-join';

/** All that an invitation may do. `memberAccount` is the account whose tokens it may ask for. */
const joinRules = (memberAccount: string): Rule[] => [
  rule('', ['serviceaccounts/token'], ['create'], [memberAccount]),
];

/** The account by which a cluster joins under this id, and its one right. Apply hubMemberManifests first. */
export function invitationManifests({
  clusterId,
  memberAccount,
}: {
  clusterId: string;
  memberAccount: string;
}): Manifest[] {
  const account: Account = { namespace: memberNamespace(clusterId), name: JOIN_ACCOUNT };
  return [serviceAccount(account, false), ...ownRole(account, JOIN_ACCOUNT, joinRules(memberAccount))];
}

/** What an invitation stands or falls with. It holds nothing: its UID is all that counts. */
export function invitationSecret(clusterId: string): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace: memberNamespace(clusterId), name: INVITATION_SECRET, labels: PART_OF },
    type: 'Opaque',
  };
}
