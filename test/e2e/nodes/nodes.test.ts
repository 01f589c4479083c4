import { request } from 'node:https';
import { describe, expect, it } from 'vitest';
import { run } from '#test/clusters/machine/run.ts';
import { until } from '#test/clusters/machine/until.ts';
import type { Cluster } from '#test/clusters/provider.ts';
import { skipWithout, useClusters } from '#test/clusters/use-clusters.ts';
import { MEMBER_CRDS } from '#test/driver/install.ts';
import { ask } from '#test/resolver/resolve.ts';
import { CORE, namingPod, PORT, serviceImport } from './objects.ts';
import { awaitReady, isReady, podOf, serviceAddresses, shell, startNamingPod, whoAnswers } from './pods.ts';

const clusters = useClusters({
  hub: { name: 'hub' },
  members: ['zzzc', 'shbt'].map((name) => ({ name, node: true, crds: [MEMBER_CRDS] })),
});

/** The pod that asks, in either cluster; there from the first test that needs it on. */
async function asker(cluster: Cluster): Promise<{ cluster: Cluster; pod: string }> {
  await cluster.node.loadToolbox([]);
  await startNamingPod(cluster, 'asker');
  return { cluster, pod: 'asker' };
}

describe('pods of two clusters', () => {
  it('reach each other by address', async (context) => {
    const [zzzc, shbt] = [clusters.member('zzzc'), clusters.member('shbt')];
    skipWithout(context, zzzc, 'nodes');
    for (const [here, there] of [
      [zzzc, shbt],
      [shbt, zzzc],
    ] as const) {
      const from = await asker(here);
      await there.node.loadToolbox([]);
      const [address = ''] = await startNamingPod(there, `in-${there.name}`);
      expect(await whoAnswers(from, address, PORT)).toBe(`in-${there.name}`);
    }
  });

  it('reach the API servers of the whole set, and nothing outside of it', async (context) => {
    const zzzc = clusters.member('zzzc');
    skipWithout(context, zzzc, 'nodes');
    const from = await asker(zzzc);
    for (const { serverForPods } of [clusters.hub, zzzc, clusters.member('shbt')]) {
      const { stdout } = await shell(
        zzzc,
        from.pod,
        `curl -sk -m 5 -o /dev/null -w '%{http_code}' ${serverForPods}/readyz`,
      );
      expect(stdout).toMatch(/^(200|401)$/);
    }
    // An address of the documentation's, RFC 5737: there is no way to it, and the kernel says so at once.
    const { stderr, exitCode } = await shell(zzzc, from.pod, 'nc -v -w 5 192.0.2.1 80');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/unreachable/);
  });
});

