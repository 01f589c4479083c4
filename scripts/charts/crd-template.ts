import { parse } from 'yaml';
import { GENERATED } from './manifest-template.ts';

/**
 * A chart's template of a CRD: its file, switched by `crds.enabled`, kept with `crds.keep`.
 * Throws for a file that has annotations of its own, or something that Helm would take for an expression.
 */
export function crdTemplate(file: string): string {
  const { kind, metadata } = parse(file) as {
    kind: string;
    metadata: { name: string; annotations?: object };
  };
  if (kind !== 'CustomResourceDefinition') throw new Error(`${metadata.name} is a ${kind}, not a CRD`);
  const head = `metadata:\n  name: ${metadata.name}\n  labels:\n`;
  if (metadata.annotations !== undefined || !file.includes(head) || file.includes('{{')) {
    throw new Error(`the CRD ${metadata.name} is not written as the charts need it`);
  }
  const switched = file.replace(head, `metadata:\n  name: ${metadata.name}\n${KEEP}  labels:\n${COMMON}`);
  return `${GENERATED}\n{{- if .Values.crds.enabled }}\n${switched}{{- end }}\n`;
}

const KEEP = `  {{- if .Values.crds.keep }}
  annotations:
    helm.sh/resource-policy: keep
  {{- end }}
`;

const COMMON = `    {{- with .Values.commonLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
`;
