import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Program } from '../machine/program.ts';
import { type RunOptions, run } from '../machine/run.ts';
import type { Workspace } from '../machine/workspace.ts';

/** Where a node's programs live. */
export interface NodeSpacePlace {
  /** The cluster's name. */
  name: string;
  /** The name of its network namespace. */
  networkNamespace: string;
  /** Below it, in every hierarchy, are the control groups of its pods: `/name`. */
  cgroup: string;
  /** Folders that come first in its programs' PATH. */
  path: readonly string[];
}

/** What the kubelet would change for the whole machine; in a node's space it finds them set. */
const SETTINGS = [
  'vm/overcommit_memory=1',
  'vm/panic_on_oom=0',
  'kernel/panic=10',
  'kernel/panic_on_oops=1',
  'kernel/keys/root_maxkeys=1000000',
  'kernel/keys/root_maxbytes=25000000',
];

/**
 * Process 1 of the node. All that the node writes and mounts is in memory of its own mount namespace, also at the
 * paths that containerd, CNI and the kubelet have no setting for. The kernel ends everything with this process.
 */
const INIT = `
node=$1; cgroup=$2; shift 2
# In every hierarchy of version 1, or in the one of version 2.
for hierarchy in /sys/fs/cgroup /sys/fs/cgroup/*; do
  [ -e "$hierarchy/cgroup.procs" ] && mkdir -p "$hierarchy$cgroup"
done
# Read before the new /proc is there: the number that others know this process by.
read -r pid rest < /proc/self/stat
mount --make-rshared /
mount -t proc proc /proc
mount -t tmpfs -o mode=0755 tombolo "$node"
mkdir -p "$node/sysctl" "$node/tmp" /var/lib/cni
for folder in /run /var/log /var/lib/cni; do
  mkdir -p "$node$folder"
  mount --bind "$node$folder" "$folder"
done
for setting in "$@"; do
  file=/proc/sys/\${setting%%=*}
  copy=$node/sysctl/$(basename "$file")
  [ -e "$file" ] || continue
  echo "\${setting#*=}" > "$copy"
  mount --bind "$copy" "$file"
done
echo "$pid" > "$node.pid"
# Children of programs that ended become ours; the shell takes note of their end while it waits.
sleep infinity & wait
`;
const CNI_FOLDER = '/var/lib/cni';

/** Namespaces for the programs of one node: network, mounts, processes. */
export class NodeSpace {
  /** Where its programs keep their data; holds nothing for processes outside. */
  readonly folder: string;
  readonly #workspace: Workspace;
  readonly #place: NodeSpacePlace;
  readonly #pid: number;

  private constructor(workspace: Workspace, place: NodeSpacePlace, folder: string, pid: number) {
    this.#workspace = workspace;
    this.#place = place;
    this.folder = folder;
    this.#pid = pid;
  }

  static async open(workspace: Workspace, place: NodeSpacePlace): Promise<NodeSpace> {
    const folder = workspace.folderFor(`${place.name}-node`);
    if (!existsSync(CNI_FOLDER)) {
      workspace.willMake({ kind: 'folder', name: CNI_FOLDER });
      mkdirSync(CNI_FOLDER);
    }
    workspace.willMake({ kind: 'cgroup', name: place.cgroup });
    const program = await workspace.launch({
      name: `${place.name}/node`,
      command: 'nsenter',
      args: [
        `--net=/run/netns/${place.networkNamespace}`,
        ...['unshare', '--mount', '--pid', '--fork', '--kill-child'],
        ...['sh', '-euc', INIT, 'init', folder, place.cgroup, ...SETTINGS],
      ],
    });
    const pid = await program.ready(async () => Number(readFileSync(`${folder}.pid`, 'utf8')) || undefined);
    // It goes when all processes inside have gone.
    workspace.adopt(`${place.name}/node/init`, pid);
    return new NodeSpace(workspace, place, folder, pid);
  }

  /** A path in its folder. */
  file(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  /** Starts a program inside. */
  launch(name: string, command: string, args: readonly string[]): Promise<Program> {
    return this.#workspace.launch({
      name: `${this.#place.name}/${name}`,
      command: 'nsenter',
      args: [...this.#enter(), command, ...args],
      env: this.#environment(),
    });
  }

  /** Runs a program inside to its end and gives what it printed. */
  run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
    return run('nsenter', [...this.#enter(), command, ...args], {
      ...options,
      env: { ...process.env, ...this.#environment() },
    });
  }

  #enter(): string[] {
    return ['--target', String(this.#pid), '--net', '--mount', '--pid', '--'];
  }

  #environment(): Record<string, string> {
    return {
      PATH: [...this.#place.path, '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'].join(':'),
      TMPDIR: this.file('tmp'),
    };
  }
}
