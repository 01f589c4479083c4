import { configMaps } from '#apis/kubernetes/config-map.ts';
import { deployments } from '#apis/kubernetes/deployment.ts';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { leases } from '#apis/kubernetes/lease.ts';
import { namespaces } from '#apis/kubernetes/namespace.ts';
import { secrets } from '#apis/kubernetes/secret.ts';
import { services } from '#apis/kubernetes/service.ts';
import { serviceExports } from '#apis/multicluster/service-export.ts';
import { serviceImports } from '#apis/multicluster/service-import.ts';
import { manifestResource } from '#src/install/manifest-path.ts';
import { memberManifests } from '#src/install/member.ts';
import type { Right } from '#src/runtime/rights/missing-rights.ts';
import type { Target } from '../../clusters/targets.ts';
import { requireRightsFor } from '../../installing/rights.ts';

interface Kind {
  group: string;
  plural: string;
}

/** Throws an Exit that names identity and verb for each right that leaving needs and these credentials have not. */
export async function checkRights(target: Target, removes: boolean): Promise<void> {
  const { namespace } = target;
  const right = (verb: string, { group, plural }: Kind, where?: string): Right => ({
    verb,
    group,
    resource: plural,
    namespace: where,
    name: undefined,
  });
  const installed = memberManifests({ agentNamespace: namespace })
    .filter(({ kind }) => kind !== namespaces.kind)
    .map((manifest) => right('delete', manifestResource(manifest), manifest.metadata.namespace));
  await requireRightsFor(
    target,
    [],
    [
      right('get', secrets, namespace),
      right('update', leases, namespace),
      right('update', deployments, namespace),
      ...[endpointSlices, services, serviceImports].flatMap((kind) => [
        right('list', kind),
        right('delete', kind),
      ]),
      right('list', serviceExports),
      { ...right('update', serviceExports), resource: `${serviceExports.plural}/status` },
      ...(removes
        ? [
            ...installed,
            ...[deployments, leases, secrets, configMaps].map((kind) => right('delete', kind, namespace)),
          ]
        : []),
    ],
  );
}
