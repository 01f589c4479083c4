import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { ISecret } from '#apis/kubernetes/secret.ts';
import { readToken, renewAt, tokenIn, withToken } from './credential.ts';

const SUBJECT = 'system:serviceaccount:member-zzzc:tombolo-member';

function token(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part(claims)}.signature`;
}

function secret(data: Record<string, string>): ISecret {
  const encoded = Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')]);
  return { metadata: { name: 'tombolo-hub' }, data: Object.fromEntries(encoded) };
}

function text({ data = {} }: ISecret, key: string): string {
  return Buffer.from(data[key] ?? '', 'base64').toString('utf8');
}

const OURS = token({ sub: SUBJECT, iat: 1_000, exp: 1_600 });

describe('a token', () => {
  it('tells who it is for, and from when to when', () => {
    expect(readToken(OURS)).toEqual({ subject: SUBJECT, issuedAt: 1_000_000, expiresAt: 1_600_000 });
  });

  it.each([
    '',
    'opaque',
    'a.b',
    'a.!!.c',
    token({ sub: SUBJECT, iat: 5 }),
    token({ sub: SUBJECT, iat: 5, exp: 5 }),
    token({ iat: 1, exp: 2 }),
    `a.${Buffer.from('null').toString('base64url')}.c`,
  ])('that has no end, or is none, tells nothing: %j', (other) => {
    expect(readToken(other)).toBeUndefined();
  });

  it('is renewed before a third of its life is left', () => {
    const life = { subject: SUBJECT, issuedAt: 1_000_000, expiresAt: 1_600_000 };
    expect(renewAt(life)).toBeLessThan(1_600_000 - 600_000 / 3);
  });
});

describe('a Secret with credentials', () => {
  it('gives a token that lies in it alone, and one within a kubeconfig', () => {
    const later = token({ sub: SUBJECT, iat: 2_000, exp: 2_600 });
    const kubeconfig = `users:\n- name: a\n  user: {token: ${later}}\n`;
    expect(tokenIn(secret({ token: `${OURS}\n` }), SUBJECT)?.expiresAt).toBe(1_600_000);
    expect(tokenIn(secret({ kubeconfig }), SUBJECT)?.expiresAt).toBe(2_600_000);
    expect(tokenIn(secret({ kubeconfig, token: OURS }), SUBJECT)?.expiresAt).toBe(1_600_000);
  });

  it('of somebody else, or of another kind, is none of ours', () => {
    const others = token({ sub: 'system:serviceaccount:member-shbt:tombolo-member', iat: 1, exp: 2 });
    const before = secret({ token: others, 'ca.crt': '-----BEGIN', broken: 'users: [', list: 'users: {}' });
    expect(tokenIn(before, SUBJECT)).toBeUndefined();
    expect(withToken(before, SUBJECT, 'new')).toEqual(before);
    expect(tokenIn({ metadata: { name: 'empty' } }, SUBJECT)).toBeUndefined();
  });

  it('gets the new token in every place of the old one, and keeps all else as it is', () => {
    const kubeconfig = [
      '# the hub',
      'users:',
      `- name: a\n  user: {token: ${OURS}}`,
      '- name: b\n  user: {token: opaque}',
      'contexts: []',
    ].join('\n');
    const after = withToken(secret({ kubeconfig, token: OURS, 'ca.crt': 'PEM' }), SUBJECT, 'new');
    expect(text(after, 'token')).toBe('new');
    expect(text(after, 'ca.crt')).toBe('PEM');
    expect(text(after, 'kubeconfig')).toContain('# the hub');
    expect(parse(text(after, 'kubeconfig'))).toEqual({
      users: [
        { name: 'a', user: { token: 'new' } },
        { name: 'b', user: { token: 'opaque' } },
      ],
      contexts: [],
    });
  });
});
