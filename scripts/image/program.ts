import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Bundle, ROOT } from '../bundle/bundle.ts';
import { type BundledPackage, thirdPartyLicenses } from '../bundle/packages.ts';
import { type Entry, file } from './entry.ts';
import type { NodeBinary } from './node/binary.ts';

/** Node, and nothing that comes with it: no npm, no headers, no manual. */
export function nodeTree({ program, license }: NodeBinary): Entry[] {
  return [
    { type: 'file', path: 'usr/bin/node', mode: 0o755, data: program },
    file('usr/share/doc/node/copyright', license),
  ];
}

/** The bundle without its source maps, and the licences of all that is in it. The same on every platform. */
export function programTree({ files }: Bundle, packages: readonly BundledPackage[]): Entry[] {
  return [
    ...[...files].map(([name, content]) => file(`app/${name}`, content)),
    file('usr/share/doc/tombolo/copyright', readFileSync(join(ROOT, 'LICENSE'))),
    file('usr/share/doc/tombolo/third-party', thirdPartyLicenses(packages)),
  ];
}
