import { once } from 'node:events';
import { chmod, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, connect as connectTo, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { parse, stringify } from 'yaml';
import { configMaps } from '#apis/kubernetes/config-map.ts';
import { namespaces } from '#apis/kubernetes/namespace.ts';
import type { KubeClient } from '#src/kube/client.ts';
import { connect } from '#src/kube/connect.ts';
import { isForbidden, isNamespaceTerminating, isUnauthorized } from '#src/kube/errors.ts';
import { KubeconfigError } from '#src/kube/kubeconfig.ts';
import { systemClock } from '#src/runtime/system-clock.ts';
import { Authority } from '#test/clusters/control-plane/certs.ts';
import { kubeconfig } from '#test/clusters/kubeconfig.ts';
import { eventually } from '#test/driver/eventually.ts';
import { answerRaw } from '#test/proxy/actions.ts';
import { type FaultProxy, startFaultProxy } from '#test/proxy/fault-proxy.ts';
import { Relay } from '#test/proxy/relay.ts';
import { configMap } from './config-maps.ts';
import { Rig } from './rig.ts';
import { until, watchConfigMaps } from './watched.ts';

const clock = systemClock();
let rig: Rig;
beforeAll(async () => {
  rig = await Rig.start();
});
afterAll(() => rig.stop());

describe('1. rotated TLS material', () => {
  it('a new client key opens new connections as the new identity, closes the old ones, and moves the watch without a list', async () => {
    const { path, relay, rotate } = await tlsFiles('before');
    const client = connected(path);
    const namespace = await rig.namespace();
    const watched = await watchConfigMaps(client, namespace);
    expect(await whoAmI(client)).toBe('before');
    const before = relay.opened;
    await rotate('after');
    await eventually('the new identity is used', async () => expect(await whoAmI(client)).toBe('after'));
    await until('the watch has moved', () => watched.counts.watches === 2);
    // One for the watch and one for calls, each a new one; the old ones are gone.
    await until('the old connections are closed', () => relay.open === 2);
    expect(relay.opened).toBe(before + 2);
    await rig.world.create(configMaps, { ...configMap('map'), metadata: { namespace, name: 'map' } });
    await until('the watch works', () => watched.informer.size === 1);
    expect(watched.counts.lists).toBe(1);
    expect(watched.log.alarms).toEqual([]);
  });

  it('a rotated CA file is read again: what it no longer vouches for is refused, what it vouches for again works', async () => {
    const { path, folder } = await tlsFiles('someone');
    const client = connected(path);
    expect(await whoAmI(client)).toBe('someone');
    await writeFile(join(folder, 'ca.pem'), new Authority('stranger').cert);
    await eventually('the server is no longer trusted', () =>
      expect(whoAmI(client)).rejects.toMatchObject({ fault: 'certificate' }),
    );
    await writeFile(join(folder, 'ca.pem'), rig.cluster.ca ?? '');
    await eventually('it is trusted again', () => whoAmI(client));
  });

  it('half-written files leave the connections that work in place', async () => {
    const { path, folder, relay } = await tlsFiles('someone');
    const client = connected(path);
    await whoAmI(client);
    await writeFile(join(folder, 'key.pem'), '-----BEGIN EC PRIVATE KEY-----\nMHc');
    await clock.sleep(1_200);
    expect(await whoAmI(client)).toBe('someone');
    expect(relay.opened).toBe(1);
  });
});

describe('tokens', () => {
  it('a token file is read again after a 401, and the call succeeds', async () => {
    const file = join(await rig.folder(), 'token');
    const old = await rig.proxy.tokenFor('rotating', rig.cluster.kubeconfig);
    await writeFile(file, `${old}\n`);
    const client = connected({ text: tokenFileConfig(rig.proxy, 'agent', file) });
    await client.request('GET', '/version');
    await writeFile(file, await rig.proxy.tokenFor('rotated', rig.cluster.kubeconfig));
    rig.proxy.revoke(old);
    rig.proxy.requests.length = 0;
    await client.request('GET', '/version');
    expect(rig.proxy.requests.at(-1)).toMatchObject({ identity: 'rotated', status: 200 });
  });

  it('credentials that stay refused are asked for once more, then reported', async () => {
    const file = join(await rig.folder(), 'token');
    await writeFile(file, 'nobody');
    const client = connected({ text: tokenFileConfig(rig.proxy, 'agent', file) });
    rig.proxy.requests.length = 0;
    await expect(client.request('GET', '/version')).rejects.toSatisfy(isUnauthorized);
    expect(rig.proxy.requests.map(({ status }) => status)).toEqual([401, 401]);
    await expect(client.request('GET', '/version')).rejects.toThrow(
      'test: cannot GET /version: 401 Unauthorized: said the fault proxy (presented: context x of the given kubeconfig)',
    );
  });

  it('a plugin that hangs costs a call its deadline, and one that fails is named with what it said', async () => {
    const folder = await rig.folder();
    const plugin = join(folder, 'plugin.sh');
    await writeFile(plugin, '#!/bin/sh\nexec sleep 20\n');
    await chmod(plugin, 0o700);
    const text = execConfigOf(rig.proxy, 'agent', plugin);
    const call = connected({ text }).request('GET', '/version', undefined, { timeoutMs: 200 });
    await expect(call).rejects.toMatchObject({ fault: 'timeout' });
    await writeFile(plugin, '#!/bin/sh\necho >&2 no luck; exit 3\n');
    await expect(connected({ text }).request('GET', '/version')).rejects.toMatchObject({
      fault: 'credentials',
      message: expect.stringContaining(
        'context x of the given kubeconfig: the credentials cannot be read: no luck',
      ),
    });
  });

  it('an exec plugin is run again after a 401, though its token had no expiry (client-node keeps it for ever)', async () => {
    const folder = await rig.folder();
    const old = await rig.proxy.tokenFor('exec-old', rig.cluster.kubeconfig);
    await writeFile(join(folder, 'token'), old);
    const client = connected({ text: await execConfig(rig.proxy, 'agent', folder) });
    await client.request('GET', '/version');
    await writeFile(join(folder, 'token'), await rig.proxy.tokenFor('exec-new', rig.cluster.kubeconfig));
    rig.proxy.revoke(old);
    await client.request('GET', '/version');
    expect(rig.proxy.requests.at(-1)).toMatchObject({ identity: 'exec-new', status: 200 });
  });
});

describe("13. member B's request never carries member A's credentials", () => {
  it.each(['token files', 'exec plugins'] as const)(
    'with %s of users of one name (client-node keeps tokens by user name; issues #592, #871)',
    async (way) => {
      const members = await Promise.all(
        ['a', 'b'].map(async (name) => {
          const proxy = await startFaultProxy({ target: rig.cluster.kubeconfig });
          onTestFinished(() => proxy.close());
          const folder = await rig.folder();
          const token = await proxy.tokenFor(name, rig.cluster.kubeconfig);
          await writeFile(join(folder, 'token'), token);
          const text =
            way === 'token files'
              ? tokenFileConfig(proxy, 'agent', join(folder, 'token'))
              : await execConfig(proxy, 'agent', folder);
          return { proxy, token, client: connected({ text }) };
        }),
      );
      await Promise.all(
        Array.from({ length: 40 }, (_, n) => members[n % 2]?.client.request('GET', `/version?n=${n}`)),
      );
      for (const { proxy, token } of members) {
        expect(proxy.requests).toHaveLength(20);
        expect(new Set(proxy.requests.map(({ authorization }) => authorization))).toEqual(
          new Set([`Bearer ${token}`]),
        );
      }
    },
  );
});

describe('other ways to a server', () => {
  it('through a proxy-url, with TLS to the server itself', async () => {
    const asked: string[] = [];
    const forward = createServer();
    forward.on('connect', (request, client: Socket) => {
      asked.push(request.url ?? '');
      const [host, port] = (request.url ?? '').split(':');
      const onward = connectTo({ host: host ?? '', port: Number(port) }, () => {
        client.write('HTTP/1.1 200 OK\r\n\r\n');
        client.pipe(onward).pipe(client);
      });
      for (const socket of [client, onward]) socket.on('error', () => socket.destroy());
    });
    forward.listen(0, '127.0.0.1');
    await once(forward, 'listening');
    onTestFinished(() => void forward.close());
    const { port } = forward.address() as AddressInfo;
    const token = await rig.proxy.tokenFor('forwarded', rig.cluster.kubeconfig);
    const cluster = { ...clusterAt(rig.proxy.url, rig.proxy.ca), 'proxy-url': `http://127.0.0.1:${port}` };
    const client = connected({ text: configOf({ cluster, user: { token } }) });
    for (let n = 0; n < 5; n++) await client.request('GET', '/version');
    expect(new Set(asked)).toEqual(new Set([new URL(rig.proxy.url).host]));
    expect(asked.length).toBeLessThanOrEqual(2);
    await client.close();
  });

  it('below a path, as gateways in front of many clusters have it', async () => {
    const token = await rig.proxy.tokenFor('below', rig.cluster.kubeconfig);
    const cluster = clusterAt(`${rig.proxy.url}/k8s/clusters/c-1/`, rig.proxy.ca);
    rig.proxy.script({ action: answerRaw(200, '{}') });
    await connected({ text: configOf({ cluster, user: { token } }) }).request('GET', '/version');
    expect(rig.proxy.requests.at(-1)?.path).toBe('/k8s/clusters/c-1/version');
  });

  it('as somebody else, where the kubeconfig says so', async () => {
    const admin = userOf(rig.cluster.kubeconfig);
    const user = {
      'client-certificate-data': Buffer.from(admin.cert).toString('base64'),
      'client-key-data': Buffer.from(admin.key).toString('base64'),
      as: 'somebody-else',
    };
    const text = configOf({ cluster: clusterAt(rig.cluster.server, rig.cluster.ca ?? ''), user });
    expect(await whoAmI(connected({ text }))).toBe('somebody-else');
  });
});

describe('what people are told', () => {
  it('a CA that did not sign: the URL, the file, and that it is not signed', async () => {
    const text = kubeconfig({
      hub: { server: rig.proxy.url, ca: new Authority('another').cert, credentials: { token: 'x' } },
    });
    const failure = connected({ text }).request('GET', '/version');
    await expect(failure).rejects.toMatchObject({ fault: 'certificate' });
    await expect(failure).rejects.toThrow(
      new RegExp(
        `^test: cannot GET /version: the certificate of ${rig.proxy.url} is not signed by the CA given in ` +
          'context hub of the given kubeconfig \\(.+\\)$',
      ),
    );
  });

  it('Forbidden names verb, kind and identity', async () => {
    const text = rig.cluster.kubeconfigFor({ user: 'nobody-special' });
    const failure = connected({ text }).list(configMaps, { namespace: 'prod' });
    await expect(failure).rejects.toSatisfy(isForbidden);
    await expect(failure).rejects.toThrow(
      'test: cannot list configmaps in prod: 403 Forbidden: configmaps is forbidden: User "nobody-special" cannot list',
    );
  });

  it('a namespace that is being deleted is told apart from missing rights', async () => {
    const name = await rig.namespace();
    const { metadata } = await rig.world.get(namespaces, { name });
    // No namespace controller runs here: it stays in Terminating.
    await rig.world.delete(namespaces, { name }, { uid: metadata.uid ?? '' });
    const late = { metadata: { namespace: name, name: 'late' } };
    await expect(rig.world.create(configMaps, late)).rejects.toSatisfy(isNamespaceTerminating);
    const nobody = connected({ text: rig.cluster.kubeconfigFor({ user: 'nobody-special' }) });
    await expect(nobody.create(configMaps, late)).rejects.toSatisfy(
      (error) => isForbidden(error) && !isNamespaceTerminating(error),
    );
  });

  it('nobody listens: the address, and that the connection was refused', async () => {
    const text = kubeconfig({ hub: { server: 'https://127.0.0.1:9', credentials: { token: 'x' } } });
    await expect(connected({ text }).request('GET', '/version')).rejects.toThrow(
      /^test: cannot GET \/version: https:\/\/127\.0\.0\.1:9: connect ECONNREFUSED/,
    );
  });

  it('no error and no kubeconfig message holds a credential', async () => {
    const secret = 'hunter2-hunter2';
    const text = kubeconfig({
      hub: { server: rig.proxy.url, ca: rig.proxy.ca, credentials: { token: secret } },
    });
    const error = await connected({ text })
      .request('GET', '/version')
      .catch((thrown: unknown) => thrown);
    expect(isUnauthorized(error)).toBe(true);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(secret);
    expect(() => connected({ text: text.replace('users:', 'users: [}') })).toThrow(KubeconfigError);
  });
});

function connected(source: string | { text: string }): KubeClient {
  const client = connect({
    cluster: 'test',
    kubeconfig: typeof source === 'string' ? { path: source } : source,
    clock,
  });
  onTestFinished(() => client.close());
  return client;
}

/** A kubeconfig of files next to it, for a client certificate of the real server, behind a bare TCP relay. */
async function tlsFiles(user: string) {
  const folder = await rig.folder();
  const relay = new Relay(Number(new URL(rig.cluster.server).port));
  await relay.listen();
  onTestFinished(() => relay.close());
  const rotate = async (next: string) => {
    const issued = userOf(rig.cluster.kubeconfigFor({ user: next, groups: ['system:masters'] }));
    await writeFile(join(folder, 'cert.pem'), issued.cert);
    await writeFile(join(folder, 'key.pem'), issued.key);
  };
  await rotate(user);
  await writeFile(join(folder, 'ca.pem'), rig.cluster.ca ?? '');
  const path = join(folder, 'kubeconfig.yaml');
  const config = configOf({
    cluster: { server: `https://127.0.0.1:${relay.port}`, 'certificate-authority': 'ca.pem' },
    user: { 'client-certificate': 'cert.pem', 'client-key': 'key.pem' },
  });
  await writeFile(path, config);
  return { path, folder, relay, rotate };
}

/** A kubeconfig whose token lies in a file. */
function tokenFileConfig({ url, ca }: FaultProxy, user: string, tokenFile: string): string {
  return configOf({ cluster: clusterAt(url, ca), user: { tokenFile } }, user);
}

/** A kubeconfig whose token is printed by a program, from a file in its folder. */
async function execConfig(proxy: FaultProxy, user: string, folder: string): Promise<string> {
  const command = join(folder, 'plugin.sh');
  const status = `"status":{"token":"'"$(cat ${join(folder, 'token')})"'"}`;
  const credential = `{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential",${status}}`;
  await writeFile(command, `#!/bin/sh\necho '${credential}'\n`);
  await chmod(command, 0o700);
  return execConfigOf(proxy, user, command);
}

function execConfigOf({ url, ca }: FaultProxy, user: string, command: string): string {
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command, interactiveMode: 'Never' };
  return configOf({ cluster: clusterAt(url, ca), user: { exec } }, user);
}

function clusterAt(server: string, ca: string): object {
  return { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') };
}

function configOf({ cluster, user }: { cluster: object; user: object }, userName = 'someone'): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster }],
    users: [{ name: userName, user }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: userName } }],
    'current-context': 'x',
  });
}

/** The client certificate and key of a kubeconfig, PEM. */
function userOf(text: string): { cert: string; key: string } {
  const { users } = parse(text) as { users: { user: Record<string, string> }[] };
  const pem = (field: string) => Buffer.from(users[0]?.user[field] ?? '', 'base64').toString();
  return { cert: pem('client-certificate-data'), key: pem('client-key-data') };
}

async function whoAmI(client: KubeClient): Promise<string> {
  const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
  const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
  const { status } = (await client.request('POST', path, review)) as {
    status: { userInfo: { username: string } };
  };
  return status.userInfo.username;
}
