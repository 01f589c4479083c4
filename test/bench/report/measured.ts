import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';

/** What one benchmark found, and where and when: a file of docs/benchmarks. */
export interface Measured {
  /** `2026-11-29` */
  date: string;
  machine: string;
  versions: string;
  seconds: number;
  /** Small, to see that it works: its figures say little. */
  quick?: true;
  /** What it printed with --json. */
  found: unknown;
}

/** This machine in one line: nothing that names it. */
export function machineHere(): string {
  const gibibytes = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} virtual CPUs, ${gibibytes} GiB, Linux ${release().split('.').slice(0, 2).join('.')}`;
}

/** What runs on it: Node as it is, the others as test/clusters/go pins them. */
export function versionsHere(): string {
  const pinned = (module: string, pattern: RegExp) =>
    pattern.exec(readFileSync(new URL(`../../clusters/go/${module}/go.mod`, import.meta.url), 'utf8'))?.[1];
  const kubernetes = pinned('kubernetes', /k8s\.io\/kubernetes v(\S+)/);
  const etcd = pinned('etcd', /go\.etcd\.io\/etcd\/server\/v3 v(\S+)/);
  return `Node ${process.versions.node}, kube-apiserver ${kubernetes}, etcd ${etcd}`;
}
