/** The account, in a member's namespace on the hub, by which a cluster joins. It may do one thing: ask for the member's token. */
export const JOIN_ACCOUNT = 'tombolo-join';

/** The Secret beside it that an invitation stands or falls with: tokens bound to it are void when it is gone. */
export const INVITATION_SECRET = 'tombolo-join';
