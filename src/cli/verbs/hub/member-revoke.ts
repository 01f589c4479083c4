import { memberNamespace } from '#apis/hub/member.ts';
import { invitationManifests, invitationSecret } from '#src/install/invitation.ts';
import { type Manifest, serviceAccount } from '#src/install/manifest.ts';
import { MEMBER_ACCOUNT } from '#src/install/member.ts';
import { Exit } from '../../exit.ts';
import type { HubWritingOptions } from '../../hub-options.ts';
import { deleteManifests, rightsToDelete } from '../../installing/delete.ts';
import { requireRightsFor } from '../../installing/rights.ts';
import { say } from '../../output/print.ts';
import { checkMemberName, readMember, sameHub, withHub } from './hub.ts';
import { printManifests, printResult } from './result.ts';

/**
 * Ends the access of a member: deletes its account, with which every token of its is void, and the invitation that may
 * still be open. What it exported stays. Throws an Exit where there is no such member or a right is missing.
 */
export async function memberRevoke(name: string, options: HubWritingOptions, program: string): Promise<void> {
  checkMemberName(name);
  const { dryRun, output } = options;
  await withHub(options, async (hub) => {
    const member = await readMember(hub, name);
    if (member === undefined) throw new Exit(1, [`${hub.context} has no Member ${name}`]);
    // The invitation first: with it a cluster could ask for a token of an account that is made anew.
    const manifests = accessOf(name);
    if (dryRun !== 'client') await requireRightsFor(hub, [], rightsToDelete(manifests));
    await deleteManifests(hub, manifests, {
      dryRun,
      onDeleted: ({ manifest, outcome }) => printResult(manifest, outcome, options),
    });
    if (output !== undefined) await printManifests(manifests, output);
    const to = sameHub(options);
    if (dryRun !== undefined) return say(`next: ${program} hub member revoke ${name}${to}`);
    say(`${name} has no access any more; an API server may go on taking a token for up to 10 s`);
    say(
      `next: to let it in again, ${program} hub member add ${name}${to}, then ${program} hub invite ${name}${to}`,
    );
  });
}

/** All by which somebody can be this member. */
function accessOf(name: string): Manifest[] {
  const join = invitationManifests({ clusterId: name, memberAccount: MEMBER_ACCOUNT });
  return [
    invitationSecret(name),
    ...join.filter(({ kind }) => kind === 'ServiceAccount'),
    serviceAccount({ namespace: memberNamespace(name), name: MEMBER_ACCOUNT }, false),
  ];
}
