import type { AdminClient } from '../admin.ts';
import type { Program } from '../machine/program.ts';
import type { Workspace } from '../machine/workspace.ts';
import type { ApiServerControl } from '../provider.ts';
import { type ApiServerPlace, startApiServer } from './api-server.ts';

/** One kube-apiserver through all its starts. */
export class LocalApiServer implements ApiServerControl {
  readonly #workspace: Workspace;
  readonly #binary: string;
  readonly #place: ApiServerPlace;
  readonly #admin: AdminClient;
  #program: Program | undefined;

  constructor(workspace: Workspace, binary: string, place: ApiServerPlace, admin: AdminClient) {
    this.#workspace = workspace;
    this.#binary = binary;
    this.#place = place;
    this.#admin = admin;
  }

  async start(): Promise<void> {
    if (this.#program?.running) return;
    this.#program = await startApiServer(this.#workspace, this.#binary, this.#place, this.#admin);
  }

  async stop(): Promise<void> {
    await this.#program?.stop();
  }

  async kill(): Promise<void> {
    await this.#program?.kill();
  }

  async pause(): Promise<void> {
    this.#program?.signal('SIGSTOP');
  }

  async resume(): Promise<void> {
    this.#program?.signal('SIGCONT');
  }
}
