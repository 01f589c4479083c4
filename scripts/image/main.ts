import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import { cacheFolder } from '#test/clusters/build/cache.ts';
import { Progress } from '#test/clusters/progress.ts';
import { bundle, ROOT } from '../bundle/bundle.ts';
import { bundledPackages } from '../bundle/packages.ts';
import { revision } from '../bundle/revision.ts';
import { buildPlatform } from './build.ts';
import { sizes, startUp, TIMES } from './figures.ts';
import { labelsOf } from './labels.ts';
import { layoutOf, refuseForeign, writeLayout } from './layout.ts';
import { multiPlatform } from './manifest.ts';
import { PLATFORMS } from './platform.ts';
import { sbom } from './sbom/sbom.ts';
import { packTar } from './tar.ts';

interface Options {
  output: string;
  name: string;
  source?: string;
  refresh: boolean;
}

const manifest = z
  .object({ version: z.string(), description: z.string(), license: z.string() })
  .parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')));

async function build({ output, name, source, refresh }: Options): Promise<void> {
  const folder = resolve(output);
  refuseForeign(folder);
  const progress = new Progress();
  const { commit, time } = await revision(process.env);
  const bundled = await progress.during('bundle', {}, () => bundle(commit));
  const npm = bundledPackages(bundled.metafile);
  const about = {
    created: `${new Date(time * 1_000).toISOString().slice(0, 19)}Z`,
    labels: labelsOf({ ...manifest, commit, source }),
  };
  const cache = join(cacheFolder(), 'image');
  const images = await Promise.all(
    PLATFORMS.map((platform) =>
      buildPlatform(platform, { bundle: bundled, npm, about, cache, refresh, now: Date.now(), progress }),
    ),
  );
  const index = multiPlatform(
    images.map(({ blobs }) => blobs[0]),
    about,
  );
  const imageName = { repository: name, tag: manifest.version };
  const layout = layoutOf(
    index,
    images.flatMap(({ blobs }) => blobs),
    imageName,
  );
  writeLayout(folder, layout);
  writeFileSync(`${folder}.tar`, await packTar(layout));
  const materials = sbom({
    name: imageName,
    version: manifest.version,
    image: index,
    about,
    npm,
    platforms: images,
  });
  writeFileSync(`${folder}.spdx.json`, `${JSON.stringify(materials, undefined, 2)}\n`);

  const start = await startUp(folder);
  const lines = [
    `${name}:${manifest.version}@${index.descriptor.digest}`,
    ...images.map(sizes),
    start === undefined
      ? 'tombolo version: not measured, this machine cannot run it'
      : `tombolo version: ${Math.round(start.quickest)} ms at best, ${Math.round(start.middle)} ms in the middle of ${TIMES}`,
    `${folder}, as one file ${folder}.tar, what is in it ${folder}.spdx.json`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** What references to images allow: a host with or without a port, and a path of lower-case parts. */
function repository(name: string): string {
  const part = '[a-z0-9]+(?:[._-]+[a-z0-9]+)*';
  if (new RegExp(`^(?:${part}(?::\\d+)?/)?${part}(?:/${part})*$`).test(name)) return name;
  throw new InvalidArgumentError('It must be lower case and without a tag, like registry.example/tombolo.');
}

const command = new Command('image')
  .description('Builds the image for linux/amd64 and linux/arm64 as an OCI image layout. Needs no Docker.')
  .option(
    '--output <folder>',
    'the layout; the archive and the bill of materials lie beside it',
    'dist/image',
  )
  .addOption(
    new Option('--name <repository>', 'what the image is called, without a tag')
      .argParser(repository)
      .default('tombolo.dev/tombolo'),
  )
  .option('--source <url>', 'where the sources are, for the label org.opencontainers.image.source')
  .option('--refresh', "ask for Debian's current versions, even if that was done within a day", false)
  .showHelpAfterError()
  .action(build);

try {
  await command.parseAsync();
} catch (error) {
  process.stderr.write(`image failed: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
