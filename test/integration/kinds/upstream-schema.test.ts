import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Crd, MULTICLUSTER_CRDS, readCrd } from './crd-files.ts';
import { fetchModule, hasGo } from './go-module.ts';

const MODULE = 'sigs.k8s.io/mcs-api';
const SUMS = {
  'v0.5.0': 'h1:UMgKuFFIRVEy4LR2LQovPnBkV9rgmZMT+sJO7MkaVj4=',
  'v0.5.2': 'h1:N+vrRiCIb0WJ0dxbBo7VfNv2WJigOHEo4gsLXpffVs8=',
};
const go = await hasGo();

/** Every leaf of a CRD's spec as `path: value`, without what is only wording. */
function facts(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [`${path}: ${JSON.stringify(value)}`];
  const entries = Object.entries(value).filter(
    ([key, child]) => !(key === 'description' && typeof child === 'string'),
  );
  if (entries.length === 0) return [`${path}: empty`];
  return entries.flatMap(([key, child]) => facts(child, path === '' ? key : `${path}.${key}`));
}

function missingFrom(a: Crd, b: Crd): string[] {
  const known = new Set(facts(a.spec));
  return facts(b.spec).filter((fact) => !known.has(fact));
}

describe.skipIf(!go)(
  `our MCS CRDs beside those of ${MODULE}${go ? '' : ' (skipped: there is no Go)'}`,
  () => {
    describe.each(['serviceexports', 'serviceimports'])('%s', (plural) => {
      const ours = readCrd(join(MULTICLUSTER_CRDS, `${plural}.yaml`));
      const upstream = new Map<string, Crd>();
      beforeAll(async () => {
        for (const [version, sum] of Object.entries(SUMS)) {
          const folder = await fetchModule(MODULE, version, sum);
          upstream.set(version, readCrd(join(folder, `config/crd/multicluster.x-k8s.io_${plural}.yaml`)));
        }
      });

      function theirs(version: keyof typeof SUMS): Crd {
        const crd = upstream.get(version);
        if (crd === undefined) throw new Error(`${MODULE} ${version} was not fetched`);
        return crd;
      }

      test('says the same as v0.5.2 in every field, and bears its labels', () => {
        expect(missingFrom(theirs('v0.5.2'), ours)).toEqual([]);
        expect(missingFrom(ours, theirs('v0.5.2'))).toEqual([]);
        expect(ours.metadata).toEqual(theirs('v0.5.2').metadata);
      });

      test('adds status.endpointSliceObjects to v0.5.0, and takes nothing away', () => {
        expect(missingFrom(ours, theirs('v0.5.0'))).toEqual([]);
        const status = 'schema.openAPIV3Schema.properties.status.properties.endpointSliceObjects';
        const added = [0, 1].flatMap((version) => [
          `versions.${version}.${status}.type: "string"`,
          `versions.${version}.${status}.enum.0: "Present"`,
          `versions.${version}.${status}.enum.1: "Absent"`,
        ]);
        expect(missingFrom(theirs('v0.5.0'), ours)).toEqual(plural === 'serviceimports' ? added : []);
      });
    });

    test('the comparison sees a change in wording as none, and any other as one', () => {
      const crd = readCrd(join(MULTICLUSTER_CRDS, 'serviceimports.yaml'));
      const changed = structuredClone(crd);
      const schema = changed.spec.versions[0]?.schema.openAPIV3Schema;
      if (schema?.properties?.['spec']?.properties?.['ips'] === undefined) throw new Error('no spec.ips');
      schema['description'] = 'Other words.';
      expect(missingFrom(crd, changed)).toEqual([]);
      schema.properties['spec'].properties['ips']['maxItems'] = 3;
      expect(missingFrom(crd, changed)).toEqual([
        'versions.0.schema.openAPIV3Schema.properties.spec.properties.ips.maxItems: 3',
      ]);
    });
  },
);
