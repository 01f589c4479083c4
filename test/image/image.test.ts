import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { extract } from 'tar-stream';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import * as z from 'zod';
import type { Entry } from '../../scripts/image/entry.ts';
import { imageIndex, imageTree, indexSchema, manifestSchema, readBlob } from '../../scripts/image/unpack.ts';
import { buildImage, scratch } from './built.ts';
import { neededLibraries } from './elf.ts';
import { FLAGS } from './prepare.ts';

const configSchema = z.object({
  architecture: z.string(),
  os: z.literal('linux'),
  created: z.iso.datetime(),
  config: z.object({
    User: z.string(),
    Env: z.array(z.string()),
    Entrypoint: z.array(z.string()),
    Labels: z.record(z.string(), z.string()),
  }),
  rootfs: z.object({ diff_ids: z.array(z.string()) }),
  history: z.array(z.object({ created_by: z.string() })),
});

const layout = inject('layout');
const printed = inject('printed');

const sha256 = (bytes: Uint8Array) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
const pathOf = ({ digest }: { digest: string }) => join(layout, 'blobs', digest.replace(':', '/'));
const manifests = () =>
  imageIndex(layout).manifests.map((described) => ({
    described,
    manifest: manifestSchema.parse(JSON.parse(readBlob(layout, described).toString())),
  }));
