import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { crdTemplate } from './crd-template.ts';
import { dashboardsOf } from './dashboards/dashboard.ts';
import { hubTemplates, memberTemplates, type TemplateFile } from './installed.ts';
import { GENERATED } from './manifest-template.ts';
import { readme } from './readme.ts';
import { describedValues } from './values/described.ts';
import { hubValues } from './values/hub.ts';
import { memberValues } from './values/member.ts';
import { valuesSchema } from './values/schema.ts';

const ROOT = join(import.meta.dirname, '../..');

const CHARTS = {
  'tombolo-hub': { crds: 'crds/hub', values: hubValues, installed: hubTemplates },
  'tombolo-member': { crds: 'crds/multicluster', values: memberValues, installed: memberTemplates },
} as const;

/** Every file of the charts that is made from something else, by its path in the tree. */
export function chartFiles(): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const chart of ['tombolo-hub', 'tombolo-member'] as const) {
    const { crds, values, installed } = CHARTS[chart];
    const folder = `charts/${chart}`;
    for (const [name, text] of [...sharedTemplates(chart), ...crdTemplates(crds), ...installed(chart)]) {
      files.set(`${folder}/templates/${name}`, text);
    }
    for (const [name, text] of dashboardsOf(chart)) files.set(`${folder}/dashboards/${name}`, text);
    const described = describedValues(read(`${folder}/values.yaml`));
    files.set(`${folder}/values.schema.json`, valuesSchema(values, described, chart));
    files.set(`${folder}/README.md`, readme(read(`${folder}/README.md`), described));
  }
  return files;
}

/** Templates that both charts have, under the chart's own name: names of templates are global to Helm. */
function sharedTemplates(chart: string): TemplateFile[] {
  const folder = join(import.meta.dirname, 'shared');
  return globSync('**/*.{yaml,tpl}', { cwd: folder }).map((name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    return [name, `${GENERATED}\n${text.replaceAll('@chart@', chart)}`];
  });
}

function crdTemplates(folder: string): TemplateFile[] {
  const paths = globSync(`${folder}/*.yaml`, { cwd: ROOT });
  return paths.map((path) => [`crds/${basename(path)}`, crdTemplate(read(path))]);
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}
