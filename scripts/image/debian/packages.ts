import type { Platform } from '../platform.ts';

/** What Node links to, the roots of trust, and the texts that Debian's copyright files point to. */
export const PACKAGES = ['base-files', 'ca-certificates', 'libc6', 'libgcc-s1', 'libstdc++6'] as const;

/** GCC's libraries have their copyright in a package of this name, which comes along with them. */
const GCC_BASE = /^gcc-\d+-base$/;

const LIBRARIES: Readonly<Record<string, string>> = {
  libc6: '(ld-linux-[\\w-]+|lib(c|m|dl|pthread|rt|resolv|nss_files|nss_dns))\\.so\\.\\d+',
  'libgcc-s1': 'libgcc_s\\.so\\.\\d+',
  'libstdc++6': 'libstdc\\+\\+\\.so(\\.\\d+)+',
};

/** As their copyright files say it, in SPDX's words. */
const LICENSES: Readonly<Record<string, string>> = {
  'base-files': 'GPL-2.0-or-later',
  'ca-certificates': 'GPL-2.0-or-later AND MPL-2.0',
  libc6: 'LGPL-2.1-or-later',
  'libgcc-s1': 'GPL-3.0-or-later WITH GCC-exception-3.1',
  'libstdc++6': 'GPL-3.0-or-later WITH GCC-exception-3.1',
};

/** Whether the image takes something of a package; apt names more, which these depend on and Node does not. */
export function isOurs(name: string): boolean {
  return PACKAGES.some((known) => known === name) || GCC_BASE.test(name);
}

export function licenseOf(name: string): string {
  return LICENSES[name] ?? (GCC_BASE.test(name) ? 'GPL-3.0-or-later WITH GCC-exception-3.1' : 'NOASSERTION');
}

/**
 * Says which files of a package the image takes: libraries that Node loads, certificates, copyright. Not glibc's
 * character set converters, which are twice as large as all the rest, and which Node, with ICU of its own, never
 * asks for.
 */
export function wantedOf(name: string, { triplet }: Platform): (path: string) => boolean {
  const parts = [`usr/share/doc/${escaped(name)}(/copyright)?`];
  const library = LIBRARIES[name];
  if (library !== undefined) parts.push(`(usr/)?lib(64|/${triplet})?/${library}`);
  if (name === 'ca-certificates') parts.push('usr/share/ca-certificates/.+\\.crt');
  if (name === 'base-files') {
    parts.push(
      '(etc|usr/lib)/os-release',
      'usr/share/common-licenses/((L?GPL|GFDL)(-[\\d.]+)?|MPL-2.0|Apache-2.0)',
    );
  }
  const pattern = new RegExp(`^(${parts.join('|')})$`);
  return (path) => pattern.test(path);
}

function escaped(text: string): string {
  return text.replaceAll(/[.+]/g, '\\$&');
}
