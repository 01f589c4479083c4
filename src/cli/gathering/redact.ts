/** What stands where a secret stood. */
export const REDACTED = '[redacted]';

/** kubectl's copy of all that was applied, whatever was in it. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Fields that hold a credential wherever they are. A reference to one, such as secretName, is none. */
const CREDENTIAL_KEY =
  /^(token|(access|refresh|id|bearer)[-_]?token|password|passwd|passphrase|client-key(-data)?|private[-_]?key|authorization|api[-_]?key|secret[-_]?key|secret|stringData)$/i;

/** The same within a line of a log or of a file. */
const CREDENTIAL_PAIR =
  /(["']?\b(?:(?:access|refresh|id|bearer)[-_]?token|token|password|passwd|passphrase|client-key-data|private[-_]?key|api[-_]?key|secret[-_]?key)["']?\s*[:=]\s*)(\[redacted\]|"[^"]*"|'[^']*'|[^\s,;}\])]+)/gi;

const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g;
/** Header and claims of a JSON web token are base64 of `{"…`. */
const WEB_TOKEN = /eyJ[\w-]{4,}\.[\w-]{2,}\.[\w-]*/g;
const AUTHORIZATION = /\b(Bearer|Basic)\s+[\w.~+/=-]{4,}/gi;
const USER_INFO = /(\w:\/\/)[^\s/@:]+:[^\s/@]+@/g;
const BASE64 = /[A-Za-z0-9+/_-]{24,}={0,2}/g;

/** A text without credentials: those that are known, and what looks like one. */
export function redactText(text: string, known: readonly string[] = []): string {
  let clean = text;
  for (const secret of known) clean = clean.replaceAll(secret, REDACTED);
  return clean
    .replace(PRIVATE_KEY, REDACTED)
    .replace(WEB_TOKEN, REDACTED)
    .replace(AUTHORIZATION, `$1 ${REDACTED}`)
    .replace(USER_INFO, `$1${REDACTED}@`)
    .replace(CREDENTIAL_PAIR, (_all, head: string, value: string) => head + quotedLike(value))
    .replace(BASE64, (run) => (hidesSecret(run, known) ? REDACTED : run));
}

/**
 * A copy of a JSON value without credentials: no values of a Secret or of an environment, no copy of what was applied, no
 * record of who wrote which field, and every text redacted.
 */
export function redact(value: unknown, known: readonly string[] = []): unknown {
  if (typeof value === 'string') return redactText(value, known);
  if (Array.isArray(value)) return value.map((item) => redact(item, known));
  if (typeof value !== 'object' || value === null) return value;
  const isSecret = 'kind' in value && value.kind === 'Secret';
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== LAST_APPLIED && key !== 'managedFields')
      .map(([key, item]) => {
        const name = redactText(key, known);
        if (isSecret && (key === 'data' || key === 'stringData')) return [name, blank(item)];
        if (key === 'env' && Array.isArray(item))
          return [name, item.map((one) => redactVariable(one, known))];
        if (CREDENTIAL_KEY.test(key) && typeof item === 'string') return [name, REDACTED];
        return [name, redact(item, known)];
      }),
  );
}

/** The forms in which a secret may be met. Very short ones are words of their own. */
export function formsOf(secrets: Iterable<string>): string[] {
  const forms = [...secrets].flatMap((secret) => [
    secret,
    secret.trim(),
    Buffer.from(secret).toString('base64'),
  ]);
  // The longest first: a part of one that was struck out would leave the rest.
  return [...new Set(forms)].filter((form) => form.length >= 6).sort((a, b) => b.length - a.length);
}

function quotedLike(value: string): string {
  const quote = /^["']/.exec(value)?.[0] ?? '';
  return `${quote}${REDACTED}${quote}`;
}

/** A kubeconfig within a ConfigMap carries keys in base64, which no pattern of text knows. */
function hidesSecret(run: string, known: readonly string[]): boolean {
  const inside = Buffer.from(run, 'base64').toString('utf8');
  return (
    inside.includes('PRIVATE KEY') ||
    /eyJ[\w-]{4,}\.[\w-]{2,}\./.test(inside) ||
    known.some((secret) => inside.includes(secret))
  );
}

/** A variable's name and where it is from may be seen; its value may be a password. */
function redactVariable(variable: unknown, known: readonly string[]): unknown {
  const clean = redact(variable, known);
  if (typeof clean !== 'object' || clean === null || !('value' in clean)) return clean;
  return { ...clean, value: REDACTED };
}

function blank(data: unknown): unknown {
  return Object.fromEntries(Object.keys(Object(data)).map((key) => [key, REDACTED]));
}
