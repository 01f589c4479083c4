import { text } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { type Entry, file, inOrder } from '../../scripts/image/entry.ts';
import { packTar, readTar } from '../../scripts/image/tar.ts';

const TREE: readonly Entry[] = [
  { type: 'file', path: 'usr/bin/node', mode: 0o755, data: Buffer.from('#') },
  { type: 'symlink', path: 'lib', target: 'usr/lib' },
  { type: 'directory', path: 'tmp', mode: 0o1777 },
  file('etc/passwd', 'root:x:0:0'),
];

describe('inOrder', () => {
  it('puts every folder before what lies in it', () => {
    expect(inOrder(TREE).map(({ path }) => path)).toEqual([
      'etc',
      'etc/passwd',
      'lib',
      'tmp',
      'usr',
      'usr/bin',
      'usr/bin/node',
    ]);
  });

  it('refuses two things at one path: which of them is there would depend on their order', () => {
    expect(() => inOrder([...TREE, file('lib', '')])).toThrow('two entries are at /lib');
  });
});

describe('packTar', () => {
  it('gives the same bytes for the same entries in another order', async () => {
    expect(await packTar(TREE)).toEqual(await packTar([...TREE].reverse()));
  });

  it('gives other bytes for another mode', async () => {
    const changed = TREE.map((entry) => (entry.type === 'file' ? { ...entry, mode: 0o600 } : entry));
    expect(await packTar(changed)).not.toEqual(await packTar(TREE));
  });

  it('packs what readTar reads back', async () => {
    expect(await readTar(await packTar(TREE), () => true)).toEqual(inOrder(TREE));
  });
});

describe('readTar', () => {
  it('reads names as Debian writes them, and only what is wanted', async () => {
    const tar = pack();
    tar.entry({ name: './', type: 'directory' });
    tar.entry({ name: './etc/a', mode: 0o644 }, 'A');
    tar.entry({ name: './etc/b', mode: 0o644 }, 'B');
    tar.finalize();
    const archive = Buffer.from(await text(tar));
    expect(await readTar(archive, (path) => path === 'etc/b')).toEqual([file('etc/b', 'B')]);
  });

  it('refuses a hard link, which it would lose', async () => {
    const tar = pack();
    tar.entry({ name: 'a', type: 'link', linkname: 'b' });
    tar.finalize();
    const archive = Buffer.from(await text(tar));
    await expect(readTar(archive, () => true)).rejects.toThrow('/a is a link');
  });
});
