import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Program } from '../machine/program.ts';
import { run } from '../machine/run.ts';
import type { Workspace } from '../machine/workspace.ts';
import { cniConfig } from './cni.ts';
import type { DebianPrograms } from './debian.ts';
import { PAUSE } from './images.ts';
import type { NodeSpace } from './node-space.ts';

/** One node's containerd. */
export class Containerd {
  readonly program: Program;
  readonly #space: NodeSpace;
  readonly #programs: DebianPrograms;

  private constructor(space: NodeSpace, programs: DebianPrograms, program: Program) {
    this.#space = space;
    this.#programs = programs;
    this.program = program;
  }

  /** Starts it in the node's space; resolves when it answers. */
  static async start(
    workspace: Workspace,
    name: string,
    space: NodeSpace,
    programs: DebianPrograms,
    podRanges: readonly string[],
  ): Promise<Containerd> {
    const cni = workspace.folderFor(`${name}-cni`);
    workspace.write(`${name}-cni/10-pods.conflist`, cniConfig(podRanges, space.file('ipam')));
    const config = workspace.write(`${name}-containerd.toml`, containerdConfig(space, programs, cni));
    const program = await space.launch('containerd', programs.containerd, ['--config', config]);
    const containerd = new Containerd(space, programs, program);
    await program.ready(async () => containerd.ctr(['version']));
    return containerd;
  }

  /** For clients inside the node's space. */
  get socket(): string {
    return socketIn(this.#space);
  }

  /** Makes the images of an archive, or of a folder in OCI layout, known to the kubelet under the names in it. */
  async load(path: string): Promise<void> {
    if (!statSync(path).isDirectory()) {
      await this.ctr(['images', 'import', '-'], path);
      return;
    }
    const archive = join(mkdtempSync(join(tmpdir(), 'tombolo-image-')), 'image.tar');
    try {
      await run('tar', ['-C', path, '-cf', archive, '.']);
      await this.load(archive);
    } finally {
      rmSync(dirname(archive), { recursive: true, force: true });
    }
  }

  /** Gives an image one more name. */
  async tag(name: string, other: string): Promise<void> {
    await this.ctr(['images', 'tag', '--force', name, other]);
  }

  async ctr(args: readonly string[], stdinFile?: string): Promise<string> {
    const command = `${this.#programs.root}/usr/bin/ctr`;
    const all = ['--address', this.socket, '--namespace', 'k8s.io', ...args];
    return await this.#space.run(command, all, stdinFile === undefined ? {} : { stdinFile });
  }
}

function socketIn(space: NodeSpace): string {
  return space.file('containerd.sock');
}

/** TOML. The two settings about oom scores: lowering one takes a capability that is missing on some machines. */
function containerdConfig(space: NodeSpace, { runc, cni }: DebianPrograms, cniFolder: string): string {
  return `version = 2
root = "${space.file('containerd')}"
state = "${space.file('run-containerd')}"
oom_score = 0
disabled_plugins = ["io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs"]

[grpc]
address = "${socketIn(space)}"

[plugins."io.containerd.internal.v1.opt"]
path = "${space.file('opt')}"

[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "${PAUSE}"
restrict_oom_score_adj = true
enable_unprivileged_ports = true
enable_unprivileged_icmp = true

[plugins."io.containerd.grpc.v1.cri".containerd]
snapshotter = "overlayfs"
default_runtime_name = "runc"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
BinaryName = "${runc}"

[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "${cni}"
conf_dir = "${cniFolder}"
`;
}
