import { memberNamespace } from '#apis/hub/member.ts';
import { secrets } from '#apis/kubernetes/secret.ts';
import type { KubeClient } from '#src/kube/client.ts';
import { requestToken } from '#src/kube/token-request.ts';
import type { Milliseconds } from '#src/runtime/clock.ts';
import type { ControllerSpec } from '#src/runtime/controller.ts';
import { readToken, renewAt, type TokenLife, tokenIn, withToken } from './credential.ts';

/** The member's account in its namespace on the hub. */
const ACCOUNT = 'tombolo-member';

/** A TokenRequest for less is refused. */
const SHORTEST_SECONDS = 600;

/**
 * The Secret is looked at so often: somebody else may have put another token there, and of the shortest that there is
 * enough must be left to ask for the next.
 */
const LOOK_EVERY: Milliseconds = 240_000;

/** To a clock that is days ahead of the hub's every token is due at once. */
const RENEW_AT_MOST_EVERY: Milliseconds = 60_000;

/** When the token that the agent presents to the hub ends; undefined: it is not known, or never. */
export class CredentialExpiry {
  at: Milliseconds | undefined;
}

export interface CredentialDeps {
  local: Pick<KubeClient, 'get' | 'update'>;
  hub: Pick<KubeClient, 'request'>;
  cluster: string;
  /** The Secret with the agent's credentials on the hub, in the agent's own namespace. */
  secret: { namespace: string; name: string };
  expiry: CredentialExpiry;
}

/**
 * Renews the member's own token before a third of its life is left: the hub gives a new one of the same length, which
 * is written to the Secret; the files that are mounted from it are read again when they change. Credentials of any
 * other kind are left to whoever made them.
 */
export function newCredentialController(deps: CredentialDeps): ControllerSpec {
  const { local, hub, cluster, secret: key, expiry } = deps;
  const subject = `system:serviceaccount:${memberNamespace(cluster)}:${ACCOUNT}`;
  return {
    name: 'membership.credential',
    watches: [{ resource: 'credential', attach: (enqueue) => enqueue(key.name, 'backlog') }],
    permissions: [
      {
        on: 'member',
        scope: 'agent-namespace',
        apiGroups: [secrets.group],
        resources: [secrets.plural],
        verbs: ['get', 'update'],
        resourceNames: [key.name],
      },
      {
        on: 'hub',
        scope: 'member-namespace',
        apiGroups: [''],
        resources: ['serviceaccounts/token'],
        verbs: ['create'],
        resourceNames: [ACCOUNT],
      },
    ],
    workers: 1,
    async reconcile(_key, { signal, log, clock }) {
      const secret = await local.get(secrets, key, { signal });
      const life = tokenIn(secret, subject);
      expiry.at = life?.expiresAt;
      if (life === undefined) {
        log.debug({ secret: key.name }, 'no token of this member that ends: nothing to renew');
        return { requeueAfter: LOOK_EVERY };
      }
      const due = renewAt(life) - clock.now();
      if (due > 0) return { requeueAfter: Math.min(due, LOOK_EVERY) };
      const token = await newToken(life, signal);
      // Fenced by the version that was read: a person's own token that came in between stays.
      await local.update(secrets, withToken(secret, subject, token), { signal });
      log.info({ secret: key.name }, 'renewed the token for the hub');
      const renewed = readToken(token);
      expiry.at = renewed?.expiresAt;
      const left = renewed === undefined ? 0 : renewAt(renewed) - clock.now();
      return { requeueAfter: Math.min(Math.max(left, RENEW_AT_MOST_EVERY), LOOK_EVERY) };
    },
  };

  async function newToken({ issuedAt, expiresAt }: TokenLife, signal: AbortSignal): Promise<string> {
    const expirationSeconds = Math.max(SHORTEST_SECONDS, Math.round((expiresAt - issuedAt) / 1_000));
    const account = { namespace: memberNamespace(cluster), name: ACCOUNT };
    const issued = await requestToken(hub, account, { expirationSeconds }, { signal });
    if (issued !== undefined) return issued.token;
    throw new Error('the hub answered the request for a token without one');
  }
}
