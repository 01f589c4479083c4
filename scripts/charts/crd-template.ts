import { parse } from 'yaml';
import { GENERATED } from './manifest-template.ts';

/**
 * A chart's template of a CRD: its file, switched by `crds.enabled`, kept with `crds.keep`, and refused where the
 * cluster has a later release of it. Throws for a file that has annotations of its own, or something that Helm would take for an expression.
 */
export function crdTemplate(file: string): string {
  const { kind, metadata } = parse(file) as Crd;
  if (kind !== 'CustomResourceDefinition') throw new Error(`${metadata.name} is a ${kind}, not a CRD`);
  const head = `metadata:\n  name: ${metadata.name}\n  labels:\n`;
  if (metadata.annotations !== undefined || !file.includes(head) || file.includes('{{')) {
    throw new Error(`the CRD ${metadata.name} is not written as the charts need it`);
  }
  const switched = file.replace(head, `metadata:\n  name: ${metadata.name}\n${KEEP}  labels:\n${COMMON}`);
  const release = metadata.labels[RELEASE];
  const guard = release === undefined ? '' : noDowngrade(metadata.name, release);
  return `${GENERATED}\n{{- if .Values.crds.enabled }}\n${guard}${switched}{{- end }}\n`;
}

interface Crd {
  kind: string;
  metadata: { name: string; labels: Record<string, string>; annotations?: object };
}

/** Label of upstream's CRDs, made for this: an installer shall not put an older release over a newer one. */
const RELEASE = 'multicluster.x-k8s.io/release-version';

/** Where there is no cluster to look at, as in `helm template`, nothing is found and nothing refused. */
function noDowngrade(name: string, release: string): string {
  return `{{- $there := lookup "apiextensions.k8s.io/v1" "CustomResourceDefinition" "" "${name}" }}
{{- $release := dig "metadata" "labels" "${RELEASE}" "" $there }}
{{- if regexMatch "^v?[0-9]+[.][0-9]+[.][0-9]+" $release }}
{{- if and (ne $release "${release}") (semverCompare ">${release.replace(/^v/, '')}-0" $release) }}
{{- fail (printf "the cluster has ${name} of release %s, and this chart would put ${release} in its place: set crds.enabled=false" $release) }}
{{- end }}
{{- end }}
`;
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
