import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { hubManifests, hubMemberManifests } from '#src/install/hub.ts';
import type { Manifest } from '#src/install/manifest.ts';
import { memberManifests } from '#src/install/member.ts';
import { crdTemplate } from './crd-template.ts';
import { GENERATED, manifestTemplate, type Placeholders } from './manifest-template.ts';
import { readme } from './readme.ts';
import { describedValues } from './values/described.ts';
import { hubValues } from './values/hub.ts';
import { memberValues } from './values/member.ts';
import { valuesSchema } from './values/schema.ts';

const ROOT = join(import.meta.dirname, '../..');
const NAMESPACE = 'chart-namespace';
const ACCOUNT = 'chart-account';
const ROLE = 'chart-role';
const MEMBER = 'chart-member';

const CHARTS = {
  'tombolo-hub': { crds: 'crds/hub', values: hubValues },
  'tombolo-member': { crds: 'crds/multicluster', values: memberValues },
} as const;

/** Every file of the charts that is made from something else, by its path in the tree. */
export function chartFiles(): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const [chart, { crds, values }] of Object.entries(CHARTS)) {
    const folder = `charts/${chart}`;
    for (const [name, text] of sharedTemplates(chart)) files.set(`${folder}/templates/${name}`, text);
    for (const path of globSync(`${crds}/*.yaml`, { cwd: ROOT })) {
      files.set(`${folder}/templates/crds/${basename(path)}`, crdTemplate(read(path)));
    }
    for (const [name, text] of installed(chart)) files.set(`${folder}/templates/${name}`, text);
    const described = describedValues(read(`${folder}/values.yaml`));
    files.set(`${folder}/values.schema.json`, valuesSchema(values, described, chart));
    files.set(`${folder}/README.md`, readme(read(`${folder}/README.md`), described));
  }
  return files;
}

/** Templates that both charts have, under the chart's own name: names of templates are global to Helm. */
function sharedTemplates(chart: string): [string, string][] {
  const folder = join(import.meta.dirname, 'shared');
  return globSync('**/*.{yaml,tpl}', { cwd: folder }).map((name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    return [name, `${GENERATED}\n${text.replaceAll('@chart@', chart)}`];
  });
}

/** What `src/install` holds, as templates. Namespace and ServiceAccount of the program are the chart's business. */
function installed(chart: string): [string, string][] {
  const names = { accountName: ACCOUNT, roleName: ROLE };
  const own = (manifests: readonly Manifest[]) => {
    const rest = manifests.filter(({ kind }) => kind !== 'Namespace' && kind !== 'ServiceAccount');
    const isPolicy = ({ kind }: Manifest) => kind.startsWith('ValidatingAdmissionPolicy');
    const common = { chart, placeholders: placeholdersOf(chart) };
    return [
      [
        'rbac.yaml',
        manifestTemplate(
          rest.filter((manifest) => !isPolicy(manifest)),
          { ...common, onlyIf: 'rbac.create' },
        ),
      ],
      [
        'admission.yaml',
        manifestTemplate(rest.filter(isPolicy), { ...common, onlyIf: 'admissionPolicies.enabled' }),
      ],
    ] as [string, string][];
  };
  if (chart === 'tombolo-member') return own(memberManifests({ agentNamespace: NAMESPACE, ...names }));
  const members = manifestTemplate(hubMemberManifests({ clusterId: MEMBER }), {
    chart,
    placeholders: placeholdersOf(chart),
    onlyIf: 'members',
    perMember: true,
    // What a member exported must not go because a line of the values did.
    keep: ['Namespace'],
  });
  return [...own(hubManifests({ hubNamespace: NAMESPACE, ...names })), ['members.yaml', members]];
}

function placeholdersOf(chart: string): Placeholders {
  return {
    [NAMESPACE]: `include "${chart}.namespace" $`,
    [ACCOUNT]: `include "${chart}.serviceAccountName" $`,
    [ROLE]: `include "${chart}.fullname" $`,
    [MEMBER]: '$id',
  };
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}
