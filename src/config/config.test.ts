import { describe, expect, it } from 'vitest';
import { AGENT_NAMESPACE } from '#src/install/member.ts';
import { ConfigError } from './error.ts';
import { hubSettings, readHubConfig } from './hub.ts';
import { memberSettings, readMemberConfig } from './member.ts';
import { envName, type Given } from './settings.ts';

const enough = { 'cluster-id': 'zzzc', 'hub-kubeconfig': '/etc/tombolo/hub' };

function member(flags: Given['flags'], env: Given['env'] = {}) {
  return readMemberConfig({ flags: { ...enough, ...flags }, env });
}

/** The lines that a person sees for wrong settings. */
function linesOf(read: () => unknown): readonly string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigError) return error.lines;
    throw error;
  }
  return [];
}

describe('the settings of a member', () => {
  it('have these defaults', () => {
    expect(member({})).toEqual({
      clusterId: 'zzzc',
      kubeconfig: undefined,
      context: undefined,
      hubKubeconfig: '/etc/tombolo/hub',
      hubContext: undefined,
      agentNamespace: 'tombolo-system',
      hubCredentialSecret: undefined,
      clustersetId: undefined,
      namespaceSelector: undefined,
      acceptClustersetUid: undefined,
      headlessDerivedService: false,
      leaseInterval: 10_000,
      leaderElect: false,
      listen: { port: 8080 },
      logLevel: 'info',
      logFormat: undefined,
    });
  });

  it('come from flags before the environment, and from the environment before defaults', () => {
    const env = {
      TOMBOLO_LOG_LEVEL: 'warn',
      TOMBOLO_LEASE_INTERVAL: '1m',
      TOMBOLO_HEADLESS_DERIVED_SERVICE: 'true',
    };
    const config = member({ 'log-level': 'debug' }, env);
    expect(config).toMatchObject({ logLevel: 'debug', leaseInterval: 60_000, headlessDerivedService: true });
  });

  it('know the pod, so that its containers are one candidate after another', () => {
    expect(member({}, { POD_NAME: 'agent-x', POD_UID: '1234' }).identity).toBe('agent-x_1234');
    expect(member({}, { POD_NAME: 'agent-x' }).identity).toBeUndefined();
  });

  it('take an empty variable for one that is not set', () => {
    expect(member({}, { TOMBOLO_LOG_LEVEL: '' }).logLevel).toBe('info');
  });

  it('put the agent where an installation does, and say so in the help', () => {
    expect(member({}).agentNamespace).toBe(AGENT_NAMESPACE);
    expect(memberSettings.agentNamespace.help).toContain(AGENT_NAMESPACE);
  });

  it('take the agent namespace from the pod where nothing else says it', () => {
    expect(member({}, { POD_NAMESPACE: 'mcs' }).agentNamespace).toBe('mcs');
    expect(member({ 'agent-namespace': 'other' }, { POD_NAMESPACE: 'mcs' }).agentNamespace).toBe('other');
  });

  it.each([
    ['0', 'off'],
    [':0', { port: 0 }],
    ['127.0.0.1:9090', { host: '127.0.0.1', port: 9090 }],
    ['[::1]:9090', { host: '::1', port: 9090 }],
    ['localhost:80', { host: 'localhost', port: 80 }],
  ])('understand --listen %s', (listen, want) => {
    expect(member({ listen }).listen).toEqual(want);
  });

  it('accept an id of 55 characters', () => {
    expect(member({ 'cluster-id': 'a'.repeat(55) }).clusterId).toHaveLength(55);
  });
});

describe('a wrong setting is one line that says what, where and what to do:', () => {
  it.each<[string, Given['flags'], Given['env'], string]>([
    [
      'a dot in the cluster id',
      { 'cluster-id': 'zzzc.eu' },
      {},
      '--cluster-id="zzzc.eu": has a dot; a cluster id is one DNS label, use for example zzzc-eu',
    ],
    [
      'upper case in the cluster id',
      { 'cluster-id': 'ZZZC' },
      {},
      '--cluster-id="ZZZC": has upper-case letters; use zzzc',
    ],
    [
      '56 characters in the cluster id',
      { 'cluster-id': 'a'.repeat(56) },
      {},
      `--cluster-id="${'a'.repeat(56)}": has 56 characters; a cluster id has at most 55`,
    ],
    [
      'an empty cluster id',
      { 'cluster-id': '' },
      {},
      '--cluster-id="": is empty; give one DNS label such as zzzc',
    ],
    [
      'a dash at the end of the cluster id',
      { 'cluster-id': 'zzzc-' },
      {},
      '--cluster-id="zzzc-": is not a DNS label; use lower-case letters, digits and dashes inside',
    ],
    [
      'no cluster id',
      { 'cluster-id': undefined },
      {},
      '--cluster-id is missing: give it, or set TOMBOLO_CLUSTER_ID',
    ],
    [
      'a variable, which is named as such',
      { 'cluster-id': undefined },
      { TOMBOLO_CLUSTER_ID: 'A' },
      'TOMBOLO_CLUSTER_ID="A": has upper-case letters; use a',
    ],
    [
      'no hub',
      { 'hub-kubeconfig': undefined },
      {},
      '--hub-kubeconfig is missing: give it, or set TOMBOLO_HUB_KUBECONFIG',
    ],
    [
      'a context without its file',
      { context: 'east' },
      {},
      '--context="east" needs --kubeconfig: give the file that holds this context',
    ],
    [
      'an unknown log level',
      { 'log-level': 'loud' },
      {},
      '--log-level="loud": is not one of debug, info, warn, error',
    ],
    [
      'a duration without a unit',
      { 'lease-interval': '10' },
      {},
      '--lease-interval="10": is not a duration between 1s and 5m; use for example 500ms, 10s or 1m',
    ],
    [
      'a duration out of bounds',
      { 'lease-interval': '10ms' },
      {},
      '--lease-interval="10ms": is not a duration between 1s and 5m; use for example 500ms, 10s or 1m',
    ],
    [
      'a port above 65535',
      { listen: ':70000' },
      {},
      '--listen=":70000": is not host:port; use for example :8080, 127.0.0.1:0 for any free port, or 0 for none',
    ],
  ])('%s', (_what, flags, env, line) => {
    expect(linesOf(() => member(flags, env))).toEqual([line]);
  });

  it('all mistakes at once', () => {
    const flags = { 'cluster-id': 'A', 'log-format': 'xml' };
    expect(linesOf(() => readMemberConfig({ flags, env: {} }))).toHaveLength(3);
    expect(linesOf(() => readHubConfig({ flags: { context: 'east' }, env: {} }))).toHaveLength(1);
  });
});

it('every flag has one meaning and one variable', () => {
  for (const settings of [memberSettings, hubSettings]) {
    const names = Object.values(settings).map((setting) => envName(setting));
    expect(new Set(names).size).toBe(names.length);
  }
  expect(envName(memberSettings.hubKubeconfig)).toBe('TOMBOLO_HUB_KUBECONFIG');
});
