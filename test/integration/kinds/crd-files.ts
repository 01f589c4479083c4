import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** The folders of the CRD manifests that we ship. */
export const MULTICLUSTER_CRDS = join(import.meta.dirname, '../../../crds/multicluster');
export const HUB_CRDS = join(import.meta.dirname, '../../../crds/hub');

/** A node of a structural schema: what the tests here look at. */
export interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  additionalProperties?: Schema;
  'x-kubernetes-validations'?: { rule: string; message: string }[];
  [keyword: string]: unknown;
}

/** A CustomResourceDefinition as its file has it. */
export interface Crd {
  metadata: { name: string; labels: Record<string, string> };
  spec: {
    names: { kind: string; shortNames?: string[]; categories?: string[] };
    versions: { name: string; served: boolean; storage: boolean; schema: { openAPIV3Schema: Schema } }[];
    [field: string]: unknown;
  };
}

/** Reads one CRD file, wherever it comes from. */
export function readCrd(path: string): Crd {
  // The API server checks the shape when it takes the CRD; a wrong one fails every test that reads it.
  return parse(readFileSync(path, 'utf8')) as Crd;
}

/** Reads one of our hub kinds' CRDs by its plural. */
export function hubCrd(plural: string): Crd {
  return readCrd(join(HUB_CRDS, `${plural}.yaml`));
}
