import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { KubeconfigError, type KubeconfigSource, loadKubeconfig } from './kubeconfig.ts';

interface Parts {
  clusters?: unknown;
  users?: unknown;
  contexts?: unknown;
  'current-context'?: string;
}

const good = {
  clusters: [{ name: 'c', cluster: { server: 'https://hub.example:6443/' } }],
  users: [{ name: 'u', user: { token: 'secret-token' } }],
  contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
  'current-context': 'x',
};

function text(changes: Parts = {}): { text: string } {
  return { text: stringify({ apiVersion: 'v1', kind: 'Config', ...good, ...changes }) };
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function messageOf(source: KubeconfigSource, context?: string): string {
  try {
    loadKubeconfig(source, context);
  } catch (error) {
    expect(error).toBeInstanceOf(KubeconfigError);
    return error instanceof Error ? error.message : '';
  }
  return 'no error';
}

const withCluster = (cluster: object) => text({ clusters: [{ name: 'c', cluster }] });

describe('what cannot be used is refused in one line that says why', () => {
  it.each([
    [
      'no current context',
      text({ 'current-context': '' }),
      undefined,
      'the given kubeconfig: no context is asked for and it has no current-context',
    ],
    [
      'an unknown context',
      text(),
      'y',
      'the given kubeconfig: there is no context y; contexts has x (wanted y)',
    ],
    [
      'a missing cluster',
      text({ clusters: [] }),
      undefined,
      'context x of the given kubeconfig names a cluster that is missing; clusters has none (wanted c)',
    ],
    [
      'a missing user',
      text({ users: [{ name: 'v', user: {} }] }),
      undefined,
      'context x of the given kubeconfig names a user that is missing; users has v (wanted u)',
    ],
    [
      'a context without a user (client-node then ignores the CA)',
      text({ contexts: [{ name: 'x', context: { cluster: 'c' } }] }),
      undefined,
      'context x of the given kubeconfig names no user: there are no credentials to present',
    ],
    [
      'a context without a cluster',
      text({ contexts: [{ name: 'x', context: { user: 'u' } }] }),
      undefined,
      'context x of the given kubeconfig names no cluster',
    ],
    [
      'no server',
      withCluster({}),
      undefined,
      "context x of the given kubeconfig: the cluster's server is not a URL",
    ],
    [
      'a server in the clear',
      withCluster({ server: 'http://hub.example' }),
      undefined,
      'context x of the given kubeconfig: server http://hub.example is not https: credentials would travel in the clear; set insecure-skip-tls-verify if that is meant',
    ],
    [
      'another protocol',
      withCluster({ server: 'ftp://hub.example' }),
      undefined,
      'context x of the given kubeconfig: server ftp://hub.example is neither https nor http',
    ],
    [
      'an empty text',
      { text: '' },
      undefined,
      'the given kubeconfig is not a kubeconfig: it holds no mapping',
    ],
    ['a list', { text: '- a' }, undefined, 'the given kubeconfig is not a kubeconfig: it holds no mapping'],
  ])('%s', (_what, source, context, message) => {
    expect(messageOf(source, context)).toBe(message);
  });

  it('a file that is missing, or is none', () => {
    expect(messageOf({ path: '/nowhere/hub.yaml' })).toBe('kubeconfig /nowhere/hub.yaml does not exist');
    expect(messageOf({ path: folder })).toBe(`kubeconfig ${folder} cannot be read: EISDIR`);
  });

  it('text that is no YAML, without quoting what may be a token', () => {
    expect(messageOf({ text: 'users: [{token: secret-token' })).toMatch(
      /^the given kubeconfig is not YAML: [A-Z_]+ at character \d+$/,
    );
  });
});

describe('what can be used', () => {
  it('is read by its current context, or the one that is asked for, and holds nothing else', () => {
    const two = text({
      contexts: [...good.contexts, { name: 'y', context: { cluster: 'c', user: 'v' } }],
      users: [...good.users, { name: 'v', user: { token: 'other-token' } }],
    });
    expect(loadKubeconfig(two, undefined).config.getCurrentUser()?.token).toBe('secret-token');
    const { config, server, title } = loadKubeconfig(two, 'y');
    expect(config.getUsers().map(({ token }) => token)).toEqual(['other-token']);
    expect([server, title]).toEqual(['https://hub.example:6443', 'context y of the given kubeconfig']);
  });

  it('finds files beside the kubeconfig, whichever way a token file is spelt', () => {
    const path = join(folder, 'kubeconfig');
    const user = { 'client-certificate': 'cert.pem', tokenFile: 'tokens/token' };
    writeFileSync(path, text({ users: [{ name: 'u', user }] }).text);
    const { config, tokenFile } = loadKubeconfig({ path }, undefined);
    expect(config.getCurrentUser()?.certFile).toBe(join(folder, 'cert.pem'));
    expect(tokenFile).toBe(join(folder, 'tokens/token'));
    const old = text({ users: [{ name: 'u', user: { 'token-file': '/run/token' } }] });
    expect(loadKubeconfig(old, undefined).tokenFile).toBe('/run/token');
  });

  it('is parsed again only when its text has changed', () => {
    const path = join(folder, 'changing');
    writeFileSync(path, text({}).text);
    const first = loadKubeconfig({ path }, undefined);
    expect(loadKubeconfig({ path }, undefined, first)).toBe(first);
    writeFileSync(path, text({ users: [{ name: 'u', user: { token: 'rotated' } }] }).text);
    const second = loadKubeconfig({ path }, undefined, first);
    expect(second.config.getCurrentUser()?.token).toBe('rotated');
  });
});
