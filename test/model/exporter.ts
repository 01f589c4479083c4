import type { IExportedEndpointSlice } from '#apis/hub/exported-endpoint-slice.ts';
import type { IExportedService } from '#apis/hub/exported-service.ts';
import type { IMemberReport } from '#apis/hub/member-report.ts';
import { inventoryOfReport } from '#controllers/absence/inventory.ts';
import { isLater, latestStamp } from '#controllers/absence/later.ts';
import { projectRecord } from '#controllers/endpoints/record-view.ts';
import { type DesiredRecords, planRecords, type RecordStep } from '#controllers/export/records.ts';
import { exportOf } from '#controllers/membership/places.ts';
import { isStanding, planReport } from '#controllers/membership/report.ts';
import { ReportedNames } from '#controllers/membership/reported-names.ts';
import { type Kind, type ModelHub, type Truth, View } from './hub.ts';

const UID = 'uid';

type Held = IMemberReport | IExportedService | IExportedEndpointSlice;

/**
 * Does what the loops of a member do: asks for the real plans over its own lagging view, and carries out some
 * of each. Its own writes enter its view, as they enter the caches.
 */
export class ModelExporter {
  readonly view: View;
  readonly hub: ModelHub;
  readonly truth: Truth;
  /** When each sequence was drawn, which is when its inventory was computed. */
  readonly drawnAt = new Map<number, number>();
  #sequence = 0;
  #floor = 0;
  #reported = new ReportedNames();

  constructor(hub: ModelHub, truth: Truth) {
    this.hub = hub;
    this.truth = truth;
    this.view = new View(hub);
  }

  noticeRollback(): void {
    this.#floor = this.#next();
  }

  /** The agent's Lease is deleted and the agent restarts: it accepts the hub as on the first day. */
  loseMemory(): void {
    this.restart();
    this.#sequence = 0;
    this.noticeRollback();
  }

  /** What only the process knows is gone. */
  restart(): void {
    this.#reported = new ReportedNames();
  }

  /** True if there was anything to write. */
  report(): boolean {
    const held = this.#held;
    const records = [...this.view.of('services').values(), ...this.view.of('slices').values()];
    const services = [...this.truth.exported.keys()].map((service) => `ns.${service}`).sort();
    const plan = planReport({
      claim: { is: 'claimed' },
      identity: this.#identity,
      agentVersion: '1',
      services,
      held,
      leftovers: (name) => this.#left(name.slice('ns.'.length)).some((record) => !this.#isLater(record)),
      unvouched: (name) => this.#isUnvouched(name),
      later: () => records.some((record) => this.#isLater(record) && !this.#isNamed(record)),
    });
    if (plan.do !== 'create' && plan.do !== 'update') return false;
    const highest = Math.max(0, ...records.map((record) => latestStamp(record, UID)));
    const inventory = {
      sequence: this.#next(Math.max(held?.spec.inventory.sequence ?? 0, highest)),
      services: [...plan.services],
    };
    this.#reported.note(inventory.sequence, inventory.services);
    this.#put('report', 'report', held, {
      metadata: { name: 'report' },
      spec: { clusterUID: UID, clusterSetUID: 'set', agentVersion: '1', inventory },
    });
    return true;
  }

  /** Carries out at most `limit` steps of one plan, as one that is killed does; true if there were any. */
  records(service: string, limit: number): boolean {
    const held = this.#held;
    const wanted = this.truth.exported.get(service);
    const steps = planRecords({
      namespace: 'ns',
      service,
      uid: UID,
      floor: this.#floor,
      report: isStanding(held, this.#identity) ? inventoryOfReport(held) : undefined,
      held: this.view.of('services').get(service),
      slices: this.#slices(service).map(projectRecord),
      desired: wanted && desire(wanted),
    });
    for (const step of steps.slice(0, limit)) this.#take(service, step);
    return steps.length > 0;
  }

  #take(service: string, step: RecordStep): void {
    const record = this.view.of('services').get(service);
    if (step.do === 'delete service') {
      this.#put('services', service, record, undefined);
    } else if ('draft' in step) {
      const { spec, slices, above, sequence = this.#next(above) } = step.draft;
      const known = step.do === 'create service' ? undefined : record;
      const inventory = { sequence, slices };
      this.#put('services', service, known, { metadata: meta(service), spec: { ...spec, inventory } });
    } else if (step.do === 'create slice') {
      const name = `${service}.${step.sliceHash}`;
      this.#put('slices', name, undefined, { metadata: meta(name), spec: step.spec });
    } else {
      const name = step.record.metadata.name.slice('ns.'.length);
      const next = step.do === 'update slice' ? { metadata: meta(name), spec: step.spec } : undefined;
      this.#put('slices', name, this.view.of('slices').get(name), next);
    }
  }

  #put(kind: Kind, name: string, known: Held | undefined, object: Held | undefined): void {
    const isWritten = known !== undefined && object !== undefined && this.hub.now[kind].get(name) === known;
    // An inventory from between the two would speak against what is exported.
    if (isWritten && assertedOf(object) < assertedOf(known))
      throw new Error(`${name} is asserted by less than before`);
    this.hub.put(kind, name, known, object);
    this.view.move(kind, this.hub.past.length);
  }

  #next(above = 0): number {
    this.#sequence = Math.max(this.#sequence + 1, above + 1, this.truth.tick * 1_000);
    this.drawnAt.set(this.#sequence, this.truth.tick);
    return this.#sequence;
  }

  get #identity() {
    return { uid: UID, clusterSetUID: 'set', floor: this.#floor };
  }

  get #held(): IMemberReport | undefined {
    return this.view.of('report').get('report');
  }

  #slices(service: string): IExportedEndpointSlice[] {
    const slices = [...this.view.of('slices')];
    return slices.filter(([name]) => name.startsWith(`${service}.`)).map(([, slice]) => slice);
  }

  #left(service: string): (IExportedService | IExportedEndpointSlice)[] {
    const record = this.view.of('services').get(service);
    return [...(record ? [record] : []), ...this.#slices(service)];
  }

  #isLater(record: IExportedService | IExportedEndpointSlice): boolean {
    return isLater(record, UID, this.#held?.spec.inventory.sequence);
  }

  #isUnvouched(name: string): boolean {
    const said = this.#held?.spec.inventory.sequence ?? 0;
    const left = this.#left(name.slice('ns.'.length));
    return (
      this.#reported.isUnnamedSince(said, name) && left.every((record) => latestStamp(record, UID) <= said)
    );
  }

  /** By the report. */
  #isNamed(record: IExportedService | IExportedEndpointSlice): boolean {
    return this.#held?.spec.inventory.services.includes(exportOf(record)) ?? false;
  }
}

function assertedOf({ spec }: Held): number {
  return 'asserted' in spec ? spec.asserted.sequence : 0;
}

function meta(name: string) {
  return { name: `ns.${name}`, namespace: 'member-east', uid: name, resourceVersion: '1' };
}

function desire(wanted: { export: string; slices: Set<string> }): DesiredRecords {
  const source = { uid: 'slice', generation: 1 };
  return {
    export: { uid: wanted.export, creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: { type: 'Headless', ports: [] },
    slices: new Map(
      [...wanted.slices].map((hash) => [hash, { addressType: 'IPv4', ports: [], source, endpoints: [] }]),
    ),
  };
}
