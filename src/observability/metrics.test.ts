import { describe, expect, it } from 'vitest';
import { Metrics } from './metrics.ts';
import { Tally } from './tally.ts';

const metrics = () => new Metrics({ version: '1.2.3', commit: 'abc' });

/** The lines of the page that begin with one of these names, without histogram buckets. */
async function lines(from: Metrics, ...names: string[]): Promise<string[]> {
  const page = await from.registry.metrics();
  return page
    .split('\n')
    .filter((line) => names.some((name) => line.startsWith(name)) && !line.includes('_bucket'));
}

describe('metrics', () => {
  it('of the process are collected only for somebody who can ask for them', async () => {
    const all = metrics();
    expect(await lines(all, 'process_', 'nodejs_')).toEqual([]);
    all.collectProcess();
    expect(await lines(all, 'process_resident_memory_bytes')).toHaveLength(1);
  });

  it('of a controller have the names that dashboards for Go controllers expect', async () => {
    const all = metrics();
    const one = all.controller('import.slice');
    one.workers(4);
    one.active(1);
    one.reconciled('success', 20, undefined);
    one.reconciled('error', 60_000, 'timeout');
    one.reconciled('error', 10, 'defect');
    one.reconciled('error', 10, 'terminal');
    one.reconciled('requeue', 10, 'conflict');
    expect(await lines(all, 'controller_runtime_')).toEqual([
      'controller_runtime_reconcile_total{controller="import.slice",result="success"} 1',
      'controller_runtime_reconcile_total{controller="import.slice",result="requeue_after"} 0',
      'controller_runtime_reconcile_total{controller="import.slice",result="requeue"} 1',
      'controller_runtime_reconcile_total{controller="import.slice",result="error"} 3',
      'controller_runtime_reconcile_time_seconds_sum{controller="import.slice"} 60.05',
      'controller_runtime_reconcile_time_seconds_count{controller="import.slice"} 5',
      'controller_runtime_reconcile_errors_total{controller="import.slice"} 3',
      'controller_runtime_terminal_reconcile_errors_total{controller="import.slice"} 1',
      'controller_runtime_reconcile_timeouts_total{controller="import.slice"} 1',
      'controller_runtime_reconcile_panics_total{controller="import.slice"} 1',
      'controller_runtime_max_concurrent_reconciles{controller="import.slice"} 4',
      'controller_runtime_active_workers{controller="import.slice"} 1',
    ]);
  });

  it('of a queue have the names of client-go, in seconds', async () => {
    const all = metrics();
    const { queue } = all.controller('import.slice');
    queue.added();
    queue.depth(3);
    queue.taken(1_500);
    queue.finished(250);
    queue.retried();
    queue.watchRunning(() => [2_000, 500]);
    const labels = '{name="import.slice",controller="import.slice"}';
    expect(await lines(all, 'workqueue_')).toEqual([
      `workqueue_depth${labels} 3`,
      `workqueue_adds_total${labels} 1`,
      `workqueue_retries_total${labels} 1`,
      `workqueue_queue_duration_seconds_sum${labels} 1.5`,
      `workqueue_queue_duration_seconds_count${labels} 1`,
      `workqueue_work_duration_seconds_sum${labels} 0.25`,
      `workqueue_work_duration_seconds_count${labels} 1`,
      `workqueue_unfinished_work_seconds${labels} 2.5`,
      `workqueue_longest_running_processor_seconds${labels} 2`,
    ]);
  });

  it('of requests have the names of client-go', async () => {
    const all = metrics();
    const request = {
      cluster: 'hub',
      host: 'hub:6443',
      method: 'PUT',
      verb: 'update',
      code: '200',
      seconds: 0.5,
    };
    all.requests.request(request);
    expect(await lines(all, 'rest_client_')).toEqual([
      'rest_client_requests_total{code="200",method="PUT",host="hub:6443"} 1',
      'rest_client_request_duration_seconds_sum{verb="update",host="hub:6443"} 0.5',
      'rest_client_request_duration_seconds_count{verb="update",host="hub:6443"} 1',
    ]);
  });

  it('of caches say how much a list had to repair', async () => {
    const all = metrics();
    const services = { cluster: 'local', resource: 'services' };
    all.caches.listed(services, { items: 7, repaired: 2, took: 10 });
    all.caches.watchOpened(services);
    all.caches.event(services, 'MODIFIED');
    all.caches.failed(services, 'watch');
    all.caches.listenerThrew(services);
    const labels = 'cluster="local",resource="services"';
    expect(await lines(all, 'tombolo_cache_')).toEqual([
      `tombolo_cache_lists_total{${labels}} 1`,
      `tombolo_cache_repaired_objects_total{${labels}} 2`,
      `tombolo_cache_watches_total{${labels}} 1`,
      `tombolo_cache_listener_errors_total{${labels}} 1`,
      `tombolo_cache_events_total{${labels},type="MODIFIED"} 1`,
      `tombolo_cache_failures_total{${labels},during="watch"} 1`,
      `tombolo_cache_listed_objects{${labels}} 7`,
    ]);
  });

  it('of writes and Events count them', async () => {
    const all = metrics();
    all.syncOperation({ kind: 'EndpointSlice', direction: 'import', result: 'updated' });
    all.eventCounted('failed');
    expect(await lines(all, 'tombolo_sync', 'tombolo_events')).toEqual([
      'tombolo_sync_operations_total{kind="EndpointSlice",direction="import",result="updated"} 1',
      'tombolo_events_total{result="failed"} 1',
    ]);
  });

  it('of the hub are asked at each scrape', async () => {
    const all = metrics();
    const contact = { connected: false, lastAnswer: 0 };
    all.hub(() => contact);
    expect(await lines(all, 'tombolo_hub')).toEqual([
      'tombolo_hub_connected 0',
      'tombolo_hub_last_success_timestamp_seconds 0',
    ]);
    Object.assign(contact, { connected: true, lastAnswer: 1_500 });
    expect(await lines(all, 'tombolo_hub')).toEqual([
      'tombolo_hub_connected 1',
      'tombolo_hub_last_success_timestamp_seconds 1.5',
    ]);
  });

  it('that count what is there are asked at each scrape, and forget labels that are gone', async () => {
    const all = metrics();
    const counts = new Map([['zzzc', 2]]);
    all.endpoints(() => counts);
    expect(await lines(all, 'tombolo_endpoints')).toEqual(['tombolo_endpoints{source_cluster="zzzc"} 2']);
    counts.delete('zzzc');
    counts.set('shbt', 1);
    expect(await lines(all, 'tombolo_endpoints')).toEqual(['tombolo_endpoints{source_cluster="shbt"} 1']);
  });

  it('of two programs in one process do not meet', async () => {
    const [one, other] = [metrics(), metrics()];
    one.clusterInfo('zzzc');
    expect(await lines(one, 'tombolo_cluster_info')).toEqual(['tombolo_cluster_info{cluster="zzzc"} 1']);
    expect(await lines(other, 'tombolo_cluster_info')).toEqual([]);
  });
});

describe('a tally', () => {
  it('adds up what each key has now, however often it is said', () => {
    const tally = new Tally();
    tally.set('prod/db', { PortConflict: 1, TypeConflict: 1 });
    tally.set('prod/db', { PortConflict: 1 });
    tally.set('prod/web', { PortConflict: 2 });
    expect([...tally.totals]).toEqual([
      ['PortConflict', 3],
      ['TypeConflict', 0],
    ]);
    tally.delete('prod/web');
    tally.set('prod/db', { PortConflict: 0 });
    expect(tally.totals.get('PortConflict')).toBe(0);
  });
});
