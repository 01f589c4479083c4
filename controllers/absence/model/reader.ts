import type { Asserted } from '#apis/hub/asserted.ts';
import { evidenceFrom } from '../evidence.ts';
import { laterAsserted, serviceGone, sliceGone } from '../proof.ts';
import type { Exporter } from './exporter.ts';
import { EVERYTHING, type Hub, type Truth, View } from './world.ts';

const CLUSTER = 'east';

/** An importing member: its objects keep what vouched for them, as the annotations do, over restarts. */
export class Reader {
  readonly view: View;
  readonly truth: Truth;
  readonly exporter: Exporter;
  readonly imported = new Map<string, Asserted>();
  /** The check's own memory: the newest inventory that vouched for what is shown. */
  readonly vouched = new Map<string, number>();
  constructor(hub: Hub, truth: Truth, exporter: Exporter) {
    this.truth = truth;
    this.exporter = exporter;
    this.view = new View(hub);
  }
  reconcileAll(): void {
    this.view.catchUp();
    for (const name of EVERYTHING) this.reconcile(name);
  }
  reconcile(name: string): void {
    const [service = '', slice] = name.split('.');
    const evidence = evidenceFrom({
      member: () => undefined,
      report: () => this.view.of('report').get('report'),
      exportedService: (_cluster, _namespace, of) => this.view.of('services').get(of),
    });
    const at = { cluster: CLUSTER, namespace: 'ns', service };
    const gone = (asserted: Asserted) =>
      slice === undefined
        ? serviceGone(evidence, at, asserted)
        : sliceGone(evidence, { ...at, sliceHash: slice }, asserted);
    const held = this.imported.get(name);
    const kind = slice === undefined ? 'services' : 'slices';
    const record = this.view.of(kind).get(name)?.spec.asserted;
    if (record !== undefined && gone(record) === undefined) {
      this.imported.set(name, laterAsserted(held, record));
      this.vouched.set(name, Math.max(this.vouched.get(name) ?? 0, record.sequence));
    } else if (held !== undefined && gone(held) !== undefined) {
      this.checkRemoval(name);
      this.imported.delete(name);
      this.vouched.delete(name);
    }
  }
  checkRemoval(name: string): void {
    const sequence = this.vouched.get(name) ?? 0;
    const computed = this.exporter.computedAt.get(sequence) ?? -1;
    const absent = this.truth.lastAbsent.get(name) ?? -1;
    if (absent <= computed) throw new Error(`${name} was removed though exported ever since ${sequence}`);
  }
}
