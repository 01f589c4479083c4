import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { CLUSTER_SET_DEFAULTS, type IClusterSet } from '#apis/hub/cluster-set.ts';
import { declaredSpec } from './declared.ts';

interface Spec {
  allowed?: string[] | undefined;
  mode?: string;
  removed?: string[] | undefined;
}

const rules = { defaults: { mode: 'plain' }, statements: ['removed'] as const };

describe('the spec of what was declared', () => {
  it('is the declaration over the defaults', () => {
    expect(declaredSpec<Spec>(undefined, { allowed: ['prod'] }, rules)).toEqual({
      mode: 'plain',
      allowed: ['prod'],
    });
  });

  it('loses a field that is declared no more', () => {
    expect(declaredSpec<Spec>({ mode: 'plain', allowed: ['prod'] }, {}, rules)).toEqual({ mode: 'plain' });
  });

  it('keeps what a person stated, whatever is declared', () => {
    const current = { mode: 'plain', removed: ['uid'] };
    expect(declaredSpec<Spec>(current, { mode: 'other' }, rules)).toEqual({
      mode: 'other',
      removed: ['uid'],
    });
    expect(declaredSpec<Spec>(current, { removed: ['another'] }, rules)).toBeUndefined();
  });

  it('needs no second write', () => {
    const strings = fc.option(fc.array(fc.string()), { nil: undefined });
    const spec = fc.record({ allowed: strings, removed: strings }, { requiredKeys: [] });
    fc.assert(
      fc.property(spec, spec, (current, declared) => {
        // As the API server keeps it: what is undefined is not there.
        const stored = JSON.parse(JSON.stringify(declaredSpec<Spec>(current, declared, rules) ?? current));
        const again = JSON.parse(JSON.stringify(declared));
        expect(declaredSpec<Spec>(stored, again, rules)).toBeUndefined();
      }),
    );
  });
});

it('the defaults of a ClusterSet are those of its CRD', () => {
  const crd = parse(readFileSync('crds/hub/clustersets.yaml', 'utf8')) as {
    spec: { versions: [{ schema: { openAPIV3Schema: { properties: { spec: Properties } } } }] };
  };
  const { properties } = crd.spec.versions[0].schema.openAPIV3Schema.properties.spec;
  const defaults = Object.entries(properties).filter(([, field]) => field.default !== undefined);
  const expected: IClusterSet['spec'] = Object.fromEntries(
    defaults.map(([name, field]) => [name, field.default]),
  );
  expect(CLUSTER_SET_DEFAULTS).toEqual(expected);
});

interface Properties {
  properties: Record<string, { default?: unknown }>;
}
