import { OUTSIDE } from './corefiles.ts';
import type { OwnCoreDns } from './own-coredns.ts';

/** What one CoreDNS makes of a name of each sort: `resolves`, `NODATA` or the response code. */
export interface Look {
  /** A Service of the cluster. */
  local: string;
  /** A name of the cluster that does not exist: what a resolver asks for on its way through the search list. */
  localMissing: string;
  /** A name of the world. */
  outside: string;
  /** A Service of the set. */
  imported: string;
  importedMissing: string;
  /** HTTP status of `/health`, which liveness probes ask. */
  health: number;
  /** HTTP status of `/ready`, which readiness probes ask. */
  ready: number;
}

/** As it should be. */
export const WELL: Look = {
  local: 'resolves',
  localMissing: 'NXDOMAIN',
  outside: 'resolves',
  imported: 'resolves',
  importedMissing: 'NXDOMAIN',
  health: 200,
  ready: 200,
};

/** clusterset.local is broken and nothing else. */
export const ONLY_THE_SET_FAILS: Look = { ...WELL, imported: 'SERVFAIL', importedMissing: 'SERVFAIL' };

/** The cluster's own DNS is drawn in: no search list works any more, and the pod gets no questions. */
export const THE_CLUSTER_FAILS: Look = { ...ONLY_THE_SET_FAILS, localMissing: 'SERVFAIL', ready: 503 };

/** Asks for one name of each sort, over UDP. */
export async function look(dns: OwnCoreDns): Promise<Look> {
  const [local, localMissing, outside, imported, importedMissing, health, ready] = await Promise.all([
    outcome(dns, 'kubernetes.default.svc.cluster.local'),
    outcome(dns, 'missing.default.svc.cluster.local'),
    outcome(dns, OUTSIDE.name),
    outcome(dns, 'db.prod.svc.clusterset.local'),
    outcome(dns, 'missing.prod.svc.clusterset.local'),
    dns.health(),
    dns.ready(),
  ]);
  return { local, localMissing, outside, imported, importedMissing, health, ready };
}

/** What becomes of one question for addresses. */
export async function outcome(dns: OwnCoreDns, name: string): Promise<string> {
  const { rcode, answers } = await dns.ask({ name, type: 'A' });
  if (answers.length > 0) return 'resolves';
  return rcode === 'NOERROR' ? 'NODATA' : rcode;
}

/** What a resolver with `ndots:5` in a pod of namespace prod meets on its way to a name with few dots. */
export async function searchPath(dns: OwnCoreDns, name: string): Promise<string[]> {
  const domains = ['.prod.svc.cluster.local', '.svc.cluster.local', '.cluster.local', ''];
  return await Promise.all(domains.map((domain) => outcome(dns, `${name}${domain}`)));
}
