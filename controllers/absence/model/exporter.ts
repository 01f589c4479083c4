import type { IExportedEndpointSlice } from '#apis/hub/exported-endpoint-slice.ts';
import type { IExportedService } from '#apis/hub/exported-service.ts';
import { type Hub, SERVICES, SLICES, type Truth, View } from './world.ts';

const UID = 'uid-of-the-exporter';

/** The exporter's order over its own lagging view: see DESIGN.md 4a, second and last bullet. */
export class Exporter {
  readonly view: View;
  readonly truth: Truth;
  readonly hub: Hub;
  /** When each sequence was used: what the inventory with it was computed from. */
  readonly computedAt = new Map<number, number>();
  sequence = 0;
  floor = 0;
  constructor(hub: Hub, truth: Truth) {
    this.hub = hub;
    this.truth = truth;
    this.view = new View(hub);
  }
  next(): number {
    this.sequence = Math.max(this.sequence + 1, this.truth.tick * 1_000);
    this.computedAt.set(this.sequence, this.truth.tick);
    return this.sequence;
  }
  noticeRollback(): void {
    this.floor = this.next();
  }
  /** Tries one write; true if there was one to try. */
  step(pick: number): boolean {
    const wanted = [
      ...this.reportWrites(),
      ...SERVICES.flatMap((service) => [...this.serviceWrites(service)]),
    ];
    const write = wanted[pick % Math.max(1, wanted.length)];
    write?.();
    return write !== undefined;
  }
  catchUpAndStep(picks: readonly number[]): void {
    for (const pick of picks) {
      this.view.catchUp();
      this.step(pick);
    }
  }
  *reportWrites(): Iterable<() => void> {
    const held = this.view.of('report').get('report');
    const services = [...this.truth.exported.keys()].map((service) => `ns.${service}`).sort();
    const same = held !== undefined && `${held.spec.inventory.services}` === `${services}`;
    if (same && held.spec.inventory.sequence >= this.floor) return;
    yield () => {
      this.hub.put('report', 'report', held, {
        metadata: { name: 'report' },
        spec: {
          clusterUID: UID,
          clusterSetUID: 'set',
          agentVersion: 'test',
          inventory: { sequence: this.next(), services },
        },
      });
    };
  }
  /** At most one write: the first of the order. */
  *serviceWrites(service: string): Iterable<() => void> {
    const report = this.view.of('report').get('report');
    if (report === undefined || report.spec.inventory.sequence < this.floor) return;
    const record = this.view.of('services').get(service);
    const named = report.spec.inventory.services.includes(`ns.${service}`);
    const names = named ? (record?.spec.inventory.slices ?? []) : [];
    for (const slice of SLICES) {
      const held = this.view.of('slices').get(`${service}.${slice}`);
      if (held === undefined || names.includes(slice)) continue;
      yield () => this.hub.put('slices', `${service}.${slice}`, held, undefined);
      return;
    }
    if (!named && record !== undefined) {
      yield () => this.hub.put('services', service, record, undefined);
      return;
    }
    const slices = this.truth.exported.get(service);
    if (!named || slices === undefined) return;
    const wanted = this.record(service, record, [...slices].sort(), report.spec.inventory.sequence);
    if (wanted !== undefined) {
      yield () => this.hub.put('services', service, record, wanted());
      return;
    }
    for (const slice of names) {
      const held = this.view.of('slices').get(`${service}.${slice}`);
      const sequence = record?.spec.inventory.sequence ?? 0;
      if (held !== undefined && held.spec.asserted.sequence >= this.floor) continue;
      yield () => this.hub.put('slices', `${service}.${slice}`, held, sliceRecord(service, slice, sequence));
      return;
    }
  }
  /** How to make the ExportedService that ought to be there; undefined where it is. */
  record(
    service: string,
    held: IExportedService | undefined,
    slices: string[],
    reported: number,
  ): (() => IExportedService) | undefined {
    const inventory = held?.spec.inventory;
    const asserted = held?.spec.asserted;
    const current = `${inventory?.slices}` === `${slices}` && (inventory?.sequence ?? -1) >= this.floor;
    const vouched = asserted !== undefined && asserted.sequence >= this.floor;
    if (held !== undefined && current && vouched) return undefined;
    return () => ({
      metadata: { name: `ns.${service}` },
      spec: {
        service: { namespace: 'ns', name: service },
        export: { uid: 'export', creationTimestamp: '2026-01-01T00:00:00Z' },
        type: 'ClusterSetIP',
        ports: [],
        inventory: { sequence: this.next(), slices },
        asserted: vouched ? asserted : { uid: UID, sequence: reported },
      },
    });
  }
}

function sliceRecord(service: string, slice: string, sequence: number): IExportedEndpointSlice {
  return {
    metadata: { name: `ns.${service}.${slice}` },
    spec: {
      addressType: 'IPv4',
      ports: [],
      source: { uid: slice, generation: 1 },
      endpoints: [],
      asserted: { uid: UID, sequence },
    },
  };
}
