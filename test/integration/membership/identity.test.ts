import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { memberNamespace } from '#apis/hub/member.ts';
import {
  ABSENT_NAMESPACES_ANNOTATION,
  CREDENTIAL_EXPIRES_ANNOTATION,
  leases,
} from '#apis/kubernetes/lease.ts';
import { namespaces } from '#apis/kubernetes/namespace.ts';
import { secrets } from '#apis/kubernetes/secret.ts';
import { readToken, tokenIn } from '#controllers/membership/credential.ts';
import { HUB_LEASE_NAME } from '#controllers/membership/lease-controller.ts';
import { parseLabelSelector } from '#src/config/label-selector.ts';
import { AGENT_NAMESPACE, HUB_SECRET } from '#src/install/member.ts';
import { systemClock } from '#src/runtime/system-clock.ts';
import { JumpingClock } from '#test/clock/jumping-clock.ts';
import { Agent } from '#test/driver/agent.ts';
import { pod, slice } from '#test/driver/builders.ts';
import { eventually } from '#test/driver/eventually.ts';
import { proxiedAtHome } from '#test/driver/proxied.ts';
import { TestSet } from '#test/driver/set.ts';

const DAY = 24 * 3_600_000;
const SUBJECT = 'system:serviceaccount:member-zzzc:tombolo-member';

let set: TestSet;
/** What the agent of zzzc takes for the time. */
let clock: JumpingClock;
let agent: Agent;

beforeAll(async () => {
  set = await TestSet.openWithoutAgents({ members: ['zzzc', 'shbt'] });
  set.startHub();
  await holdsCredentials();
  clock = new JumpingClock(systemClock());
  const files = set.files('zzzc');
  const config = { clusterId: 'zzzc', ...files, hubCredentialSecret: HUB_SECRET, leaseInterval: 1_000 };
  agent = Agent.member(config, clock);
});
afterAll(async () => {
  await agent?.stop();
  await set?.close();
});

/** The Secret that a join leaves behind, with the kubeconfig that the agent of zzzc reads. */
async function holdsCredentials(): Promise<void> {
  const kubeconfig = Buffer.from(readFileSync(set.files('zzzc').hubKubeconfig)).toString('base64');
  const metadata = { namespace: AGENT_NAMESPACE, name: HUB_SECRET };
  await set.member('zzzc').client.create(secrets, {
    metadata,
    data: { kubeconfig, note: Buffer.from('kept').toString('base64') },
  });
}

function credentials() {
  return set.member('zzzc').client.get(secrets, { namespace: AGENT_NAMESPACE, name: HUB_SECRET });
}

/** As a kubelet brings a changed Secret to the files of a pod. */
async function kubelet(): Promise<string> {
  const { data } = await credentials();
  const kubeconfig = Buffer.from(data?.['kubeconfig'] ?? '', 'base64').toString('utf8');
  writeFileSync(set.files('zzzc').hubKubeconfig, kubeconfig);
  return kubeconfig;
}

describe('the token of a member', () => {
  // Peers hand out tokens that never end (https://github.com/istio/istio/issues/56358), or renew them by a restart
  // (https://github.com/istio/istio/issues/34210).
  test('is renewed by the member before a third of its life is left, and taken up without a restart', async () => {
    await set.member('zzzc').namespace('early');
    await set.member('zzzc').marks('early', 'first');
    await set.member('zzzc').awaitImport('early', 'first');
    const before = await credentials();
    const old = tokenIn(before, SUBJECT);
    expect(old?.expiresAt).toBeGreaterThan(Date.now() + 6.9 * DAY);

    clock.jump(4 * DAY);
    expect((await credentials()).metadata.resourceVersion).toBe(before.metadata.resourceVersion);
    clock.jump(0.4 * DAY);
    const renewed = await eventually('another token in the Secret', async () => {
      const found = await credentials();
      if (found.metadata.resourceVersion === before.metadata.resourceVersion)
        throw new Error('it is the old one');
      return found;
    });
    const life = tokenIn(renewed, SUBJECT);
    expect((life?.expiresAt ?? 0) - (life?.issuedAt ?? 0)).toBe((old?.expiresAt ?? 0) - (old?.issuedAt ?? 0));
    expect(renewed.data?.['note']).toBe(before.data?.['note']);

    const token = /token: (\S+)/.exec(await kubelet())?.[1] ?? '';
    expect(readToken(token)).toEqual(life);
    await set.member('zzzc').marks('early', 'second');
    await set.member('zzzc').awaitImport('early', 'second');
    expect(JSON.stringify(agent.log)).not.toContain(token);
    await eventually('the Lease tells when the new token ends', async () => {
      const key = { namespace: memberNamespace('zzzc'), name: HUB_LEASE_NAME };
      const { metadata } = await set.hub.get(leases, key);
      expect(Date.parse(metadata.annotations?.[CREDENTIAL_EXPIRES_ANNOTATION] ?? '')).toBe(life?.expiresAt);
    });
    // To the agent's clock, days ahead of the hub's by now, the new one is due as well.
    expect(agent.log.filter(({ msg }) => msg === 'renewed the token for the hub')).toHaveLength(1);
  });
});

