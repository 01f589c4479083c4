import { expect } from 'vitest';
import { commandsOf, runCommands } from '#test/charts/driver/commands.ts';
import type { Releases } from '#test/charts/driver/release.ts';
import type { ClusterCoreDns } from './cluster-coredns.ts';
import { blocksOf } from './page.ts';
import { NS } from './workload.ts';

const CHART = 'tombolo-member';
const IMPORTED = `web.${NS}.svc.clusterset.local`;
const KNOWN = ['NOERROR'];
/** There is no server behind the cluster's DNS for what it does not know. */
const UNKNOWN = ['SERVFAIL', 'REFUSED'];

/** The chart for the sake of its DNS alone: all else of Tombolo runs beside it. */
const DNS_ONLY = {
  hub: { existingSecret: 'unused' },
  replicaCount: 0,
  crds: { enabled: false },
  rbac: { create: false },
  serviceAccount: { create: false, name: 'default' },
  admissionPolicies: { enabled: false },
};
const COREDNS = { registry: 'tombolo.test', repository: 'coredns', tag: '1' };

/** Somebody with helm, kubectl, the notes that Helm prints, and docs/dns.md, which say the same. */
export class Administrator {
  readonly dns: ClusterCoreDns;
  readonly #releases: Releases;
  readonly #folder: string;

  constructor(releases: Releases, dns: ClusterCoreDns, folder: string) {
    this.dns = dns;
    this.#releases = releases;
    this.#folder = folder;
  }

  /** @throws where the page and NOTES differ. */
  async followsManual(): Promise<void> {
    const notes = await this.#installs({ mode: 'manual' });
    const [right = []] = blocksOf('### manual');
    expect(commandsUnder(notes, '1. ')).toEqual(right);
    await this.#types(right);
    const [block = []] = blocksOf('## A block apart');
    expect(commandsUnder(notes, '2. ')).toEqual(block);
    await this.dns.hasBlock(block.join('\n'));
    await this.dns.noticed(IMPORTED, KNOWN);
  }

  async undoesManual(): Promise<void> {
    await this.dns.hasBlock(undefined);
    await this.dns.noticed(IMPORTED, UNKNOWN);
    await this.#types(blocksOf('### manual')[1] ?? []);
    await this.#releases.uninstall(CHART);
  }

  async installsNativeBlock(): Promise<void> {
    await this.#installs({ mode: 'native-block' });
    await this.dns.noticed(IMPORTED, KNOWN);
  }

  async uninstalls(): Promise<void> {
    await this.#releases.uninstall(CHART);
    await this.dns.noticed(IMPORTED, UNKNOWN);
  }

  async installsForward(): Promise<void> {
    const notes = await this.#installs({ mode: 'forward', forward: { image: COREDNS } }, '--wait');
    const [address = ''] = (await this.#types(commandsUnder(notes, 'A CoreDNS of the chart'))).split('\n');
    const block = commandsUnder(notes, 'CoreDNS, beside').join('\n').replace('ADDRESS', address);
    await this.dns.hasBlock(block);
    await this.dns.noticed(IMPORTED, KNOWN);
  }

  async undoesForward(): Promise<void> {
    await this.dns.hasBlock(undefined);
    await this.dns.noticed(IMPORTED, UNKNOWN);
    await this.#releases.uninstall(CHART);
  }

  /** Gives NOTES. */
  async #installs(dns: object, ...flags: string[]): Promise<string> {
    const values = { ...DNS_ONLY, clusterId: this.#releases.cluster.name, dns };
    return await this.#releases.run('install', CHART, values, '--create-namespace', ...flags);
  }

  async #types(commands: readonly string[]): Promise<string> {
    const { helm, kubectl, cluster } = this.#releases;
    return await runCommands(commands, {
      folder: this.#folder,
      env: { KUBECONFIG: cluster.kubeconfigPath },
      tools: { helm, kubectl },
    });
  }
}

/** What is indented below the line that begins so. */
function commandsUnder(notes: string, beginning: string): string[] {
  const heading = notes.split('\n').find((line) => line.startsWith(beginning));
  if (heading === undefined) throw new Error(`no line begins with "${beginning}" in:\n${notes}`);
  return commandsOf(notes, heading);
}
