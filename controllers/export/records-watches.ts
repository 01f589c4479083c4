import { memberNamespace } from '#apis/hub/member.ts';
import type { IMemberReport } from '#apis/hub/member-report.ts';
import { KUBE_SERVICE_NAME_LABEL } from '#apis/labels.ts';
import type { KubeObject } from '#apis/meta.ts';
import type { SliceView } from '#controllers/endpoints/views.ts';
import { exportOf, placeOfService, placeOfSlice } from '#controllers/membership/places.ts';
import { isStanding } from '#controllers/membership/report.ts';
import { watchTurns } from '#controllers/membership/watching.ts';
import { keyOf } from '#src/cache/lister.ts';
import { type Watch, watch } from '#src/runtime/controller.ts';
import type { RecordsDeps } from './records-controller.ts';

/** All that can change an export's records: its sources here, the records themselves, and who vouches for them. */
export function recordsWatches(deps: RecordsDeps): Watch[] {
  const { watched, exports } = deps;
  const recordOf = (record: KubeObject | undefined) => keysOfRecord(deps, record);
  return [
    watch(watched.serviceExports, (before, after) => present(after ?? before).map(keyOf)),
    watch(watched.services, (before, after) =>
      present(after ?? before)
        .filter(exports.concerns)
        .map(keyOf),
    ),
    watch(watched.endpointSlices, (before, after) => new Set([before, after].flatMap(serviceOf(deps)))),
    watch(watched.exportedServices, (before, after) => recordOf(after ?? before)),
    watch(watched.exportedEndpointSlices, (before, after) => recordOf(after ?? before)),
    watch(watched.memberReports, (before, after) => keysOfReport(deps, before, after)),
    watchTurns(deps.hub, () => allKeys(deps)),
  ];
}

function present<T>(object: T | undefined): T[] {
  return object === undefined ? [] : [object];
}

/** A slice moves from one Service to another when its label changes: both are asked with old and new state. */
function serviceOf({ exports }: RecordsDeps): (slice: SliceView | undefined) => string[] {
  return (slice) => {
    const name = slice?.metadata.labels?.[KUBE_SERVICE_NAME_LABEL];
    if (slice === undefined || slice.view !== 'source' || !name) return [];
    const key = `${slice.metadata.namespace}/${name}`;
    return exports.serviceExport(key) === undefined ? [] : [key];
  };
}

function keysOfRecord({ publishing }: RecordsDeps, record: KubeObject | undefined): string[] {
  if (record?.metadata.namespace !== memberNamespace(publishing.cluster)) return [];
  const place = placeOfSlice(record) ?? placeOfService(record);
  return place === undefined ? [] : [`${place.namespace}/${place.service}`];
}

/**
 * A report lets go on what it newly names, what it no longer names, and what is left of what it does not name. One that
 * begins to count, as after a rollback, lets go on everything.
 */
function keysOfReport(
  deps: RecordsDeps,
  before: IMemberReport | undefined,
  after: IMemberReport | undefined,
): Iterable<string> {
  const { cluster, uid = '', floor } = deps.publishing;
  if ((after ?? before)?.metadata.namespace !== memberNamespace(cluster)) return [];
  const identity = { uid, clusterSetUID: deps.hub.clusterSet?.metadata.uid ?? '', floor };
  if (!isStanding(before, identity) || !isStanding(after, identity)) return allKeys(deps);
  const [had, has] = [new Set(before.spec.inventory.services), new Set(after.spec.inventory.services)];
  const turned = [...had].filter((name) => !has.has(name)).concat([...has].filter((name) => !had.has(name)));
  const left = recordsOf(deps).filter((record) => !has.has(exportOf(record)));
  // Neither part of a name holds a dot, so the first one is the border.
  return new Set([
    ...turned.map((name) => name.replace('.', '/')),
    ...left.flatMap((record) => keysOfRecord(deps, record)),
  ]);
}

/** What is exported, and what the hub still holds of what is not. */
function allKeys(deps: RecordsDeps): Set<string> {
  const held = recordsOf(deps).flatMap((record) => keysOfRecord(deps, record));
  return new Set([...deps.exports.keys(), ...held]);
}

function recordsOf({ hub, publishing }: RecordsDeps): KubeObject[] {
  const { services, slices } = hub.recordsOf(publishing.cluster);
  return [...services, ...slices];
}
