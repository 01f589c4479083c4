import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { memberNamespace } from '#apis/hub/member.ts';
import { INVITATION_SECRET } from '#src/install/invitation.ts';
import { readJoinBundle } from '#src/install/join-bundle.ts';
import { MEMBER_ACCOUNT } from '#src/install/member.ts';
import { Authority } from '#test/clusters/control-plane/certs.ts';
import { kubeconfig } from '#test/clusters/kubeconfig.ts';
import { Agent } from '#test/driver/agent.ts';
import { tombolo } from '#test/driver/command-line.ts';
import { eventually } from '#test/driver/eventually.ts';
import { awaitNothingOf } from '#test/driver/imported.ts';
import { awaitTrouble } from '#test/driver/log.ts';
import type { TestSet } from '#test/driver/set.ts';
import { accessTable, allResources } from '#test/integration/kinds/access-table.ts';
import { attempt, triable } from './attack.ts';
import { StolenCredential, said } from './credential.ts';
import { EVIL_UID, publishes } from './records.ts';
import { EVIL, type Scene } from './scene.ts';

const ACCOUNT = `/api/v1/namespaces/${memberNamespace(EVIL)}/serviceaccounts/${MEMBER_ACCOUNT}`;
const INVITATION = `/api/v1/namespaces/${memberNamespace(EVIL)}/secrets/${INVITATION_SECRET}`;
/** TokenRequest is a POST; what is asked for does not matter here. */
const WISH = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
/** An API server goes on taking a token for up to ten seconds after it is void. */
const VOID_MS = 30_000;

/** Ways in: a join bundle, a token after it was revoked, and a hub that is none. */
export function access(scene: () => Scene): void {
  it('T14 the token of a join bundle has one right, and none once the bundle is used up or another is made', async () => {
    const { set, secrets } = scene();
    const { server, ca } = set.cluster('hub');
    const holding = async (token: string) => {
      secrets.push(token);
      const held = await StolenCredential.in(kubeconfig({ x: { server, ca, credentials: { token } } }));
      onTestFinished(() => held.close());
      return held;
    };
    const invited = async () => readJoinBundle((await types(set, 'hub', 'invite', EVIL)).out, 'the command');
    const earlier = await holding((await invited()).token);
    const bundle = await invited();
    expect(Date.parse(bundle.expires) - Date.now()).toBeLessThanOrEqual(15 * 60_000);
    const joining = await holding(bundle.token);
    const columns = [
      ['its own namespace', memberNamespace(EVIL)],
      ['another member’s namespace', 'member-shbt'],
      ['default', 'default'],
      ['kube-system', 'kube-system'],
      ['everywhere', ''],
    ] as const;
    const resources = triable(await allResources(set.cluster('hub').admin));
    const { text } = await accessTable(joining.client, resources, columns, attempt);
    await expect(text).toMatchFileSnapshot('../integration/kinds/golden/join-token.txt');

    const answer = await joining.client.send('POST', `${ACCOUNT}/token`, WISH);
    expect(said(answer)).toBe('201');
    const { token } = Object(answer.body).status;
    const member = await holding(token);
    expect(said(await member.client.send('DELETE', INVITATION))).toBe('200');
    const ask = ({ client }: StolenCredential) => client.send('POST', `${ACCOUNT}/token`, WISH);
    await isVoid('the bundle', joining, () => ask(joining));
    await isVoid('the bundle before it', earlier, () => ask(earlier));
  });

  it('T13 a member that is revoked has no access any more, and what it exported stays', async () => {
    const { set, evil } = scene();
    const list = `/apis/hub.tombolo.dev/v1alpha1/exportedservices`;
    expect((await evil.client.send('GET', list)).status).toBe(200);
    await types(set, 'hub', 'member', 'revoke', EVIL);
    await isVoid('the credential', evil, () => evil.client.send('GET', list));
    const answers = await publishes(evil, EVIL, ['prod', 'afterwards'], ['198.18.6.6']);
    expect(answers.map(({ status }) => status)).toEqual([401, 401]);
    expect((await evil.client.send('POST', `${ACCOUNT}/token`, WISH)).status).toBe(401);
    await set.settle('prod');
    for (const member of set.members) {
      expect(await member.importedAddresses('prod', 'smuggled', EVIL)).toEqual(['198.18.6.6']);
    }
  });

  it('T13 what it exported goes when the admin states that it is removed, whatever its records claimed', async () => {
    const { set } = scene();
    await set.hubAdmin.removes(EVIL, EVIL_UID);
    for (const name of ['smuggled', 'ghost']) {
      for (const member of set.members) await awaitNothingOf(member, 'prod', name);
    }
  });

  it('T16 a hub with a certificate of another authority gets no request, and no token', async () => {
    const { set } = scene();
    const another = new Authority('another');
    let requests = 0;
    const server = createServer(
      another.issue({ user: 'hub', hosts: ['127.0.0.1'] }),
      (_request, response) => {
        requests++;
        response.end('{}');
      },
    );
    let connections = 0;
    server.on('connection', () => {
      connections++;
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const { hubKubeconfig, kubeconfig: own } = set.files('shbt');
    const real = set.cluster('hub').server;
    const text = readFileSync(hubKubeconfig, 'utf8').replaceAll(real, `https://127.0.0.1:${port}`);
    const path = set.clusters.workspace.write('man-in-the-middle.kubeconfig', text);
    const agent = Agent.member({ clusterId: 'shbt', kubeconfig: own, hubKubeconfig: path });
    try {
      await awaitTrouble(agent, /the certificate of https:\S+ is not signed by the CA given in/);
    } finally {
      await agent.stop();
    }
    expect(connections).toBeGreaterThan(0);
    expect(requests).toBe(0);
  });
}

/** Types a command as the hub's administrator. */
async function types(set: TestSet, ...words: string[]): Promise<{ out: string }> {
  const { workspace, hub } = set.clusters;
  const ran = await tombolo(words, { kubeconfig: hub.kubeconfigPath, cache: workspace.file('compiled') })
    .ended;
  expect(`${ran.err.join('\n')} ${ran.code}`).toMatch(/ 0$/);
  return ran;
}

async function isVoid(
  what: string,
  { client }: StolenCredential,
  use: () => ReturnType<StolenCredential['client']['send']>,
): Promise<void> {
  await eventually(`${what} is void`, async () => expect(said(await use())).toMatch(/^401/), VOID_MS, 250);
  expect((await client.send('GET', '/apis/hub.tombolo.dev/v1alpha1/members')).status).toBe(401);
}
