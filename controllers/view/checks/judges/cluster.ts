import { MANAGED_BY, MANAGED_BY_LABEL, SLICE_MANAGED_BY_LABEL } from '#apis/labels.ts';
import { serviceExports } from '#apis/multicluster/service-export.ts';
import { serviceImports } from '#apis/multicluster/service-import.ts';
import { isForeign } from '#controllers/import/ownership.ts';
import { type Judge, judged, WELL, wrongWhere } from '../look.ts';
import { isOlder } from '../version.ts';

/** Admission policies are served since. */
const OLDEST_KUBERNETES = '1.30';
/** Those that agent and CoreDNS read. */
const NEEDED_VERSIONS = ['v1alpha1', 'v1beta1'];
const NEEDED_CRDS = [serviceExports, serviceImports].map(({ plural, group }) => `${plural}.${group}`);

export const CLUSTER_JUDGES: Readonly<Record<string, Judge>> = {
  TB001: ({ member: { version } }) => ('why' in version ? { is: 'wrong', lines: [version.why] } : WELL),

  TB002: ({ member: { version } }) =>
    judged(version, (found) =>
      wrongWhere(
        isOlder(found, OLDEST_KUBERNETES) ? [`Kubernetes ${found} is older than ${OLDEST_KUBERNETES}`] : [],
      ),
    ),

  TB003: ({ member: { crds } }) =>
    judged(crds, (found) => {
      const missing = NEEDED_CRDS.filter((name) => !found.some((crd) => crd.name === name));
      return wrongWhere(missing.map((name) => `there is no CRD ${name}`));
    }),

  TB004: ({ member: { crds } }) =>
    judged(crds, (found) =>
      wrongWhere(
        found
          .filter(({ name }) => NEEDED_CRDS.includes(name))
          .flatMap(({ name, served, release = 'unknown', ours }) => {
            const lacking = NEEDED_VERSIONS.filter((version) => !served.includes(version));
            if (lacking.length > 0)
              return [`${name} (release ${release}) does not serve ${lacking.join(', ')}`];
            const older = ours !== undefined && isOlder(release, ours);
            return older ? [`${name} is of release ${release}, older than ${ours}`] : [];
          }),
      ),
    ),

  TB005: ({ member: { serviceImports: imports, slices, agents } }) =>
    judged(imports, (found) => {
      const foreign = found
        .filter(isForeign)
        .map(({ metadata }) => `ServiceImport ${metadata.namespace}/${metadata.name}`);
      const others =
        'why' in slices ? [] : slices.value.flatMap(({ metadata }) => otherOwner(metadata.labels));
      const many =
        'why' in agents
          ? []
          : agents.value
              .slice(1)
              .map(({ metadata }) => `a second agent: Deployment ${metadata.namespace}/${metadata.name}`);
      const lines = foreign.map((name) => `${name} has no label ${MANAGED_BY_LABEL}=${MANAGED_BY}`);
      return wrongWhere([...lines, ...new Set(others), ...many]);
    }),

  TB006: ({ member: { installing } }) => judged(installing, wrongWhere),
};

function otherOwner(labels: Record<string, string> | undefined): string[] {
  const owner = labels?.[SLICE_MANAGED_BY_LABEL] ?? '';
  return owner === MANAGED_BY
    ? []
    : [`EndpointSlices with a source cluster are managed by ${owner || 'somebody'}`];
}
