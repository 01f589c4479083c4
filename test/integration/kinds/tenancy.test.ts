import { afterAll, beforeAll, expect, test } from 'vitest';
import { HUB_ACCOUNT, HUB_NAMESPACE } from '#src/install/hub.ts';
import { JOIN_ACCOUNT } from '#src/install/invitation.ts';
import { AGENT_NAMESPACE, MEMBER_ACCOUNT } from '#src/install/member.ts';
import { type AskedResource, accessTable, allResources, type Column } from './access-table.ts';
import { type KindsCluster, startKindsCluster } from './cluster.ts';
import { installEverything } from './installed.ts';

let cluster: KindsCluster;
let resources: AskedResource[];
beforeAll(async () => {
  cluster = await startKindsCluster();
  await installEverything(cluster);
  resources = await allResources(cluster.admin);
});
afterAll(() => cluster?.stop());

const COMMON: Column[] = [
  ['default', 'default'],
  ['kube-system', 'kube-system'],
  ['everywhere', ''],
];

// A golden table is reviewed like code: `vitest -u` writes it anew, and the difference is the question.
test.each([
  {
    who: 'hub-member',
    account: { namespace: 'member-zzzc', name: MEMBER_ACCOUNT },
    columns: [['its own namespace', 'member-zzzc'], ['another member’s namespace', 'member-shbt'], ...COMMON],
  },
  {
    who: 'join-token',
    account: { namespace: 'member-zzzc', name: JOIN_ACCOUNT },
    columns: [['its own namespace', 'member-zzzc'], ['another member’s namespace', 'member-shbt'], ...COMMON],
  },
  {
    who: 'hub-controller',
    account: { namespace: HUB_NAMESPACE, name: HUB_ACCOUNT },
    columns: [['its own namespace', HUB_NAMESPACE], ['a member’s namespace', 'member-zzzc'], ...COMMON],
  },
  {
    who: 'member-agent',
    account: { namespace: AGENT_NAMESPACE, name: MEMBER_ACCOUNT },
    columns: [['its own namespace', AGENT_NAMESPACE], ...COMMON],
  },
] as const)('$who may do what its table says, and nothing else', async ({ who, account, columns }) => {
  const { text, asked } = await accessTable(await cluster.as(account), resources, columns);
  expect(asked).toBeGreaterThan(1_000);
  await expect(text).toMatchFileSnapshot(`golden/${who}.txt`);
});
