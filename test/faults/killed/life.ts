import { expect } from 'vitest';
import { exportedServiceName } from '#apis/hub/exported-service.ts';
import { memberNamespace } from '#apis/hub/member.ts';
import { endpointSlices } from '#apis/kubernetes/endpoint-slice.ts';
import { derivedServiceName } from '#controllers/endpoints/names.ts';
import { headless, pod, port, service, slice } from '#test/driver/builders.ts';
import { eventually } from '#test/driver/eventually.ts';
import { conditionsOf } from '#test/driver/exported.ts';
import { pictureOf } from '#test/driver/picture.ts';
import type { TestSet } from '#test/driver/set.ts';
import { importedSlice, sliceRecord } from '#test/driver/slice-names.ts';

/** Addresses of what a member exports: by export, by suffix of its slice. */
type Exported = Record<string, Record<string, string>>;

/** One step in the life of two exports, and what is to be there after it. */
export interface Step {
  happens(): Promise<void>;
  /** Until now nothing has been taken back but a slice. */
  takesBack?: true;
  /** By member; whoever is not named exports nothing. */
  exported: Readonly<Record<string, Exported>>;
  /** What zzzc's own ServiceExport of the second export says of a conflict; undefined: it is not asked. */
  conflict?: 'True' | 'False';
}

/**
 * A life of two exports of zzzc, one headless and one with a clusterset IP: both are exported with two slices
 * each; an endpoint changes and a slice goes; shbt exports the second one with another port, which is a conflict;
 * both take it back; the first is withdrawn.
 */
export class Life {
  readonly steps: readonly Step[];
  readonly #set: TestSet;
  readonly #namespace: string;
  readonly #headless: string;
  readonly #withAddress: string;

  constructor(set: TestSet, namespace: string, name: string) {
    this.#set = set;
    this.#namespace = namespace;
    const [a, b] = [`${name}-a`, `${name}-b`];
    this.#headless = a;
    this.#withAddress = b;
    const [zzzc, shbt] = [set.member('zzzc'), set.member('shbt')];
    const has = (of: string, suffix: string, address: string, member = zzzc) =>
      member.slice(slice(namespace, of, suffix, [pod('pod-0', address)]));
    const afterChange = { [a]: { x: '198.18.1.11' }, [b]: { x: '198.18.1.3', y: '198.18.1.4' } };
    this.steps = [
      {
        async happens() {
          await Promise.all([zzzc.service(headless(namespace, a)), zzzc.service(service(namespace, b))]);
          await Promise.all([has(a, 'x', '198.18.1.1'), has(a, 'y', '198.18.1.2')]);
          await Promise.all([has(b, 'x', '198.18.1.3'), has(b, 'y', '198.18.1.4')]);
          await Promise.all([zzzc.exports(namespace, a), zzzc.exports(namespace, b)]);
        },
        exported: {
          zzzc: {
            [a]: { x: '198.18.1.1', y: '198.18.1.2' },
            [b]: { x: '198.18.1.3', y: '198.18.1.4' },
          },
        },
        conflict: 'False',
      },
      {
        async happens() {
          await Promise.all([has(a, 'x', '198.18.1.11'), zzzc.deletes(endpointSlices, namespace, `${a}-y`)]);
        },
        exported: { zzzc: afterChange },
      },
      {
        async happens() {
          await shbt.service(service(namespace, b, { ports: [port('tcp', 5432), port('more', 5433)] }));
          await has(b, 'x', '198.18.2.3', shbt);
          await shbt.exports(namespace, b);
        },
        exported: { zzzc: afterChange, shbt: { [b]: { x: '198.18.2.3' } } },
        conflict: 'True',
      },
      {
        takesBack: true,
        async happens() {
          await Promise.all([zzzc.unexports(namespace, b), shbt.unexports(namespace, b)]);
        },
        exported: { zzzc: { [a]: { x: '198.18.1.11' } } },
      },
      { happens: () => zzzc.unexports(namespace, a), exported: {} },
    ];
  }

