import { type Entry, file } from './entry.ts';

/** Who the program runs as: a number, since Kubernetes' runAsNonRoot cannot look up names. Nobody's on any host. */
export const USER = 65532;

/** What no package brings: the accounts, how names are looked up, and the folders that container runtimes mount on. */
export function skeleton(): Entry[] {
  return [
    file(
      'etc/passwd',
      `root:x:0:0:root:/:/usr/sbin/nologin\ntombolo:x:${USER}:${USER}:tombolo:/:/usr/sbin/nologin\n`,
    ),
    file('etc/group', `root:x:0:\ntombolo:x:${USER}:\n`),
    file('etc/nsswitch.conf', 'passwd: files\ngroup: files\nhosts: files dns\n'),
    { type: 'directory', path: 'tmp', mode: 0o1777 },
    ...['dev', 'proc', 'sys'].map((path): Entry => ({ type: 'directory', path, mode: 0o755 })),
  ];
}
