import type { IService } from '#apis/kubernetes/service.ts';
import { dispensableOf, giveUp } from './unsupported.ts';

/** A derived Service on its way to the API server. */
export interface Candidate {
  service: IService;
  /** Families to try instead of the first one, in order. */
  spareFamilies: readonly string[];
}

/**
 * What to try after the API server has refused a derived Service as invalid; `no family`: none of the exporters'
 * families exists in this cluster; undefined: there is nothing to give up. Each answer holds less than the
 * candidate before, so that trying ends.
 */
export function afterRefusal(
  { service, spareFamilies }: Candidate,
  refusedFields: readonly string[],
): Candidate | 'no family' | undefined {
  if (refusedFields.some((field) => field.startsWith('spec.ipFamilies'))) {
    const [family, ...rest] = spareFamilies;
    if (family === undefined) return 'no family';
    const { clusterIP: _, clusterIPs: __, ...spec } = service.spec ?? {};
    return { service: { ...service, spec: { ...spec, ipFamilies: [family] } }, spareFamilies: rest };
  }
  const isNew = service.metadata.uid === undefined;
  if (isNew && service.spec?.clusterIP !== undefined && names(refusedFields, 'spec.clusterIP')) {
    // The former address belongs to somebody else by now, or to a range that is no longer this cluster's.
    const { clusterIP: _, clusterIPs: __, ...spec } = service.spec;
    const [family] = spec.ipFamilies ?? [];
    return {
      service: { ...service, spec: { ...spec, ...(family && { ipFamilies: [family] }) } },
      spareFamilies,
    };
  }
  const dispensable = dispensableOf(service, refusedFields);
  if (Object.keys(dispensable).length === 0) return undefined;
  return { service: giveUp(service, dispensable), spareFamilies };
}

/**
 * Whether it is worth asking for the same addresses once more: a Service's end is told a moment before its
 * address is free, so one that no Service has is on its way back. `taken`: some Service here has the address.
 */
export function maySoonBeFree(
  { metadata, spec }: IService,
  causes: readonly { field?: string; message?: string }[],
  taken: (ip: string) => boolean,
): boolean {
  const asked = spec?.clusterIPs ?? [];
  const allocated = causes.some(
    ({ field = '', message = '' }) =>
      field.startsWith('spec.clusterIP') && message.includes('already allocated'),
  );
  return metadata.uid === undefined && asked.length > 0 && allocated && !asked.some(taken);
}

/** API servers name `spec.clusterIP`, `spec.clusterIPs` or one of its places. */
function names(fields: readonly string[], prefix: string): boolean {
  return fields.some((field) => field.startsWith(prefix));
}