describe('where an export is not imported', () => {
  test('is readable on the hub, by the namespaces that a member does not have', async () => {
    await Promise.all(['zzzc', 'shbt'].map((id) => set.member(id).namespace('everywhere')));
    await set.member('zzzc').namespace('only-here');
    await set.member('zzzc').marks('everywhere', 'db');
    await set.member('zzzc').marks('only-here', 'db');
    set.startAgent('shbt', { leaseInterval: 1_000 });
    await set.member('shbt').awaitImport('everywhere', 'db');
    await absentIn('shbt', 'early,only-here');
    await set.member('shbt').namespace('only-here');
    await set.member('shbt').awaitImport('only-here', 'db');
    await absentIn('shbt', 'early');
    await absentIn('zzzc', '');
    await set.stopAgent('shbt');
  });
});

describe('a cluster that lets some of its namespaces take part', () => {
  const selector = parseLabelSelector('part=yes');

  test('exports nothing from the others and says so, and imports nothing new there', async () => {
    const [zzzc, shbt] = [set.member('zzzc'), set.member('shbt')];
    await Promise.all([zzzc, shbt].map((member) => member.namespace('picked')));
    set.startAgent('shbt', { leaseInterval: 1_000, namespaceSelector: selector });
    await shbt.marks('picked', 'ours');
    await zzzc.marks('picked', 'theirs');
    const { message } = await shbt.awaitCondition('picked', 'ours', 'Valid', 'False', 'NamespaceNotAllowed');
    expect(message).toMatch(
      /picked does not take part in this cluster: .* part=yes \(--namespace-selector\)/,
    );
    await absentIn('shbt', 'early,everywhere,only-here,picked');
    expect(await shbt.serviceImport('picked', 'theirs')).toBeUndefined();

    await labels({ part: 'yes' });
    await shbt.awaitImport('picked', 'theirs');
    await zzzc.awaitImport('picked', 'ours');
  });

  test('that loses its label takes its exports back, and keeps what it imports', async () => {
    const [zzzc, shbt] = [set.member('zzzc'), set.member('shbt')];
    await labels({});
    await zzzc.awaitNoImport('picked', 'ours');
    expect(await shbt.serviceImport('picked', 'theirs')).toBeDefined();
    await zzzc.slice(slice('picked', 'theirs', 'a', [pod('db-0', '198.18.1.9')]));
    await shbt.awaitAddresses('picked', 'theirs', 'zzzc', ['198.18.1.9']);
    await set.stopAgent('shbt');
  });

  test('that is given its label while nobody watches takes part when it is listed anew', async () => {
    const { proxy, kubeconfig } = await proxiedAtHome(set, 'shbt');
    set.startAgent('shbt', { kubeconfig, leaseInterval: 1_000, namespaceSelector: selector });
    await eventually('namespaces are watched', async () =>
      expect(proxy.streams.map(({ request }) => request.resource)).toContain(namespaces.plural),
    );
    await proxy.mode('refuse');
    await labels({ part: 'yes' });
    const { etcd, apiServer } = set.cluster('shbt');
    await etcd.compact();
    await apiServer.kill();
    await apiServer.start();
    await proxy.mode('pass');
    await set.member('zzzc').awaitImport('picked', 'ours');
    await set.stopAgent('shbt');
    await proxy.close();
  });

  async function labels(wanted: Record<string, string>): Promise<void> {
    await set.member('shbt').edits(namespaces, { name: 'picked' }, (found) => ({
      ...found,
      metadata: { ...found.metadata, labels: wanted },
    }));
  }
});

/** Waits until the Lease of a member on the hub names these namespaces. */
async function absentIn(id: string, expected: string): Promise<void> {
  const key = { namespace: memberNamespace(id), name: HUB_LEASE_NAME };
  await eventually(`the Lease of ${id} tells [${expected}]`, async () => {
    const { metadata } = await set.hub.get(leases, key);
    expect(metadata.annotations?.[ABSENT_NAMESPACES_ANNOTATION]).toBe(expected);
  });
}
