import { KubeConfig } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { kubeconfig, mergeKubeconfigs } from './kubeconfig.ts';
import { readKubeconfigText } from './read-kubeconfig.ts';

const certificate = {
  server: 'https://127.0.0.1:20001',
  ca: 'CA PEM',
  credentials: { cert: 'CERT PEM', key: 'KEY PEM' },
};
const token = { server: 'https://127.0.0.1:20002', credentials: { token: 'abc.def' } };

describe('kubeconfig', () => {
  it('is read by the Kubernetes client as it was meant', async () => {
    const { access } = await readKubeconfigText(kubeconfig({ hub: certificate }), 'test');
    expect(access).toEqual(certificate);
    expect((await readKubeconfigText(kubeconfig({ a: token }), 'test')).access).toEqual({
      ...token,
      ca: undefined,
    });
  });

  it('has a context for each cluster, the first one current', () => {
    const config = new KubeConfig();
    config.loadFromString(kubeconfig({ hub: certificate, zzzc: token }));
    expect(config.getContexts().map(({ name }) => name)).toEqual(['hub', 'zzzc']);
    expect(config.getCurrentContext()).toBe('hub');
  });
});

describe('mergeKubeconfigs', () => {
  it("gives each cluster's current context its new name", async () => {
    const merged = mergeKubeconfigs([
      ['hub', kubeconfig({ x: certificate })],
      ['zzzc', kubeconfig({ x: token })],
    ]);
    const config = new KubeConfig();
    config.loadFromString(merged);
    config.setCurrentContext('zzzc');
    expect(config.getCurrentCluster()?.server).toBe(token.server);
    expect(config.getCurrentUser()?.token).toBe('abc.def');
  });

  it('says whose kubeconfig leads nowhere', () => {
    const broken = 'current-context: gone\ncontexts: []\n';
    expect(() => mergeKubeconfigs([['shbt', broken]])).toThrow('kubeconfig of shbt');
  });
});
