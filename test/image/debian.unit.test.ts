import { describe, expect, it } from 'vitest';
import { isOurs, licenseOf, PACKAGES, wantedOf } from '../../scripts/image/debian/packages.ts';
import { PLATFORMS } from '../../scripts/image/platform.ts';

const amd64 = platform('amd64');

function platform(architecture: string) {
  const found = PLATFORMS.find((known) => known.architecture === architecture);
  if (found === undefined) throw new Error(`no platform ${architecture}`);
  return found;
}

describe('wantedOf', () => {
  it.each([
    ['libc6', 'lib/x86_64-linux-gnu/libc.so.6'],
    ['libc6', 'usr/lib/x86_64-linux-gnu/libc.so.6'],
    ['libc6', 'lib64/ld-linux-x86-64.so.2'],
    ['libc6', 'usr/share/doc/libc6/copyright'],
    ['libgcc-s1', 'usr/share/doc/libgcc-s1'],
    ['libstdc++6', 'usr/lib/x86_64-linux-gnu/libstdc++.so.6.0.30'],
    ['ca-certificates', 'usr/share/ca-certificates/mozilla/GTS_Root_R1.crt'],
    ['base-files', 'usr/lib/os-release'],
    ['base-files', 'usr/share/common-licenses/LGPL-2.1'],
    ['gcc-12-base', 'usr/share/doc/gcc-12-base/copyright'],
  ])('takes from %s /%s', (name, path) => {
    expect(wantedOf(name, amd64)(path)).toBe(true);
  });

  it.each([
    ['libc6', 'usr/lib/x86_64-linux-gnu/gconv/UTF-16.so'],
    ['libc6', 'usr/share/doc/libc6/changelog.Debian.gz'],
    ['libc6', 'lib/aarch64-linux-gnu/libc.so.6'],
    ['ca-certificates', 'usr/sbin/update-ca-certificates'],
    ['base-files', 'etc/issue'],
    ['base-files', 'usr/share/base-files/dot.bashrc'],
    ['libstdc++6', 'usr/share/gcc/python/libstdcxx/v6/printers.py'],
  ])('leaves in %s /%s', (name, path) => {
    expect(wantedOf(name, amd64)(path)).toBe(false);
  });

  it('knows the loader of the other platform, too', () => {
    expect(wantedOf('libc6', platform('arm64'))('lib/ld-linux-aarch64.so.1')).toBe(true);
  });
});

describe('isOurs', () => {
  it.each([...PACKAGES, 'gcc-12-base', 'gcc-14-base'])('%s is, and its licence is known', (name) => {
    expect(isOurs(name)).toBe(true);
    expect(licenseOf(name)).not.toBe('NOASSERTION');
  });

  it.each(['openssl', 'debconf', 'libc-bin', 'gcc-12'])('%s is not', (name) => {
    expect(isOurs(name)).toBe(false);
  });
});
