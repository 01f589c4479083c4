import type { INamespace } from '#apis/kubernetes/namespace.ts';
import type { NamespaceVerdict } from '#controllers/conflict/namespace-rules.ts';
import type { Lister } from '#src/cache/lister.ts';
import type { LabelSelector } from '#src/config/label-selector.ts';

/**
 * Which of its namespaces a cluster lets take part, by their labels; all of them without a selector. It decides what
 * is exported from here and what is newly imported here; never, which exporter wins (SEMANTICS 3.2).
 */
export class SelectedNamespaces {
  readonly #selector: LabelSelector | undefined;
  readonly #namespaces: Pick<Lister<INamespace>, 'get'>;

  constructor(selector: LabelSelector | undefined, namespaces: Pick<Lister<INamespace>, 'get'>) {
    this.#selector = selector;
    this.#namespaces = namespaces;
  }

  /**
   * Only a namespace that is there, with labels that do not match, is refused: one that no cache holds yet says
   * nothing, and must not take back what is exported.
   */
  verdict(name: string): NamespaceVerdict {
    const namespace = this.#namespaces.get(name);
    if (this.#selector === undefined || namespace === undefined || this.takesPart(namespace)) {
      return { allowed: true };
    }
    const why = `namespace ${name} does not take part in this cluster: its labels do not match ${this.#selector.text} (--namespace-selector)`;
    return { allowed: false, why };
  }

  takesPart({ metadata }: INamespace): boolean {
    return this.#selector?.matches(metadata.labels) ?? true;
  }
}

/** The selection of a cluster without a selector. */
export const ALL_NAMESPACES: Pick<SelectedNamespaces, 'verdict'> = { verdict: () => ({ allowed: true }) };
