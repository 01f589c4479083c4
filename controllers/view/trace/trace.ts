import { clusterOfNamespace, memberNamespace } from '#apis/hub/member.ts';
import { absentIn } from '../absent.ts';
import { sourceSlices, unseenExporter, walkExporter } from './exporter.ts';
import type { Fixes, HubFacts, MemberFacts } from './facts.ts';
import { broken, type Hop, isBroken, notTried, type Path } from './hop.ts';
import { absentThere, type Exporter, walkImporter } from './importer.ts';
import type { Traced } from './name.ts';
import { walkRecords } from './records.ts';

/** All that was read for a trace. */
export interface TraceFacts {
  members: readonly MemberFacts[];
  hub: HubFacts | undefined;
  traced: Traced;
}

/** A path that leads to an importer unbroken so far: names and connections are to be tried. */
export interface Open {
  path: Path;
  importer: MemberFacts;
  exporter: string;
}

/**
 * The paths of every exporter to every importer that was asked, each up to its first broken hop; behind a broken
 * export none is walked on. `open`: those that reach their importer.
 */
export function walk({ members, hub, traced }: TraceFacts, fixes: Fixes): { paths: Path[]; open: Open[] } {
  const paths: Path[] = [];
  const open: Open[] = [];
  for (const exporter of exportersIn({ members, hub, traced })) {
    const { cluster, facts } = exporter;
    const hops = exportHops(exporter, hub, traced, fixes);
    paths.push({ from: cluster, hops });
    if (hops.some(isBroken)) continue;
    for (const importer of members) {
      const path = {
        from: cluster,
        to: importer.cluster,
        hops: walkImporter(importer, { cluster, facts }, hub, traced, fixes),
      };
      paths.push(path);
      if (!path.hops.some(isBroken)) open.push({ path, importer, exporter: cluster });
    }
    for (const absent of absentOf(members, hub, traced)) {
      paths.push({ from: cluster, to: absent, hops: [absentThere(absent, traced)] });
    }
  }
  return { paths: paths.length > 0 ? paths : [nobody(members, hub, traced, fixes)], open };
}

/** Those that export it by what they say or by what the hub holds; of a pod's name, the cluster that it names. */
function exportersIn({ members, hub, traced }: TraceFacts): Exporter[] {
  const { pod } = traced;
  const known = new Map<string, MemberFacts | undefined>();
  for (const { metadata } of hub?.services ?? []) {
    const cluster = clusterOfNamespace(metadata.namespace);
    if (cluster !== undefined) known.set(cluster, undefined);
  }
  for (const member of members) {
    if (member.serviceExport !== undefined || known.has(member.cluster)) known.set(member.cluster, member);
  }
  if (pod !== undefined) {
    const named = members.find(({ cluster }) => cluster === pod.cluster);
    return named !== undefined || known.has(pod.cluster) ? [{ cluster: pod.cluster, facts: named }] : [];
  }
  return [...known].sort(([a], [b]) => (a < b ? -1 : 1)).map(([cluster, facts]) => ({ cluster, facts }));
}

function exportHops(
  { cluster, facts }: Exporter,
  hub: HubFacts | undefined,
  traced: Traced,
  fixes: Fixes,
): Hop[] {
  const hops = facts === undefined ? unseenExporter(cluster, traced) : walkExporter(facts, traced, fixes);
  if (hops.some(isBroken)) return hops;
  if (hub === undefined) {
    const at = { hop: 'record', cluster: 'hub', object: memberNamespace(cluster) };
    return [...hops, notTried(at, 'no --hub-context is given')];
  }
  const sources = facts && sourceSlices(facts);
  return [...hops, ...walkRecords(hub, cluster, traced, sources, fixes)];
}

/** Members that were not asked, and that say on the hub that they do not have the namespace. */
function absentOf(
  members: readonly MemberFacts[],
  hub: HubFacts | undefined,
  { namespace }: Traced,
): string[] {
  const asked = new Set(members.map(({ cluster }) => cluster));
  return (hub?.leases ?? [])
    .filter((lease) => absentIn(lease, namespace))
    .flatMap(({ metadata }) => clusterOfNamespace(metadata.namespace) ?? [])
    .filter((cluster) => !asked.has(cluster))
    .sort();
}

/** Nobody exports it: the Service that somebody has, or the first cluster that was asked, says what is missing. */
function nobody(
  members: readonly MemberFacts[],
  hub: HubFacts | undefined,
  traced: Traced,
  fixes: Fixes,
): Path {
  const { namespace, service, pod } = traced;
  const candidate = members.find((member) => member.service !== undefined) ?? members[0];
  if (pod !== undefined || candidate === undefined) {
    const cluster = pod?.cluster ?? '';
    const at = { hop: 'Member', cluster: 'hub', object: cluster };
    const look = fixes.kubectl(hub?.context ?? candidate?.context ?? '', 'get members');
    return {
      from: cluster,
      hops: [
        broken(
          at,
          'TB021',
          `no cluster ${cluster} was asked, and the hub holds no record of it for ${namespace}/${service}`,
          look,
        ),
      ],
    };
  }
  return { from: candidate.cluster, hops: walkExporter(candidate, traced, fixes) };
}
