import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { type ReadKubeconfig, readKubeconfigText } from '#test/clusters/read-kubeconfig.ts';
import { skipWithout } from '#test/clusters/use-clusters.ts';
import { AgentProcess } from '#test/driver/agent-process.ts';
import { deletedByAgent, writtenOnHub } from '#test/driver/audit.ts';
import { headless, pods, service, slice } from '#test/driver/builders.ts';
import { eventually } from '#test/driver/eventually.ts';
import { completePictureOf, pictureOf } from '#test/driver/picture.ts';
import { useSet } from '#test/driver/use-set.ts';
import { stall } from '#test/proxy/actions.ts';
import { type FaultProxy, startFaultProxy } from '#test/proxy/fault-proxy.ts';
import { readMetrics } from './read-metrics.ts';

/** From SIGTERM to the end, as Kubernetes' own default of 30 s leaves room for. */
const STOP_LIMIT_MS = 10_000;

describe('tombolo member as a process', () => {
  const set = useSet({ members: ['zzzc', 'shbt'], clusters: { audit: true }, agents: false });
  const started: AgentProcess[] = [];
  let proxy: FaultProxy;
  let hubKubeconfig: string;

  /** Starts the agent of zzzc, whose way to the hub leads through the proxy. */
  const startAgent = async () => {
    const flags = ['--hub-kubeconfig', hubKubeconfig, '--log-level', 'debug'];
    const agent = await AgentProcess.member(set(), 'zzzc', ...flags);
    started.push(agent);
    return agent;
  };
  const untilReady = (agent: AgentProcess) =>
    eventually('it is ready', async () => expect((await agent.page('/readyz')).status).toBe(200));

  beforeAll(async () => {
    set().startHub();
    set().startAgent('shbt');
    const [zzzc, shbt] = [set().member('zzzc'), set().member('shbt')];
    await zzzc.service(service('prod', 'web'));
    await zzzc.slice(slice('prod', 'web', 'a', pods(3, 'web')));
    await zzzc.exports('prod', 'web');
    await shbt.service(headless('prod', 'db'));
    await shbt.slice(slice('prod', 'db', 'a', pods(2)));
    await shbt.exports('prod', 'db');
    proxy = await startFaultProxy({ target: readFileSync(set().files('zzzc').hubKubeconfig, 'utf8') });
    hubKubeconfig = set().clusters.workspace.write('zzzc-through-proxy.kubeconfig', proxy.kubeconfig);
  });
  afterAll(() => proxy?.close());

  it('is alive and ready without the hub, serves what its own cluster exports, and tells its metrics so', async () => {
    await proxy.mode('refuse');
    const agent = await startAgent();
    await untilReady(agent);
    expect(await agent.page('/readyz')).toEqual({ status: 200, text: 'ok\n' });
    const verbose = '[+]event-loop ok\n[+]caches ok\ncheck passed\n';
    expect(await agent.page('/readyz?verbose')).toEqual({ status: 200, text: verbose });
    expect(await agent.page('/healthz')).toEqual({ status: 200, text: 'ok\n' });
    expect(await agent.page('/healthz?verbose')).toEqual({
      status: 200,
      text: '[+]event-loop ok\ncheck passed\n',
    });
    await set()
      .member('zzzc')
      .awaitAddresses('prod', 'web', 'zzzc', ['198.18.10.0', '198.18.10.1', '198.18.10.2']);
    const { figures } = await readMetrics(agent);
    expect(figures.get('tombolo_hub_connected')).toBe(0);
    expect(figures.get('tombolo_hub_last_success_timestamp_seconds')).toBe(0);
  });

  it('counts what it does under the names that dashboards know, without addresses and UIDs', async () => {
    await proxy.mode('pass');
    const [agent] = started;
    const zzzc = set().member('zzzc');
    await zzzc.awaitAddresses('prod', 'db', 'shbt', ['198.18.10.0', '198.18.10.1']);
    await zzzc.awaitCondition('prod', 'web', 'Ready', 'True');
    await zzzc.awaitImport('prod', 'web', ({ spec }) => expect(spec.ips).toHaveLength(1));
    // The record of its slice travels beside all that was waited for above, and may be the last to arrive.
    const { figures, names, lines } = await eventually('the figures are complete', async () => {
      const page = await readMetrics(agent as AgentProcess);
      expect(Object.fromEntries([...page.figures].filter(([series]) => series in FIGURES))).toEqual(FIGURES);
      return page;
    });
    expect([...names]).toEqual(expect.arrayContaining(NAMES));
    const lastAnswer = figures.get('tombolo_hub_last_success_timestamp_seconds') ?? 0;
    expect(Date.now() / 1_000 - lastAnswer).toBeLessThan(120);
    const ours = lines.filter((line) => line.startsWith('tombolo_'));
    expect(ours.filter((line) => /\d+\.\d+\.\d+\.\d+|[0-9a-f]{8}-[0-9a-f]{4}-/.test(line))).toEqual([]);
  });

  it('ends on SIGTERM in the middle of its work, loses nothing of it and deletes nothing', async (context) => {
    skipWithout(context, set().cluster('zzzc'), 'audit');
    const zzzc = set().member('zzzc');
    const [agent] = started;
    const before = await completePictureOf(zzzc, 'prod');
    const many = Array.from({ length: 30 }, (_, n) => `many-${n}`);
    await Promise.all(many.map((name) => zzzc.marks('prod', name)));
    const end = await agent?.terminate();
    expect(end).toEqual({ exitCode: 0, tookMs: expect.any(Number) });
    expect(end?.tookMs).toBeLessThan(STOP_LIMIT_MS);
    const said = agent?.log.map(({ msg }) => msg) ?? [];
    expect(said).toContain('stopping');
    expect(said.at(-1)).toBe('stopped');
    expect(agent?.log.filter(({ level }) => level === 'error')).toEqual([]);
    expect(await deletedByAgent(set().cluster('zzzc'))).toEqual([]);
    expect(
      (await writtenOnHub(set().cluster('hub'), 'zzzc')).filter((write) => write.startsWith('delete')),
    ).toEqual([]);
    expect(await pictureOf(zzzc, 'prod')).toMatchObject(before);

    await startAgent();
    await Promise.all(many.map((name) => zzzc.awaitCondition('prod', name, 'Ready', 'True')));
  });

  it('ends on SIGTERM though the hub leaves a write without an answer', async () => {
    const agent = started.at(-1);
    const hung = proxy.script({
      when: ({ verb, resource }) => verb === 'update' && resource === 'exportedendpointslices',
      action: stall(),
    });
    await set()
      .member('zzzc')
      .edits(endpointSlices, { namespace: 'prod', name: 'web-a' }, (held) => ({
        ...held,
        endpoints: pods(2, 'web'),
      }));
    await eventually('the write hangs', async () => expect(hung.taken).toBe(1));
    const end = await agent?.terminate();
    expect(end).toEqual({ exitCode: 0, tookMs: expect.any(Number) });
    expect(end?.tookMs).toBeLessThan(STOP_LIMIT_MS);
  });

  it('says which credentials the hub refuses, and goes on when the file holds others', async () => {
    const agent = await startAgent();
    await untilReady(agent);
    proxy.revoke(tokenOf(await readKubeconfigText(proxy.kubeconfig, 'the proxy')));
    proxy.resetConnections();
    const said = await eventually('it says so', async () => {
      const line = agent.log.find(
        ({ level, err }) => level !== 'debug' && messageOf(err).includes('401 Unauthorized'),
      );
      expect(line).toBeDefined();
      return line;
    });
    expect(messageOf(said?.['err'])).toMatch(
      new RegExp(`^hub: cannot .+: 401 Unauthorized: .+ \\(presented: context \\S+ of ${hubKubeconfig}\\)$`),
    );
    const real = readFileSync(set().files('zzzc').hubKubeconfig, 'utf8');
    writeFileSync(hubKubeconfig, await proxy.kubeconfigFor('renewed', real));
    await set()
      .member('zzzc')
      .slice(slice('prod', 'web', 'a', pods(1, 'web')));
    await set().member('shbt').awaitAddresses('prod', 'web', 'zzzc', ['198.18.10.0']);
  });

  it('writes every line as JSON with the fields that people search by', async () => {
    const lines = started.flatMap(({ log }) => log);
    expect(lines.length).toBeGreaterThan(100);
    for (const line of lines) {
      expect(line).toMatchObject({
        ts: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/),
        level: expect.stringMatching(/^(debug|info|warn|error)$/),
        logger: 'tombolo.member',
        msg: expect.any(String),
      });
    }
    expect(lines).toContainEqual(
      expect.objectContaining({
        msg: 'exported',
        controller: 'export.records',
        namespace: 'prod',
        name: 'web',
        reconcileID: expect.any(String),
      }),
    );
    expect(lines).toContainEqual(
      expect.objectContaining({ msg: 'list taken over', cluster: 'hub', resource: 'members' }),
    );
  });

  it('never writes a credential, whatever fails', async () => {
    const { kubeconfig } = set().files('zzzc');
    const files = [kubeconfig, set().files('zzzc').hubKubeconfig, hubKubeconfig];
    const read = files.map((path) => readKubeconfigText(readFileSync(path, 'utf8'), path));
    const tokens = (await Promise.all([...read, readKubeconfigText(proxy.kubeconfig, 'the proxy')])).map(
      tokenOf,
    );
    expect(new Set(tokens).size).toBe(4);
    const output = started.map((agent) => agent.output).join('');
    expect(tokens.filter((token) => output.includes(token))).toEqual([]);
    expect(output).not.toMatch(/Bearer |eyJ[\w-]+\.|PRIVATE KEY/);
  });
});

