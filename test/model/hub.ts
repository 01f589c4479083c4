import type { IExportedEndpointSlice } from '#apis/hub/exported-endpoint-slice.ts';
import type { IExportedService } from '#apis/hub/exported-service.ts';
import type { IMemberReport } from '#apis/hub/member-report.ts';

/** The kinds of the model's hub; its records are named `<service>` and `<service>.<slice>`. */
export const KINDS = ['report', 'services', 'slices'] as const;
export type Kind = (typeof KINDS)[number];

/** Objects are replaced, never changed, so that identity is the version that fences writes. */
export interface HubState {
  report: ReadonlyMap<string, IMemberReport>;
  services: ReadonlyMap<string, IExportedService>;
  slices: ReadonlyMap<string, IExportedEndpointSlice>;
}
export const EMPTY: HubState = { report: new Map(), services: new Map(), slices: new Map() };

/** A hub as the sequence of its states. A model of what the rules are about, not of an API server. */
export class ModelHub {
  readonly past: HubState[] = [EMPTY];

  get now(): HubState {
    return this.past.at(-1) ?? EMPTY;
  }

  /** Writes if the object is still the known one; undefined stands for none. */
  put(kind: Kind, name: string, known: object | undefined, object: object | undefined): void {
    const held = new Map<string, object>(this.now[kind]);
    if (held.get(name) !== known) return;
    if (object === undefined) held.delete(name);
    else held.set(name, object);
    this.past.push({ ...this.now, [kind]: held });
  }
}

/** What somebody has seen of the hub: a position in its past for each kind. */
export class View {
  readonly at: Record<Kind, number> = { report: 0, services: 0, slices: 0 };
  readonly hub: ModelHub;

  constructor(hub: ModelHub) {
    this.hub = hub;
  }

  move(kind: Kind, by: number): void {
    this.at[kind] = Math.max(0, Math.min(this.at[kind] + by, this.hub.past.length - 1));
  }

  catchUp(): void {
    for (const kind of KINDS) this.move(kind, this.hub.past.length);
  }

  of<K extends Kind>(kind: K): HubState[K] {
    return (this.hub.past[this.at[kind]] ?? EMPTY)[kind];
  }
}

/** What the member exports, and when each thing was last absent. */
export class Truth {
  readonly everything: readonly string[];
  readonly exported = new Map<string, { export: string; slices: Set<string> }>();
  readonly lastAbsent = new Map<string, number>();
  tick = 0;

  constructor(everything: readonly string[]) {
    this.everything = everything;
  }

  has(name: string): boolean {
    const [service = '', slice] = name.split('.');
    const found = this.exported.get(service);
    return found !== undefined && (slice === undefined || found.slices.has(slice));
  }

  /** Exports or unexports a service, which then has one slice, or adds or removes a slice of one that is. */
  toggle(name: string): void {
    const [service = '', slice] = name.split('.');
    const found = this.exported.get(service);
    if (slice !== undefined) {
      if (found?.slices.delete(slice) === false) found.slices.add(slice);
    } else if (found !== undefined) this.exported.delete(service);
    else this.exported.set(service, { export: `export-${this.tick}`, slices: new Set(['x']) });
  }

  /** To be called after whatever happens: time goes by. */
  note(): void {
    this.tick++;
    for (const name of this.everything) if (!this.has(name)) this.lastAbsent.set(name, this.tick);
  }
}
