import type { Manifest } from '#src/install/manifest.ts';
import { AdminClient } from '#test/clusters/admin.ts';
import type { Cluster } from '#test/clusters/provider.ts';
import { type ChartName, chartPath, namespaceOf, objectsOf } from './charts.ts';
import type { Ended, Tool } from './helm.ts';

/** One cluster as somebody with helm and kubectl sees it, who calls releases what the charts are called. */
export class Releases {
  readonly cluster: Cluster;
  readonly helm: Tool;
  readonly kubectl: Tool;

  /** `home` takes what the tools keep: caches, settings. */
  constructor(cluster: Cluster, tools: { helm: Tool; kubectl: Tool }, home: string) {
    this.cluster = cluster;
    this.helm = tools.helm.at(cluster.kubeconfigPath, home);
    this.kubectl = tools.kubectl.at(cluster.kubeconfigPath, home);
  }

  /** `helm install`, or `upgrade`, or `upgrade --install`; gives what it printed, NOTES included. */
  run(
    verb: 'install' | 'upgrade' | 'apply',
    chart: ChartName,
    values: object,
    ...flags: string[]
  ): Promise<string> {
    return this.helm.run(this.#args(verb, chart, flags), JSON.stringify(values));
  }

  /** The same where a refusal is an answer. */
  try(verb: 'install' | 'upgrade', chart: ChartName, values: object, ...flags: string[]): Promise<Ended> {
    return this.helm.try(this.#args(verb, chart, flags), JSON.stringify(values));
  }

  rollback(chart: ChartName, revision: number): Promise<string> {
    return this.helm.run(['rollback', chart, String(revision), '-n', namespaceOf(chart)]);
  }

  uninstall(chart: ChartName): Promise<string> {
    return this.helm.run(['uninstall', chart, '-n', namespaceOf(chart)]);
  }

  /** The objects of the release, as its last revision has them. */
  async manifest(chart: ChartName): Promise<Manifest[]> {
    return objectsOf(await this.helm.run(['get', 'manifest', chart, '-n', namespaceOf(chart)]));
  }

  /**
   * Version by `Kind namespace/name` of those of the objects that are there: the generation where the kind counts
   * one, which statuses leave alone.
   */
  async versions(objects: readonly Manifest[]): Promise<Record<string, string>> {
    const list = { apiVersion: 'v1', kind: 'List', items: objects };
    const get = ['get', '--ignore-not-found', '-o', 'json', '-f', '-'];
    const text = await this.kubectl.run(get, JSON.stringify(list));
    if (text === '') return {};
    const found = JSON.parse(text) as Manifest & { items?: Manifest[] };
    return Object.fromEntries(
      (found.items ?? [found]).map((object) => {
        const { uid, generation, resourceVersion } = object.metadata;
        return [idOf(object), `${uid}/${generation ?? resourceVersion}`];
      }),
    );
  }

  /** A client with a real token of a ServiceAccount that is there. */
  async as(namespace: string, account: string): Promise<AdminClient> {
    const token = await this.kubectl.run(['-n', namespace, 'create', 'token', account]);
    const { server, ca } = this.cluster;
    return new AdminClient({ server, ca, credentials: { token: token.trim() } });
  }

  #args(verb: 'install' | 'upgrade' | 'apply', chart: ChartName, flags: readonly string[]): string[] {
    const verbs = { install: ['install'], upgrade: ['upgrade'], apply: ['upgrade', '--install'] };
    const release = [...verbs[verb], chart, chartPath(chart), '-n', namespaceOf(chart)];
    return [...release, '--values', '-', ...flags];
  }
}

export function idOf({ kind, metadata }: Manifest): string {
  return `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
}

/** Names of those that are not the same in both. */
export function differing(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => before[name] !== after[name]).sort();
}
