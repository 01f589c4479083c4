import { rm } from 'node:fs/promises';
import type { Program } from '../machine/program.ts';
import type { Workspace } from '../machine/workspace.ts';
import type { EtcdControl, RevisionMode, StoreWrites } from '../provider.ts';
import { alarmOfNoSpace, compactAll, type EtcdPlace, saveSnapshot, startEtcd } from './etcd.ts';
import { EtcdWrites } from './etcd-writes.ts';
import { restoreSnapshot } from './etcdutl.ts';

/** The programs of a database and its tools. */
export interface EtcdBinaries {
  etcd: string;
  etcdutl: string | undefined;
}

/** Stops all that hold a view of the database, runs `exchange`, and starts them again. */
export type WhileStopped = (exchange: () => Promise<void>) => Promise<void>;

/** One etcd through all its starts and databases. */
export class LocalEtcd implements EtcdControl {
  readonly #workspace: Workspace;
  readonly #binaries: EtcdBinaries;
  readonly #place: EtcdPlace;
  readonly #whileStopped: WhileStopped;
  #program: Program | undefined;
  #snapshots = 0;

  constructor(workspace: Workspace, binaries: EtcdBinaries, place: EtcdPlace, whileStopped: WhileStopped) {
    this.#workspace = workspace;
    this.#binaries = binaries;
    this.#place = place;
    this.#whileStopped = whileStopped;
  }

  async start(): Promise<void> {
    this.#program = await startEtcd(this.#workspace, this.#binaries.etcd, this.#place);
  }

  async save(): Promise<string> {
    const file = this.#workspace.file(`${this.#place.name}-snapshot-${++this.#snapshots}.db`);
    await saveSnapshot(this.#place, file);
    return file;
  }

  async restore(snapshot: string, mode: RevisionMode): Promise<void> {
    const { etcdutl } = this.#binaries;
    if (etcdutl === undefined) throw new Error(`restore etcd of ${this.#place.name}: there is no etcdutl`);
    await this.#exchange(() => restoreSnapshot(etcdutl, this.#place, snapshot, mode));
  }

  async wipe(): Promise<void> {
    await this.#exchange(async () => {});
  }

  compact(): Promise<void> {
    return compactAll(this.#place);
  }

  isFull(full: boolean): Promise<void> {
    return alarmOfNoSpace(this.#place, full);
  }

  async pause(): Promise<void> {
    this.#program?.signal('SIGSTOP');
  }

  async resume(): Promise<void> {
    this.#program?.signal('SIGCONT');
  }

  watchWrites(): Promise<StoreWrites> {
    return EtcdWrites.open(this.#place);
  }

  async #exchange(makeData: () => Promise<void>): Promise<void> {
    await this.#whileStopped(async () => {
      await this.#program?.stop();
      await rm(this.#place.data, { recursive: true, force: true });
      await makeData();
      await this.start();
    });
  }
}
