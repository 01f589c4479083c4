import { expect } from 'vitest';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { derivedServiceName } from '#controllers/endpoints/names.ts';
import { deletedByAgent } from '#test/driver/audit.ts';
import { headless, pod, service, slice } from '#test/driver/builders.ts';
import { eventually } from '#test/driver/eventually.ts';
import type { MemberRecords } from '#test/driver/hub-admin.ts';
import { pictureOf } from '#test/driver/picture.ts';
import type { TestSet } from '#test/driver/set.ts';
import { importedSlice, sliceRecord } from './names.ts';
import { marksOfAll } from './shared.ts';

/** One step in the life of two exports, and what is to be there after it. */
export interface Step {
  happens(): Promise<void>;
  /** Addresses of each export, by suffix of its slice. */
  exported: Record<string, Record<string, string>>;
}

/**
 * A life of two exports of zzzc, one headless and one with a clusterset IP: both are exported with two slices
 * each; an endpoint changes, a slice goes and the second export is withdrawn; the first is withdrawn.
 */
export class Life {
  readonly steps: readonly Step[];
  readonly #set: TestSet;
  readonly #namespace: string;
  readonly #names: readonly [string, string];
  readonly #marks: Record<string, number>;

  private constructor(set: TestSet, namespace: string, name: string, marks: Record<string, number>) {
    this.#set = set;
    this.#namespace = namespace;
    this.#marks = marks;
    const [a, b] = [`${name}-a`, `${name}-b`];
    this.#names = [a, b];
    const zzzc = set.member('zzzc');
    const has = (of: string, suffix: string, address: string) =>
      zzzc.slice(slice(namespace, of, suffix, [pod('pod-0', address)]));
    this.steps = [
      {
        async happens() {
          await Promise.all([zzzc.service(headless(namespace, a)), zzzc.service(service(namespace, b))]);
          await Promise.all([has(a, 'x', '198.18.1.1'), has(a, 'y', '198.18.1.2')]);
          await Promise.all([has(b, 'x', '198.18.1.3'), has(b, 'y', '198.18.1.4')]);
          await Promise.all([zzzc.exports(namespace, a), zzzc.exports(namespace, b)]);
        },
        exported: {
          [a]: { x: '198.18.1.1', y: '198.18.1.2' },
          [b]: { x: '198.18.1.3', y: '198.18.1.4' },
        },
      },
      {
        async happens() {
          await Promise.all([
            has(a, 'x', '198.18.1.11'),
            zzzc.deletes(endpointSlices, namespace, `${a}-y`),
            zzzc.unexports(namespace, b),
          ]);
        },
        exported: { [a]: { x: '198.18.1.11' } },
      },
      { happens: () => zzzc.unexports(namespace, a), exported: {} },
    ];
  }

  static async begin(set: TestSet, namespace: string, name: string): Promise<Life> {
    return new Life(set, namespace, name, await marksOfAll(set));
  }

  /**
   * Waits until the hub holds exactly what is exported after a step, and every member shows exactly that; or
   * until `unless` says so.
   */
  async settled(step: Step, unless: () => boolean): Promise<void> {
    await eventually('everybody has what is exported, and nothing else', async () => {
      if (unless()) return;
      const held = await this.#set.hubAdmin.records('zzzc', this.#namespace);
      expect(held).toEqual(this.#records(step));
      const shown = this.#shown(step);
      for (const member of this.#set.members) {
        const picture = await pictureOf(member, this.#namespace);
        expect(Object.keys(picture).sort()).toEqual(Object.keys(shown).sort());
        expect(picture).toMatchObject(shown);
      }
    });
  }

  #records({ exported }: Step): MemberRecords {
    const services = Object.keys(exported).map((name) => `${this.#namespace}.${name}`);
    const slices = Object.entries(exported).flatMap(([name, of]) =>
      Object.keys(of).map((suffix) => sliceRecord(this.#namespace, name, suffix)),
    );
    return { report: services, services, slices: slices.sort() };
  }

  #shown({ exported }: Step): Record<string, object> {
    const shown: Record<string, object> = {};
    for (const [name, addresses] of Object.entries(exported)) {
      shown[`ServiceImport ${name}`] = { clusters: [{ cluster: 'zzzc' }] };
      if (name === this.#names[1]) shown[`Service ${derivedServiceName(this.#namespace, name)}`] = {};
      for (const [suffix, address] of Object.entries(addresses)) {
        const imported = importedSlice(this.#namespace, name, suffix, 'zzzc');
        shown[`EndpointSlice ${imported}`] = { endpoints: [{ addresses: [address] }] };
      }
    }
    return shown;
  }

  /** Throws where an agent has deleted anything by now that was exported all the while up to the last step. */
  async keptWhatIsExported(): Promise<void> {
    const [a] = this.#names;
    const kept = [
      `serviceimports ${this.#namespace}/${a}`,
      `endpointslices ${this.#namespace}/${importedSlice(this.#namespace, a, 'x', 'zzzc')}`,
    ];
    for (const { id } of this.#set.members) {
      const deleted = await deletedByAgent(this.#set.cluster(id), this.#marks[id]);
      expect(deleted.filter((what) => kept.includes(what))).toEqual([]);
    }
  }
}
