import { stringify } from 'yaml';
import type { Manifest } from '#src/install/manifest.ts';

/** What stands in an object of `src/install` where a chart puts a value, and the expression for it. */
export type Placeholders = Readonly<Record<string, string>>;

export interface TemplateOptions {
  chart: string;
  placeholders: Placeholders;
  /** Path below `.Values` that switches all of it on. */
  onlyIf: string;
  /** Makes the objects once for every entry of `.Values.members`, under `$id`. */
  perMember?: boolean;
  /** Kinds that stay when the release goes, or when their line goes from the values. */
  keep?: readonly string[];
}

const LABELS = 'chart-labels';

/** A template with these objects. Names and namespaces are what the placeholders say; labels are the chart's. */
export function manifestTemplate(manifests: readonly Manifest[], options: TemplateOptions): string {
  const { chart, onlyIf, perMember = false, keep = [] } = options;
  const documents = manifests.map((manifest) => {
    const { apiVersion, kind, metadata, ...rest } = manifest;
    const annotations = keep.includes(kind) ? { 'helm.sh/resource-policy': 'keep' } : undefined;
    const object = { apiVersion, kind, metadata: { ...metadata, labels: LABELS, annotations }, ...rest };
    const text = stringify(object, { lineWidth: 0, aliasDuplicateObjects: false });
    return `---\n${filled(text, chart, options.placeholders)}`;
  });
  const body = documents.join('');
  const loop = perMember ? `{{- range $id, $member := .Values.members }}\n${body}{{- end }}\n` : body;
  return `${GENERATED}\n{{- if .Values.${onlyIf} }}\n${loop}{{- end }}\n`;
}

/** The first line of every file that a chart gets from elsewhere in the tree. */
export const GENERATED =
  '{{- /* Written by `npm run charts`; edit what it is made of, in scripts/charts. */}}';

function filled(text: string, chart: string, placeholders: Placeholders): string {
  let result = text.replace(
    `labels: ${LABELS}\n`,
    `labels:\n    {{- include "${chart}.labels" $ | nindent 4 }}\n`,
  );
  for (const [placeholder, expression] of Object.entries(placeholders)) {
    // Alone it is quoted: a name of digits only would be a number otherwise.
    result = result
      .replaceAll(new RegExp(`: ${placeholder}$`, 'gm'), `: {{ ${expression} | quote }}`)
      .replaceAll(placeholder, `{{ ${expression} }}`);
  }
  return result;
}
