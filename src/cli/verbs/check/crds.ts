import type { KubeObject, Resource } from '#apis/meta.ts';
import { serviceExports } from '#apis/multicluster/service-export.ts';
import type { CrdLook } from '#controllers/view/checks/look.ts';
import { memberCrds } from '#src/install/crds.ts';
import { listAll } from '../../clusters/reading.ts';
import type { Target } from '../../clusters/targets.ts';

interface ICrd extends KubeObject {
  spec?: { group?: string; versions?: { name: string; served: boolean }[] };
}

const crds: Resource<ICrd> = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  plural: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
  namespaced: false,
};

const RELEASE = 'multicluster.x-k8s.io/release-version';

/** The CRDs of the MCS API. */
export async function mcsCrds(target: Target): Promise<CrdLook[]> {
  const ours = new Map(memberCrds().map(({ metadata }) => [metadata.name, metadata.labels?.[RELEASE]]));
  const all = await listAll(target, crds);
  return all
    .filter(({ spec }) => spec?.group === serviceExports.group)
    .map(({ metadata, spec }) => ({
      name: metadata.name,
      release: metadata.labels?.[RELEASE],
      ours: ours.get(metadata.name),
      served: (spec?.versions ?? []).filter(({ served }) => served).map(({ name }) => name),
    }));
}
