import { expect, it } from 'vitest';
import type { ISecret } from '#apis/kubernetes/secret.ts';
import { memberHubAccess } from '#src/install/member-hub-access.ts';
import { loadKubeconfig } from '#src/kube/kubeconfig.ts';
import { hubAccessOf } from './access.ts';

const CA = '-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n';

it('what join writes is read back, as a kubeconfig that needs no files', () => {
  const [secret, configMap] = memberHubAccess({
    clusterId: 'zzzc',
    server: 'https://hub.example:6443',
    caPem: CA,
    token: 'a.b.c',
    clusterSetUID: 'set',
    invitation: 'invitation',
  });
  const access = hubAccessOf(Object(secret), Object(configMap));
  expect(access).toMatchObject({
    clusterId: 'zzzc',
    clusterSetUID: 'set',
    invitation: 'invitation',
    token: 'a.b.c',
    server: 'https://hub.example:6443',
  });
  const { config } = loadKubeconfig({ text: access.kubeconfig ?? '' }, undefined);
  expect(config.getCurrentUser()?.token).toBe('a.b.c');
  expect(config.getCurrentCluster()?.caData).toBe(Buffer.from(CA).toString('base64'));
});

it('a whole kubeconfig in the Secret, as charts take one, goes first', () => {
  const kubeconfig = { clusters: [{ name: 'hub', cluster: { server: 'https://other' } }], users: [] };
  const secret: ISecret = {
    metadata: { name: 'tombolo-hub' },
    data: { kubeconfig: Buffer.from(JSON.stringify(kubeconfig)).toString('base64') },
  };
  expect(hubAccessOf(secret, undefined)).toMatchObject({ token: '', server: 'https://other' });
});

it.each(['', 'a: [', '- 1'])('a kubeconfig that is none (%j) gives no way to the hub', (kubeconfig) => {
  const configMap = { metadata: { name: 'x' }, data: { kubeconfig } };
  expect(hubAccessOf({ metadata: { name: 'x' } }, configMap).kubeconfig).toBeUndefined();
});

it('a kubeconfig that comes from a cluster reads no file of this machine, and starts no program', () => {
  const kubeconfig = JSON.stringify({
    'current-context': 'hub',
    contexts: [{ name: 'hub', context: { cluster: 'hub', user: 'member' } }],
    clusters: [{ name: 'hub', cluster: { server: 'https://evil', 'certificate-authority': '/etc/passwd' } }],
    users: [
      {
        name: 'member',
        user: {
          tokenFile: '/etc/passwd',
          'client-key': '/etc/passwd',
          exec: { command: 'sh' },
          'auth-provider': { name: 'x' },
        },
      },
    ],
  });
  const text = hubAccessOf(
    { metadata: { name: 'x' } },
    { metadata: { name: 'x' }, data: { kubeconfig } },
  ).kubeconfig;
  expect(JSON.parse(text ?? '')).toMatchObject({
    clusters: [{ cluster: { server: 'https://evil' } }],
    users: [{ user: {} }],
  });
  expect(text).not.toMatch(/passwd|exec|auth-provider/);
});
