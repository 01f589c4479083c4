import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { clusterSets } from '#apis/hub/cluster-set.ts';
import { ENDPOINT_LINE_MAX_LENGTH, ENDPOINT_LINE_PATTERN, MAX_ENDPOINTS } from '#apis/hub/endpoint-line.ts';
import { exportedEndpointSlices } from '#apis/hub/exported-endpoint-slice.ts';
import { exportedServices } from '#apis/hub/exported-service.ts';
import { members } from '#apis/hub/member.ts';
import { memberReports } from '#apis/hub/member-report.ts';
import { serviceExports } from '#apis/multicluster/service-export.ts';
import { serviceImports } from '#apis/multicluster/service-import.ts';
import { HUB_CRDS, hubCrd, MULTICLUSTER_CRDS, readCrd } from './crd-files.ts';

const hubKinds = [clusterSets, members, memberReports, exportedServices, exportedEndpointSlices];
const mcsKinds = [serviceExports, serviceImports];

describe.each([
  ['hub', HUB_CRDS, hubKinds],
  ['multicluster', MULTICLUSTER_CRDS, mcsKinds],
] as const)('crds/%s', (_name, folder, kinds) => {
  test('holds one file for each kind and nothing else', () => {
    expect(readdirSync(folder).sort()).toEqual(kinds.map(({ plural }) => `${plural}.yaml`).sort());
  });

  test.each([...kinds])('$kind lives where the code looks for it', (kind) => {
    const { metadata, spec } = readCrd(join(folder, `${kind.plural}.yaml`));
    expect(metadata.name).toBe(`${kind.plural}.${kind.group}`);
    expect(spec).toMatchObject({
      group: kind.group,
      scope: kind.namespaced ? 'Namespaced' : 'Cluster',
      names: { kind: kind.kind, plural: kind.plural },
    });
    expect(spec.versions.find(({ storage }) => storage)).toMatchObject({ name: kind.version, served: true });
  });
});

test('`kubectl get tombolo` lists every hub kind, each of which has a short name of its own', () => {
  const names = hubKinds.map(({ plural }) => hubCrd(plural).spec.names);
  for (const { categories } of names) expect(categories).toEqual(['tombolo']);
  const short = names.map(({ shortNames }) => shortNames?.[0]);
  expect(new Set(short).size).toBe(hubKinds.length);
});

test('the hub checks endpoint lines by the pattern and bounds that writers and readers use', () => {
  const schema = hubCrd('exportedendpointslices').spec.versions[0]?.schema.openAPIV3Schema;
  expect(schema?.properties?.['spec']?.properties?.['endpoints']).toMatchObject({
    maxItems: MAX_ENDPOINTS,
    items: { pattern: ENDPOINT_LINE_PATTERN, maxLength: ENDPOINT_LINE_MAX_LENGTH },
  });
});
