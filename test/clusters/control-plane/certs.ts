import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import {
  bits,
  explicit,
  implicit,
  integer,
  octets,
  oid,
  sequence,
  set,
  time,
  tlv,
  truth,
  utf8,
} from './der.ts';

/** A certificate and its private key, both PEM. */
export interface KeyPair {
  cert: string;
  key: string;
}

/** Whom a certificate names, in Kubernetes' reading: user and groups. */
export interface Subject {
  user: string;
  groups?: readonly string[];
  /** Addresses and names it serves under; without any it is a client's certificate. */
  hosts?: readonly string[];
  /** When it expires; with the authority unless told. Whole seconds count. */
  until?: Date;
}

const OID = {
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyId: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  subjectKeyId: '2.5.29.14',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
};
const DAY_MS = 86_400_000;

/** A certificate authority of one cluster; lives in memory and for 30 days. */
export class Authority {
  /** The CA's own certificate, PEM. */
  readonly cert: string;
  readonly #key: KeyObject;
  readonly #name: Buffer;
  readonly #keyId: Buffer;
  readonly #from: Date;

  constructor(name: string, now: Date = new Date()) {
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#key = pair.privateKey;
    this.#name = distinguishedName({ user: name });
    this.#keyId = keyIdOf(pair.publicKey);
    // An hour back: containers and virtual machines may have a clock of their own.
    this.#from = new Date(now.getTime() - 3_600_000);
    const usage = extension(OID.keyUsage, true, bits(Buffer.of(0b0000_0110), 1));
    const constraints = extension(OID.basicConstraints, true, sequence(truth()));
    this.cert = this.#sign(this.#name, pair.publicKey, [usage, constraints]);
  }

  /** Issues a certificate for a user (client) or for hosts (server and client). */
  issue(subject: Subject): KeyPair {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const hosts = subject.hosts ?? [];
    const purposes = hosts.length === 0 ? [OID.clientAuth] : [OID.serverAuth, OID.clientAuth];
    const extensions = [
      extension(OID.keyUsage, true, bits(Buffer.of(0b1000_0000), 7)),
      extension(OID.extendedKeyUsage, false, sequence(...purposes.map(oid))),
      extension(OID.authorityKeyId, false, sequence(implicit(0, this.#keyId))),
    ];
    if (hosts.length > 0)
      extensions.push(extension(OID.subjectAltName, false, sequence(...hosts.map(altName))));
    return {
      cert: this.#sign(distinguishedName(subject), publicKey, extensions, subject.until),
      key: pemOf(privateKey),
    };
  }

  #sign(
    subject: Buffer,
    publicKey: KeyObject,
    extensions: readonly Buffer[],
    until: Date = new Date(this.#from.getTime() + 30 * DAY_MS),
  ): string {
    const algorithm = sequence(oid(OID.ecdsaWithSha256));
    const serial = randomBytes(16);
    const body = sequence(
      explicit(0, integer(Buffer.of(2))),
      integer(Buffer.concat([Buffer.of(1), serial])),
      algorithm,
      this.#name,
      sequence(time(this.#from), time(until)),
      subject,
      publicKey.export({ type: 'spki', format: 'der' }),
      explicit(3, sequence(...extensions, extension(OID.subjectKeyId, false, octets(keyIdOf(publicKey))))),
    );
    const certificate = sequence(body, algorithm, bits(sign('sha256', body, this.#key)));
    const lines = certificate.toString('base64').replace(/(.{64})(?=.)/g, '$1\n');
    return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
  }
}

/** A key for signing service account tokens: the private half, and the public one that verifies. */
export function signingKey(): { privateKey: string; publicKey: string } {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' });
  return { privateKey: pemOf(privateKey), publicKey: publicKey.toString() };
}

/** SEC 1, the one form that every Kubernetes program reads for EC keys. */
function pemOf(key: KeyObject): string {
  return key.export({ type: 'sec1', format: 'pem' }).toString();
}

function distinguishedName({ user, groups = [] }: Subject): Buffer {
  const part = (type: string, value: string) => set(sequence(oid(type), utf8(value)));
  return sequence(...groups.map((group) => part(OID.organization, group)), part(OID.commonName, user));
}

function extension(type: string, critical: boolean, value: Buffer): Buffer {
  return sequence(oid(type), ...(critical ? [truth()] : []), octets(value));
}

/** GeneralName: [2] is a DNS name, [7] an address in network order. */
function altName(host: string): Buffer {
  return isIP(host) === 0
    ? tlv(0x82, Buffer.from(host, 'ascii'))
    : tlv(0x87, Buffer.from(ipaddr.parse(host).toByteArray()));
}

function keyIdOf(key: KeyObject): Buffer {
  return createHash('sha1')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest();
}