describe('a cluster with a node', () => {
  it('balances the addresses of a Service onto its pods, for pods and for this machine', async (context) => {
    const zzzc = clusters.member('zzzc');
    skipWithout(context, zzzc, 'nodes');
    const from = await asker(zzzc);
    await startNamingPod(zzzc, 'served');
    const [address = ''] = await serviceAddresses(zzzc, 'served');
    await until(
      'kube-proxy knows the Service',
      async () => (await whoAnswers(from, address, 80)) === 'served',
    );
    const answer = await run('bash', ['-c', `cat < /dev/tcp/${address}/80`]);
    expect(answer.trim()).toBe('served');
  });

  it('resolves names of the cluster and of the cluster set in pods, over UDP and TCP', async (context) => {
    const zzzc = clusters.member('zzzc');
    skipWithout(context, zzzc, 'nodes');
    const from = await asker(zzzc);
    const [kubernetes = ''] = await serviceAddresses(zzzc, 'kubernetes');
    await zzzc.admin.apply(
      '/apis/multicluster.x-k8s.io/v1beta1/namespaces/default/serviceimports/far',
      serviceImport('far', '198.18.201.99'),
    );
    const far = 'far.default.svc.clusterset.local';
    await until('the import is served', async () => {
      const { answers } = await ask({ ...zzzc.dns, name: far, type: 'A', protocol: 'udp' });
      return answers.length > 0;
    });
    for (const protocol of ['+notcp', '+tcp']) {
      const dig = async (name: string) =>
        (await shell(zzzc, from.pod, `dig ${protocol} +search +short ${name}`)).stdout.trim();
      expect(await dig('kubernetes.default')).toBe(kubernetes);
      expect(await dig(far)).toBe('198.18.201.99');
      expect(await dig('nobody.default.svc.clusterset.local')).toBe('');
    }
    const other = await ask({ ...zzzc.dns, name: 'example.org', type: 'A', protocol: 'udp' });
    expect(other.rcode).toBe('NXDOMAIN');
  });

  it('gives pods a token and a way to their own API server', async (context) => {
    const zzzc = clusters.member('zzzc');
    skipWithout(context, zzzc, 'nodes');
    const from = await asker(zzzc);
    const folder = '/var/run/secrets/kubernetes.io/serviceaccount';
    const { stdout } = await shell(
      zzzc,
      from.pod,
      `curl -s --cacert ${folder}/ca.crt -H "Authorization: Bearer $(cat ${folder}/token)" https://kubernetes.default/api/v1/namespaces/default/pods`,
    );
    expect(JSON.parse(stdout)).toMatchObject({
      code: 403,
      message: expect.stringContaining('system:serviceaccount:default:default'),
    });
  });

  it('runs commands in pods, with their input, output and exit code', async (context) => {
    const zzzc = clusters.member('zzzc');
    skipWithout(context, zzzc, 'nodes');
    const { pod } = await asker(zzzc);
    const ref = { namespace: 'default', name: pod, container: 'main' };
    const command = ['sh', '-c', 'cat; echo to the other >&2; exit 3'];
    expect(await zzzc.node.exec(ref, command, { stdin: 'given' })).toEqual({
      stdout: 'given',
      stderr: 'to the other\n',
      exitCode: 3,
    });
    await expect(zzzc.node.exec(ref, ['/no/such/program'])).rejects.toThrow('exec /no/such/program');
    await expect(zzzc.node.exec(ref, ['sleep', '60'], { timeoutMs: 500 })).rejects.toThrow(
      'no end within 500 ms',
    );
    await expect(zzzc.node.exec({ ...ref, name: 'nobody' }, ['true'])).rejects.toThrow('in default/nobody');
  });

  it('shows what containers print', async (context) => {
    const zzzc = clusters.member('zzzc');
    skipWithout(context, zzzc, 'nodes');
    await zzzc.node.loadToolbox([]);
    const command = ['sh', '-c', 'echo said; exec serve-name'];
    await zzzc.admin.apply(`${CORE}/pods/talker`, namingPod('talker', { command }));
    await awaitReady(zzzc, 'talker');
    expect(await zzzc.admin.get(`${CORE}/pods/talker/log`)).toBe('said\n');
  });

  it('lets probes decide who is ready and who is started again', async (context) => {
    const zzzc = clusters.member('zzzc');
    skipWithout(context, zzzc, 'nodes');
    await zzzc.node.loadToolbox([]);
    // An exec may take longer than the second that it is given by default, and would count as a failure.
    const timing = { periodSeconds: 1, timeoutSeconds: 10 };
    const probes = {
      readinessProbe: { exec: { command: ['test', '-e', '/tmp/ready'] }, ...timing },
      livenessProbe: {
        exec: { command: ['test', '!', '-e', '/tmp/dead'] },
        ...timing,
        failureThreshold: 1,
      },
    };
    await zzzc.admin.apply(`${CORE}/pods/probed`, namingPod('probed', probes));
    const restarts = async () => (await podOf(zzzc, 'probed')).status.containerStatuses?.[0]?.restartCount;
    await until('a command in the pod marks it ready', async () => {
      return (await shell(zzzc, 'probed', 'touch /tmp/ready')).exitCode === 0;
    });
    await awaitReady(zzzc, 'probed');
    expect(await restarts()).toBe(0);
    await shell(zzzc, 'probed', 'rm /tmp/ready');
    await until('it is not ready any more', async () => !isReady(await podOf(zzzc, 'probed')));
    await shell(zzzc, 'probed', 'touch /tmp/dead');
    await until('its container was started again', async () => (await restarts()) === 1);
  });

  it('loads images under the names that tests ask for', async (context) => {
    const zzzc = clusters.member('zzzc');
    skipWithout(context, zzzc, 'nodes');
    await zzzc.node.loadToolbox(['docker.io/library/renamed:7']);
    await zzzc.admin.apply(`${CORE}/pods/renamed`, namingPod('renamed', { image: 'renamed:7' }));
    await awaitReady(zzzc, 'renamed');
    const image = namingPod('unknown', { image: 'unknown:7', imagePullPolicy: 'Never' });
    await zzzc.admin.apply(`${CORE}/pods/unknown`, image);
    await until('an image that nobody loaded is missed', async () =>
      JSON.stringify(await podOf(zzzc, 'unknown')).includes('ErrImageNeverPull'),
    );
  });
});

describe('the node', () => {
  it('is a Node with the addresses and ranges that tests are told', async (context) => {
    const zzzc = clusters.member('zzzc');
    skipWithout(context, zzzc, 'nodes');
    const { name, addresses, podRanges, networkNamespace } = zzzc.node;
    const { spec, status } = (await zzzc.admin.get(`/api/v1/nodes/${name}`)) as {
      spec: { podCIDRs: string[] };
      status: { addresses: { type: string; address: string }[] };
    };
    expect(
      status.addresses.filter(({ type }) => type === 'InternalIP').map(({ address }) => address),
    ).toEqual(addresses);
    expect(spec.podCIDRs).toEqual(podRanges);
    const seen = await run('nsenter', [
      `--net=${networkNamespace}`,
      'ip',
      '-brief',
      'address',
      'show',
      'eth0',
    ]);
    expect(seen).toContain(`${addresses[0]}/`);
  });

  it('answers nobody who has no certificate of the cluster', async (context) => {
    const zzzc = clusters.member('zzzc');
    skipWithout(context, zzzc, 'nodes');
    const status = await new Promise((resolve, reject) => {
      const outgoing = request(
        { host: zzzc.node.addresses[0], port: 10_250, path: '/pods', rejectUnauthorized: false },
        ({ statusCode }) => resolve(statusCode),
      );
      outgoing.once('error', reject);
      outgoing.end();
    });
    expect(status).toBe(401);
  });
});
