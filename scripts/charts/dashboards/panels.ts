/** One picture of a dashboard. */
export interface Panel {
  title: string;
  /** What a person learns from it, and what to do where it looks bad. */
  description: string;
  /** `figure`: the value of now. `lines`: over time. */
  as: 'figure' | 'lines';
  /** Grafana's name of the unit. */
  unit: 'short' | 's' | 'bytes' | 'ops' | 'percentunit';
  queries: readonly { expr: string; legend: string }[];
}

/** Which targets a query is about: the dashboard's variables. */
const OF = 'job=~"$job",instance=~"$instance"';

const sum = (metric: string, by: string, legend = `{{${by}}}`) => [
  { expr: `sum by (${by}) (${metric}{${OF}})`, legend },
];
const rate = (metric: string, by: readonly string[]) => [
  {
    expr: `sum by (${by.join(', ')}) (rate(${metric}{${OF}}[$__rate_interval]))`,
    legend: by.map((label) => `{{${label}}}`).join(' '),
  },
];
const p99 = (metric: string, by: string) => [
  {
    expr: `histogram_quantile(0.99, sum by (${by}, le) (rate(${metric}_bucket{${OF}}[$__rate_interval])))`,
    legend: `{{${by}}}`,
  },
];

/** What a program does and what it takes, the same for both. */
export const PROGRAM: readonly Panel[] = [
  {
    title: 'Who works',
    description: 'Of the replicas of one program one leads; the others wait with warm caches.',
    as: 'lines',
    unit: 'short',
    queries: [{ expr: `leader_election_master_status{${OF}}`, legend: '{{instance}} {{name}}' }],
  },
  {
    title: 'Reconciles that failed',
    description: 'By loop. The log has each of them with its cause at the 1st, 2nd, 4th, … time in a row.',
    as: 'lines',
    unit: 'ops',
    queries: rate('controller_runtime_reconcile_errors_total', ['controller']),
  },
  {
    title: 'Reconcile time, 99th percentile',
    description: 'By loop; most of it is the API server’s answer.',
    as: 'lines',
    unit: 's',
    queries: p99('controller_runtime_reconcile_time_seconds', 'controller'),
  },
  {
    title: 'Keys that wait',
    description: 'More and more of them: changes come faster than they are carried out.',
    as: 'lines',
    unit: 'short',
    queries: sum('workqueue_depth', 'name'),
  },
  {
    title: 'Requests by status',
    description: '403 names missing rights, 429 and 5xx an API server in trouble.',
    as: 'lines',
    unit: 'ops',
    queries: rate('rest_client_requests_total', ['host', 'code']),
  },
  {
    title: 'Request time, 99th percentile',
    description: 'By API server.',
    as: 'lines',
    unit: 's',
    queries: p99('rest_client_request_duration_seconds', 'host'),
  },
  {
    title: 'Watches and lists that failed',
    description: 'A cache whose watch fails is as old as its last event; it recovers by itself.',
    as: 'lines',
    unit: 'ops',
    queries: rate('tombolo_cache_failures_total', ['cluster', 'resource', 'during']),
  },
  {
    title: 'Memory',
    description: 'Resident memory of the process.',
    as: 'lines',
    unit: 'bytes',
    queries: [{ expr: `process_resident_memory_bytes{${OF}}`, legend: '{{instance}}' }],
  },
  {
    title: 'Processor',
    description: 'Share of one core.',
    as: 'lines',
    unit: 'percentunit',
    queries: rate('process_cpu_seconds_total', ['instance']),
  },
];

/** What is imported and exported. */
export const MEMBER: readonly Panel[] = [
  {
    title: 'Hub',
    description: '0: it does not answer. Imports stay; changes of other clusters do not arrive.',
    as: 'figure',
    unit: 'short',
    queries: [{ expr: `min(tombolo_hub_connected{${OF}})`, legend: 'connected' }],
  },
  {
    title: 'Since the hub’s last answer',
    description: 'Grows while the hub is away.',
    as: 'figure',
    unit: 's',
    queries: [{ expr: `time() - max(tombolo_hub_last_success_timestamp_seconds{${OF}} > 0)`, legend: 'age' }],
  },
  {
    title: 'Exports',
    description: 'ServiceExports of this cluster by state; the conditions of a refused one say why.',
    as: 'lines',
    unit: 'short',
    queries: sum('tombolo_exports', 'state'),
  },
  {
    title: 'Imports',
    description: 'Services of the set that this cluster has.',
    as: 'lines',
    unit: 'short',
    queries: sum('tombolo_imports', 'type'),
  },
  {
    title: 'Endpoints by cluster',
    description: 'As they stand in the records on the hub.',
    as: 'lines',
    unit: 'short',
    queries: sum('tombolo_endpoints', 'source_cluster'),
  },
  {
    title: 'Conflicts',
    description: 'Exported Services whose settings differ between clusters: the oldest export wins.',
    as: 'lines',
    unit: 'short',
    queries: sum('tombolo_conflicts', 'reason'),
  },
  {
    title: 'Not imported',
    description: 'Endpoints that are left out, and imports that wait for something.',
    as: 'lines',
    unit: 'short',
    queries: [
      ...sum('tombolo_dropped_endpoints', 'reason', 'endpoints: {{reason}}'),
      ...sum('tombolo_pending_imports', 'reason', 'imports: {{reason}}'),
      ...sum('tombolo_refused_records', 'reason', 'records: {{reason}}'),
    ],
  },
  {
    title: 'Writes',
    description: 'By kind. Without a change in any cluster there are none.',
    as: 'lines',
    unit: 'ops',
    queries: rate('tombolo_sync_operations_total', ['direction', 'kind', 'result']),
  },
];
