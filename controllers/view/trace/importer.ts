import type { IService } from '#apis/kubernetes/service.ts';
import { DERIVED_SERVICE_ANNOTATION } from '#apis/labels.ts';
import type { IServiceImport } from '#apis/multicluster/service-import.ts';
import { isForeign } from '#controllers/import/ownership.ts';
import { importRow } from '../imports.ts';
import type { Fixes, HubFacts, MemberFacts } from './facts.ts';
import { type At, broken, type Hop, isBroken, passed } from './hop.ts';
import { importedHops } from './imported.ts';
import type { Traced } from './name.ts';

/** One exporter, and what is known of its side. */
export interface Exporter {
  cluster: string;
  /** Undefined: no context leads to it. */
  facts: MemberFacts | undefined;
}

/** The hops within the importing cluster, up to the first broken one; names and connections are tried after them. */
export function walkImporter(
  importer: MemberFacts,
  exporter: Exporter,
  hub: HubFacts | undefined,
  traced: Traced,
  fixes: Fixes,
): Hop[] {
  const absent = namespaceHop(importer, traced, fixes);
  if (absent !== undefined) return [absent];
  const found = importHop(importer, exporter, traced, fixes);
  const { serviceImport } = importer;
  if (isBroken(found) || serviceImport === undefined) return [found];
  const derived = derivedHop(importer, serviceImport, fixes);
  const before = derived === undefined ? [found] : [found, derived];
  if (before.some(isBroken)) return before;
  return [...before, ...importedHops({ importer, serviceImport, exporter, hub, traced, fixes })];
}

/** A member that says of itself that it does not have the namespace; its own context is not needed. */
export function absentThere(cluster: string, { namespace, service }: Traced): Hop {
  const at = { hop: 'ServiceImport', cluster, object: `${namespace}/${service}` };
  const make = `kubectl create namespace ${namespace}`;
  return broken(at, 'TB044', `not imported: there is no namespace ${namespace}, or it is not selected`, make);
}

function namespaceHop({ cluster, context, namespace }: MemberFacts, traced: Traced, fixes: Fixes) {
  if (namespace !== undefined) return undefined;
  const at: At = { hop: 'Namespace', cluster, object: traced.namespace };
  const make = fixes.kubectl(context, `create namespace ${traced.namespace}`);
  return broken(at, 'TB044', 'there is no such namespace, and none is made', make);
}

function importHop(importer: MemberFacts, exporter: Exporter, traced: Traced, fixes: Fixes): Hop {
  const { cluster, context, serviceImport } = importer;
  const { namespace, service } = traced;
  const at: At = { hop: 'ServiceImport', cluster, object: `${namespace}/${service}` };
  const log = fixes.tombolo(context, 'check');
  if (serviceImport === undefined) return broken(at, 'TB045', 'nothing is imported under this name', log);
  const look = fixes.kubectl(context, `-n ${namespace} get serviceimport ${service} -o yaml`);
  if (isForeign(serviceImport)) {
    return broken(at, 'TB043', 'somebody else made it: it is left alone', look, serviceImport);
  }
  const { clusters, ready, type, ips } = importRow(serviceImport, []);
  if (!clusters.includes(exporter.cluster)) {
    const of = clusters.length === 0 ? 'nobody' : clusters.join(', ');
    return broken(at, 'TB045', `it comes from ${of}, not from ${exporter.cluster}`, log, serviceImport);
  }
  if (ready.status !== 'True') {
    const says =
      ready.reason === '' ? 'no agent has said anything of it yet' : `${ready.reason}: ${ready.message}`;
    return broken(at, 'TB040', says, look, serviceImport);
  }
  return passed(at, type === 'Headless' ? 'Headless' : `${type} ${ips.join(',')}`, serviceImport);
}

/** Undefined where there need not be one. */
function derivedHop(importer: MemberFacts, serviceImport: IServiceImport, fixes: Fixes): Hop | undefined {
  const { cluster, context, derived } = importer;
  const { namespace = '', annotations } = serviceImport.metadata;
  const name = annotations?.[DERIVED_SERVICE_ANNOTATION];
  if (name === undefined && serviceImport.spec.type === 'Headless') return undefined;
  const at: At = { hop: 'derived Service', cluster, object: `${namespace}/${name ?? '<none>'}` };
  const found = derived.find(({ metadata }) => metadata.name === name);
  const look = fixes.kubectl(context, `-n ${namespace} get services`);
  if (found === undefined) return broken(at, 'TB046', 'it is not there', look);
  if (isForeign(found)) return broken(at, 'TB043', 'somebody else made it: it is left alone', look, found);
  const addresses = addressesOf(found);
  const missing = (serviceImport.spec.ips ?? []).filter((ip) => !addresses.includes(ip));
  if (missing.length > 0) {
    const says = `it has ${addresses.join(', ') || 'no address'}, the import shows ${missing.join(', ')}`;
    return broken(at, 'TB046', says, look, found);
  }
  return passed(at, addresses.join(', '), found);
}

function addressesOf({ spec }: IService): string[] {
  return spec?.clusterIPs ?? (spec?.clusterIP === undefined ? [] : [spec.clusterIP]);
}
