import type { Asserted } from '#apis/hub/asserted.ts';
import { evidenceFrom } from '#controllers/absence/evidence.ts';
import { laterAsserted, serviceGone, sliceGone } from '#controllers/absence/proof.ts';
import type { ModelExporter } from './exporter.ts';
import { View } from './hub.ts';

/** An importing member; what vouched for its objects outlives restarts, as annotations do. */
export class ModelReader {
  readonly view: View;
  readonly exporter: ModelExporter;
  readonly imported = new Map<string, Asserted>();

  constructor(exporter: ModelExporter) {
    this.exporter = exporter;
    this.view = new View(exporter.hub);
  }

  /** Imports or removes one thing by the real rules. Throws where it removes what it has no proof against. */
  reconcile(name: string): void {
    const [service = '', slice] = name.split('.');
    const evidence = evidenceFrom({
      member: () => undefined,
      report: () => this.view.of('report').get('report'),
      exportedService: (_cluster, _namespace, of) => this.view.of('services').get(of),
    });
    const at = { cluster: 'east', namespace: 'ns', service };
    const gone = (asserted: Asserted) =>
      slice === undefined
        ? serviceGone(evidence, at, asserted)
        : sliceGone(evidence, { ...at, sliceHash: slice }, asserted);
    const held = this.imported.get(name);
    const record = this.view.of(slice === undefined ? 'services' : 'slices').get(name)?.spec.asserted;
    if (record !== undefined && gone(record) === undefined) {
      this.imported.set(name, laterAsserted(held, record));
    } else if (held !== undefined && gone(held) !== undefined) {
      this.#mayGo(name, held);
      this.imported.delete(name);
    }
  }

  /** It must have been absent at some moment since the inventory that vouched for it. */
  #mayGo(name: string, held: Asserted): void {
    const vouched = this.exporter.drawnAt.get(held.sequence) ?? -1;
    if ((this.exporter.truth.lastAbsent.get(name) ?? -1) > vouched) return;
    throw new Error(`${name} was removed though it has been exported ever since it was vouched for`);
  }
}