  /** Every delete that the steps before the exports are taken back are right to make, each once. */
  get deletesWhileExported(): string[] {
    const [namespace, a] = [this.#namespace, this.#headless];
    return [
      `hub: exportedendpointslices ${memberNamespace('zzzc')}/${sliceRecord(namespace, a, 'y')}`,
      ...this.#set.members.map(
        ({ id }) => `${id}: endpointslices ${namespace}/${importedSlice(namespace, a, 'y', 'zzzc')}`,
      ),
    ];
  }

  /**
   * Every delete that the whole life is right to make, each once; but a process of zzzc's that dies between the
   * derived Service and the import it is of leaves the next one to make that Service again, and to take it away.
   */
  deletes(deaths: number): string[] {
    const [namespace, a, b] = [this.#namespace, this.#headless, this.#withAddress];
    const slices = [
      ['zzzc', a, 'x'],
      ['zzzc', a, 'y'],
      ['zzzc', b, 'x'],
      ['zzzc', b, 'y'],
      ['shbt', b, 'x'],
    ] as const;
    const exports = [
      ['zzzc', a],
      ['zzzc', b],
      ['shbt', b],
    ] as const;
    return [
      ...exports.map(
        ([id, name]) =>
          `hub: exportedservices ${memberNamespace(id)}/${exportedServiceName(namespace, name)}`,
      ),
      ...slices.map(
        ([id, name, suffix]) =>
          `hub: exportedendpointslices ${memberNamespace(id)}/${sliceRecord(namespace, name, suffix)}`,
      ),
      ...this.#set.members.flatMap(({ id: importer }) => [
        ...[a, b].map((name) => `${importer}: serviceimports ${namespace}/${name}`),
        ...Array.from(
          { length: importer === 'zzzc' ? 1 + deaths : 1 },
          () => `${importer}: services ${namespace}/${derivedServiceName(namespace, b)}`,
        ),
        ...slices.map(
          ([id, name, suffix]) =>
            `${importer}: endpointslices ${namespace}/${importedSlice(namespace, name, suffix, id)}`,
        ),
      ]),
    ];
  }

  /**
   * Waits until the hub holds exactly what is exported after a step, every member shows exactly that, and zzzc says
   * of it what it should; or until `unless` says so.
   */
  async settled(step: Step, unless: () => boolean): Promise<void> {
    await eventually('everybody has what is exported, and nothing else', async () => {
      if (unless()) return;
      for (const { id } of this.#set.members) {
        expect(await this.#set.hubAdmin.records(id, this.#namespace)).toMatchObject(this.#records(step, id));
      }
      const shown = this.#shown(step);
      for (const member of this.#set.members) {
        const picture = await pictureOf(member, this.#namespace);
        expect(Object.keys(picture).sort()).toEqual(Object.keys(shown).sort());
        expect(picture).toMatchObject(shown);
      }
    });
    const { conflict } = step;
    if (conflict === undefined || unless()) return;
    await eventually(`zzzc says Conflict=${conflict}`, async () => {
      if (unless()) return;
      const { Conflict } = await conditionsOf(this.#set.member('zzzc'), this.#namespace, this.#withAddress);
      expect(Conflict?.status).toBe(conflict);
    });
  }

  #records({ exported }: Step, id: string): object {
    const own = exported[id] ?? {};
    const services = Object.keys(own).map((name) => exportedServiceName(this.#namespace, name));
    const slices = Object.entries(own).flatMap(([name, of]) =>
      Object.keys(of).map((suffix) => sliceRecord(this.#namespace, name, suffix)),
    );
    return { report: services, services, slices: slices.sort() };
  }

  #shown({ exported }: Step): Record<string, object> {
    const shown: Record<string, object> = {};
    const sources = new Map<string, string[]>();
    for (const [id, own] of Object.entries(exported)) {
      for (const [name, addresses] of Object.entries(own)) {
        sources.set(name, [...(sources.get(name) ?? []), id].sort());
        for (const [suffix, address] of Object.entries(addresses)) {
          const imported = importedSlice(this.#namespace, name, suffix, id);
          shown[`EndpointSlice ${imported}`] = { endpoints: [{ addresses: [address] }] };
        }
      }
    }
    for (const [name, ids] of sources) {
      shown[`ServiceImport ${name}`] = { clusters: ids.map((cluster) => ({ cluster })) };
      if (name === this.#withAddress) shown[`Service ${derivedServiceName(this.#namespace, name)}`] = {};
    }
    return shown;
  }
}
