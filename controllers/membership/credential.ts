import type { ISecret } from '#apis/kubernetes/secret.ts';
import { replaceTokens } from '#src/kube/kubeconfig-tokens.ts';
import type { Milliseconds } from '#src/runtime/clock.ts';

/** Renewed when so much of its life is over: well before a third is left, and early enough for a hub that is away. */
const RENEW_AFTER = 0.6;

/** A token of an API server, as far as its own text says. Times are those of the server that made it. */
export interface TokenLife {
  /** `system:serviceaccount:member-zzzc:tombolo-member`. */
  subject: string;
  issuedAt: Milliseconds;
  expiresAt: Milliseconds;
}

/** Reads a bearer token; undefined for what is no JWT, and for one without an end. Nothing is verified. */
export function readToken(token: string): TokenLife | undefined {
  // The whole text: a kubeconfig around a token has three parts, too.
  const payload = /^[\w-]+\.([\w-]+)\.[\w-]+$/.exec(token)?.[1];
  if (payload === undefined) return undefined;
  let claims: { sub?: unknown; iat?: unknown; exp?: unknown };
  try {
    claims = Object(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
  } catch {
    return undefined;
  }
  const { sub, iat, exp } = claims;
  if (typeof sub !== 'string' || typeof iat !== 'number' || typeof exp !== 'number') return undefined;
  return exp > iat ? { subject: sub, issuedAt: iat * 1_000, expiresAt: exp * 1_000 } : undefined;
}

/** When a token is to be renewed. */
export function renewAt({ issuedAt, expiresAt }: TokenLife): Milliseconds {
  return issuedAt + RENEW_AFTER * (expiresAt - issuedAt);
}

/** The tokens of this subject in a Secret, alone under a key or within a kubeconfig; the one that ends first. */
export function tokenIn(secret: ISecret, subject: string): TokenLife | undefined {
  const found: TokenLife[] = [];
  replaced(secret, subject, (life) => {
    found.push(life);
    return undefined;
  });
  return found.sort((a, b) => a.expiresAt - b.expiresAt)[0];
}

/** The Secret with `token` in the place of every token of this subject; all else as it is. */
export function withToken(secret: ISecret, subject: string, token: string): ISecret {
  return { ...secret, data: replaced(secret, subject, () => token) };
}

function replaced(
  { data = {} }: ISecret,
  subject: string,
  by: (life: TokenLife) => string | undefined,
): Record<string, string> {
  const instead = (text: string): string | undefined => {
    const life = readToken(text.trim());
    return life?.subject === subject ? by(life) : undefined;
  };
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => {
      const text = Buffer.from(value, 'base64').toString('utf8');
      const after = instead(text) ?? replaceTokens(text, instead);
      return [key, after === undefined ? value : Buffer.from(after).toString('base64')];
    }),
  );
}