function tokenOf({ access }: ReadKubeconfig): string {
  if (!('token' in access.credentials)) throw new Error('agents present tokens in these tests');
  return access.credentials.token;
}

function messageOf(err: unknown): string {
  return String(Object(err).message ?? '');
}

/** What has to be there by its name. */
const NAMES = [
  'controller_runtime_active_workers',
  'controller_runtime_max_concurrent_reconciles',
  'controller_runtime_reconcile_errors_total',
  'controller_runtime_reconcile_panics_total',
  'controller_runtime_reconcile_time_seconds',
  'controller_runtime_reconcile_timeouts_total',
  'controller_runtime_reconcile_total',
  'controller_runtime_terminal_reconcile_errors_total',
  'nodejs_eventloop_lag_seconds',
  'nodejs_heap_size_used_bytes',
  'process_cpu_seconds_total',
  'process_resident_memory_bytes',
  'rest_client_request_duration_seconds',
  'rest_client_requests_total',
  'tombolo_build_info',
  'tombolo_conflicts',
  'tombolo_events_total',
  'workqueue_adds_total',
  'workqueue_depth',
  'workqueue_longest_running_processor_seconds',
  'workqueue_queue_duration_seconds',
  'workqueue_retries_total',
  'workqueue_unfinished_work_seconds',
  'workqueue_work_duration_seconds',
];

/** What an agent with two imports and one export says, to the figure. */
const FIGURES = {
  'tombolo_cluster_info{cluster="zzzc"}': 1,
  tombolo_hub_connected: 1,
  'tombolo_exports{state="published"}': 1,
  'tombolo_imports{type="ClusterSetIP"}': 1,
  'tombolo_imports{type="Headless"}': 1,
  'tombolo_endpoints{source_cluster="shbt"}': 2,
  'tombolo_endpoints{source_cluster="zzzc"}': 3,
  'tombolo_sync_operations_total{kind="MemberReport",direction="export",result="created"}': 1,
  'tombolo_sync_operations_total{kind="ExportedService",direction="export",result="created"}': 1,
  'tombolo_sync_operations_total{kind="ExportedEndpointSlice",direction="export",result="created"}': 1,
  'tombolo_sync_operations_total{kind="ServiceImport",direction="import",result="created"}': 2,
  'tombolo_sync_operations_total{kind="Service",direction="import",result="created"}': 1,
  'tombolo_sync_operations_total{kind="EndpointSlice",direction="import",result="created"}': 2,
  'controller_runtime_max_concurrent_reconciles{controller="import.slice"}': 16,
  'controller_runtime_reconcile_panics_total{controller="import.slice"}': 0,
};
