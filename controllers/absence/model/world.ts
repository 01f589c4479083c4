import type { IExportedEndpointSlice } from '#apis/hub/exported-endpoint-slice.ts';
import type { IExportedService } from '#apis/hub/exported-service.ts';
import type { IMemberReport } from '#apis/hub/member-report.ts';

/** The model's whole universe: two Services of two slices each, exported by one cluster. */
export const SERVICES = ['a', 'b'];
export const SLICES = ['x', 'y'];
export const EVERYTHING = SERVICES.flatMap((service) => [
  service,
  ...SLICES.map((slice) => `${service}.${slice}`),
]);

/** The hub's kinds, each of which a view may lag behind in. */
export type Kind = 'report' | 'services' | 'slices';
export const KINDS: readonly Kind[] = ['report', 'services', 'slices'];

/** What the hub holds of each kind; objects are replaced, never changed, so identity is the version. */
export interface HubState {
  report: ReadonlyMap<string, IMemberReport>;
  services: ReadonlyMap<string, IExportedService>;
  slices: ReadonlyMap<string, IExportedEndpointSlice>;
}

/** A hub that was wiped. */
export const EMPTY: HubState = { report: new Map(), services: new Map(), slices: new Map() };

/** The hub's whole past; a view is a position in it for each kind. */
export class Hub {
  readonly past: HubState[] = [EMPTY];
  get now(): HubState {
    return this.past.at(-1) ?? EMPTY;
  }
  become(state: HubState): void {
    this.past.push(state);
  }
  /** A write that holds only if the writer knew the object as it is: resourceVersion's fence. */
  put<K extends Kind>(kind: K, name: string, known: unknown, object: ReturnType<HubState[K]['get']>): void {
    const held = new Map<string, unknown>(this.now[kind]);
    if (held.get(name) !== known) return;
    if (object === undefined) held.delete(name);
    else held.set(name, object);
    this.become({ ...this.now, [kind]: held });
  }
}

/** What one party has seen of the hub: another moment of its past for each kind. */
export class View {
  readonly hub: Hub;
  readonly at: Record<Kind, number> = { report: 0, services: 0, slices: 0 };
  constructor(hub: Hub) {
    this.hub = hub;
  }
  advance(kind: Kind, steps: number): void {
    this.at[kind] = Math.min(this.at[kind] + steps, this.hub.past.length - 1);
  }
  /** A restart whose first list was answered by a stale API server. */
  relistStale(kind: Kind, back: number): void {
    this.at[kind] = Math.max(0, this.at[kind] - back);
  }
  catchUp(): void {
    for (const kind of KINDS) this.advance(kind, Number.MAX_SAFE_INTEGER);
  }
  of<K extends Kind>(kind: K): HubState[K] {
    return (this.hub.past[this.at[kind]] ?? EMPTY)[kind];
  }
}

/** What the member really exports, and when each thing was last absent. */
export class Truth {
  readonly exported = new Map<string, Set<string>>();
  readonly lastAbsent = new Map<string, number>();
  tick = 0;
  has(name: string): boolean {
    const [service = '', slice] = name.split('.');
    const slices = this.exported.get(service);
    return slices !== undefined && (slice === undefined || slices.has(slice));
  }
  /** To be called after every change. */
  note(): void {
    this.tick += 1;
    for (const name of EVERYTHING) if (!this.has(name)) this.lastAbsent.set(name, this.tick);
  }
}