const top = () => indexSchema.parse(JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8'))).manifests;

/** Everything that one blob or index.json names, and all that those name. */
function reachable() {
  const inner = manifests().flatMap(({ described, manifest }) => [
    described,
    manifest.config,
    ...manifest.layers,
  ]);
  return [...top(), ...inner];
}

it('another build with an empty cache gives the same bytes, to the last one', async () => {
  using place = scratch();
  const again = join(place.folder, 'again');
  const env = { TOMBOLO_CACHE: join(place.folder, 'cache') };
  await buildImage(again, { flags: FLAGS, env });
  const digests = (folder: string) =>
    ['.tar', '.spdx.json']
      .map((end) => [end, sha256(readFileSync(`${folder}${end}`))])
      .concat(
        globSync('**/*', { cwd: folder })
          .filter((name) => statSync(join(folder, name)).isFile())
          .sort()
          .map((name) => [name, sha256(readFileSync(join(folder, name)))]),
      );
  expect(digests(again)).toEqual(digests(layout));
  expect(digests(again).length).toBeGreaterThan(8);
});

describe('the layout', () => {
  it('says what it is', () => {
    expect(JSON.parse(readFileSync(join(layout, 'oci-layout'), 'utf8'))).toEqual({
      imageLayoutVersion: '1.0.0',
    });
  });

  it('names every blob by its digest and size, and holds no other', () => {
    for (const described of reachable()) {
      const bytes = readBlob(layout, described);
      expect({ ...described, digest: sha256(bytes), size: bytes.byteLength }).toEqual(described);
    }
    const files = globSync('blobs/*/*', { cwd: layout }).map((name) => join(layout, name));
    expect(files.sort()).toEqual([...new Set(reachable().map(pathOf))].sort());
  });

  it('gives the image its name where containerd looks, and where others do', () => {
    const { manifests: named } = JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8'));
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(named).toMatchObject([
      {
        mediaType: 'application/vnd.oci.image.index.v1+json',
        annotations: {
          'io.containerd.image.name': `tombolo.dev/tombolo:${version}`,
          'org.opencontainers.image.ref.name': version,
        },
      },
    ]);
  });

  it('holds one image for each platform', () => {
    expect(manifests().map(({ described }) => described.platform)).toEqual([
      { os: 'linux', architecture: 'amd64' },
      { os: 'linux', architecture: 'arm64' },
    ]);
  });

  it('is in one file, too, as `ctr images import` takes it', async () => {
    const listed = execFileSync('tar', ['-tf', `${layout}.tar`], { encoding: 'utf8' }).split('\n');
    expect(listed).toEqual(expect.arrayContaining(['index.json', 'oci-layout']));
    expect(listed.filter((name) => name.startsWith('blobs/sha256/') && !name.endsWith('/')).length).toBe(
      new Set(reachable().map(pathOf)).size,
    );
  });
});

describe.each(['amd64', 'arm64'])('the image for %s', (architecture) => {
  let tree: Entry[];
  let config: z.infer<typeof configSchema>;
  beforeAll(async () => {
    tree = await imageTree(layout, architecture);
    const found = manifests().find(({ described }) => described.platform?.architecture === architecture);
    if (found === undefined) throw new Error(`no image for ${architecture}`);
    config = configSchema.parse(JSON.parse(readBlob(layout, found.manifest.config).toString()));
    const tars = found.manifest.layers.map((layer) => sha256(gunzipSync(readBlob(layout, layer))));
    expect(config.rootfs.diff_ids).toEqual(tars);
    expect(config.history.length).toBe(tars.length);
  });
  const at = (path: string) => tree.find((entry) => `/${entry.path}` === path);

  it('runs as a number that is nobody, and starts the program', () => {
    expect(config).toMatchObject({ architecture, config: { User: '65532:65532' } });
    const [node = '', main = ''] = config.config.Entrypoint;
    expect(at(node)).toMatchObject({ type: 'file', mode: 0o755 });
    expect(at(main)).toMatchObject({ type: 'file' });
  });

  it('says where it comes from', () => {
    expect(config.config.Labels).toEqual({
      'org.opencontainers.image.title': 'tombolo',
      'org.opencontainers.image.description': expect.stringContaining('Multi-Cluster Services'),
      'org.opencontainers.image.version': expect.stringMatching(/^\d+\.\d+\.\d+$/),
      'org.opencontainers.image.revision': expect.stringMatching(/^[0-9a-f]{40}(-dirty)?$/),
      'org.opencontainers.image.licenses': 'Apache-2.0',
      'org.opencontainers.image.source': 'https://tombolo.dev/source',
    });
  });

  it('names a commit of this repository, the same as its program does', () => {
    const revision = config.config.Labels['org.opencontainers.image.revision'] ?? '';
    const type = execFileSync('git', ['cat-file', '-t', revision.replace('-dirty', '')], {
      encoding: 'utf8',
    });
    expect(type).toBe('commit\n');
    const program = tree.filter(({ path }) => path.startsWith('app/'));
    const texts = program.map((entry) => (entry.type === 'file' ? Buffer.from(entry.data).toString() : ''));
    expect(texts.join('\n')).toContain(`"${revision}"`);
  });

  it('holds no program besides Node: no shell, no package manager', () => {
    const programs = tree.filter((entry) => entry.type === 'file' && (entry.mode & 0o111) !== 0);
    const names = programs.map(({ path }) => path).filter((path) => !/\.so(\.\d+)*$/.test(path));
    expect(names).toEqual(['usr/bin/node']);
    const links = tree.filter((entry) => entry.type === 'symlink' && /(^|\/)s?bin\//.test(entry.path));
    expect(links).toEqual([]);
  });

  it('lets nobody but root change a file, and nobody become another', async () => {
    for (const entry of tree) {
      if (entry.type === 'file') expect([entry.path, entry.mode & 0o7022]).toEqual([entry.path, 0]);
      if (entry.type === 'directory' && entry.path !== 'tmp') expect(entry.mode).toBe(0o755);
    }
    expect(at('/tmp')).toMatchObject({ mode: 0o1777 });
  });

  it('holds every library that Node and its libraries ask for', () => {
    const libraries = tree.filter(({ path }) => /^usr\/lib(64)?\//.test(path));
    const names = new Set(libraries.map(({ path }) => path.split('/').at(-1)));
    const programs = tree.filter((entry) => entry.type === 'file' && /\.so\.|bin\/node$/.test(entry.path));
    const asked = programs.flatMap((entry) =>
      entry.type === 'file' ? neededLibraries(Buffer.from(entry.data)) : [],
    );
    expect(asked).toContain('libstdc++.so.6');
    expect(asked.filter((name) => !names.has(name))).toEqual([]);
  });

  it('trusts what Debian trusts', () => {
    const bundle = at('/etc/ssl/certs/ca-certificates.crt');
    const text = bundle?.type === 'file' ? Buffer.from(bundle.data).toString() : '';
    expect(text.match(/-----BEGIN CERTIFICATE-----/g)?.length).toBeGreaterThan(100);
    expect(text.match(/-----END CERTIFICATE-----\n/g)?.length).toBe(text.match(/-----BEGIN/g)?.length);
  });

  it('passes on the licences of all that is in it', () => {
    const documented = tree.filter(({ path }) => /^usr\/share\/doc\/[^/]+\//.test(path));
    const texts = documented.map(({ path }) => path.replace('usr/share/doc/', ''));
    for (const name of ['node', 'tombolo', 'libc6', 'ca-certificates'])
      expect(texts).toContain(`${name}/copyright`);
    const others = at('/usr/share/doc/tombolo/third-party');
    const text = others?.type === 'file' ? Buffer.from(others.data).toString() : '';
    expect(text).toContain('undici');
    expect(text).toContain('Permission is hereby granted');
  });

  it('is under 120 MB unpacked', () => {
    const bytes = tree.reduce((sum, entry) => sum + (entry.type === 'file' ? entry.data.byteLength : 0), 0);
    expect(bytes).toBeLessThan(120e6);
    expect(printed).toContain(`${architecture}: ${(bytes / 1e6).toFixed(1)} MB unpacked`);
  });

  it('says nothing of when, where and by whom it was built', async () => {
    const found = manifests().find(({ described }) => described.platform?.architecture === architecture);
    for (const layer of found?.manifest.layers ?? []) {
      const tar = extract();
      tar.end(gunzipSync(readBlob(layout, layer)));
      for await (const part of tar) {
        expect(part.header).toMatchObject({ mtime: new Date(0), uid: 0, gid: 0, uname: '', gname: '' });
        part.resume();
      }
    }
  });
});
