import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** What somebody finds on this machine of clusters with nodes, each as one line. */
export interface Traces {
  processes: string[];
  mounts: string[];
  networkNamespaces: string[];
  devices: string[];
  routes: string[];
  controlGroups: string[];
  folders: string[];
  settings: string[];
}

/** Looks for all that a set with nodes makes, by the number of its workspace where it has a name of its own. */
export function tracesOf(folder: string): Traces {
  const name = folder.split('/').at(-1) ?? '';
  return {
    processes: processes(folder),
    mounts: lines('/proc/mounts').filter((line) => line.includes(name)),
    networkNamespaces: list('/run/netns').filter((entry) => entry.startsWith(`${name}-`)),
    devices: lines('/proc/net/dev').filter((line) => line.trim().startsWith(name)),
    routes: [...lines('/proc/net/route'), ...lines('/proc/net/ipv6_route')].filter((line) =>
      line.includes(name),
    ),
    controlGroups: ['', ...list('/sys/fs/cgroup')].flatMap((hierarchy) =>
      list(join('/sys/fs/cgroup', hierarchy)).filter((entry) => entry.startsWith(`${name}-`)),
    ),
    folders: [
      folder,
      join(folder, '..', 'tombolo-nodes'),
      '/var/lib/cni',
      '/var/lib/kubelet',
      '/run/containerd',
    ].filter((path) => existsSync(path)),
    settings: SETTINGS.map((file) => `${file} ${lines(`/proc/sys/${file}`).join(' ')}`),
  };
}

/** What the kubelet would set, and what a router would. */
const SETTINGS = [
  'vm/overcommit_memory',
  'vm/panic_on_oom',
  'kernel/panic',
  'kernel/panic_on_oops',
  'kernel/keys/root_maxkeys',
  'kernel/keys/root_maxbytes',
  'net/ipv4/ip_forward',
  'net/ipv6/conf/all/forwarding',
  'net/netfilter/nf_conntrack_max',
];

/** All that have the folder in their command line or work in it, containers' own programs among them. */
function processes(folder: string): string[] {
  return list('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => pid !== String(process.pid))
    .map((pid) => ({ pid, command: commandOf(pid), mounts: mountsOf(pid) }))
    .filter(({ command, mounts }) => command.includes(`${folder}/`) || mounts.includes(`${folder}/`))
    .map(({ pid, command }) => `${pid} ${command}`);
}

function commandOf(pid: string): string {
  return readable(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '));
}

/** Only of processes in another mount namespace than ours. */
function mountsOf(pid: string): string {
  return readable(() => {
    const theirs = readlinkSync(`/proc/${pid}/ns/mnt`);
    return theirs === readlinkSync('/proc/self/ns/mnt') ? '' : readFileSync(`/proc/${pid}/mounts`, 'utf8');
  });
}

function lines(file: string): string[] {
  return readable(() => readFileSync(file, 'utf8'))
    .split('\n')
    .filter((line) => line !== '');
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** A process that ends meanwhile has nothing to show. */
function readable(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
