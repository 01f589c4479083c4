import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { ConfigError } from '#src/config/error.ts';
import { type JoinBundle, readJoinBundle, renderJoinBundle } from './join-bundle.ts';

/** A CA of nobody's, valid for a hundred years. */
const CA = `-----BEGIN CERTIFICATE-----
MIIBcTCCARegAwIBAgIUPXxnanLV5caqNURMmeFczqu/e1cwCgYIKoZIzj0EAwIw
DTELMAkGA1UEAwwCY2EwIBcNMjYxMTI0MTc0MTA5WhgPMjEyNjEwMzExNzQxMDla
MA0xCzAJBgNVBAMMAmNhMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE82QQLqSS
MYNXata79IwLrQOUwcQp96sH50bPu8T9B+iVVZ4U9/EmPNwMVSiIp8x1N11nkD2P
lRhpQJ4ErHbIs6NTMFEwHQYDVR0OBBYEFPiG6lNWexB4xQgEfZwnyxv2aHpJMB8G
A1UdIwQYMBaAFPiG6lNWexB4xQgEfZwnyxv2aHpJMA8GA1UdEwEB/wQFMAMBAf8w
CgYIKoZIzj0EAwIDSAAwRQIgGK8Y5um+lcYsy/+AYv0p8zohQvHl3ydzSOfXOGiN
rbgCIQDkSq9v7121Ohx7qeM7mXWn4h/NKyv7qEnMlqEGp6AN/A==
-----END CERTIFICATE-----
`;

const bundle: JoinBundle = {
  apiVersion: 'tombolo.dev/v1alpha1',
  kind: 'JoinBundle',
  clusterId: 'zzzc',
  hub: {
    server: 'https://hub.example.com:6443',
    certificateAuthorityData: Buffer.from(CA).toString('base64'),
    clusterSetUID: 'a-uid',
  },
  token: 'aaaa.SECRET.cccc',
  invitation: 'another-uid',
  expires: '2026-01-01T00:15:00Z',
};

function mistakes(text: string): readonly string[] {
  try {
    readJoinBundle(text, 'bundle.yaml');
  } catch (error) {
    if (error instanceof ConfigError) return error.lines;
    throw error;
  }
  return [];
}

describe('a join bundle', () => {
  it('reads as it was written, as YAML and as JSON, and says to a person what it is', () => {
    const text = renderJoinBundle(bundle);
    expect(text).toMatch(/^# Lets the cluster zzzc join a set, once, until 2026-01-01T00:15:00Z/);
    expect(readJoinBundle(text, 'x')).toEqual(bundle);
    expect(readJoinBundle(JSON.stringify(bundle), 'x')).toEqual(bundle);
  });

  it.each<[string, string, RegExp]>([
    ['nothing', '', /^bundle.yaml is empty: have one printed by `tombolo hub invite`$/],
    ['a comment', '# nothing\n', /is no join bundle/],
    ['a kubeconfig', 'kind: Config\nusers: [{token: SECRET}]', /is no join bundle, but a Config/],
    ['half a file', renderJoinBundle(bundle).replace(/server: .*/s, 'server: "https'), /is not YAML/],
    ['a list', '[SECRET]', /is no join bundle/],
    [
      'a bundle of a later release',
      stringify({ ...bundle, apiVersion: 'tombolo.dev/v2' }),
      /another version/,
    ],
    ['no cluster id', stringify({ ...bundle, clusterId: undefined }), /: clusterId is missing$/],
    ['a bad cluster id', stringify({ ...bundle, clusterId: 'a.b' }), /: clusterId has a dot/],
    ['no hub', stringify({ ...bundle, hub: undefined }), /: hub is missing$/],
    ['a hub in the clear', withHub({ server: 'http://hub' }), /: hub.server is no https URL$/],
    ['a hub with a password', withHub({ server: 'https://a:SECRET@hub' }), /: hub.server is no https URL$/],
    ['no CA', withHub({ certificateAuthorityData: '' }), /: hub.certificateAuthorityData is empty$/],
    [
      'a CA that is none',
      withHub({ certificateAuthorityData: 'SECRET=' }),
      /is not the base64 of certificates/,
    ],
    ['no token', stringify({ ...bundle, token: undefined }), /: token is missing$/],
    ['a token that is none', stringify({ ...bundle, token: 'SECRET\r\nx: y' }), /: token is no token$/],
    ['no end', stringify({ ...bundle, expires: 'soon' }), /: expires is no time$/],
  ])('of %s is refused in one line without a secret in it', (_what, text, said) => {
    const lines = mistakes(text);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(said);
    expect(lines.join()).not.toContain('SECRET');
  });

  it('with several mistakes names each', () => {
    expect(mistakes(stringify({ ...bundle, token: 1, invitation: '' }))).toEqual([
      'bundle.yaml: token is missing',
      'bundle.yaml: invitation is empty',
    ]);
  });
});

function withHub(hub: Partial<JoinBundle['hub']>): string {
  return stringify({ ...parse(stringify(bundle)), hub: { ...bundle.hub, ...hub } });
}
