import { X509Certificate } from 'node:crypto';
import { parseDocument, stringify } from 'yaml';
import * as z from 'zod';
import { ConfigError } from '#src/config/error.ts';
import { clusterId } from '#src/config/values.ts';

const API_VERSION = 'tombolo.dev/v1alpha1';
const KIND = 'JoinBundle';

/** All that one cluster needs to join a set, once: whoever holds it can join in that cluster's place. */
export interface JoinBundle {
  apiVersion: typeof API_VERSION;
  kind: typeof KIND;
  /** The id that the cluster is to have. */
  clusterId: string;
  hub: {
    /** URL of the hub's API server, as members reach it. */
    server: string;
    /** Base64 of the PEM of the hub's CA. */
    certificateAuthorityData: string;
    /** UID of the ClusterSet: another one under that URL is another hub. */
    clusterSetUID: string;
  };
  /** Of the account that may do nothing but ask for the member's own token. */
  token: string;
  /** UID of the Secret that the token stands or falls with. */
  invitation: string;
  /** When the token ends, RFC 3339. */
  expires: string;
}

const filled = z.string('is missing').min(1, 'is empty');

const schema = z.object({
  apiVersion: z.literal(API_VERSION),
  kind: z.literal(KIND),
  clusterId: z.string('is missing').pipe(clusterId),
  hub: z.object(
    {
      server: filled.refine(isHttps, 'is no https URL'),
      certificateAuthorityData: filled.refine(holdsCertificates, 'is not the base64 of certificates in PEM'),
      clusterSetUID: filled,
    },
    'is missing',
  ),
  // No other text than that of a JWT may come into a header.
  token: filled.regex(/^[\w-]+\.[\w-]+\.[\w-]+$/, 'is no token'),
  invitation: filled,
  expires: filled.refine((text) => !Number.isNaN(Date.parse(text)), 'is no time'),
});

/** The bundle's file: YAML, with a head that says to a person what it is. */
export function renderJoinBundle(bundle: JoinBundle): string {
  const { clusterId: id, expires } = bundle;
  return `# Lets the cluster ${id} join a set, once, until ${expires}: tombolo join --bundle FILE
# Whoever holds it can join in that cluster's place: hand it over as you would a password.
${stringify(bundle, { lineWidth: 0 })}`;
}

/** Reads a bundle's file. Throws a ConfigError with one line for each mistake, which quotes nothing of the bundle. */
export function readJoinBundle(text: string, origin: string): JoinBundle {
  // No pretty errors: they quote the file, and what they quote may be the token.
  const document = parseDocument(text, { prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) {
    throw new ConfigError([`${origin} is not YAML: ${error.code} at character ${error.pos[0]}`]);
  }
  const value: unknown = document.toJS();
  const { apiVersion, kind }: { apiVersion?: unknown; kind?: unknown } = Object(value);
  if (kind !== KIND) throw new ConfigError([`${origin} ${whatItIs(text, kind)}`]);
  if (apiVersion !== API_VERSION) {
    throw new ConfigError([
      `${origin} is a ${KIND} of another version of Tombolo: apiVersion is not ${API_VERSION}`,
    ]);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  // What is empty is no certificate either: one line for each field.
  const first = issues.filter(
    ({ path }, index) => issues.findIndex((issue) => issue.path.join('.') === path.join('.')) === index,
  );
  throw new ConfigError(first.map(({ path, message }) => `${origin}: ${path.join('.')} ${message}`));
}

function whatItIs(text: string, kind: unknown): string {
  const how = 'have one printed by `tombolo hub invite`';
  if (text.trim() === '') return `is empty: ${how}`;
  const named = typeof kind === 'string' && /^\w{1,63}$/.test(kind);
  return `is no join bundle${named ? `, but a ${kind}` : ''}: ${how}`;
}

function isHttps(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return protocol === 'https:' && username === '' && password === '';
}

function holdsCertificates(base64: string): boolean {
  if (!/^[A-Za-z0-9+/\s]+=*\s*$/.test(base64)) return false;
  try {
    new X509Certificate(Buffer.from(base64, 'base64'));
    return true;
  } catch {
    return false;
  }
}
