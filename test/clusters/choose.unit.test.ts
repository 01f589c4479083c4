import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chooseName, chooseProvider } from './choose.ts';
import { dockerIsRunning } from './docker-engine.ts';
import { ALL_CAPABILITIES, requireCapabilities } from './provider.ts';

const engine = async () => true;
const noEngine = async () => false;

describe('chooseName', () => {
  it.each([
    ['existing', { TEST_KUBECONFIGS: 'a,b', KUBEBUILDER_ASSETS: '/x' }, engine],
    ['envtest', { KUBEBUILDER_ASSETS: '/x' }, engine],
    ['docker', {}, engine],
    ['go', {}, noEngine],
    ['go', { TEST_KUBECONFIGS: '', KUBEBUILDER_ASSETS: '' }, noEngine],
    ['go', { TEST_KUBECONFIGS: 'a', TEST_CLUSTER_PROVIDER: 'go' }, engine],
  ] as const)('is %s with %j', async (name, env, docker) => {
    expect(await chooseName(env, docker)).toBe(name);
  });

  it('refuses a provider that does not exist', async () => {
    await expect(chooseName({ TEST_CLUSTER_PROVIDER: 'kind' }, engine)).rejects.toThrow(
      'TEST_CLUSTER_PROVIDER=kind: expected existing, envtest, docker or go',
    );
  });
});

describe('chooseProvider', () => {
  it('says which programs are missing from KUBEBUILDER_ASSETS', async () => {
    await expect(chooseProvider({ KUBEBUILDER_ASSETS: '/nowhere' })).rejects.toThrow(
      'KUBEBUILDER_ASSETS=/nowhere: expected etcd and kube-apiserver there',
    );
  });

  it('gives everything with Go', async () => {
    const provider = await chooseProvider({ TEST_CLUSTER_PROVIDER: 'go' });
    expect([...provider.capabilities]).toEqual(ALL_CAPABILITIES);
  });
});

describe('requireCapabilities', () => {
  const cluster = { provider: 'envtest', capabilities: new Set(['api', 'restart'] as const) } as const;

  it('skips nothing that is there', () => {
    expect(requireCapabilities(cluster, 'api', 'restart')).toEqual({ skip: undefined });
  });

  it('gives a reason that names the provider and all that is missing', () => {
    expect(requireCapabilities(cluster, 'api', 'pods', 'dns')).toEqual({
      skip: 'the envtest provider gives no pods, dns',
    });
  });
});

describe('dockerIsRunning', () => {
  it('asks the engine that DOCKER_HOST names', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'engine-test-'));
    const socket = join(folder, 'docker.sock');
    const server = createServer((incoming, response) => {
      response.writeHead(incoming.url === '/_ping' ? 200 : 404).end();
    });
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    expect(await dockerIsRunning({ DOCKER_HOST: `unix://${socket}` })).toBe(true);
    await new Promise((resolve) => server.close(resolve));
    expect(await dockerIsRunning({ DOCKER_HOST: `unix://${socket}` })).toBe(false);
    rmSync(folder, { recursive: true });
  });
});
