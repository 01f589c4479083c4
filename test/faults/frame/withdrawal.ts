import { exportedServiceName } from '#apis/hub/exported-service.ts';
import { memberNamespace } from '#apis/hub/member.ts';
import { derivedServiceName } from '#controllers/endpoints/names.ts';
import type { TestSet } from '#test/driver/set.ts';
import { importedSlice, sliceRecord } from '#test/driver/slice-names.ts';

/** One member's export, with slices of the builder's names. */
interface Withdrawn {
  of: string;
  namespace: string;
  name: string;
  /** Suffixes of its slices. */
  slices: readonly string[];
}

/**
 * Every delete that it takes to withdraw an export of which there is no other: on the hub its records, in the
 * importers (all members unless told) what was imported of it. As Deletions names them.
 */
export function deletesOfWithdrawal(
  set: TestSet,
  withdrawn: Withdrawn,
  importers: readonly string[] = set.members.map(({ id }) => id),
): string[] {
  return [...deletesOfRecords(withdrawn), ...deletesOfImports(withdrawn, importers)];
}

/** Those on the hub. */
function deletesOfRecords({ of, namespace, name, slices }: Withdrawn): string[] {
  return [
    `hub: exportedservices ${memberNamespace(of)}/${exportedServiceName(namespace, name)}`,
    ...slices.map(
      (suffix) =>
        `hub: exportedendpointslices ${memberNamespace(of)}/${sliceRecord(namespace, name, suffix)}`,
    ),
  ];
}

/** Those in the importers. */
function deletesOfImports(
  { of, namespace, name, slices }: Withdrawn,
  importers: readonly string[],
): string[] {
  return importers.flatMap((importer) => [
    `${importer}: serviceimports ${namespace}/${name}`,
    `${importer}: services ${namespace}/${derivedServiceName(namespace, name)}`,
    ...slices.map(
      (suffix) => `${importer}: endpointslices ${namespace}/${importedSlice(namespace, name, suffix, of)}`,
    ),
  ]);
}
